// Loading models, with MuJoCo's own words where that fails.
#include "sim/mujoco/model.h"

#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

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

TEST(OneLine, JoinsLinesAndDropsTheLastEnd) {
  EXPECT_EQ(OneLine("out of memory\nmax = 3\n"), "out of memory max = 3");
  EXPECT_EQ(OneLine(""), "");
}

}  // namespace
}  // namespace doggo::sim
