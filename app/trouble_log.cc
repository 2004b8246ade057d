#include "app/trouble_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>

#include "app/recorded_episode.h"

namespace doggo::app {
namespace {

constexpr const char* kKindNames[sim::kNumTroubleKinds] = {
    "none",
    "no number",
    "too fast",
    "no room for contacts",
    "no room for constraints",
    "warned of by MuJoCo",
    "given up by MuJoCo",
};

int64_t Total(const sim::TroubleCounts& counts) {
  return std::accumulate(counts.begin(), counts.end(), int64_t{0});
}

}  // namespace

std::string TroubleLog::Note(sim::ParallelEnv& env) {
  const sim::TroubleCounts counts = env.trouble_counts();
  const int64_t episodes = Total(counts) - Total(counts_);
  counts_ = counts;
  if (episodes == 0) return "";

  std::vector<sim::Replay> replays = env.TakeReplays();
  const std::filesystem::path folder = folder_ / "diverged";
  std::filesystem::create_directories(folder);
  for (sim::Replay& replay : replays) {
    replay.configuration = configuration_;
    if (files_ >= kMaxFiles) break;
    WriteReplayFile(replay,
                    folder / fmt::format("{:03}_robot_{}.replay", ++files_, replay.environment));
  }
  const std::string first =
      replays.empty()
          ? ""
          : fmt::format(" (first: robot {}, {})", replays[0].environment, replays[0].message);
  return fmt::format(
      "warning: {} {} of {} robots ended in numerical trouble in this iteration{}. Replays: {}/. "
      "Training goes on.",
      episodes, episodes == 1 ? "episode" : "episodes", env.spec().num_envs(), first,
      folder.string());
}

TroubleLog::State TroubleLog::state() const {
  State state = {.counts = before_, .files = files_};
  for (int k = 0; k < sim::kNumTroubleKinds; ++k) state.counts[k] += counts_[k];
  return state;
}

std::string TroubleLog::Summary() const {
  const sim::TroubleCounts counts = state().counts;
  if (Total(counts) == 0) return "";
  std::vector<std::string> kinds;
  for (int k = 1; k < sim::kNumTroubleKinds; ++k) {
    if (counts[k] > 0) kinds.push_back(fmt::format("{} {}", counts[k], kKindNames[k]));
  }
  return fmt::format("{} episodes ended in numerical trouble: {}.", Total(counts),
                     fmt::join(kinds, ", "));
}

}  // namespace doggo::app
