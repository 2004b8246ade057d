// How much of the physics' speed is left for a task: environment steps, with actions, rewards,
// observations, terminations and resets, against a bare loop of mj_step that follows the same
// targets from the same starts on the same model. One thread; both in turn, shard by shard, median
// of the ratios. Before that: what a robot costs in memory, and a reset in control steps.
//
//   build/release/tests/bench_environment [repeats]

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "sim/locomotion/locomotion_task.h"
#include "tests/sim/locomotion/one_robot.h"

namespace doggo::sim {
namespace {

constexpr int kRobots = 128, kShardSize = 16, kSteps = 100;
constexpr uint64_t kSeed = 1;

// What the actuators of one robot were told in one control step, physics step by physics step;
// `restart` where an episode began before it.
struct Order {
  std::vector<Joints> controls;
  bool restart;
};

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

// The bare loop: the same robots in the same episodes, each stepped by itself so that nothing is
// loaded or saved between its steps. What an episode begins with is a function of seed, environment
// and episode, so that the same worlds come again.
class BareLoop {
 public:
  BareLoop(const LocomotionTask& task, uint64_t seed, int robots)
      : task_(task),
        drive_(task.config().drive, task.config().physics.timestep,
               static_cast<int>(task.config().randomization.latency.high), DOGGO_SOURCE_DIR),
        memories_(robots, std::vector<double>(drive_.memory_size() + 1)) {
    for (int i = 0; i < robots; ++i) robots_.push_back(std::make_unique<OneRobot>(task, seed, i));
  }

  // What the environment is about to do, which holds `e` and gets this action.
  void Note(int robot, const Episode& e, const Eigen::Ref<const Batch>& action, Order& order) {
    double* memory = memories_[robot].data();
    order.restart = e.steps == 0 && e.episode > 1;
    if (e.steps == 0) drive_.Reset(e.t.randomized.drive, e.t.now.q, memory);
    const Joints target = task_.robot().default_pose +
                          task_.config().action.scale * Joints(action.cast<double>()) +
                          PriorOffsets(task_.config().gait, task_.robot(), e.t);
    for (Joints& control : order.controls)
      control = drive_.Act(e.t.randomized.drive, target, e.t.now.q, e.t.now.qd, memory);
  }

  // Seconds.
  double Run(int robot, const std::vector<Order>& orders) {
    const mjModel& model = robots_[robot]->model();
    mjData& data = robots_[robot]->data();
    double seconds = 0;
    auto start = std::chrono::steady_clock::now();
    for (const Order& order : orders) {
      if (order.restart) {
        seconds += Seconds(start);
        robots_[robot]->Reset();
        start = std::chrono::steady_clock::now();
      }
      for (const Joints& control : order.controls) {
        for (int j = 0; j < kNumJoints; ++j) data.ctrl[task_.robot().ids.actuator[j]] = control[j];
        mj_step(&model, &data);
      }
    }
    return seconds + Seconds(start);
  }

