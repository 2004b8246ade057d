// What MuJoCo draws: robots on their ground, arrows and texts, seen by one camera.
//
// A scene has a model and a state of its own and is handed positions: what it shows cannot change
// what is simulated. It draws with the OpenGL context that is current, a window's or an
// OffscreenContext's, and must end before that does.
#pragma once

#include <Eigen/Core>
#include <memory>
#include <span>
#include <string>

#include "sim/mujoco/model.h"
#include "sim/viewer/flat_shadow.h"
#include "sim/viewer/picture.h"

namespace doggo::sim {

struct SceneConfig {
  bool window = false;            // draw into the window instead of a buffer of this size:
  int width = 640, height = 480;  // pixels
  int samples = 4;                // per pixel of that buffer, against jagged edges
  int shadow_size = 4096;         // pixels a side of the map of what the sun sees; 0: no shadows
  // No such map, and shadows as shapes, the ground in large pieces; where there is no plane for the
  // shadows to fall on, a smaller map.
  bool flat = false;
  int corners = 28;        // of the polygon that stands for a circle
  int font_percent = 100;  // 50, 100, 150, ... 300
  int max_shapes = 20000;
};

// The same, many times faster where the processor draws. Of a picture of 640 x 480 without it (a
// robot of 111 shapes, llvmpipe), four samples take 2.5 times as long as one; then the map of the
// shadows two thirds of the time, and an endless plane a third of the rest.
SceneConfig Lighter(SceneConfig config);

// Where the camera stands: `distance` from the point it looks at, looking in direction azimuth
// (0: along x) and elevation (negative: downwards).
struct View {
  double azimuth = 140, elevation = -18;  // degrees
  double distance = 2.5;                  // m
  Eigen::Vector3d point = {0, 0, 0.4};    // m
};

using Color = Eigen::Vector4f;  // red, green, blue, opacity, in [0, 1]

// What is shown of the robot's mechanics beside its looks; inertia and masses through its body.
struct Insight {
  bool contact_points = false, inertia = false, center_of_mass = false;
};

// A part of the buffer or window; its origin is the lower left corner.
using Viewport = mjrRect;

class Scene {
 public:
  // Throws std::runtime_error where OpenGL reports an error.
  Scene(ModelPtr model, const SceneConfig& config);

  const mjModel& model() const { return *model_; }

  void Show(const Insight& insight);

  // How far a point of the robot that was added last moves (m, world frame) where the mouse moves
  // by these shares of the picture's height, right and down: in the picture's plane.
  Eigen::Vector3d Dragged(double dx, double dy) const;

  // Of one picture, in this order: begin, add, draw, write.
  void Begin(const View& view);
  // The model at these positions (qpos), shifted by `offset`. The first robot brings ground and
  // light along.
  void AddRobot(std::span<const double> qpos, const Eigen::Vector3d& offset = {0, 0, 0});
  void AddArrow(const Eigen::Vector3d& from, const Eigen::Vector3d& to, double width,
                const Color& color);
  void AddDot(const Eigen::Vector3d& middle, double radius, const Color& color);
  void Draw(const Viewport& viewport);
  // Two columns of lines in a corner, over what was drawn.
  void Write(const Viewport& viewport, mjtGridPos corner, const std::string& left,
             const std::string& right = "");

  // What was drawn, all of it. Throws std::runtime_error where OpenGL reports an error.
  void Read(Picture& picture);

 private:
  struct SceneDeleter {
    void operator()(mjvScene* scene) const;
  };
  struct ContextDeleter {
    void operator()(mjrContext* context) const;
  };

  mjvGeom* NewShape();
  void AddShadows(const Eigen::Vector3d& offset);

  ModelPtr model_;
  DataPtr data_;
  std::optional<ShadowGround> ground_;  // where shadows are flat
  std::optional<Shade> shade_;          // of this picture
  mjvOption option_;
  mjvCamera camera_;
  std::unique_ptr<mjvScene, SceneDeleter> scene_;
  std::unique_ptr<mjrContext, ContextDeleter> context_;
};

}  // namespace doggo::sim
