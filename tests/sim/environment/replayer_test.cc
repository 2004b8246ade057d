// A replay goes through the same states to the same trouble in the same step, bit for bit.
#include "sim/environment/replayer.h"

#include <gtest/gtest.h>

#include <bit>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/sim/environment/history.h"
#include "tests/sim/environment/slider.h"
#include "tests/sim/mujoco/message_of.h"
#include "tests/sim/mujoco/quiet.h"

namespace doggo::sim {
namespace {

constexpr int kEnvs = 8;
constexpr int kWatched = 5;
constexpr int kPeriod = 10;  // control steps of 0.1 s between snapshots

// A slider with long episodes, each on its own rubbing rail; writes down the states that the
// watched environment's steps lead to.
class Watched : public Slider {
 public:
  Watched()
      : Slider({.fields = {"actuator_gear", "body_mass"},
                .xml = kRubbingSliderXml,
                .episode = 1000000}) {}

  Outcome Step(const EnvView& env, const float* action) const override {
    if (env.environment == kWatched) {
      const SliderRecord& r = RecordOf(env);
      seen.push_back({r.steps, r.clock, std::bit_cast<int64_t>(env.data->qpos[0]),
                      std::bit_cast<int64_t>(env.data->qvel[0]),
                      std::bit_cast<int64_t>(env.data->qacc_warmstart[0]),
                      std::bit_cast<int64_t>(env.model->dof_invweight0[0])});
    }
    return Slider::Step(env, action);
  }

