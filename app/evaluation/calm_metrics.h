// What a robot does that is to do nothing, or was pushed: drift, motion of the joints, recovery.
#pragma once

#include "app/evaluation/trajectory.h"

namespace doggo::evaluation {

struct Calm {
  double drift;         // m, from the first second to the end
  double joint_motion;  // rad, root mean square of the angles about their means, from `settled` on
  double trembling;     // rad/s, of the joint speeds about their means over 0.2 s, likewise
};
// settled_s: when it should stand still.
Calm CalmOf(const Trajectory& trajectory, double settled_s);

// Seconds from sample `first` until the velocity's error, as its mean over 0.5 s, falls below 0.15
// m/s for good. NaN where it fell or never does.
double RecoveryTime(const Trajectory& trajectory, int first);

}  // namespace doggo::evaluation
