// How closely a trajectory follows its commands. Errors are velocity minus command: vx, vy (m/s,
// heading frame), yaw rate (rad/s).
#pragma once

#include <Eigen/Core>

#include "app/evaluation/trajectory.h"

namespace doggo::evaluation {

inline constexpr double kSettlingTime = 1.0;  // s after a change of command that are left out
inline constexpr double kMeanWindow = 0.5;    // s: a stride, so that its sway averages out

// Sums over control steps: they can be added up over episodes.
struct TrackingError {
  double steps = 0;
  Eigen::Vector3d sum = Eigen::Vector3d::Zero(), squares = sum;
  // the same of the mean over the last kMeanWindow, where the command was settled all that time
  double windows = 0;
  Eigen::Vector3d window_squares = Eigen::Vector3d::Zero();

  void Add(const TrackingError& other);
  Eigen::Vector3d bias() const;  // 0 where nothing was measured, as below
  Eigen::Vector3d rmse() const;
  double linear_rmse() const;  // of vx and vy together
  double yaw_rmse() const;
  double linear_window_rmse() const;
  double yaw_window_rmse() const;
};

// Where the command, and the last push, are older than settling_s.
TrackingError TrackingErrorOf(const Trajectory& trajectory, double settling_s = kSettlingTime);

// Means of |error| over every control step, without any settling (Hwangbo et al. 2019, random
// commands).
struct MeanError {
  double steps = 0, linear = 0, yaw = 0;  // sums
};
MeanError MeanErrorOf(const Trajectory& trajectory);

// The answer of one component of the velocity to a step of its command, both through a centred mean
// of 0.2 s.
struct StepResponse {
  double rise_s;     // until 90 % of the way are done; NaN: never
  double overshoot;  // the furthest beyond the new command, as a share of the step; 0: never beyond
};
// From sample `step` on the command is another: it was `from` and is `to`.
StepResponse StepResponseOf(const Trajectory& trajectory, int component, int step, double from,
                            double to);

}  // namespace doggo::evaluation
