// Loading models, with MuJoCo's own words where that fails, and telling a state that went wrong.
#include "sim/mujoco/model.h"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <stdexcept>
#include <vector>

#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// A block that slides along two axes.
const char* const kBlock = R"(<mujoco>
  <option timestep="0.25"/>
  <worldbody>
    <body name="block">
      <joint name="along" type="slide" axis="1 0 0"/>
      <joint name="across" type="slide" axis="0 1 0"/>
      <geom name="box" type="box" size="0.1 0.1 0.1" mass="2"/>
    </body>
  </worldbody>
</mujoco>)";

// A file of this test's own, so that tests may run at once.
std::filesystem::path Written(const std::string& text) {
  const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / (name + ".xml");
  std::ofstream(path) << text;
  return path;
}

std::string MessageOfLoading(const std::string& xml) {
  return MessageOf<std::runtime_error>([&] { LoadModelFromText(xml, "worlds/block.xml"); });
}

TEST(LoadModel, ReadsAFileAndATextAlike) {
  const ModelPtr file = LoadModel(Written(kBlock));
  const ModelPtr text = LoadModelFromText(kBlock);
  for (const mjModel* model : {file.get(), text.get()}) {
    EXPECT_EQ(model->nq, 2);
    EXPECT_EQ(model->opt.timestep, 0.25);
    EXPECT_EQ(mj_getTotalmass(model), 2);
  }
}

TEST(LoadModel, EditsTheSpecificationBeforeItIsCompiled) {
  const std::filesystem::path path = Written(kBlock);
  const ModelPtr model = LoadModel(
      path, [](mjSpec& spec) { mjs_asGeom(mjs_findElement(&spec, mjOBJ_GEOM, "box"))->mass = 5; });
  EXPECT_EQ(mj_getTotalmass(model.get()), 5);
}

TEST(LoadModel, NamesTheFileThatIsMissing) {
  EXPECT_EQ(MessageOf<std::runtime_error>([] { LoadModel("nowhere/robot.xml"); }),
            "nowhere/robot.xml: no such file");
}

TEST(LoadModel, NamesTheFileTheElementAndTheLineThatMuJoCoDoesNotKnow) {
  const std::filesystem::path path =
      Written("<mujoco>\n<worldbody>\n<bdy/>\n</worldbody>\n</mujoco>");
  EXPECT_EQ(
      MessageOf<std::runtime_error>([&] { LoadModel(path); }),
      path.string() + ": XML Error: Schema violation: unrecognized element Element 'bdy', line 3");
}

// Whatever goes wrong, and whether reading or compiling finds it: one sentence that begins with the
// file and holds MuJoCo's line.
TEST(LoadModel, SaysInOneLineWhereAnyMistakeStands) {
  const struct {
    const char *xml, *words;
  } cases[] = {
      {"<mujoco>\n<worldbody>\n<body>\n", "XML parse error"},
      {"<mujoco>\n<worldbody>\n<geom size='a'/></worldbody></mujoco>", "bad format"},
      {"<mujoco>\n<worldbody>\n<geom type='box' size='1'/></worldbody></mujoco>", "size 1"},
      {"<mujoco>\n<worldbody>\n<body name='b'><freejoint/></body></worldbody></mujoco>", "mass"},
  };
  for (const auto& [xml, words] : cases) {
    const std::string message = MessageOfLoading(xml);
    ;
    EXPECT_NE(message.find(words), std::string::npos) << message;
    EXPECT_TRUE(message.find("line 3") != std::string::npos ||
                message.find("Line number=3") != std::string::npos)
        << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_NE(message.back(), ' ') << message;
  }
}

TEST(FindId, GivesTheIndexOfTheName) {
  const ModelPtr model = LoadModelFromText(kBlock);
  EXPECT_EQ(FindId(*model, mjOBJ_JOINT, "along"), 0);
  EXPECT_EQ(FindId(*model, mjOBJ_JOINT, "across"), 1);
  EXPECT_EQ(FindId(*model, mjOBJ_BODY, "block"), 1);  // after the world
}

TEST(FindId, NamesThePartThatIsMissing) {
  const ModelPtr model = LoadModelFromText(kBlock);
  EXPECT_EQ(MessageOf<std::runtime_error>([&] { FindId(*model, mjOBJ_JOINT, "block"); }),
            "the model has no joint named 'block'");
}

TEST(MakeBatch, HoldsSeveralSimulationsOfOneThread) {
  const ModelPtr model = LoadModelFromText(kBlock);
  const BatchPtr batch = MakeBatch(*model, 3);
  EXPECT_EQ(mjb_nsim(batch.get()), 3);
  EXPECT_EQ(mjb_nthread(batch.get()), 1);
  EXPECT_NE(mjb_model(batch.get()), model.get());  // a copy: the caller's may go
}

// A state of the block.
bool IsSaneAt(double q0, double q1, double v0, double v1, double speed_limit = 10) {
  const ModelPtr model = LoadModelFromText(kBlock);
  const DataPtr data = MakeData(*model);
  data->qpos[0] = q0;
  data->qpos[1] = q1;
  data->qvel[0] = v0;
  data->qvel[1] = v1;
  return IsSane(*model, *data, speed_limit);
}

TEST(IsSane, LetsOrdinaryStatesBe) {
  EXPECT_TRUE(IsSaneAt(0, 0, 0, 0));
  EXPECT_TRUE(IsSaneAt(1e6, -1e6, 9, -9));  // a robot may walk far
}

TEST(IsSane, SeesWhatIsNotANumber) {
  EXPECT_FALSE(IsSaneAt(kNan, 0, 0, 0));
  EXPECT_FALSE(IsSaneAt(0, kNan, 0, 0));
  EXPECT_FALSE(IsSaneAt(0, 0, kNan, 0));
  EXPECT_FALSE(IsSaneAt(0, 0, 0, kNan));
}

TEST(IsSane, SeesWhatIsInfinite) {
  EXPECT_FALSE(IsSaneAt(kInf, 0, 0, 0));
  EXPECT_FALSE(IsSaneAt(0, -kInf, 0, 0));
  EXPECT_FALSE(IsSaneAt(0, 0, -kInf, 0));
  EXPECT_FALSE(IsSaneAt(0, 0, 0, kInf));
  EXPECT_FALSE(IsSaneAt(0, kInf, 0, 0, /*speed_limit=*/kInf));
}

TEST(IsSane, SeesWhatIsFasterThanTheLimitEitherWay) {
  EXPECT_TRUE(IsSaneAt(0, 0, 10, -10));
  EXPECT_FALSE(IsSaneAt(0, 0, 10.001, 0));
  EXPECT_FALSE(IsSaneAt(0, 0, 0, -10.001));
}

}  // namespace
}  // namespace doggo::sim
