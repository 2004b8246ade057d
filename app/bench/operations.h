// How many floating-point operations learning takes, a multiplication and an addition counting as
// two. Only the dense layers count: biases, activations, the loss and the optimiser are overhead.
//
// For layers of widths d0 ... dL:  P = sum of d(i) d(i+1),  F = d0 d1.
//   forward 2P;  backward 2P for dL/dW and 2(P - F) for dL/dx, which nobody needs at the input.
#pragma once

#include "agent/training/learner.h"

namespace doggo::bench {

struct Products {
  double all = 0, first = 0;  // P, F
};
Products ProductsOf(const agent::Network& network);

// Per example.
double ForwardOperations(const agent::Network& network);
double LearningOperations(const agent::Network& network);  // forward and backward: 6P - 2F

// Of one update: every epoch sees every one of n examples.
double UpdateOperations(const agent::ActorCritic& nets, const agent::PpoConfig& ppo, double n);

// Per environment step of a whole iteration: both networks once where it is collected, the critic
// once more at the end of each environment's T steps, and its share of the update.
double OperationsPerStep(const agent::ActorCritic& nets, const agent::LearnerConfig& config);

// End-to-end environment steps per second at best, all cores busy with nothing but physics at the
// speed of a bare loop and multiply-adds at the peak: cores / (D t_step + operations / peak).
double Roofline(int cores, int physics_steps, double seconds_per_physics_step,
                double operations_per_step, double peak);

}  // namespace doggo::bench
