#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/commands.h"
#include "app/config.h"
#include "app/config_file.h"
#include "app/inspection.h"
#include "app/inspection_page.h"
#include "app/run_folder.h"
#include "app/task_choice.h"
#include "app/terrain_picture.h"
#include "app/trial.h"
#include "app/video.h"
#include "sim/terrain/terrain.h"

namespace doggo::app {
namespace {

constexpr int kMaxSteps = 1000000;

// Throws one sentence.
void Check(const InspectOptions& options, const Config& config) {
  if (options.steps && (*options.steps < 1 || *options.steps > kMaxSteps)) {
    throw std::runtime_error(
        fmt::format("--rollout {}: 1 to {} control steps are possible", *options.steps, kMaxSteps));
  }
  if (!options.episode) return;
  const auto [environment, episode] = *options.episode;
  if (environment < 0 || environment >= config.train.environments) {
    throw std::runtime_error(fmt::format("--episode {} {}: the environments are 0 to {}",
                                         environment, episode, config.train.environments - 1));
  }
  if (episode < 1) {
    throw std::runtime_error(fmt::format("--episode {} {}: an environment's episodes are 1, 2, ...",
                                         environment, episode));
  }
}

// Throws one sentence.
void DrawTerrain(const Config& config, const std::string& file) {
  constexpr int kPixels = 1600;  // of the picture's longer side, where cells are so many
  if (std::filesystem::path(file).extension() != ".png")
    throw std::runtime_error(fmt::format("--terrain {}: a picture's name ends in .png", file));
  const sim::Ground ground = sim::MakeGround(config.world.terrain);
  if (ground.is_plane())
    throw std::runtime_error(fmt::format(
        "--terrain {}: the ground is flat: the configuration has no terrain.types", file));
  const int scale = std::max(1, kPixels / std::max(ground.columns(), ground.rows()));
  const sim::Picture picture = TerrainPicture(ground, scale);
  VideoFile out(file, picture.width, picture.height, 1);
  out.Write(picture);
  out.Finish();
  fmt::print("{}: {}", file, TerrainLegend(ground));
}

}  // namespace

int Inspect(const InspectOptions& options) {
  const Config config = LoadConfig(
      options.config.empty() ? "configs/anymal_flat.yaml" : options.config, options.overrides);
  RequireQuadruped(config, "inspect");
  Check(options, config);
  if (!options.terrain.empty()) {
    DrawTerrain(config, options.terrain);
    return 0;
  }
  const sim::LocomotionTask task(config.world, SourceRoot().string(), config.train.environments);
  Inspection inspection = Inspect(config, task);
  if (options.steps) {
    for (const TrialActions actions : {TrialActions::kZero, TrialActions::kRandom})
      inspection.trials.push_back(Try(config, actions, *options.steps));
  }
  if (options.episode)
    inspection.episode = InspectEpisode(config, options.episode->first, options.episode->second);

  if (options.json == "-") {
    fmt::print("{}", ToJson(inspection));
    return 0;
  }
  fmt::print("{}", InspectionPage(inspection));
  if (!options.json.empty()) WriteTextFile(options.json, ToJson(inspection));
  return 0;
}

}  // namespace doggo::app
