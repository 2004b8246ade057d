// What keys, sliders and time do to driven robots: without a window, from made-up input.
#include "app/driven_show.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "tests/app/untrained_policy.h"

namespace doggo::app {
namespace {

constexpr double kFrame = 1.0 / 50;  // s

// A scene is asked only where the mouse pulls: there is none without a window.
const sim::Scene& NoScene() {
  static std::byte nothing[sizeof(sim::Scene)];
  return *reinterpret_cast<const sim::Scene*>(nothing);
}

struct Played {
  explicit Played(int number = 1, bool wanders = false, const std::vector<std::string>& types = {},
                  const ShownTile& tile = {})
      : world(WorldOf(types)),
        policy(UntrainedPolicy(world)),
        robots(policy, world, number, DOGGO_SOURCE_DIR, tile),
        show(
            robots, "test", policy, world.commands,
            [this](agent::Policy& newer) {
              if (!offered) return false;
              newer = *offered;
              offered.reset();
              return true;
            },
            wanders) {
    show.set_longest_stepping(std::numeric_limits<double>::infinity());  // a busy machine may test
  }

  void Frame(const sim::Input& input = {}, const std::vector<std::string>& buttons = {}) {
    show.Heed(input, buttons, NoScene(), kFrame, onlooker);
    show.Advance(kFrame, onlooker);
  }
  void Frames(int frames, const sim::Input& input = {}) {
    for (int k = 0; k < frames; ++k) Frame(input);
  }
  Eigen::Vector3d position(int robot = 0) const { return robots.episode(robot).t.now.p_W; }

  static sim::LocomotionConfig WorldOf(const std::vector<std::string>& types) {
    sim::LocomotionConfig world;
    world.terrain.types = types;
    return world;
  }
  std::string ground() const { return GroundText(robots.task().ground(), position()); }

