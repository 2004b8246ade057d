#include "app/training/append_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace doggo::app {
namespace {

namespace fs = std::filesystem;

fs::path NewFile() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path path = fs::path(testing::TempDir()) / (std::string("doggo_") + test->name());
  fs::remove(path);
  return path;
}

std::string Content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(AppendFile, CutsOffWhatLiesBehindTheBytesToKeep) {
  const fs::path path = NewFile();
  std::ofstream(path) << "one\ntwo\nthree\n";
  AppendFile file(path, 8);
  file.Add("four\n");
  file.Write();
  EXPECT_EQ(Content(path), "one\ntwo\nfour\n");
  EXPECT_EQ(file.size(), 13u);
}

TEST(AppendFile, AFileShorterThanToBeKeptIsContinuedWhereItEnds) {
  const fs::path path = NewFile();
  std::ofstream(path) << "one\n";
  AppendFile file(path, 100);
  EXPECT_EQ(file.size(), 4u);
}

// A file that may not grow beyond 10 bytes stands for a full disk.
TEST(AppendFile, WhatADiskHadNoRoomForIsWrittenWhenThereIsRoomAgain) {
  const fs::path path = NewFile();
  AppendFile file(path, 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 10;
  setrlimit(RLIMIT_FSIZE, &small);
  file.Add("first\n");
  file.Write();
  file.Add("second\n");
  EXPECT_THROW(file.Write(), std::runtime_error);
  file.Add("third\n");
  EXPECT_THROW(file.Write(), std::runtime_error);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  file.Write();
  EXPECT_EQ(Content(path), "first\nsecond\nthird\n");
}

TEST(AppendFile, AFolderThatIsNotThereIsNamed) {
  try {
    AppendFile("/no/such/folder/metrics.csv", 0);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("/no/such/folder/metrics.csv"), std::string::npos);
  }
}

}  // namespace
}  // namespace doggo::app
