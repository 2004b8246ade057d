// Pictures into a file, through the program ffmpeg: a video (.mp4), a moving picture (.gif), or one
// still (.png).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "sim/viewer/picture.h"

namespace doggo::app {

enum class VideoKind { kMp4, kGif, kPng };

// By the file's ending. Throws std::invalid_argument for any other.
VideoKind VideoKindOf(const std::filesystem::path& path);

// The file has its name only when it is whole: until then, and never if it is not finished, it is
// PATH.tmp.
class VideoFile {
 public:
  // Throws std::runtime_error in one sentence where the file cannot be written or there is no
  // ffmpeg; std::invalid_argument where the kind cannot have that size.
  VideoFile(const std::filesystem::path& path, int width, int height, double frames_per_second);
  ~VideoFile();
  VideoFile(const VideoFile&) = delete;
  VideoFile& operator=(const VideoFile&) = delete;

  // Both throw std::runtime_error with ffmpeg's own words where it fails.
  void Write(const sim::Picture& picture);
  void Finish();

 private:
  class Encoder;

  std::filesystem::path path_, partial_, palette_;
  VideoKind kind_;
  int width_, height_;
  double frames_per_second_;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace doggo::app
