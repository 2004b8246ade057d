#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <regex>
#include <stdexcept>
#include <utility>

#include "app/command_script.h"
#include "app/commands.h"
#include "app/evaluation.h"
#include "app/interrupt.h"
#include "app/loaded_run.h"
#include "app/progress.h"
#include "app/recorded_episode.h"
#include "app/recording.h"
#include "app/video.h"

namespace doggo::app {
namespace {

constexpr char kTour[] = "1,0,0 for 4s; 0.6,0,0.8 for 3s; 0,0.4,0 for 2s; 0,0,0 for 1s";
// On rough ground: off the tile, and some of the next.
constexpr char kRoughTour[] = "0.7,0,0 for 8s; 0.5,0,0.5 for 2s";
constexpr double kSeconds = 10;       // s, where nothing says how long
constexpr double kWarmUp = 2;         // s, before the stills of a gait cycle
constexpr double kGifFrameRate = 25;  // half the size, and every browser keeps up
constexpr double kVideoFrameRate = 50;
constexpr int kMaxSide = 8192;  // pixels
constexpr int kMinTile = 32;

// "640x480".
std::pair<int, int> ParsePair(const std::string& text, const char* option, int low, int high) {
  static const std::regex pattern("([0-9]{1,5})x([0-9]{1,5})");
  std::smatch match;
  if (std::regex_match(text, match, pattern)) {
    const std::pair<int, int> pair = {std::stoi(match[1]), std::stoi(match[2])};
    if (std::min(pair.first, pair.second) >= low && std::max(pair.first, pair.second) <= high)
      return pair;
  }
  throw std::invalid_argument(fmt::format(
      "{} {}: not WIDTHxHEIGHT, two whole numbers from {} to {}", option, text, low, high));
}

// What is to be recorded, all texts read.
struct Plan {
  std::filesystem::path out;
  RecordingConfig recording;
  std::vector<double> times;  // s, of the pictures
  double frames_per_second = kVideoFrameRate;
  bool strip = false;                  // the pictures side by side, in one
  std::vector<sim::Command> commands;  // empty: drawn
  ShownTile tile;
};

const char* TourOn(const ShownTile& tile) { return tile.is_plane() ? kTour : kRoughTour; }

// The pictures of one gait cycle, or of the time that was asked for.
std::vector<double> StripTimes(const RecordOptions& options, const sim::GaitConfig& gait) {
  double begin = kWarmUp, length = gait.clock ? 1 / gait.frequency : 1;
  if (options.seconds) begin = 0, length = *options.seconds;
  std::vector<double> times;
  for (int k = 0; k < options.strip; ++k) times.push_back(begin + length * k / options.strip);
  return times;
}

Plan MakePlan(const RecordOptions& options, const LoadedRun& loaded) {
  Plan plan;
  plan.tile = ChooseTile(loaded.config.world.terrain, options.terrain);
  plan.strip = options.strip > 0;
  plan.out = !options.out.empty() ? options.out : plan.strip ? "walk.png" : "walk.mp4";
  const VideoKind kind = VideoKindOf(plan.out);
  if (plan.strip && kind != VideoKind::kPng) {
    throw std::invalid_argument(fmt::format(
        "--strip makes one still picture: --out {} should end in .png", plan.out.string()));
  }

  RecordingConfig& recording = plan.recording;
  std::tie(recording.width, recording.height) =
      ParsePair(options.size, "--size", kMinTile, kMaxSide);
  std::tie(recording.columns, recording.rows) = ParsePair(options.grid, "--grid", 1, 32);
  if (recording.width / recording.columns < kMinTile ||
      recording.height / recording.rows < kMinTile) {
    throw std::invalid_argument(
        fmt::format("--grid {}: its tiles would be smaller than {} pixels; a larger --size helps",
                    options.grid, kMinTile));
  }
  recording.overlay = options.overlay;
  recording.scan = options.scan;
  recording.quality = options.quality == "draft"  ? Quality::kDraft
                      : options.quality == "fine" ? Quality::kFine
                                                  : Quality::kNormal;
  recording.seed = static_cast<uint64_t>(options.seed.value_or(loaded.config.evaluation.seed));
  recording.title = fmt::format("{}, {:.2f} M steps", loaded.config.name,
                                static_cast<double>(loaded.policy.steps_trained) * 1e-6);

  // robots of a grid each go their own way, one robot shows all that it can
  const bool several = recording.columns * recording.rows > 1;
  const std::string commands = !options.command.empty() ? options.command
                               : several                ? "random"
                                                        : TourOn(plan.tile);
  if (commands != "random") plan.commands = ParseCommands(commands);

  const double asked = options.command.empty() ? 0 : TotalTime(plan.commands);
  const double seconds = options.seconds.value_or(asked > 0 ? asked : kSeconds);
  plan.frames_per_second =
      options.frames_per_second.value_or(kind == VideoKind::kGif ? kGifFrameRate : kVideoFrameRate);
  if (plan.strip) {
    plan.times = StripTimes(options, loaded.config.world.gait);
  } else if (kind == VideoKind::kPng) {
    plan.times = {options.seconds.value_or(kWarmUp)};
  } else {
    const int frames = std::max(1, static_cast<int>(std::lround(seconds * plan.frames_per_second)));
    for (int k = 0; k < frames; ++k) plan.times.push_back(k / plan.frames_per_second);
  }
  return plan;
}

sim::LocomotionConfig RecordedWorld(const Config& config, const Plan& plan) {
  const EvaluationConfig& e = config.evaluation;
  sim::LocomotionConfig world = JudgedWorld(config.world, {.vx = e.vx,
                                                           .vy = e.vy,
                                                           .yaw_rate = e.yaw_rate,
                                                           .standing_share = 0,
                                                           .hold = {e.hold, e.hold}});
  world.commands.script = ScriptLines(plan.commands);
  return OnTile(std::move(world), config.world, plan.tile,
                plan.recording.columns * plan.recording.rows);
}

// How far it is: on a terminal a line that is written again and again, else one every few seconds.
class FrameCounter {
 public:
  explicit FrameCounter(int total) : live_(isatty(STDOUT_FILENO)), total_(total) {}

