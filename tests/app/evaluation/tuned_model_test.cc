// The model that is trained in leaves out what does not matter: other parts than feet that could
// touch, shapes that are only looked at, solver iterations that change nothing. Is that so?
#include <gtest/gtest.h>

#include <cmath>

#include "agent/policy/policy.h"
#include "app/evaluation/drill.h"
#include "app/evaluation/tracking_metrics.h"

namespace doggo::evaluation {
namespace {

struct Judged {
  TrackingError error;
  int falls = 0;
};

Judged JudgeIn(const sim::PhysicsConfig& physics) {
  const agent::Policy policy =
      agent::LoadPolicy(DOGGO_SOURCE_DIR "/models/policies/anymal_flat.safetensors");
  sim::LocomotionConfig world;
  world.commands.hold = {5, 5};
  world.randomization = sim::Nominal(world.physics);
  world.physics = physics;
  agent::WorkerPool pool(2);
  Context context{
      .policy = policy, .trained = world, .protocol = {}, .root = DOGGO_SOURCE_DIR, .pool = pool};
  Judged judged;
  Run(context, Drill{.name = "tuned", .world = world, .robots = 64, .seconds = 10},
      [&](int, const Trajectory& t) {
        judged.error.Add(TrackingErrorOf(t));
        judged.falls += t.fell;
      });
  return judged;
}

TEST(TunedModel, IsFollowedAsThePlainOneWithinTwoPercent) {
  const sim::PhysicsConfig tuned;
  sim::PhysicsConfig plain = tuned;  // MuJoCo's defaults, everything that can touches
  plain.iterations = 100;
  plain.line_search_iterations = 50;
  plain.contacts = "all";
  const Judged a = JudgeIn(tuned), b = JudgeIn(plain);
  EXPECT_EQ(a.falls, b.falls);
  EXPECT_NEAR(a.error.linear_rmse() / b.error.linear_rmse(), 1, 0.02);
  EXPECT_NEAR(a.error.yaw_rmse() / b.error.yaw_rmse(), 1, 0.02);
}

}  // namespace
}  // namespace doggo::evaluation
