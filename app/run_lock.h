// Whether a run is being trained: a lock on the file `lock` in its folder, which the system lets go
// of when the process that holds it ends, however it ends.
#pragma once

#include <filesystem>
#include <optional>

namespace doggo::app {

class RunLock {
 public:
  // Throws std::runtime_error where another process trains this run. A file system without locks
  // gives none, and says nothing.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;

 private:
  int fd_ = -1;
};

// Never throws, and takes no lock itself.
bool IsBeingTrained(const std::filesystem::path& folder);

}  // namespace doggo::app
