// Numerical trouble is found, told apart and named: in states made by hand, and where MuJoCo itself
// runs out of memory or of numbers.
#include "sim/mujoco/trouble.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "sim/mujoco/model.h"
#include "tests/sim/mujoco/quiet.h"

namespace doggo::sim {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kLimit = 10;

// A free base (dofs 0-5, coordinates 0-6), a ball joint (6-8, 7-10), a hinge without a name (9, 11)
// and a slide (10, 12).
const char* const kChain = R"(<mujoco>
  <option gravity="0 0 0"/>
  <worldbody>
    <body name="base">
      <freejoint/><geom size="0.1"/>
      <body><joint name="hip" type="ball"/><geom size="0.1" pos="1 0 0"/>
        <body><joint/><geom size="0.1" pos="2 0 0"/>
          <body><joint name="lift" type="slide"/><geom size="0.1" pos="3 0 0"/></body>
        </body>
      </body>
    </body>
  </worldbody>
</mujoco>)";

struct World {
  explicit World(const std::string& xml) : model(LoadModelFromText(xml)), data(MakeData(*model)) {}
  Trouble Find() const { return FindTrouble(*model, *data, kLimit); }
  std::string Words() const { return Describe(*model, Find()); }

  Quiet quiet;
  ModelPtr model;
  DataPtr data;
};

TEST(FindTrouble, LetsOrdinaryStatesBe) {
  World w(kChain);
  EXPECT_FALSE(w.Find());
  w.data->qpos[0] = 1e6;  // a robot may walk far
  for (int i = 0; i < w.model->nv; ++i) w.data->qvel[i] = i % 2 ? kLimit : -kLimit;
  EXPECT_FALSE(w.Find());
  EXPECT_EQ(w.Words(), "no trouble");
}

TEST(FindTrouble, SeesEverySpeedThatIsNoNumberAndNamesItsDof) {
  World w(kChain);
  for (int dof = 0; dof < w.model->nv; ++dof) {
    for (const double bad : {kNan, kInf, -kInf}) {
      w.data->qvel[dof] = bad;
      const Trouble trouble = w.Find();
      EXPECT_EQ(trouble.kind, TroubleKind::kNotFinite);
      EXPECT_EQ(trouble.dof, dof);
    }
    w.data->qvel[dof] = 0;
  }
}

TEST(FindTrouble, SeesEveryCoordinateThatIsNoNumberAndNamesADofOfItsJoint) {
  World w(kChain);
  const int dof_of[] = {0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10};  // quaternions: four of three
  ASSERT_EQ(w.model->nq, 13);
  for (int i = 0; i < w.model->nq; ++i) {
    const double before = w.data->qpos[i];
    for (const double bad : {kNan, kInf, -kInf}) {
      w.data->qpos[i] = bad;
      const Trouble trouble = w.Find();
      EXPECT_EQ(trouble.kind, TroubleKind::kNotFinite);
      EXPECT_EQ(trouble.dof, dof_of[i]) << i;
    }
    w.data->qpos[i] = before;
  }
}

TEST(FindTrouble, SeesSpeedsBeyondTheLimitEitherWayAndNamesTheGreatest) {
  World w(kChain);
  w.data->qvel[2] = kLimit * 1.001;
  EXPECT_EQ(w.Find().kind, TroubleKind::kTooFast);
  EXPECT_EQ(w.Find().dof, 2);
  w.data->qvel[9] = -412;
  w.data->qvel[10] = 300;
  EXPECT_EQ(w.Find().dof, 9);
  EXPECT_EQ(w.Find().value, -412);
}

TEST(FindTrouble, NoSpeedMayBeInfiniteEvenWithoutALimit) {
  World w(kChain);
  w.data->qvel[0] = 1e300;
  EXPECT_FALSE(FindTrouble(*w.model, *w.data, kInf));
  w.data->qvel[0] = kInf;
  EXPECT_TRUE(FindTrouble(*w.model, *w.data, kInf));
}