  sim::LocomotionConfig world;
  agent::Policy policy;
  DrivenRobots robots;
  std::optional<agent::Policy> offered;
  DrivenShow show;
  Onlooker onlooker;
};

sim::Input Held(int key) {
  sim::Input input;
  input.held[key] = true;
  return input;
}

sim::Input Pressed(int key) {
  sim::Input input;
  input.pressed = {key};
  return input;
}

TEST(DrivenShow, AHeldKeyTakesTheCommandToTheEndOfItsRangeAndLetGoBackToRest) {
  Played played;
  played.Frames(10, Held('W'));
  EXPECT_NEAR(played.show.command().x(), 0.5 * played.world.commands.vx.high, 1e-9)
      << "0.2 of 0.4 s";
  played.Frames(20, Held('W'));
  EXPECT_EQ(played.show.command(), Eigen::Vector3d(played.world.commands.vx.high, 0, 0));
  EXPECT_EQ(played.robots.episode(0).t.command, played.show.command());
  played.Frames(45, Held(sim::kKeyDown));
  EXPECT_EQ(played.show.command().x(), played.world.commands.vx.low);
  played.Frames(30);
  EXPECT_EQ(played.show.command(), Eigen::Vector3d(0, 0, 0));
}

TEST(DrivenShow, KeysThatContradictEachOtherStandStill) {
  Played played;
  sim::Input both = Held('Q');
  both.held['E'] = true;
  played.Frames(5, both);
  EXPECT_EQ(played.show.command(), Eigen::Vector3d(0, 0, 0));
}

TEST(DrivenShow, AStickDrivesInProportionBeyondItsRest) {
  Played played;
  sim::Input input;
  input.gamepad.axes[1] = -0.10f;  // upwards, as much as one that is let go may show
  played.Frames(30, input);
  EXPECT_EQ(played.show.command().x(), 0);
  input.gamepad.axes[1] = -0.56f;  // half of what is left
  played.Frames(30, input);
  EXPECT_NEAR(played.show.command().x(), 0.5 * played.world.commands.vx.high, 1e-6);
}

TEST(DrivenShow, SlidersHoldTheCommandWhileNoKeyIsHeldAndStopClearsIt) {
  Played played;
  const std::vector<sim::Control> rows = played.show.Controls(played.onlooker);
  ASSERT_EQ(rows[1].kind, sim::Control::kSlider);
  *rows[1].value = 0.4;
  played.Frames(30);
  EXPECT_NEAR(played.show.command().x(), 0.4, 1e-12);
  played.Frames(30, Held('S'));
  EXPECT_EQ(played.show.command().x(), played.world.commands.vx.low);
  played.Frames(60);
  EXPECT_NEAR(played.show.command().x(), 0.4, 1e-12);
  played.Frame({}, {"stop  X"});
  EXPECT_EQ(played.show.command(), Eigen::Vector3d(0, 0, 0));
}

TEST(DrivenShow, RobotsTakeAsManyStepsAsTheClockAtEverySpeed) {
  for (const double speed : {0.25, 1.0, 3.0}) {
    Played played;
    played.onlooker.speed = speed;
    played.Frames(100);
    EXPECT_NEAR(static_cast<double>(played.robots.steps()) * played.show.step_dt(),
                100 * kFrame * speed, played.show.step_dt());
  }
}

TEST(DrivenShow, APauseStandsStillButForSingleSteps) {
  Played played;
  played.onlooker.paused = true;
  played.Frames(10);
  EXPECT_EQ(played.robots.steps(), 0);
  played.onlooker.single_step = true;
  played.Frame();
  EXPECT_EQ(played.robots.steps(), 1);
  played.Frames(3);
  EXPECT_EQ(played.robots.steps(), 1);
}

TEST(DrivenShow, AKickMovesEveryRobotASidewardsStepAndResetPutsThemBack) {
  Played kicked(2), calm(2);
  const Eigen::Vector3d start = kicked.position();
  kicked.Frame(Pressed(sim::kKeySpace));
  calm.Frame();
  kicked.Frames(20);
  calm.Frames(20);
  for (int robot = 0; robot < 2; ++robot)
    EXPECT_GT((kicked.position(robot) - calm.position(robot)).head<2>().norm(), 0.05) << robot;
  kicked.Frame(Pressed('R'));
  EXPECT_LT((kicked.position() - start).norm(), 0.02);
}

TEST(DrivenShow, TheSameInputGivesTheSamePositionsBitForBit) {
  Played a(2), b(2);
  for (Played* played : {&a, &b}) {
    played->Frames(40, Held('W'));
    played->Frame(Pressed(sim::kKeySpace));
    played->Frames(40, Held('Q'));
  }
  for (int robot = 0; robot < 2; ++robot) EXPECT_EQ(a.position(robot), b.position(robot));
}

TEST(DrivenShow, WandersUntilSomebodyDrives) {
  Played played(1, /*wanders=*/true);
  played.Frames(50);
  const Eigen::Vector3d first = played.show.command();
  EXPECT_FALSE(first.isZero());
  played.Frames(220);  // beyond the first command's 4 s
  EXPECT_NE(played.show.command(), first);
  const auto& ranges = played.world.commands;
  EXPECT_TRUE(ranges.vx.low <= first.x() && first.x() <= ranges.vx.high);
  EXPECT_TRUE(ranges.yaw_rate.low <= first.z() && first.z() <= ranges.yaw_rate.high);
  played.Frame(Pressed('X'));
  played.Frames(300);
  EXPECT_TRUE(played.show.command().isZero());
}

TEST(DrivenShow, TakesUpANewerPolicyAndSaysSo) {
  Played played;
  agent::Policy newer = played.policy;
  newer.steps_trained = 250'000;
  played.offered = newer;
  played.Frame();
  EXPECT_EQ(played.onlooker.note, "policy of 0.25 M steps");
  EXPECT_EQ(played.show.Title(), "test, 0.25 M steps");
}

// The robot stands where it says, in the arena that was there before.
TEST(DrivenShow, DigitsAndBracketsPutTheRobotOnAnotherTile) {
  Played played(1, false, {"stairs_up share=0.5", "waves share=0.2", "discrete share=0.3"},
                {"stairs_up", 4});
  const std::vector<std::string> types = played.robots.task().ground().types;
  EXPECT_EQ(played.ground(), "stairs_up, level 4 of 0-9");
  const struct {
    int key;
    const char* ground;
  } kPresses[] = {{'9', "stairs_up, level 9 of 0-9"}, {'0', "stairs_up, level 0 of 0-9"},
                  {']', "waves, level 0 of 0-9"},     {'3', "waves, level 3 of 0-9"},
                  {']', "discrete, level 3 of 0-9"},  {']', "stairs_up, level 3 of 0-9"},
                  {'[', "discrete, level 3 of 0-9"}};
  for (const auto& [key, ground] : kPresses) {
    const int64_t episode = played.show.episode(0);
    played.Frame(Pressed(key));
    EXPECT_EQ(played.ground(), ground);
    EXPECT_EQ(played.onlooker.note, ground);
    EXPECT_NE(played.show.episode(0), episode) << "the camera jumps";
    EXPECT_EQ(played.robots.task().ground().types, types);
  }
  played.Frame(Pressed('R'));
  EXPECT_EQ(played.ground(), "discrete, level 3 of 0-9") << "it begins anew there";
}

TEST(DrivenShow, OnlyRoughGroundHasKeysForItsTiles) {
  Played rough(1, false, {"stairs_up share=1"}, {"stairs_up", 0}), flat;
  const auto names_level = [](const Played& played) {
    const std::vector<HelpLine> lines = played.show.Help();
    return std::any_of(lines.begin(), lines.end(),
                       [](const HelpLine& line) { return line.keys == "0 to 9"; });
  };
  EXPECT_TRUE(names_level(rough));
  EXPECT_FALSE(names_level(flat));
  flat.Frame(Pressed('3'));
  flat.Frame(Pressed(']'));
  EXPECT_EQ(flat.onlooker.note, "");
  EXPECT_EQ(flat.robots.moves(), 0);
}

// What panels show is what training logs: the rates add up to the episode's sums, as velocities are
// those of the state.
TEST(Trail, ItsNumbersAreTheTasks) {
  Played played;
  const auto& trail = played.robots.shown(0).trail;
  std::vector<double> before = trail.reward_sums;
  played.Frame(Held('W'));
  const ShownRobot shown = played.robots.shown(0);
  ASSERT_EQ(shown.trail.reward_sums.size(), shown.task.rewards().size());
  double moved = 0;
  for (size_t k = 0; k < before.size(); ++k)
    moved += std::abs(shown.trail.reward_sums[k] - before[k]);
  EXPECT_GT(moved, 0);
  const Moment& last = shown.trail.moments.back();
  EXPECT_EQ(last.velocity.x(), static_cast<float>(shown.episode.t.now.v_H.x()));
  EXPECT_EQ(last.command, shown.episode.t.command.cast<float>());
  EXPECT_EQ((last.contact == shown.episode.t.now.contact).all(), true);
  EXPECT_EQ(shown.observation.size(), static_cast<size_t>(shown.task.spec().policy_dim));
}

TEST(Trail, AConstantRateIsShownAsItIsAndForgetsAnEndedEpisode) {
  sim::Episode episode{};
  episode.t.step_dt = 0.02;
  episode.episode = 1;
  Trail trail;
  std::vector<double> sums = {0};
  Remember(episode, sums, trail);
  for (int k = 0; k < 500; ++k) {
    sums[0] += 0.02 * 3;
    Remember(episode, sums, trail);
  }
  EXPECT_NEAR(trail.reward_rates[0], 3, 1e-6);
  EXPECT_EQ(trail.moments.size(), 250u) << "5 s";
  episode.episode = 2;
  Remember(episode, std::vector<double>{0}, trail);
  EXPECT_EQ(trail.reward_rates[0], 0);
}

}  // namespace
}  // namespace doggo::app
