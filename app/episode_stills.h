// How an episode ended, in a row of pictures.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/evaluation/drill.h"
#include "sim/viewer/offscreen.h"
#include "sim/viewer/scene.h"

namespace doggo::app {

class EpisodeStills {
 public:
  static constexpr int kPictures = 4, kWidth = 160, kHeight = 120;  // pixels, of each

  // Throws std::runtime_error in one sentence where there is no OpenGL.
  EpisodeStills();
  ~EpisodeStills();

  // The last one and a half seconds, from left to right, as a PNG file. Throws std::runtime_error
  // where it cannot be written.
  void Write(const evaluation::Failure& failure, const std::string& root,
             const std::filesystem::path& png);

 private:
  sim::OffscreenContext context_;
  std::unique_ptr<sim::Scene> scene_;  // once there was an episode,
  std::vector<std::string> types_;     // on this ground
};

// A file's bytes as a text that a page can carry (RFC 4648, base64).
std::string Base64(const std::string& bytes);

}  // namespace doggo::app
