#include "app/episode_stills.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/camera.h"
#include "app/robot_drawing.h"
#include "app/video.h"
#include "sim/environment/replayer.h"
#include "sim/locomotion/locomotion_task.h"

namespace doggo::app {
namespace {

constexpr double kBetween = 0.5;  // s

}  // namespace

EpisodeStills::EpisodeStills() = default;
EpisodeStills::~EpisodeStills() = default;

void EpisodeStills::Write(const evaluation::Failure& failure, const std::string& root,
                          const std::filesystem::path& png) {
  const sim::LocomotionTask task(*failure.world, root, 1);
  const sim::Ground& ground = task.ground();
  if (!scene_ || ground.types != types_) {
    types_ = ground.types;
    scene_.reset();  // it is one at a time
    scene_ = std::make_unique<sim::Scene>(
        LoadVisibleModel(failure.world->physics, root, ground),
        sim::Lighter({.width = kWidth, .height = kHeight, .font_percent = 50}));
  }
  sim::Replayer replayer(task, failure.replay);
  const auto between = static_cast<int>(std::lround(kBetween / task.spec().step_dt));
  const int last = replayer.replay().steps();
  std::vector<sim::Picture> pictures(kPictures);
  for (int k = 0; k < kPictures; ++k) {
    replayer.Seek(std::max(0, last - (kPictures - 1 - k) * between));
    const mjData& data = replayer.data();
    sim::View view;
    view.point = {data.qpos[0], data.qpos[1],
                  scene_->model().stat.center[2] + ground.Height(data.qpos[0], data.qpos[1])};
    view.elevation = ClearElevation(ground, view);
    scene_->Begin(view);
    scene_->AddRobot({data.qpos, static_cast<size_t>(replayer.model().nq)});
    scene_->Draw({0, 0, kWidth, kHeight});
    scene_->Read(pictures[k]);
  }
  const sim::Picture row = sim::SideBySide(pictures);
  VideoFile file(png, row.width, row.height, 1);
  file.Write(row);
  file.Finish();
}

std::string Base64(const std::string& bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;  // three bytes are four digits of six bits
    for (size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace doggo::app
