// A replay comes back from its file as it went in, or not at all.
#include "sim/environment/replay.h"

#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

#include "tests/sim/mujoco/message_of.h"

namespace doggo::sim {
namespace {

Replay Example() {
  Replay replay;
  replay.environment = 1234;
  replay.seed = 0xFEDCBA9876543210;
  replay.trouble = {TroubleKind::kTooFast, 7, -412.5};
  replay.message = "joint RH_KFE at 412.5 rad/s";
  replay.state = {0.1, -0.0, 1e-300};
  replay.record = {'\0', '\xFF', 'a'};
  replay.fields = {0.7};
  replay.action_dim = 2;
  replay.actions = {1, 2, 3, 4, 5, 6};
  return replay;
}

std::string Written(const Replay& replay) {
  std::ostringstream out;
  WriteReplay(replay, out);
  return std::move(out).str();
}

Replay Read(const std::string& bytes) {
  std::istringstream in(bytes);
  return ReadReplay(in, "it.replay");
}

std::string MessageOfReading(const std::string& bytes) {
  return MessageOf<std::runtime_error>([&] { Read(bytes); });
}

TEST(Replay, ComesBackAsItWasWritten) {
  const Replay in = Example(), out = Read(Written(in));
  EXPECT_EQ(out.environment, in.environment);
  EXPECT_EQ(out.seed, in.seed);
  EXPECT_EQ(out.trouble.kind, in.trouble.kind);
  EXPECT_EQ(out.trouble.dof, in.trouble.dof);
  EXPECT_EQ(out.trouble.value, in.trouble.value);
  EXPECT_EQ(out.message, in.message);
  EXPECT_EQ(out.state, in.state);
  EXPECT_EQ(out.record, in.record);
  EXPECT_EQ(out.fields, in.fields);
  EXPECT_EQ(out.action_dim, in.action_dim);
  EXPECT_EQ(out.actions, in.actions);
  EXPECT_EQ(out.steps(), 3);
}

TEST(Replay, EmptyOneComesBackToo) {
  const Replay out = Read(Written({}));
  EXPECT_EQ(out.steps(), 0);
  EXPECT_TRUE(out.state.empty());
}

TEST(Replay, IsRefusedWhereItIsCutShortAnywhere) {
  const std::string bytes = Written(Example());
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(MessageOfReading(bytes.substr(0, length)),
              length < 32 ? "it.replay: not a replay" : "it.replay: the replay is cut short");
  }
}

TEST(Replay, IsRefusedWhereAnyBitIsWrong) {
  const std::string bytes = Written(Example());
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_EQ(MessageOfReading(damaged).rfind("it.replay: ", 0), 0u) << i;
    }
  }
}

TEST(Replay, NamesWhatAnotherFileIs) {
  EXPECT_EQ(MessageOfReading(std::string(1000, 'x')), "it.replay: not a replay");
  std::string other_version = Written(Example());
  other_version[8] = 9;
  EXPECT_EQ(MessageOfReading(other_version),
            "it.replay: a replay of version 9; this program reads version 2");
}

// The size stands at byte 16 of the file. Asked for as much memory, any machine would give up.
TEST(Replay, AnAbsurdSizeIsRefusedBeforeAnythingIsAllocated) {
  std::string bytes = Written(Example());
  bytes[22] = 1;
  EXPECT_EQ(MessageOfReading(bytes), "it.replay: the replay is damaged");
}

}  // namespace
}  // namespace doggo::sim
