#include "agent/export/onnx_model.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/agent/export/policies.h"

namespace doggo::test {
namespace {

using namespace agent;

// float32 rounding of sums of 52 to 64 numbers of size 1 is about 1e-6.
constexpr float kRounding = 1e-5f;

Batch ByFile(const Policy& policy, const Batch& obs) {
  return RunOnnx(FromOnnx(ToOnnx(MakeOnnxModel(policy))), obs);
}

TEST(Onnx, ActsAsThePolicyInEveryImage) {
  const Policy policy = UsualPolicy();
  const Batch obs = TryingObservations(300);
  Batch entered = obs;
  std::vector<CanonicalFrame::Image> image;
  policy.frame.EnterPolicy(entered, image);
  EXPECT_EQ(std::set(image.begin(), image.end()).size(), 4u);
  EXPECT_LT((ByFile(policy, obs) - Actions(policy, obs)).cwiseAbs().maxCoeff(), kRounding);
}

// A zero is its own canonical image, whatever its sign; next to it the images jump.
TEST(Onnx, DecidesTiesAsThePolicyDoes) {
  const Policy policy = UsualPolicy();
  Batch obs = TryingObservations(1).replicate(1, 8);
  const float tiny = std::numeric_limits<float>::denorm_min();
  const float values[] = {0.0f, -0.0f, tiny, -tiny};
  for (int i = 0; i < 8; ++i) obs(i < 4 ? kCommandRow : kPhaseRow, i) = values[i % 4];
  const Batch action = ByFile(policy, obs);
  EXPECT_LT((action - Actions(policy, obs)).cwiseAbs().maxCoeff(), kRounding);
  EXPECT_EQ(action.col(0), action.col(1));
  EXPECT_GT((action.col(2) - action.col(3)).cwiseAbs().maxCoeff(), 0.01f);
}

TEST(Onnx, KnowsEveryActivation) {
  const Batch obs = TryingObservations(50);
  for (const std::string& name : ActivationNames()) {
    for (const Policy& policy :
         {DrawnPolicy({"dense 24", name, "dense 12"}), DrawnPolicy({"dense 12", name}),
          DrawnPolicy({name, "dense 12"})}) {
      EXPECT_LT((ByFile(policy, obs) - Actions(policy, obs)).cwiseAbs().maxCoeff(), kRounding)
          << name;
    }
  }
}

TEST(Onnx, NeedsNeitherFrameNorNormalizer) {
  Policy policy = UsualPolicy();
  policy.frame = {};
  policy.normalizer = {};
  const Batch obs = TryingObservations(20);
  EXPECT_LT((ByFile(policy, obs) - Actions(policy, obs)).cwiseAbs().maxCoeff(), kRounding);
  for (const OnnxNode& node : MakeOnnxModel(policy).nodes) EXPECT_NE(node.op, "Where");
}

// ir_version 7 (field 1), producer "doggo" (field 2) come first; the file's end is the contract.
TEST(Onnx, IsWrittenAsTheSchemaNumbersItsFields) {
  const Policy policy = UsualPolicy();
  const std::string bytes = ToOnnx(MakeOnnxModel(policy));
  EXPECT_EQ(bytes.substr(0, 9), std::string("\x08\x07\x12\x05") + "doggo");
  EXPECT_NE(bytes.find(std::string_view("\x42\x04\x0a\x00\x10\x0d", 6)), std::string::npos)
      << "opset_import: domain \"\", version 13";
  EXPECT_TRUE(bytes.ends_with(policy.contract));
}

TEST(Onnx, MetadataTellsWhereItComesFrom) {
  const Policy policy = UsualPolicy();
  const OnnxModel model = FromOnnx(ToOnnx(MakeOnnxModel(policy)));
  EXPECT_EQ(model.metadata, (Provenance{{"policy", PolicyHash(policy)},
                                        {"task", "a \"task\""},
                                        {"version", "doggo 0.1.0 (1a2b3c4)"},
                                        {"commit", "1a2b3c4"},
                                        {"seed", "5"},
                                        {"steps_trained", "1840000"},
                                        {"contract", policy.contract}}));
  EXPECT_EQ(model.policy_dim, kPolicyDim);
  EXPECT_EQ(model.action_dim, kActionDim);
}

// Wherever a file is cut, it either cannot be read, or has lost its metadata.
TEST(Onnx, ACutFileIsNoWholeOne) {
  const std::string bytes = ToOnnx(MakeOnnxModel(DrawnPolicy({"dense 12"})));
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 50) {
    size_t entries = 0;
    try {
      entries = FromOnnx(std::string_view(bytes).substr(0, size)).metadata.size();
    } catch (const std::runtime_error&) {
    }
    EXPECT_LT(entries, 7u) << size;
  }
}

TEST(Onnx, WhatDoggoDoesNotWriteIsNotRun) {
  OnnxModel model = MakeOnnxModel(UsualPolicy());
  const Batch obs = TryingObservations(1);
  OnnxModel other = model;
  other.nodes.back().op = "Conv";
  EXPECT_THROW(RunOnnx(other, obs), std::runtime_error);
  other = model;
  other.constants[1].integers = {kPolicyDim};  // a row that is not there
  EXPECT_THROW(RunOnnx(other, obs), std::runtime_error);
  other = model;
  other.nodes.pop_back();
  EXPECT_THROW(RunOnnx(other, obs), std::runtime_error);
  EXPECT_THROW(RunOnnx(model, obs.topRows(3)), std::runtime_error);
}

TEST(PolicyHash, ChangesWithWhateverDecidesTheAction) {
  const Policy policy = UsualPolicy();
  std::set<std::string> hashes = {PolicyHash(policy)};
  const auto add = [&](auto change) {
    Policy other = policy;
    change(other);
    EXPECT_TRUE(hashes.insert(PolicyHash(other)).second);
  };
  add([](Policy& p) { p.theta[3] += 1e-6f; });
  add([](Policy& p) { p.normalizer.mean[0] += 1; });
  add([](Policy& p) { p.normalizer.scale[0] += 1; });
  add([](Policy& p) { p.normalizer.limit = 3; });
  add([](Policy& p) { p.frame = {}; });
  add([](Policy& p) { p.contract = "{}"; });
  Policy same = policy;
  same.critic.emplace();
  same.log_std[0] = 1;
  EXPECT_EQ(PolicyHash(same), PolicyHash(policy));
}

}  // namespace
}  // namespace doggo::test
