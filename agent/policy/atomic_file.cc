#include "agent/policy/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace doggo::agent {
namespace {

[[noreturn]] void ThrowNotWritten(const std::filesystem::path& path, int error) {
  throw std::runtime_error(
      fmt::format("{}: cannot be written: {}; make room there, or choose a folder you may write to",
                  path.string(), std::generic_category().message(error)));
}

// A file descriptor that is closed at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  int Close() { return ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

// A name in the same folder that no other thread or process uses.
std::filesystem::path TemporaryName(const std::filesystem::path& path) {
  static std::atomic<unsigned> count{0};
  std::filesystem::path name = path;
  name += fmt::format(".{}.{}.tmp", ::getpid(), count++);
  return name;
}

// 0, or the error number.
int WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int WriteAndSync(const std::filesystem::path& path, std::span<const std::string_view> parts) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) return errno;
  for (const std::string_view part : parts) {
    if (const int error = WriteAll(file.get(), part)) return error;
  }
  if (::fsync(file.get()) != 0) return errno;
  return file.Close() == 0 ? 0 : errno;
}

// Some file systems cannot sync a folder and say EINVAL: then there is nothing more to do.
int SyncFolder(const std::filesystem::path& folder) {
  const Descriptor fd(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0) return errno;
  return ::fsync(fd.get()) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

void WriteFileAtomically(const std::filesystem::path& path,
                         std::span<const std::string_view> parts) {
  const std::filesystem::path temporary = TemporaryName(path);
  int error = WriteAndSync(temporary, parts);
  if (!error && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error) {
    ::unlink(temporary.c_str());
    ThrowNotWritten(path, error);
  }
  if (const int folder_error = SyncFolder(path.parent_path())) ThrowNotWritten(path, folder_error);
}

}  // namespace doggo::agent
