// Stepping asks for no memory.
#include <gtest/gtest.h>

#include "tests/sim/environment/history.h"
#include "tests/sim/environment/slider.h"
#include "tests/support/allocations.h"

namespace doggo::sim {
namespace {

// Calls of malloc in so many steps of one environment; `ended`: of its episodes in them.
long AllocationsIn(int steps, SliderOptions options, int& ended) {
  ParallelEnv env = Sliders(1, 1, /*seed=*/1, std::move(options));
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  const Batch action = Batch::Zero(1, 1);
  ended = 0;
  return test::CountAllocations([&] {
    for (int step = 0; step < steps; ++step) {
      env.Step(0, action, batch);
      ended += batch.terminated[0] || batch.truncated[0];
    }
  });
}

TEST(ParallelEnv, AllocatesNothingWhereEpisodesGoOnEndAndBegin) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "malloc is not the C library's";
  int ended;
  EXPECT_EQ(AllocationsIn(10 * Slider::kEpisode, {}, ended), 0);
  EXPECT_GE(ended, 10);
}

// mjb_setConst allocates a little and frees it again, but only where an episode begins.
TEST(ParallelEnv, AllocatesNothingWhereConstantsFollowAndNoEpisodeBegins) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "malloc is not the C library's";
  SliderOptions options = RubbingOptions();
  options.episode = 1000000;
  int ended;
  EXPECT_EQ(AllocationsIn(50, options, ended), 0);
  EXPECT_EQ(ended, 0);
}

}  // namespace
}  // namespace doggo::sim