  void Show(int done) {
    const auto now = std::chrono::steady_clock::now();
    const double since = std::chrono::duration<double>(now - shown_).count();
    if (since < (live_ ? 0.2 : 5)) return;
    shown_ = now;
    const double rate = done / seconds();
    fmt::print("{}  picture {} of {}, {:.1f}/s, about {} left{}", live_ ? "\r\x1b[K" : "", done,
               total_, rate, Duration((total_ - done) / rate), live_ ? "" : "\n");
    std::fflush(stdout);
  }
  void Clear() const {
    if (live_) fmt::print("\r\x1b[K");
  }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  bool live_;
  int total_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now(), shown_ = start_;
};

// What happens instead of how it looks: for play --replay.
int RecordReplay(const RecordOptions& options, const LoadedRun& loaded) {
  if (options.strip > 0 || options.grid != "1x1")
    throw std::invalid_argument("--out *.replay keeps one robot: without --strip and --grid");
  Plan plan;
  plan.tile = ChooseTile(loaded.config.world.terrain, options.terrain);
  const std::string commands = options.command.empty() ? TourOn(plan.tile) : options.command;
  if (commands != "random") plan.commands = ParseCommands(commands);
  const double asked = TotalTime(plan.commands);
  const double seconds = options.seconds.value_or(asked > 0 ? asked : kSeconds);
  Config config = loaded.config;
  config.world = RecordedWorld(loaded.config, plan);
  const auto seed = static_cast<uint64_t>(options.seed.value_or(config.evaluation.seed));
  const sim::Replay replay =
      RecordEpisode(loaded.policy, config, seed, seconds, SourceRoot().string());
  WriteReplayFile(replay, options.out);
  fmt::print("{}: {} control steps; ./doggo play --replay {}\n", options.out, replay.steps(),
             options.out);
  return 0;
}

}  // namespace

int Record(const RecordOptions& options) {
  const LoadedRun loaded = LoadRun(options.run, options.overrides);
  if (std::filesystem::path(options.out).extension() == ".replay")
    return RecordReplay(options, loaded);
  const Plan plan = MakePlan(options, loaded);
  const int total = static_cast<int>(plan.times.size());
  const RecordingConfig& size = plan.recording;
  VideoFile video(plan.out, size.width * (plan.strip ? total : 1), size.height,
                  plan.frames_per_second);
  Recording recording(loaded.policy, RecordedWorld(loaded.config, plan), size,
                      SourceRoot().string());
  fmt::print("{}, {}: {} picture{} of {} x {}, drawn by {}\n", size.title,
             loaded.run.policy.string(), total, total == 1 ? "" : "s", size.width, size.height,
             recording.renderer());
  std::fflush(stdout);

  HandleInterrupts();
  FrameCounter counter(total);
  std::vector<sim::Picture> stills;
  int done = 0;
  for (const double time : plan.times) {
    if (Interrupted()) break;
    const sim::Picture& picture = recording.PictureAt(time);
    if (plan.strip)
      stills.push_back(picture);
    else
      video.Write(picture);
    counter.Show(++done);
  }
  counter.Clear();
  if (done == 0 || (plan.strip && done < total)) return 130;
  if (plan.strip) video.Write(sim::SideBySide(stills));
  video.Finish();

  fmt::print("{}: {} picture{}", plan.out.string(), done, done == 1 ? "" : "s");
  if (!plan.strip && total > 1) fmt::print(", {:.1f} s", done / plan.frames_per_second);
  fmt::print(", made in {:.1f} s{}{}\n", counter.seconds(),
             recording.falls() > 0 ? fmt::format("; {} fell", recording.falls()) : "",
             done < total ? "; stopped by Ctrl-C" : "");
  return 0;
}

}  // namespace doggo::app
