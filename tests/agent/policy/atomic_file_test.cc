#include "agent/policy/atomic_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/agent/policy/support.h"

namespace doggo::agent {
namespace {

using namespace test;  // NOLINT: what the tests share

std::string WriteMessage(const std::filesystem::path& path, std::string_view bytes = "new") {
  return Message<std::runtime_error>([&] { WriteFileAtomically(path, {bytes}); });
}

TEST(AtomicFile, WritesThePartsOneAfterAnother) {
  const TemporaryFolder folder;
  WriteFileAtomically(folder / "file", {"one, ", "", "two"});
  EXPECT_EQ(ReadBytes(folder / "file"), "one, two");
  EXPECT_EQ(folder.NumFiles(), 1);
}

TEST(AtomicFile, ReplacesAnOlderFile) {
  const TemporaryFolder folder;
  WriteBytes(folder / "file", "a longer old content");
  WriteFileAtomically(folder / "file", {"new"});
  EXPECT_EQ(ReadBytes(folder / "file"), "new");
  EXPECT_EQ(folder.NumFiles(), 1);
}

TEST(AtomicFile, SaysInOneSentenceThatTheFolderIsMissing) {
  const TemporaryFolder folder;
  ExpectSentence(WriteMessage(folder / "no/such/file"), folder / "no/such/file",
                 "cannot be written: No such file or directory");
  EXPECT_EQ(folder.NumFiles(), 0);
}

TEST(AtomicFile, SaysInOneSentenceThatTheFolderIsAFile) {
  const TemporaryFolder folder;
  WriteBytes(folder / "plain", "");
  ExpectSentence(WriteMessage(folder / "plain/file"), folder / "plain/file", "Not a directory");
}

// Root may write everywhere, and so is nobody meanwhile.
TEST(AtomicFile, SaysInOneSentenceThatTheFolderIsReadOnly) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "closed");
  ::chmod((folder / "").c_str(), 0755);
  ::chmod((folder / "closed").c_str(), 0555);
  constexpr uid_t kNobody = 65534;
  const uid_t user = ::geteuid();
  if (user == 0 && ::seteuid(kNobody) != 0) GTEST_SKIP() << "root may write everywhere";
  const std::string message = WriteMessage(folder / "closed/file");
  ASSERT_EQ(::seteuid(user), 0);
  ExpectSentence(message, folder / "closed/file", "Permission denied");
  ::chmod((folder / "closed").c_str(), 0755);
}

// The temporary file was written by then.
TEST(AtomicFile, LeavesNothingBehindWhereTheNameIsAFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "file");
  ExpectSentence(WriteMessage(folder / "file"), folder / "file", "directory");
  EXPECT_EQ(folder.NumFiles(), 1);
}

// A limit on the size of files stands for a full disk: the first 4096 bytes are written.
TEST(AtomicFile, KeepsTheOldFileAndNoTemporaryWhereTheDiskIsFull) {
  const TemporaryFolder folder;
  WriteBytes(folder / "file", "old");
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  const std::string message = WriteMessage(folder / "file", std::string(10000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);

  ExpectSentence(message, folder / "file", "File too large");
  EXPECT_EQ(ReadBytes(folder / "file"), "old");
  EXPECT_EQ(folder.NumFiles(), 1);
}

TEST(AtomicFile, AReaderNeverSeesAPart) {
  const TemporaryFolder folder;
  const std::string a(100'000, 'a'), b(50'000, 'b');
  WriteFileAtomically(folder / "file", {a});
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 100; ++i) WriteFileAtomically(folder / "file", {i % 2 ? a : b});
    done = true;
  });
  int num_parts = 0;
  while (!done) {
    const std::string seen = ReadBytes(folder / "file");
    num_parts += seen != a && seen != b;
  }
  writer.join();
  EXPECT_EQ(num_parts, 0);
}

}  // namespace
}  // namespace doggo::agent
