#include "agent/export/c_header.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "agent/export/provenance.h"
#include "tests/agent/export/policies.h"

namespace doggo::test {
namespace {

using namespace agent;

constexpr char kC[] = "cc -std=c99 -O2 -Wall -Wextra -Wpedantic -Wshadow -Werror -x c";
constexpr char kCpp[] = "c++ -std=c++11 -O2 -Wall -Wextra -Wpedantic -Wshadow -Werror -x c++";

bool HasCompiler() { return std::system("cc --version >/dev/null 2>&1") == 0; }

// Compiles the header with its trial program, runs it.
Batch ByProgram(const Policy& policy, const Batch& obs, const char* compile) {
  const TemporaryFolder folder;
  WriteBytes(folder / "walk.h", CHeader(policy, "walk"));
  WriteBytes(folder / "trial.c", CTrial("walk.h", "walk"));
  WriteBytes(folder / "in", std::string(reinterpret_cast<const char*>(obs.data()),
                                        sizeof(float) * static_cast<size_t>(obs.size())));
  const std::string at = (folder / "").string();
  const std::string command =
      fmt::format("{1} -o {0}trial {0}trial.c -lm && {0}trial {0}in {0}out", at, compile);
  EXPECT_EQ(std::system(command.c_str()), 0) << command;
  const std::string bytes = ReadBytes(folder / "out");
  Batch action = Batch::Constant(policy.network.num_outputs(), obs.cols(), NAN);
  EXPECT_EQ(bytes.size(), sizeof(float) * static_cast<size_t>(action.size()));
  std::copy_n(bytes.data(),
              std::min(bytes.size(), sizeof(float) * static_cast<size_t>(action.size())),
              reinterpret_cast<char*>(action.data()));
  return action;
}

void ExpectSame(const Batch& a, const Batch& b) {
  EXPECT_TRUE(a.allFinite());
  EXPECT_LT((a - b).cwiseAbs().maxCoeff(), 1e-5f);  // float32 rounding, with room
}

TEST(CHeader, ActsAsThePolicyInCAndInCpp) {
  if (!HasCompiler()) GTEST_SKIP() << "no C compiler";
  const Policy policy = UsualPolicy();
  const Batch obs = TryingObservations(300);
  ExpectSame(ByProgram(policy, obs, kC), Actions(policy, obs));
  ExpectSame(ByProgram(policy, obs, kCpp), Actions(policy, obs));
}

TEST(CHeader, KnowsEveryActivation) {
  if (!HasCompiler()) GTEST_SKIP() << "no C compiler";
  const Batch obs = TryingObservations(50);
  for (const std::string& name : ActivationNames()) {
    SCOPED_TRACE(name);
    const Policy policy = DrawnPolicy({name, "dense 13", name, "dense 12", name});
    ExpectSame(ByProgram(policy, obs, kC), Actions(policy, obs));
  }
}

// ELU is worth nothing if it is exact only where it does not bend: 52 inputs through it alone.
TEST(CHeader, EluAndTanhAreExactFromTinyToHuge) {
  if (!HasCompiler()) GTEST_SKIP() << "no C compiler";
  for (const char* name : {"elu", "tanh"}) {
    Policy policy = DrawnPolicy({name});
    policy.frame = {};
    policy.normalizer = {};
    Batch obs(kPolicyDim, 200);
    for (Eigen::Index k = 0; k < obs.size(); ++k)
      obs.data()[k] =
          std::pow(10.0f, -6 + 12 * static_cast<float>(k) / static_cast<float>(obs.size())) *
          (k % 2 == 0 ? 1.0f : -1.0f);
    const Batch error = (ByProgram(policy, obs, kC) - Actions(policy, obs)).cwiseAbs();
    EXPECT_LT(error.cwiseQuotient(obs.cwiseAbs().cwiseMin(1)).maxCoeff(), 1e-6f) << name;
  }
}

TEST(CHeader, NeedsNeitherFrameNorNormalizerNorHiddenLayers) {
  if (!HasCompiler()) GTEST_SKIP() << "no C compiler";
  Policy policy = DrawnPolicy({"identity"});
  policy.frame = {};
  policy.normalizer = {};
  const Batch obs = TryingObservations(3);
  ExpectSame(ByProgram(policy, obs, kC), obs);
}

TEST(CHeader, TwoOfThemFitIntoOneProgram) {
  if (!HasCompiler()) GTEST_SKIP() << "no C compiler";
  const TemporaryFolder folder;
  WriteBytes(folder / "walk.h", CHeader(UsualPolicy(), "walk"));
  WriteBytes(folder / "run.h", CHeader(UsualPolicy(), "run"));
  WriteBytes(folder / "both.c",
             "#include \"walk.h\"\n#include \"run.h\"\n#include \"walk.h\"\n"
             "int main(void) { return WALK_POLICY_DIM != RUN_POLICY_DIM; }\n");
  const std::string at = (folder / "").string();
  const std::string command = fmt::format("{1} -o {0}both {0}both.c -lm && {0}both", at, kC);
  EXPECT_EQ(std::system(command.c_str()), 0);
}

// (tests read what a compiler would not tell: the values)
TEST(CHeader, TheContractStandsBesideItAsConstants) {
  const std::string text = CHeader(UsualPolicy(), "walk");
  for (const char* line :
       {"#define WALK_POLICY_DIM 52\n", "#define WALK_ACTION_DIM 12\n",
        "#define WALK_FROM_SEED \"5\"\n", "#define WALK_FROM_TASK \"a \\\"task\\\"\"\n",
        "#define WALK_CONTROL_DT_S 0.02\n",
        "static const char *const walk_joints[2] = {\"LF_HAA\", \"LF_HFE\"};\n",
        "static const double walk_pose[3] = {0, 0.4, INFINITY};\n",
        "static const double walk_feet[2][2] = {{1, 2}, {3, 4.5}};\n", "#define WALK_DRIVE_KP 85\n",
        "#define WALK_DRIVE_MODEL \"pd\"\n", "/* velocity; unit: m/s */\n",
        "#define WALK_OBSERVATIONS_VELOCITY_FIRST 0\n",
        "#define WALK_OBSERVATIONS_VELOCITY_SIZE 3\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(HashInCHeader(text), PolicyHash(UsualPolicy()));
  EXPECT_EQ(NameInCHeader(text), "walk");
}

TEST(CHeader, NamesAreIdentifiers) {
  EXPECT_EQ(CName("my walk-2"), "my_walk_2");
  EXPECT_EQ(CName("2fast"), "policy_2fast");
  for (const char* name : {"", "9x", "a b", "a.b"})
    EXPECT_THROW(CHeader(UsualPolicy(), name), std::invalid_argument) << name;
}

}  // namespace
}  // namespace doggo::test
