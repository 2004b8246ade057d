// A file that grows by whole lines or records, and survives a disk that is full for a while: what
// could not be written waits, and is written first when there is room again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace doggo::app {

class AppendFile {
 public:
  // Opens or makes the file, and cuts off what it holds beyond `keep` bytes. Throws
  // std::runtime_error in one sentence where that cannot be done.
  AppendFile(std::filesystem::path path, uint64_t keep);
  ~AppendFile();
  AppendFile(AppendFile&& other) noexcept;
  AppendFile& operator=(AppendFile&&) = delete;

  void Add(std::string_view bytes) { waiting_ += bytes; }
  // Writes what waits. Throws std::runtime_error in one sentence; what is left waits on.
  void Write();
  // Until it is on the disk.
  void Sync();

  // Written so far.
  uint64_t size() const { return size_; }

 private:
  std::filesystem::path path_;
  int fd_;
  uint64_t size_ = 0;
  std::string waiting_;
};

}  // namespace doggo::app
