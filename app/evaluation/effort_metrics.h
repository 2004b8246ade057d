// What a trajectory costs: energy, and how near the drives come to their limits.
#pragma once

#include "app/evaluation/statistics.h"
#include "app/evaluation/trajectory.h"

namespace doggo::evaluation {

// Sums: they can be added up over robots.
struct Effort {
  double time = 0, distance = 0;  // s; m, along the way
  double work = 0;                // J, of |torque * speed|
  double positive_work = 0;       // J, of torque * speed where positive, at the ends of steps
  double torque_squares = 0, torques = 0;  // (N m)^2, how many
  Histogram torque, speed;                 // of |torque| (N m) and |joint speed| (rad/s)

  void Add(const Effort& other);
  double mean_speed() const;  // m/s
  double power() const;       // W
  double positive_power() const;
  double torque_rms() const;  // N m
  // |power| / (weight * speed); and of positive work alone (Lee et al. 2020). mass: kg
  double cost_of_transport(double mass) const;
  double positive_cost_of_transport(double mass) const;
};

// Bins of 2.5 % of the limits.
Effort NoEffort(double torque_limit, double speed_limit);

// From sample `first` on.
Effort EffortOf(const Trajectory& trajectory, int first, double torque_limit, double speed_limit);

}  // namespace doggo::evaluation
