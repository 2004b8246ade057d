#include "app/evaluation/effort_metrics.h"

#include <algorithm>
#include <cmath>

namespace doggo::evaluation {
namespace {

constexpr double kGravity = 9.81;  // m/s^2
constexpr int kBins = 40;

}  // namespace

void Effort::Add(const Effort& other) {
  time += other.time;
  distance += other.distance;
  work += other.work;
  positive_work += other.positive_work;
  torque_squares += other.torque_squares;
  torques += other.torques;
  torque.Add(other.torque);
  speed.Add(other.speed);
}

double Effort::mean_speed() const { return time > 0 ? distance / time : 0; }
double Effort::power() const { return time > 0 ? work / time : 0; }
double Effort::positive_power() const { return time > 0 ? positive_work / time : 0; }
double Effort::torque_rms() const { return std::sqrt(torque_squares / std::max(1.0, torques)); }
double Effort::cost_of_transport(double mass) const {
  return work / (mass * kGravity * std::max(distance, 1e-9));
}
double Effort::positive_cost_of_transport(double mass) const {
  return positive_work / (mass * kGravity * std::max(distance, 1e-9));
}

Effort NoEffort(double torque_limit, double speed_limit) {
  Effort effort;
  effort.torque = {torque_limit / kBins, std::vector<double>(kBins + 1, 0)};
  effort.speed = {speed_limit / kBins, std::vector<double>(kBins + 1, 0)};
  return effort;
}

Effort EffortOf(const Trajectory& trajectory, int first, double torque_limit, double speed_limit) {
  Effort effort = NoEffort(torque_limit, speed_limit);
  for (size_t k = std::max(1, first); k < trajectory.samples.size(); ++k) {
    const Sample& s = trajectory.samples[k];
    effort.time += trajectory.dt;
    effort.distance += (s.position - trajectory.samples[k - 1].position).head<2>().norm();
    effort.work += s.work;
    effort.positive_work += s.torque.cwiseProduct(s.qd).cwiseMax(0).sum() * trajectory.dt;
    effort.torque_squares += s.torque.squaredNorm();
    effort.torques += sim::kNumJoints;
    for (int j = 0; j < sim::kNumJoints; ++j) {
      effort.torque.Add(std::abs(s.torque[j]));
      effort.speed.Add(std::abs(s.qd[j]));
    }
  }
  return effort;
}

}  // namespace doggo::evaluation
