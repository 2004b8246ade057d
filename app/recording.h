// A policy at work, as pictures: robots in the reference physics, each in its own tile, a camera
// following each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/policy/policy.h"
#include "sim/locomotion/locomotion_task.h"
#include "sim/viewer/offscreen.h"
#include "sim/viewer/scene.h"

namespace doggo::app {

// A graphics card always draws finely. Where the processor draws: a draft has no shadows; normally
// they fall on the ground alone; finely, edges are smooth and shadows fall on the robot too, which
// takes ten times as long.
enum class Quality { kDraft, kNormal, kFine };

struct RecordingConfig {
  int width = 640, height = 480;  // pixels, of the whole picture
  int columns = 1, rows = 1;      // of robots
  bool overlay = false;           // command, measured velocity, time, as arrows and text
  bool scan = true;               // with the overlay: where the policy sees the ground
  Quality quality = Quality::kNormal;
  uint64_t seed = 0;
  std::string title = {};  // for the overlay
};

class Recording {
 public:
  // Throws std::runtime_error where there is no OpenGL, or no such model.
  Recording(const agent::Policy& policy, const sim::LocomotionConfig& world,
            const RecordingConfig& config, const std::string& root);

  int num_robots() const { return config_.columns * config_.rows; }
  int falls() const { return falls_; }  // so far, of all robots
  std::string renderer() const { return context_.renderer(); }

  // What there is to see at this time (s), which must not be before that of the last call; between
  // two control steps, the poses are between theirs.
  const sim::Picture& PictureAt(double time);

 private:
  // What a camera and an overlay remember of a robot.
  struct Onlooker {
    int64_t episode = 0;
    sim::View view;
    double turned = 0;           // degrees, ClearView
    sim::View clear_view;        // that of the picture
    Eigen::Vector3d velocity_W;  // m/s, smoothed
    Eigen::Vector3d velocity;    // vx, vy (m/s, heading frame), yaw rate (rad/s), smoothed
  };

  void Step();
  void Watch(int robot);
  void DrawRobot(int robot, double share, const sim::Viewport& viewport);
  std::string Labels() const;
  std::string Values(int robot, double time) const;

  const agent::Policy& policy_;
  RecordingConfig config_;
  sim::ParallelEnv env_;
  const sim::LocomotionTask& task_;
  StepBatch batch_;
  Batch action_;
  agent::PolicyWorkspace workspace_;

  sim::OffscreenContext context_;
  sim::Scene scene_;
  Eigen::VectorXd qpos_;
  std::vector<Onlooker> onlookers_;
  sim::Picture picture_;
  int64_t steps_ = 0;
  int falls_ = 0;
};

}  // namespace doggo::app
