#include "app/command_script.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/sim/mujoco/message_of.h"

namespace doggo::app {
namespace {

using Eigen::Vector3d;

TEST(CommandScript, ReadsVelocitiesAndHowLongEach) {
  const auto commands = ParseCommands("1,0,0 for 3s; -.5, +0.25 , -1 for 0.5 s;");
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_EQ(commands[0].velocity, Vector3d(1, 0, 0));
  EXPECT_EQ(commands[0].hold, 3);
  EXPECT_EQ(commands[1].velocity, Vector3d(-0.5, 0.25, -1));
  EXPECT_EQ(commands[1].hold, 0.5);
  EXPECT_EQ(TotalTime(commands), 3.5);
}

TEST(CommandScript, TheLastIsKeptWhereItSaysNoTime) {
  const auto commands = ParseCommands("1,0,0 for 3s; 0,0,1");
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_GT(commands[1].hold, 1e5);  // s: longer than anybody looks
  EXPECT_EQ(TotalTime(commands), 3);
  EXPECT_EQ(TotalTime(ParseCommands("0,0,1")), 0);
}

TEST(CommandScript, RefusesInOneSentenceThatShowsTheText) {
  const auto message = [](const std::string& text) {
    return sim::MessageOf<std::invalid_argument>([&] { ParseCommands(text); });
  };
  for (const std::string text : {"fast", "1,0", "1,0,0 for 3", "1,0,0 3s", "1,0,0,0", "1e3,0,0",
                                 "nan,0,0", "1,0,0 for -1s"}) {
    EXPECT_NE(message("0,0,0 for 1s;" + text).find("'" + text + "' is not 'forward,left,turning"),
              std::string::npos)
        << text << ": " << message(text);
  }
  EXPECT_EQ(message(" ; "), "--command: no command in the text");
  EXPECT_EQ(message("1,0,0; 0,0,1"), "--command: only the last command can do without 'for TIMEs'");
  EXPECT_NE(message("1,0,0 for 0s").find("longer than 0 s"), std::string::npos);
  for (const char* text : {"5.1,0,0", "0,-5.1,0", "0,0,10.1"})
    EXPECT_NE(message(text).find("is faster than 5 m/s or 10 rad/s"), std::string::npos) << text;
  EXPECT_EQ(ParseCommands("5,-5,10").size(), 1u);
}

// The environment reads the lines itself.
TEST(CommandScript, LinesAreUnderstoodByTheEnvironment) {
  const auto commands = ParseCommands("0.1,-0.2,0.3 for 0.7s; 0,0,1");
  const auto read = sim::ParseScript(ScriptLines(commands));
  ASSERT_EQ(read.size(), commands.size());
  for (size_t k = 0; k < read.size(); ++k) {
    EXPECT_EQ(read[k].velocity, commands[k].velocity);
    EXPECT_EQ(read[k].hold, commands[k].hold);
  }
}

}  // namespace
}  // namespace doggo::app
