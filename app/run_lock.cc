#include "app/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <utility>

namespace doggo::app {
namespace {

// Of the whole file; of the open file description, so that other descriptors of the same process
// neither share nor break it (fcntl(2), F_OFD_SETLK).
struct flock WholeFile(int type) {
  struct flock lock {};
  lock.l_type = static_cast<decltype(lock.l_type)>(type);
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& folder)
    : fd_(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (fd_ < 0) return;
  struct flock lock = WholeFile(F_WRLCK);
  if (::fcntl(fd_, F_OFD_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES)) return;
  ::close(std::exchange(fd_, -1));
  throw std::runtime_error(fmt::format(
      "{}: this run is being trained by another process; wait until it ends, or stop it",
      folder.string()));
}

RunLock::~RunLock() {
  if (fd_ >= 0) ::close(fd_);
}

RunLock::RunLock(RunLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

bool IsBeingTrained(const std::filesystem::path& folder) {
  const int fd = ::open((folder / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct flock lock = WholeFile(F_RDLCK);
  const bool asked = ::fcntl(fd, F_OFD_GETLK, &lock) == 0;
  ::close(fd);
  return asked && lock.l_type != F_UNLCK;
}

}  // namespace doggo::app