TEST(FindTrouble, TellsTheStateBeforeTheWarningsAndRoomBeforeOtherWarnings) {
  World w(kChain);
  const auto kind = [&] { return w.Find().kind; };
  w.data->warning[mjWARN_INERTIA].number = 1;
  EXPECT_EQ(kind(), TroubleKind::kWarning);
  w.data->warning[mjWARN_CNSTRFULL].number = 1;
  EXPECT_EQ(kind(), TroubleKind::kConstraintsFull);
  w.data->warning[mjWARN_CONTACTFULL].number = 1;
  EXPECT_EQ(kind(), TroubleKind::kContactsFull);
  w.data->qvel[3] = 2 * kLimit;
  EXPECT_EQ(kind(), TroubleKind::kTooFast);
  w.data->qvel[5] = kNan;
  EXPECT_EQ(kind(), TroubleKind::kNotFinite);
  EXPECT_EQ(w.Find().dof, 5);
  w.data->qpos[12] = kNan;
  EXPECT_EQ(w.Find().dof, 10);
}

TEST(FindTrouble, SeesEveryWarningOfMuJoCo) {
  World w(kChain);
  for (int warning = 0; warning < mjNWARNING; ++warning) {
    w.data->warning[warning] = {.lastinfo = 0, .number = 3};
    EXPECT_TRUE(w.Find()) << warning;
    EXPECT_NE(w.Words(), "no trouble");
    w.data->warning[warning] = {};
  }
}

// --- trouble that MuJoCo makes itself

// MuJoCo puts a state that it cannot use back to its beginning and says so by a warning alone.
TEST(FindTrouble, SeesThatMuJoCoResetTheSimulation) {
  World w(kChain);
  w.data->qpos[12] = kNan;
  mj_step(w.model.get(), w.data.get());
  EXPECT_EQ(w.Words(), "MuJoCo found no number, or a huge one, in the position of joint lift");

  World v(kChain);
  v.data->qfrc_applied[7] = 1e20;
  mj_step(v.model.get(), v.data.get());
  EXPECT_EQ(v.Find().kind, TroubleKind::kWarning);
  EXPECT_EQ(v.Find().value, mjWARN_BADQACC);
  EXPECT_NE(v.Words().find("acceleration of "), std::string::npos) << v.Words();
}

// A plate with feet stands on a plane. The stack of MuJoCo's collision detection (17 kB) must fit,
// not much more than that.
std::string Plate(int feet, int kilobytes) {
  std::string geoms;
  for (int i = 0; i < feet; ++i) geoms += fmt::format("<geom size='0.1' pos='{} 0 0'/>", i);
  return fmt::format(
      "<mujoco><size memory='{}K'/><worldbody><geom type='plane' size='5 5 1'/>"
      "<body pos='0 0 0.05'><joint type='slide'/>{}</body></worldbody></mujoco>",
      kilobytes, geoms);
}

TEST(FindTrouble, SeesThatContactsOrConstraintsDidNotFitIntoMemory) {
  World contacts(Plate(60, 24));
  mj_step(contacts.model.get(), contacts.data.get());
  EXPECT_LT(contacts.data->ncon, 60);
  EXPECT_EQ(contacts.Words(), "no room for all contacts");

  World constraints(Plate(20, 20));
  mj_step(constraints.model.get(), constraints.data.get());
  EXPECT_EQ(constraints.data->ncon, 20);
  EXPECT_EQ(constraints.Words(), "no room for all constraints");

  World enough(Plate(20, 1000));
  mj_step(enough.model.get(), enough.data.get());
  EXPECT_EQ(enough.data->ncon, 20);
  EXPECT_FALSE(enough.Find());
}

// --- words

TEST(Describe, NamesTheJointTheSpeedAndItsUnit) {
  World w(kChain);
  const auto words = [&](int dof, double speed) {
    return Describe(*w.model, {TroubleKind::kTooFast, dof, speed});
  };
  EXPECT_EQ(words(2, -60), "body base at 60 m/s");
  EXPECT_EQ(words(3, 60), "body base at 60 rad/s");
  EXPECT_EQ(words(8, 412.34), "joint hip at 412.3 rad/s");
  EXPECT_EQ(words(9, 412), "joint 2 at 412 rad/s");  // has no name
  EXPECT_EQ(words(10, 50), "joint lift at 50 m/s");
  EXPECT_EQ(Describe(*w.model, {TroubleKind::kNotFinite, 10, kNan}),
            "joint lift is at no finite number");
  EXPECT_EQ(Describe(*w.model, {TroubleKind::kError}), "MuJoCo gave up");
}

}  // namespace
}  // namespace doggo::sim
