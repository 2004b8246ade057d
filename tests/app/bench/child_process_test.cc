#include "app/bench/child_process.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <stdexcept>

namespace doggo::bench {
namespace {

TEST(ChildProcess, IsReadLineByLineAndLeavesItsExitCode) {
  ChildProcess shell({"sh", "-c", "echo one; printf two; exit 7"});
  EXPECT_EQ(shell.ReadLine(), "one");
  EXPECT_EQ(shell.ReadLine(), "two");
  EXPECT_EQ(shell.ReadLine(), std::nullopt);
  EXPECT_EQ(shell.Wait(), 7);
}

TEST(ChildProcess, HasMemoryAsLongAsItLives) {
  ChildProcess cat({"sh", "-c", "echo ready; sleep 60"});
  EXPECT_EQ(cat.ReadLine(), "ready");
  EXPECT_FALSE(cat.HasEnded());
  EXPECT_GT(cat.PeakMemory(), 1e5);
}  // and is ended here: nobody waits a minute

TEST(ChildProcess, SaysWhatCannotBeRun) {
  EXPECT_THROW(ChildProcess({"/no/such/program"}), std::runtime_error);
}

TEST(TemporaryFolder, IsGoneAfterwards) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    EXPECT_TRUE(std::filesystem::is_directory(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace doggo::bench
