// Another program, run beside this one: this program itself as a person would start it, or a
// Python.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace doggo::bench {

class ChildProcess {
 public:
  // words: the program's path and its arguments. It finds nothing on its standard input; its
  // standard output is read here, its messages are dropped. Throws std::runtime_error where it
  // cannot be run.
  explicit ChildProcess(const std::vector<std::string>& words);
  ~ChildProcess();  // ends it
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The next line of its output, without its end; none at the end of the output.
  std::optional<std::string> ReadLine();

  // The most memory that it has had resident, bytes; 0 where it has ended or the system does not
  // tell.
  double PeakMemory() const;
  bool HasEnded();
  // Its exit code, when it has ended by itself; -1 where a signal ended it.
  int Wait();

 private:
  pid_t process_ = -1;
  std::FILE* output_ = nullptr;
  int status_ = 0;
};

// A folder that is there as long as this object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace doggo::bench
