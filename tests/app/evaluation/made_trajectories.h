// Trajectories made by hand, with answers that can be worked out on paper.
#pragma once

#include <cmath>
#include <functional>

#include "app/evaluation/trajectory.h"

namespace doggo::evaluation {

inline constexpr double kDt = 0.02;  // s

// `fill` writes sample k, which is that of the time t = (k + 1) dt. The command is old.
inline Trajectory Made(int samples, const std::function<void(int k, double t, Sample&)>& fill) {
  Trajectory trajectory;
  trajectory.dt = kDt;
  for (int k = 0; k < samples; ++k) {
    Sample sample;
    sample.command_age = 100 + k * kDt;
    fill(k, (k + 1) * kDt, sample);
    trajectory.samples.push_back(sample);
  }
  return trajectory;
}

// A gait of 2 Hz (25 control steps), each leg on the ground for `duty` of its cycle, which begins
// `phase` of a cycle after LF's. Feet on the ground slide at `slip` along x; in the air they rise
// as a parabola of `clearance` (all the same, or leg by leg).
inline Trajectory Scripted(const sim::LegScalars& phase, const sim::LegScalars& duty, double slip,
                           const sim::LegScalars& clearance) {
  constexpr int kCycle = 25;
  sim::LegScalars x = sim::LegScalars::Zero();
  return Made(20 * kCycle, [&, x](int k, double, Sample& s) mutable {
    for (int leg = 0; leg < sim::kNumLegs; ++leg) {
      const double cycles = static_cast<double>(k) / kCycle - phase[leg] + 1;
      const double at = std::fmod(cycles + 1e-9, 1.0);  // share of the cycle, 0: touchdown
      s.contact[leg] = at < duty[leg];
      const double flight = (at - duty[leg]) / (1 - duty[leg]);
      s.foot_height[leg] = s.contact[leg] ? 0 : 4 * clearance[leg] * flight * (1 - flight);
      if (s.contact[leg]) x[leg] += slip * kDt;
      s.foot_W.col(leg) = Eigen::Vector3d(x[leg], 0, s.foot_height[leg]);
    }
  });
}

}  // namespace doggo::evaluation
