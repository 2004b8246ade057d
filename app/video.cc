#include "app/video.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace doggo::app {
namespace fs = std::filesystem;
namespace {

std::string FindFfmpeg() {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string program = folder + "/ffmpeg";
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  throw std::runtime_error(
      "pictures and videos are written by the program ffmpeg, which is not here (on Debian and "
      "Ubuntu: sudo apt-get install ffmpeg)");
}

fs::path WithSuffix(fs::path path, const char* suffix) { return path += suffix; }

}  // namespace

// A running ffmpeg that reads from us.
class VideoFile::Encoder {
 public:
  explicit Encoder(const std::vector<std::string>& arguments) : program_(FindFfmpeg()) {
    int ends[2];
    messages_ = std::tmpfile();
    // a socket, not a pipe: writing to one whose reader died can fail without a signal
    if (!messages_ || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
      throw std::runtime_error(fmt::format("ffmpeg cannot be run: {}", std::strerror(errno)));
    input_ = ends[0];

    std::vector<std::string> words = {program_,    "-hide_banner", "-nostdin",
                                      "-loglevel", "error",        "-y"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, fileno(messages_), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, fileno(messages_), STDERR_FILENO);
    // in a group of its own: Ctrl-C is for us, who then let it finish the file
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    const int error =
        posix_spawn(&process_, program_.c_str(), &files, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (error) {
      process_ = -1;
      throw std::runtime_error(fmt::format("{} cannot be run: {}", program_, std::strerror(error)));
    }
  }

  ~Encoder() {
    if (input_ >= 0) close(input_);
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    if (messages_) std::fclose(messages_);
  }

  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void Write(std::span<const uint8_t> bytes) {
    while (!bytes.empty()) {
      const ssize_t n = send(input_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        Finish();
        throw std::runtime_error("ffmpeg ended before the last picture");
      }
      bytes = bytes.subspan(n);
    }
  }

  void Finish() {
    close(input_);
    input_ = -1;
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    if (status != 0) throw std::runtime_error(fmt::format("ffmpeg failed: {}", LastMessage()));
  }

 private:
  std::string LastMessage() {
    std::rewind(messages_);
    std::string last = "it gave no reason";
    char line[1000];
    while (std::fgets(line, sizeof line, messages_)) {
      line[std::strcspn(line, "\n")] = 0;
      if (*line) last = line;
    }
    return last;
  }

  std::string program_;
  pid_t process_ = -1;
  int input_ = -1;
  std::FILE* messages_ = nullptr;
};

VideoKind VideoKindOf(const fs::path& path) {
  const std::string ending = path.extension().string();
  if (ending == ".mp4") return VideoKind::kMp4;
  if (ending == ".gif") return VideoKind::kGif;
  if (ending == ".png") return VideoKind::kPng;
  throw std::invalid_argument(
      fmt::format("--out {}: the name must end in .mp4, .gif, .png or .replay", path.string()));
}

VideoFile::VideoFile(const fs::path& path, int width, int height, double frames_per_second)
    : path_(path),
      partial_(WithSuffix(path, ".tmp")),
      palette_(WithSuffix(path, ".palette.tmp")),
      kind_(VideoKindOf(path)),
      width_(width),
      height_(height),
      frames_per_second_(frames_per_second) {
  // H.264 halves the resolution of colours
  if (kind_ == VideoKind::kMp4 && (width % 2 || height % 2)) {
    throw std::invalid_argument(fmt::format(
        "--size {}x{}: the width and the height of an .mp4 must be even", width, height));
  }
  FindFfmpeg();
  const int file = open(partial_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0 || fs::is_directory(path)) {
    throw std::runtime_error(fmt::format("{}: cannot be written ({})", path.string(),
                                         file < 0 ? std::strerror(errno) : "it is a folder"));
  }
  close(file);
}

VideoFile::~VideoFile() {
  encoder_.reset();
  std::error_code ignored;
  fs::remove(partial_, ignored);
  fs::remove(palette_, ignored);
}

void VideoFile::Write(const sim::Picture& picture) {
  const std::vector<std::string> raw = {"-f",         "rawvideo",
                                        "-pix_fmt",   "rgb24",
                                        "-s",         fmt::format("{}x{}", width_, height_),
                                        "-framerate", fmt::format("{}", frames_per_second_),
                                        "-i",         "pipe:0"};
  const auto start = [&](std::initializer_list<const char*> more, const fs::path& output) {
    std::vector<std::string> arguments = raw;
    arguments.insert(arguments.end(), more.begin(), more.end());
    // a name that begins with '-' is a file all the same
    arguments.push_back("file:" + output.string());
    return std::make_unique<Encoder>(arguments);
  };

  if (!encoder_) {
    switch (kind_) {
      case VideoKind::kMp4:
        encoder_ = start({"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt",
                          "yuv420p", "-movflags", "+faststart", "-f", "mp4"},
                         partial_);
        break;
      case VideoKind::kGif: {
        // 256 colours, chosen by the first picture: the later ones show the same things
        const auto palette = start(
            {"-vf", "palettegen", "-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1"},
            palette_);
        palette->Write(picture.rgb);
        palette->Finish();
        encoder_ = start({"-i", palette_.c_str(), "-lavfi", "paletteuse=dither=bayer:bayer_scale=4",
                          "-f", "gif"},
                         partial_);
        break;
      }
      case VideoKind::kPng:
        encoder_ =
            start({"-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1"}, partial_);
        break;
    }
  }
  encoder_->Write(picture.rgb);
}

void VideoFile::Finish() {
  if (!encoder_) throw std::runtime_error(fmt::format("{}: no picture to write", path_.string()));
  encoder_->Finish();
  std::error_code error;
  fs::rename(partial_, path_, error);
  if (error) {
    throw std::runtime_error(
        fmt::format("{}: cannot be written ({})", path_.string(), error.message()));
  }
}

}  // namespace doggo::app
