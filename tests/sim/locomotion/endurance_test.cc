// Robots that flail, are pushed, and are random in everything, for long: nothing that a learner is
// told ceases to be a number, and numerical trouble is counted.
//
// DOGGO_ENDURANCE_SECONDS: simulated time of each robot, 20 s unless set.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sim/locomotion/locomotion_task.h"
#include "tests/sim/environment/history.h"
#include "tests/sim/locomotion/everything_random.h"
#include "tests/sim/locomotion/one_robot.h"
#include "tests/support/sanitizers.h"

namespace doggo::sim {
namespace {

constexpr int kRobots = 256, kShardSize = 16;

double Seconds() {
  const char* text = std::getenv("DOGGO_ENDURANCE_SECONDS");
  if (text) return std::strtod(text, nullptr);
  return test::kSanitized ? 0.5 : 20;
}

// What a shard went through.
struct Course {
  int64_t fallen = 0, timed_out = 0;
  std::string complaint;  // of the first thing that is wrong
};

std::string Complaint(const StepBatch& batch) {
  if (!batch.policy_obs.allFinite()) return "a policy observation is not finite";
  if (!batch.critic_obs.allFinite()) return "a critic observation is not finite";
  if (!batch.final_critic_obs.allFinite()) return "a final observation is not finite";
  if (!batch.reward.allFinite()) return "a reward is not finite";
  if (!batch.episode_metrics.allFinite()) return "a metric is not finite";
  if ((batch.terminated && batch.truncated).any()) return "an episode ended in both ways";
  return "";
}

Course Endure(VecEnv& env, int shard, int steps) {
  const Acting act = RandomActing(env.spec().action_dim, /*deviation=*/1);
  StepBatch batch = MakeStepBatch(env.spec());
  Course course;
  env.Reset(shard, batch);
  for (int step = 0; step < steps && course.complaint.empty(); ++step) {
    env.Step(shard, ActionsOf(env.spec(), shard, step, act), batch);
    course.complaint = Complaint(batch);
    course.fallen += batch.terminated.count();
    course.timed_out += batch.truncated.count();
  }
  return course;
}

TEST(Robots, EndureFlailingWithEverythingRandom) {
  ParallelEnv env(MakeTask(EverythingRandom(), kRobots), kRobots, kShardSize, /*seed=*/1);
  const int steps = static_cast<int>(std::lround(Seconds() / env.spec().step_dt));
  const int num_shards = env.spec().num_shards;
  const int num_threads = static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u));

  std::vector<Course> courses(num_shards);
  std::vector<std::jthread> threads;
  for (int k = 0; k < num_threads; ++k) {
    threads.emplace_back([&, k] {
      for (int shard = k; shard < num_shards; shard += num_threads)
        courses[shard] = Endure(env, shard, steps);
    });
  }
  threads.clear();  // joins them

  Course all;
  for (const Course& course : courses) {
    EXPECT_EQ(course.complaint, "");
    all.fallen += course.fallen;
    all.timed_out += course.timed_out;
  }
  EXPECT_GT(all.fallen, 0);

  // what happened
  const TroubleCounts trouble = env.trouble_counts();
  const std::pair<const char*, int64_t> numbers[] = {
      {"steps", int64_t{steps} * kRobots},
      {"fallen", all.fallen},
      {"timed_out", all.timed_out},
      {"not_finite", trouble[static_cast<int>(TroubleKind::kNotFinite)]},
      {"too_fast", trouble[static_cast<int>(TroubleKind::kTooFast)]},
      {"contacts_full", trouble[static_cast<int>(TroubleKind::kContactsFull)]},
      {"constraints_full", trouble[static_cast<int>(TroubleKind::kConstraintsFull)]},
      {"warning", trouble[static_cast<int>(TroubleKind::kWarning)]},
      {"error", trouble[static_cast<int>(TroubleKind::kError)]},
  };
  for (const auto& [name, number] : numbers) {
    RecordProperty(name, std::to_string(number));
    fmt::print("{} {}\n", name, number);
  }
  for (const Replay& replay : env.TakeReplays())
    fmt::print("environment {}: {}\n", replay.environment, replay.message);
}

}  // namespace
}  // namespace doggo::sim
