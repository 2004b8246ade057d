#include "app/evaluation/calm_metrics.h"

#include <algorithm>
#include <cmath>

#include "app/evaluation/statistics.h"
#include "app/evaluation/tracking_metrics.h"

namespace doggo::evaluation {
namespace {

constexpr double kTremblingWindow = 0.2;  // s: slower than 5 Hz is no trembling
constexpr double kRecovered = 0.15;       // m/s

}  // namespace

Calm CalmOf(const Trajectory& trajectory, double settled_s) {
  const std::vector<Sample>& samples = trajectory.samples;
  Calm calm{};
  if (samples.empty()) return calm;
  const auto last = samples.size() - 1;
  // the sample of the first second's end, as in the standard protocol
  const auto start =
      std::min(last, static_cast<size_t>(std::ceil(kSettlingTime / trajectory.dt - 1e-9)) - 1);
  calm.drift = (samples[last].position - samples[start].position).head<2>().norm();

  const auto first = static_cast<size_t>(std::lround(settled_s / trajectory.dt));
  double motion = 0, trembling = 0, n = 0;
  for (int j = 0; j < sim::kNumJoints; ++j) {
    std::vector<double> q, qd;
    for (size_t k = first; k < samples.size(); ++k) {
      q.push_back(samples[k].q[j]);
      qd.push_back(samples[k].qd[j]);
    }
    const double mean = Mean(q);
    const std::vector<double> slow =
        MovingMean(qd, static_cast<int>(std::lround(kTremblingWindow / trajectory.dt)));
    for (size_t k = 0; k < q.size(); ++k) {
      motion += (q[k] - mean) * (q[k] - mean);
      trembling += (qd[k] - slow[k]) * (qd[k] - slow[k]);
      n += 1;
    }
  }
  calm.joint_motion = std::sqrt(motion / std::max(1.0, n));
  calm.trembling = std::sqrt(trembling / std::max(1.0, n));
  return calm;
}

double RecoveryTime(const Trajectory& trajectory, int first) {
  if (trajectory.fell) return std::nan("");
  std::vector<double> ex, ey;
  for (size_t k = first; k < trajectory.samples.size(); ++k) {
    const Eigen::Vector3d e = trajectory.samples[k].velocity - trajectory.samples[k].command;
    ex.push_back(e.x());
    ey.push_back(e.y());
  }
  const int window = static_cast<int>(std::lround(kMeanWindow / trajectory.dt));
  ex = MovingMean(ex, window);
  ey = MovingMean(ey, window);
  size_t recovered = ex.size();
  while (recovered > 0 && std::hypot(ex[recovered - 1], ey[recovered - 1]) < kRecovered)
    --recovered;
  return recovered == ex.size() ? std::nan("") : static_cast<double>(recovered) * trajectory.dt;
}

}  // namespace doggo::evaluation
