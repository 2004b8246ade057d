#include "app/evaluation/tracking_metrics.h"

#include <algorithm>
#include <cmath>

#include "app/evaluation/statistics.h"

namespace doggo::evaluation {
namespace {

constexpr double kResponseWindow = 0.2;  // s

double RootMean(double sum, double n) { return std::sqrt(sum / std::max(1.0, n)); }

}  // namespace

void TrackingError::Add(const TrackingError& other) {
  steps += other.steps;
  sum += other.sum;
  squares += other.squares;
  windows += other.windows;
  window_squares += other.window_squares;
}

Eigen::Vector3d TrackingError::bias() const { return sum / std::max(1.0, steps); }
Eigen::Vector3d TrackingError::rmse() const { return (squares / std::max(1.0, steps)).cwiseSqrt(); }
double TrackingError::linear_rmse() const { return RootMean(squares.head<2>().sum(), steps); }
double TrackingError::yaw_rmse() const { return RootMean(squares.z(), steps); }
double TrackingError::linear_window_rmse() const {
  return RootMean(window_squares.head<2>().sum(), windows);
}
double TrackingError::yaw_window_rmse() const { return RootMean(window_squares.z(), windows); }

TrackingError TrackingErrorOf(const Trajectory& trajectory, double settling_s) {
  const double dt = trajectory.dt;
  const auto window = static_cast<int>(std::lround(kMeanWindow / dt));
  TrackingError error;
  Eigen::Vector3d recent = Eigen::Vector3d::Zero();  // sum over the last `settled` steps
  int settled = 0;
  for (size_t k = 0; k < trajectory.samples.size(); ++k) {
    const Sample& s = trajectory.samples[k];
    // half a step, for the age is a sum of rounded steps
    if (!(std::min(s.command_age, s.push_age) > settling_s + 0.5 * dt)) {
      settled = 0;
      recent.setZero();
      continue;
    }
    const Eigen::Vector3d e = s.velocity - s.command;
    error.steps += 1;
    error.sum += e;
    error.squares += e.cwiseAbs2();
    recent += e;
    if (++settled > window) {
      const Sample& old = trajectory.samples[k - window];
      recent -= old.velocity - old.command;
    }
    if (settled < window) continue;
    error.windows += 1;
    error.window_squares += (recent / window).cwiseAbs2();
  }
  return error;
}

MeanError MeanErrorOf(const Trajectory& trajectory) {
  MeanError error;
  for (const Sample& s : trajectory.samples) {
    const Eigen::Vector3d e = s.velocity - s.command;
    error.steps += 1;
    error.linear += e.head<2>().norm();
    error.yaw += std::abs(e.z());
  }
  return error;
}

StepResponse StepResponseOf(const Trajectory& trajectory, int component, int step, double from,
                            double to) {
  std::vector<double> done;  // share of the way
  for (size_t k = step; k < trajectory.samples.size(); ++k)
    done.push_back((trajectory.samples[k].velocity[component] - from) / (to - from));
  done = MovingMean(done, static_cast<int>(std::lround(kResponseWindow / trajectory.dt)));

  StepResponse response{std::nan(""), 0};
  for (size_t k = 0; k < done.size(); ++k) {
    if (std::isnan(response.rise_s) && done[k] >= 0.9)
      response.rise_s = static_cast<double>(k + 1) * trajectory.dt;
    response.overshoot = std::max(response.overshoot, done[k] - 1);
  }
  return response;
}

}  // namespace doggo::evaluation
