// The policies in models/policies/, each in the world that it was trained for.
#include <gtest/gtest.h>

#include <filesystem>

#include "app/evaluation/standard_protocol.h"
#include "app/loaded_run.h"

namespace doggo::app {
namespace {

struct Promise {
  const char* name;
  double linear_rmse, yaw_rmse;  // m/s, rad/s, at most
};

// Above the figures in README.md, which are of more and longer episodes.
class ShippedPolicies : public testing::TestWithParam<Promise> {};

TEST_P(ShippedPolicies, FollowTheirCommandsAndDoNotFall) {
  const Promise& promise = GetParam();
  const std::filesystem::path file =
      SourceRoot() / "models" / "policies" / (std::string(promise.name) + ".safetensors");
  const LoadedRun loaded = LoadRun(file.string(), {});
  EXPECT_EQ(loaded.config.name, promise.name);
  EXPECT_EQ(loaded.policy.task, promise.name);
  evaluation::EvaluationConfig protocol;
  protocol.episodes = 64;
  protocol.episode_length = 10;
  agent::WorkerPool pool(2);
  const evaluation::Tracking tracking = evaluation::EvaluateTracking(
      loaded.policy, loaded.config.world, protocol, SourceRoot().string(), pool);
  EXPECT_EQ(tracking.falls, 0);
  EXPECT_LE(tracking.linear_rmse, promise.linear_rmse);
  EXPECT_LE(tracking.yaw_rmse, promise.yaw_rmse);
}

INSTANTIATE_TEST_SUITE_P(OfModels, ShippedPolicies,
                         testing::Values(Promise{"anymal_flat", 0.045, 0.045},
                                         Promise{"anymal_robust", 0.05, 0.06},
                                         Promise{"anymal_fast", 0.05, 0.09},
                                         Promise{"anymal_rough", 0.13, 0.11}),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace doggo::app
