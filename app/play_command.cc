#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "app/commands.h"
#include "app/driven_show.h"
#include "app/evaluation_table.h"
#include "app/interrupt.h"
#include "app/loaded_run.h"
#include "app/replayed_show.h"
#include "app/show_window.h"

namespace doggo::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLookEvery(1);

// A policy file that is written anew now and then, by a run that is still training.
class PolicyFile {
 public:
  explicit PolicyFile(const LoadedRun& run)
      : path_(run.run.policy), config_(run.config), written_(Written()) {}

  // Is there a newer one that can be read and fits? Looked at no more than once a second.
  bool Renew(agent::Policy& policy) {
    if (Clock::now() - looked_ < kLookEvery) return false;
    looked_ = Clock::now();
    const auto written = Written();
    if (written == written_) return false;
    written_ = written;
    try {
      agent::Policy newer = agent::LoadPolicy(path_);
      CheckPolicyFits(newer, path_.string(), config_);
      policy = std::move(newer);
      return true;
    } catch (const std::exception&) {
      return false;  // the one at work goes on
    }
  }

 private:
  std::filesystem::file_time_type Written() const {
    std::error_code error;
    return std::filesystem::last_write_time(path_, error);
  }

  std::filesystem::path path_;
  Config config_;
  std::filesystem::file_time_type written_;
  Clock::time_point looked_ = Clock::now();
};

int PlayReplay(const PlayOptions& options) {
  if (!options.terrain.type.empty() || options.terrain.level)
    throw std::invalid_argument("--terrain and --level: a replay has a ground of its own");
  std::ifstream file(options.replay, std::ios::binary);
  if (!file) throw std::runtime_error(fmt::format("{}: cannot be read", options.replay));
  const sim::Replay replay = sim::ReadReplay(file, options.replay);
  const Config config = ConfigOf(replay, options.replay);
  ShowWindow window;
  const sim::LocomotionTask task(config.world, SourceRoot().string(), config.train.environments);
  ReplayedShow show(task, replay, std::filesystem::path(options.replay).filename().string());
  HandleInterrupts();
  const WindowFigures figures =
      window.Run(show, config.world.physics, SourceRoot().string(), options.seconds);
  fmt::print("{}; {}\n", Text(figures), show.End());
  return 0;
}

}  // namespace

int Play(const PlayOptions& options) {
  if (!options.replay.empty()) return PlayReplay(options);
  const LoadedRun loaded = LoadRun(options.run, options.overrides);
  const std::string root = SourceRoot().string();
  const ShownTile tile = ChooseTile(loaded.config.world.terrain, options.terrain);
  ShowWindow window;  // before all that takes time, or is in vain
  DrivenRobots robots(loaded.policy, loaded.config.world, options.robots, root, tile);
  PolicyFile file(loaded);
  DrivenShow show(
      robots, loaded.config.name, loaded.policy, loaded.config.world.commands,
      [&](agent::Policy& policy) { return file.Renew(policy); }, /*wanders=*/false);
  HandleInterrupts();
  const WindowFigures figures =
      window.Run(show, loaded.config.world.physics, root, options.seconds);
  fmt::print("{}; {}\n", Text(figures), Text(robots, figures.seconds));
  return 0;
}

}  // namespace doggo::app