 private:
  const LocomotionTask& task_;
  Drive drive_;
  std::vector<std::vector<double>> memories_;
  std::vector<std::unique_ptr<OneRobot>> robots_;
};

// Every row of the table, noise on every observation, pushes.
LocomotionConfig EverythingRandom() {
  LocomotionConfig config;
  for (const RandomizationTerm& term : RandomizationTerms()) {
    if (term.name == "friction") continue;
    const double width = term.whole ? 3 : term.nominal == 1 ? 0.1 : 0.02;
    config.randomization.*term.range = {term.nominal, term.nominal + width};
  }
  config.randomization.push_force = {-50, 50};
  config.randomization.push_duration = {0, 0.2};
  for (std::string& row : config.observations.policy) {
    if (row != "fore_aft_frame") row += " noise=0.02";
  }
  return config;
}

std::unique_ptr<ParallelEnv> Robots(const LocomotionConfig& config, int num_envs) {
  return std::make_unique<ParallelEnv>(
      std::make_unique<const LocomotionTask>(config, DOGGO_SOURCE_DIR, num_envs), num_envs,
      kShardSize, kSeed);
}

struct Ratios {
  std::vector<double> ratios;  // bare / environment, of each block
  double env_best = 1e9, bare_best = 1e9;
};

Ratios Measure(const LocomotionConfig& config, int repeats) {
  const auto robots = Robots(config, kRobots);
  ParallelEnv& env = *robots;
  const auto& task = static_cast<const LocomotionTask&>(env.task());
  StepBatch batch = MakeStepBatch(env.spec());
  for (int shard = 0; shard < env.spec().num_shards; ++shard) env.Reset(shard, batch);
  BareLoop bare(task, kSeed, kRobots);
  const Order order{std::vector<Joints>(config.physics.substeps), false};
  std::vector<std::vector<Order>> orders(kShardSize, std::vector<Order>(kSteps, order));
  std::vector<Batch> actions(kSteps, Batch(kNumJoints, kShardSize));

  Ratios result;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    for (int shard = 0; shard < env.spec().num_shards; ++shard) {
      for (int step = 0; step < kSteps; ++step) {
        Random random(2, Stream::kTest, shard, static_cast<uint64_t>(repeat * kSteps + step));
        for (float& a : actions[step].reshaped()) a = static_cast<float>(0.3 * random.Normal());
      }
      // environments; what they are told is noted outside the clock
      double env_seconds = 0;
      for (int step = 0; step < kSteps; ++step) {
        for (int e = 0; e < kShardSize; ++e) {
          const int robot = shard * kShardSize + e;
          bare.Note(robot, EpisodeOf(env, robot), actions[step].col(e), orders[e][step]);
        }
        const auto start = std::chrono::steady_clock::now();
        env.Step(shard, actions[step], batch);
        env_seconds += Seconds(start);
      }
      // the same again, with nothing around mj_step
      double bare_seconds = 0;
      for (int e = 0; e < kShardSize; ++e)
        bare_seconds += bare.Run(shard * kShardSize + e, orders[e]);

      if (repeat == 0) continue;  // warm-up
      result.ratios.push_back(bare_seconds / env_seconds);
      result.env_best = std::min(result.env_best, env_seconds);
      result.bare_best = std::min(result.bare_best, bare_seconds);
    }
  }
  std::sort(result.ratios.begin(), result.ratios.end());
  return result;
}

void Print(const char* what, const LocomotionConfig& config, int repeats) {
  const Ratios r = Measure(config, repeats);
  const double count = double{kShardSize} * kSteps;
  const size_t n = r.ratios.size();
  fmt::print("{}: environment step {:.1f} us ({:.0f} /s), bare mj_step x {} {:.1f} us\n", what,
             r.env_best / count * 1e6, count / r.env_best, config.physics.substeps,
             r.bare_best / count * 1e6);
  fmt::print("  ratio {:.3f}, half of them in [{:.3f}, {:.3f}], median of {} blocks of {} steps\n",
             r.ratios[n / 2], r.ratios[n / 4], r.ratios[3 * n / 4], n, kShardSize * kSteps);
}

// Resident bytes of this process (Linux).
double ResidentBytes() {
  std::ifstream in("/proc/self/statm");
  double total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// What each robot of a shard costs beyond the first, when all have lived for some steps. In a
// process of its own, where no memory is left over from what was before.
void PrintMemory(const char* what, const LocomotionConfig& config) {
  constexpr int kShards = 4, kMany = 1000;
  const auto live = [&](int shard_size) {
    const double before = ResidentBytes();
    ParallelEnv env(std::make_unique<const LocomotionTask>(config, DOGGO_SOURCE_DIR, kShards),
                    kShards * shard_size, shard_size, 1);
    StepBatch batch = MakeStepBatch(env.spec());
    const Batch action = Batch::Zero(kNumJoints, shard_size);
    for (int shard = 0; shard < kShards; ++shard) {
      env.Reset(shard, batch);
      for (int step = 0; step < 100; ++step) env.Step(shard, action, batch);
    }
    return ResidentBytes() - before;
  };
  std::fflush(stdout);
  const pid_t child = fork();
  if (child != 0) {
    waitpid(child, nullptr, 0);
    return;
  }
  const double few = live(1), many = live(1 + kMany);
  fmt::print("{}: {:.1f} kB a robot beyond the first of its shard\n", what,
             (many - few) / (kShards * kMany) / 1000);
  std::fflush(stdout);
  std::_Exit(0);
}

// Against control steps of the same robots.
void PrintReset(const char* what, const LocomotionConfig& config) {
  const auto env = Robots(config, kShardSize);
  StepBatch batch = MakeStepBatch(env->spec());
  const Batch action = Batch::Zero(kNumJoints, kShardSize);
  double reset = 1e9, step = 1e9;
  for (int repeat = 0; repeat < 50; ++repeat) {
    auto start = std::chrono::steady_clock::now();
    env->Reset(0, batch);
    reset = std::min(reset, Seconds(start));
    start = std::chrono::steady_clock::now();
    for (int k = 0; k < 10; ++k) env->Step(0, action, batch);
    step = std::min(step, Seconds(start) / 10);
  }
  fmt::print("{}: a reset costs {:.1f} us, {:.2f} control steps\n", what, reset / kShardSize * 1e6,
             reset / step);
}

int Main(int repeats) {
  const LocomotionConfig everything = EverythingRandom();
  PrintMemory("default task", {});
  PrintMemory("all randomisation", everything);
  PrintReset("default task", {});
  PrintReset("all randomisation", everything);
  Print("default task", {}, repeats);
  Print("all randomisation", everything, repeats);
  return 0;
}

}  // namespace
}  // namespace doggo::sim

int main(int argc, char** argv) {
  return doggo::sim::Main(1 + (argc > 1 ? std::atoi(argv[1]) : 9));
}