  mutable std::vector<std::vector<int64_t>> seen;  // before each step
};

// Goes to and fro on the rail; an action that brings trouble at one step of the watched one.
Acting ToAndFro(int step_of_fault, float fault) {
  return [=](int environment, int step) -> Eigen::VectorXf {
    const bool now = environment == kWatched && step == step_of_fault;
    const float push =
        (step % 4 == 0 || step % 4 == 3 ? 0.9f : -0.9f) + 0.01f * static_cast<float>(environment);
    return Eigen::VectorXf::Constant(1, now ? fault : push);
  };
}

// What happened, and the replay of it.
struct Accident {
  std::vector<std::vector<int64_t>> seen;
  Replay replay;
};

// The watched mass comes into trouble in the step after so many.
Accident Provoke(int steps, float fault) {
  auto task = std::make_unique<Watched>();
  const Watched& watched = *task;
  ParallelEnv env(std::move(task), kEnvs, kEnvs, /*seed=*/3);
  RunAll(env, steps + 5, ToAndFro(steps, fault));
  std::vector<Replay> replays = env.TakeReplays();
  EXPECT_EQ(replays.size(), 1u);
  return {{watched.seen.begin(), watched.seen.begin() + steps + 1}, std::move(replays.at(0))};
}

const float kFaults[] = {2 * Slider::kBreaking, Slider::kToNan, Slider::kToHighSpeed,
                         Slider::kToHugeForce};

TEST(Replayer, GoesThroughTheSameStatesToTheSameTroubleInTheSameStep) {
  const Quiet quiet;
  for (const float fault : kFaults) {
    for (const int steps : {0, 1, 9, 10, 11, 19, 20, 25, 37}) {
      const Accident accident = Provoke(steps, fault);

      // the file between them changes nothing
      std::stringstream file;
      WriteReplay(accident.replay, file);
      const Watched task;
      Replayer replayer(task, ReadReplay(file, "it"));

      // it begins at the older of the last two snapshots
      const int newer = steps / kPeriod * kPeriod, older = std::max(0, newer - kPeriod);
      EXPECT_EQ(replayer.replay().steps(), steps + 1 - older);

      while (!replayer.at_end()) {
        const Outcome outcome = replayer.Step();
        EXPECT_EQ(outcome.terminated, replayer.at_end());
        EXPECT_EQ(outcome.trouble.kind,
                  replayer.at_end() ? accident.replay.trouble.kind : TroubleKind::kNone);
      }
      EXPECT_TRUE(std::equal(task.seen.begin(), task.seen.end(), accident.seen.begin() + older,
                             accident.seen.end()));
    }
  }
}

TEST(Replayer, TroubleIsThatOfTheReplay) {
  const Quiet quiet;
  const Accident accident = Provoke(12, Slider::kToHighSpeed);
  const Watched task;
  Replayer replayer(task, accident.replay);
  Outcome outcome;
  while (!replayer.at_end()) outcome = replayer.Step();
  EXPECT_EQ(outcome.trouble.dof, accident.replay.trouble.dof);
  EXPECT_EQ(outcome.trouble.value, accident.replay.trouble.value);
  EXPECT_EQ(outcome.reward, 0);
  EXPECT_THROW(replayer.Step(), std::out_of_range);
}

TEST(Replayer, RememberedStepsAreOfThisEpisodeOnly) {
  const Quiet quiet;
  ParallelEnv env(std::make_unique<Watched>(), 1, 1, /*seed=*/3);
  StepBatch batch = MakeStepBatch(env.spec());
  env.Reset(0, batch);
  const auto step = [&](float action) { env.Step(0, Batch::Constant(1, 1, action), batch); };

  // an episode of more than a second ends off the rail, the next one in trouble in its third step
  for (int k = 0; k < 15; ++k) step(0);
  do step(80);
  while (!batch.terminated[0]);
  EXPECT_TRUE(env.TakeReplays().empty());
  step(0);
  step(0.5f);
  step(Slider::kToNan);
  EXPECT_EQ(env.TakeReplays().at(0).actions, (std::vector<float>{0, 0.5f, Slider::kToNan}));
}

TEST(Replayer, AnEnvironmentThatWasLoadedIsRememberedFromThereOn) {
  const Quiet quiet;
  ParallelEnv env(std::make_unique<Watched>(), kEnvs, kEnvs, /*seed=*/3);
  RunAll(env, 25, ToAndFro(-1, 0));
  Load(Saved(env, 0), 0, env);
  StepBatch batch = MakeStepBatch(env.spec());
  History history(kEnvs);
  StepShard(env, 0, 25, 3, ToAndFro(27, Slider::kToNan), batch, history);
  const Replay replay = env.TakeReplays().at(0);
  EXPECT_EQ(replay.steps(), 3);
  EXPECT_EQ(replay.actions.back(), Slider::kToNan);
  const Watched task;
  Replayer replayer(task, replay);
  replayer.Step();
  replayer.Step();
  EXPECT_EQ(replayer.Step().trouble.kind, TroubleKind::kNotFinite);
}

TEST(Replayer, SeeksForwardsAndBackwards) {
  const Quiet quiet;
  const Accident accident = Provoke(16, 2 * Slider::kBreaking);
  const Watched task;
  Replayer replayer(task, accident.replay);
  std::vector<double> positions = {replayer.data().qpos[0]};
  while (!replayer.at_end()) {
    replayer.Step();
    positions.push_back(replayer.data().qpos[0]);
  }
  for (const int step : {17, 3, 4, 0, 12, 12, 1}) {
    replayer.Seek(step);
    EXPECT_EQ(replayer.step(), step);
    EXPECT_EQ(replayer.data().qpos[0], positions[step]);
  }
  replayer.Seek(-5);
  EXPECT_EQ(replayer.step(), 0);
  replayer.Seek(100);
  EXPECT_TRUE(replayer.at_end());
}

// MuJoCo's data of the instant can be drawn: body frames are where the joint is. The model is the
// environment's own.
TEST(Replayer, ShowsTheInstantWithTheModelOfTheEnvironment) {
  const Quiet quiet;
  const Accident accident = Provoke(14, Slider::kToNan);
  const Watched task;
  Replayer replayer(task, accident.replay);
  EXPECT_EQ(replayer.model().actuator_gear[0], accident.replay.fields[0]);
  EXPECT_NE(replayer.model().actuator_gear[0], task.model().actuator_gear[0]);
  EXPECT_DOUBLE_EQ(replayer.model().dof_invweight0[0], 1 / replayer.model().body_mass[1]);
  for (int k = 0; k < 14; ++k) {
    EXPECT_EQ(replayer.data().xpos[3], replayer.data().qpos[0]);
    replayer.Step();
  }
  EXPECT_NE(replayer.data().qpos[0], 0);
  replayer.Step();
  EXPECT_TRUE(std::isnan(replayer.data().qvel[0]));  // the state all the same
  EXPECT_EQ(static_cast<const SliderRecord*>(replayer.record())->environment, kWatched);
}

TEST(Replayer, RefusesTheReplayOfAnotherConfiguration) {
  const Quiet quiet;
  const Replay replay = Provoke(3, Slider::kToNan).replay;
  const Watched task;
  const auto message = [&](auto&& change) {
    Replay other = replay;
    change(other);
    return MessageOf<std::runtime_error>([&] { Replayer(task, other); });
  };
  const std::string words = "the replay was made with another configuration: the size of its ";
  EXPECT_EQ(message([](Replay& r) { r.record.resize(7); }),
            words + "record is 7, here it is " + std::to_string(sizeof(SliderRecord)));
  EXPECT_EQ(message([](Replay& r) { r.action_dim = 2; }), words + "action is 2, here it is 1");
  EXPECT_EQ(message([](Replay& r) { r.state.clear(); }).rfind(words + "state is 0", 0), 0u);
  EXPECT_EQ(message([](Replay& r) { r.fields.push_back(1); }).rfind(words + "randomised", 0), 0u);
}

}  // namespace
}  // namespace doggo::sim
