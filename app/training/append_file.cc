#include "app/training/append_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace doggo::app {
namespace {

[[noreturn]] void ThrowNotWritten(const std::filesystem::path& path) {
  throw std::runtime_error(
      fmt::format("{}: cannot be written: {}; make room there, or choose a folder you may write to",
                  path.string(), std::generic_category().message(errno)));
}

}  // namespace

AppendFile::AppendFile(std::filesystem::path path, uint64_t keep)
    : path_(std::move(path)),
      fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  struct stat status {};
  if (fd_ < 0 || ::fstat(fd_, &status) != 0) ThrowNotWritten(path_);
  size_ = std::min(keep, static_cast<uint64_t>(status.st_size));
  if (::ftruncate(fd_, static_cast<off_t>(size_)) != 0) ThrowNotWritten(path_);
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      waiting_(std::move(other.waiting_)) {}

void AppendFile::Write() {
  while (!waiting_.empty()) {
    const ssize_t written = ::write(fd_, waiting_.data(), waiting_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) ThrowNotWritten(path_);
    size_ += static_cast<uint64_t>(written);
    waiting_.erase(0, static_cast<size_t>(written));
  }
}

void AppendFile::Sync() {
  if (::fsync(fd_) != 0 && errno != EINVAL) ThrowNotWritten(path_);
}

}  // namespace doggo::app
