#include "app/export/formats.h"

#include <gtest/gtest.h>

#include "agent/export/provenance.h"
#include "app/export/compiled_header.h"
#include "tests/agent/policy/support.h"
#include "tests/app/untrained_policy.h"

namespace doggo::app {
namespace {

using test::Message;
using test::TemporaryFolder;

// Of the default task and of its usual shape, with weights that do something.
agent::Policy DrawnPolicy(const sim::LocomotionConfig& world) {
  const sim::LocomotionTask task(world, DOGGO_SOURCE_DIR, 1);
  const EnvSpec& spec = task.spec();
  agent::Policy policy;
  policy.network = agent::Network({spec.policy_dim, 32, 32, spec.action_dim}, "elu");
  policy.theta = 0.1f * test::RandomVector(policy.network.num_parameters(), 1);
  policy.log_std = agent::Vector::Zero(spec.action_dim);
  policy.frame = agent::CanonicalFrame(spec.symmetries, spec.canonical, spec.policy_dim,
                                       spec.critic_dim, spec.action_dim);
  policy.contract = spec.contract;
  return policy;
}

class Formats : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    policy_ = new agent::Policy(DrawnPolicy({}));
    recorded_ = new Recorded(RecordObservations(*policy_, {}, DOGGO_SOURCE_DIR));
  }
  static void TearDownTestSuite() {
    delete policy_;
    delete recorded_;
  }

  static agent::Policy* policy_;
  static Recorded* recorded_;
  TemporaryFolder folder_;
};
agent::Policy* Formats::policy_ = nullptr;
Recorded* Formats::recorded_ = nullptr;

TEST_F(Formats, AThousandObservationsAreRecordedFromThePolicyItself) {
  ASSERT_EQ(recorded_->obs.cols(), 1000);
  EXPECT_TRUE(recorded_->obs.allFinite());
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(*policy_, 1000);
  Batch action(recorded_->action.rows(), 1000);
  agent::Act(*policy_, recorded_->obs, workspace, action);
  EXPECT_EQ(action, recorded_->action);
  // no two alike, every image among them
  for (int i = 1; i < 1000; ++i) EXPECT_NE(recorded_->obs.col(i), recorded_->obs.col(i - 1));
  Batch entered = recorded_->obs;
  std::vector<agent::CanonicalFrame::Image> image;
  policy_->frame.EnterPolicy(entered, image);
  for (int i = 0; i < 1 << policy_->frame.rules().size(); ++i)
    EXPECT_GT(std::count(image.begin(), image.end(), i), 10) << i;
  const Recorded again = RecordObservations(*policy_, {}, DOGGO_SOURCE_DIR);
  EXPECT_EQ(again.obs, recorded_->obs);
}

TEST_F(Formats, EveryOneActsAsThePolicy) {
  for (const ExportFormat& format : ExportFormats()) {
    const auto file = folder_ / ("walk" + std::string(format.extension));
    EXPECT_EQ(&FormatOf(file), &format);
    const CheckedFile written = WriteExported(file, format, *policy_, "walk", *recorded_);
    EXPECT_EQ(written.file, file);
    EXPECT_EQ(written.bytes, std::filesystem::file_size(file));
    EXPECT_EQ(written.difference.has_value(), format.name != "header" || !CCompiler().empty());
    EXPECT_LE(written.difference.value_or(0), kLargestDifference);
    EXPECT_EQ(CheckExported(file, format, *policy_, *recorded_).difference, written.difference);
  }
  EXPECT_EQ(folder_.NumFiles(), static_cast<int>(ExportFormats().size()));
}

// Weights so large that 32 bits cannot hold the actions to 1e-5.
TEST_F(Formats, WhatDiffersTooMuchIsRefusedAndNotLeftBehind) {
  agent::Policy wild = *policy_;
  wild.theta.tail(200) *= 1e6f;
  const Recorded recorded = RecordObservations(wild, {}, DOGGO_SOURCE_DIR);
  const ExportFormat& onnx = FormatOf("walk.onnx");
  const std::string message = Message<std::runtime_error>(
      [&] { WriteExported(folder_ / "walk.onnx", onnx, wild, "walk", recorded); });
  EXPECT_NE(message.find("differ from the policy's by up to"), std::string::npos) << message;
  EXPECT_EQ(folder_.NumFiles(), 0);
}

TEST_F(Formats, AnotherContractIsNoticedWhereTheActionsAgree) {
  agent::Policy other = *policy_;
  other.contract = "{}";
  for (const ExportFormat& format : ExportFormats()) {
    const auto file = folder_ / ("walk" + std::string(format.extension));
    WriteExported(file, format, *policy_, "walk", *recorded_);
    const std::string message =
        Message<std::runtime_error>([&] { CheckExported(file, format, other, *recorded_); });
    EXPECT_NE(message.find("was made from policy " + agent::PolicyHash(*policy_)),
              std::string::npos)
        << message;
  }
}

}  // namespace
}  // namespace doggo::app
