// The hot loops, a few times each, for valgrind to count their instructions (instructions.sh).
//
//   instructions env_step|forward|learn TIMES
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "agent/training/trainer.h"
#include "app/bench/bare_loop.h"
#include "app/bench/blank_world.h"

namespace doggo::bench {
namespace {

constexpr int kRobots = 8;

// A control step of eight robots.
void StepEnvironments(int times) {
  sim::ParallelEnv env(std::make_unique<const sim::LocomotionTask>(sim::LocomotionConfig{},
                                                                   DOGGO_SOURCE_DIR, kRobots),
                       kRobots, kRobots, /*seed=*/1);
  StepBatch batch = MakeStepBatch(env.spec());
  Batch action(env.spec().action_dim, kRobots);
  env.Reset(0, batch);
  for (int step = 0; step < times; ++step) {
    DrawActions(0, step, action);
    env.Step(0, action, batch);
  }
}

// A forward pass of 48-128-128-128-12 over a tile.
void Forward(int times) {
  const agent::Network network({48, 128, 128, 128, 12}, "elu");
  agent::Vector theta = agent::Vector::Zero(network.num_parameters());
  network.Initialize({}, Random(1, Stream::kTest), theta);
  const agent::Matrix x = agent::Matrix::Constant(48, agent::kTileColumns, 0.1f);
  agent::Tape tape = network.MakeTape(agent::kTileColumns);
  for (int k = 0; k < times; ++k) network.Forward(theta, x, tape);
}

// An iteration over 512 examples that the world gives for nothing: inference, one epoch.
void Learn(int times) {
  BlankWorld world(48, 12, 16, 2);
  agent::LearnerConfig config;
  config.steps_per_iteration = 16;
  config.network.policy_hidden = config.network.critic_hidden = {128, 128, 128};
  config.ppo.epochs = 1;
  config.ppo.minibatches = 1;
  agent::Trainer trainer(world, config, /*seed=*/1, /*num_threads=*/1);
  for (int k = 0; k < times; ++k) trainer.Iterate();
}

int Main(const std::string& what, int times) {
  if (what == "env_step") {
    StepEnvironments(times);
  } else if (what == "forward") {
    Forward(times);
  } else if (what == "learn") {
    Learn(times);
  } else {
    fmt::print(stderr, "instructions env_step|forward|learn TIMES\n");
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace doggo::bench

int main(int argc, char** argv) {
  return doggo::bench::Main(argc > 1 ? argv[1] : "", argc > 2 ? std::atoi(argv[2]) : 0);
}
