// Learning-rate schedules: the rate eta of update t out of `total`. With eta0 = `rate` and s the
// schedule's own clock, s = t - warmup out of S = total - warmup:
//
//   constant             eta0
//   step                 eta0 factor^floor((s - 1) / every): `every` updates at each height
//   exponential          eta0 factor^(s / every)                     (Lee et al. 2020, S8)
//   polynomial           final + (eta0 - final) (1 - s / S)^power
//   cosine               final + (eta0 - final) (1 + cos(pi s / S)) / 2
//                                                                    (Loshchilov, Hutter 2017)
//   one_cycle            linearly from eta0 / 25 to eta0 in 30 %, down as cosine
//                                                                    (Smith 2018)
//   inverse_square_root  eta0 sqrt(warmup / t), a warmup of 0 as 1   (Vaswani et al. 2017)
//
// Warm-up (Goyal et al. 2017) goes with any: while t <= warmup the clock stands at s = 0 and the
// rate is multiplied by t / warmup.
#pragma once

#include <string>
#include <vector>

#include "sim/interface/config_field.h"

namespace doggo::agent {

struct ScheduleConfig {
  std::string kind = "constant";
  double rate = 1e-3;
  double final_rate = 0;  // polynomial, cosine, one_cycle: reached exactly at the last update
  double factor = 0.5;    // step, exponential
  double every = 1000;    // updates; step, exponential
  double power = 1;       // polynomial; 1: a straight line
  double warmup = 0;      // updates
};
ConfigFields Fields(ScheduleConfig& config);

std::vector<std::string> ScheduleNames();

// t = 1 .. total; beyond, the rate stays at that of the end where the schedule has one. Throws
// std::invalid_argument where the kind is not known.
double RateAt(const ScheduleConfig& config, double t, double total);

}  // namespace doggo::agent
