#include "sim/classic/cartpole.h"

#include <cmath>

namespace doggo::sim {
namespace {

// Cart 1 kg, pole 0.1 kg and 1 m.
constexpr char kXml[] = R"(
<mujoco model="cartpole">
  <option timestep="0.01" integrator="RK4"/>
  <worldbody>
    <body pos="0 0 1">
      <joint name="slide" type="slide" axis="1 0 0"/>
      <geom type="box" size="0.2 0.1 0.1" mass="1" contype="0" conaffinity="0"/>
      <body>
        <joint name="hinge" type="hinge" axis="0 1 0"/>
        <geom type="capsule" fromto="0 0 0 0 0 1" size="0.02" mass="0.1" contype="0" conaffinity="0"/>
      </body>
    </body>
  </worldbody>
  <actuator><motor joint="slide" gear="10" ctrllimited="true" ctrlrange="-1 1"/></actuator>
</mujoco>)";

constexpr double kMostWay = 2.4, kMostLean = 12 * 3.14159265358979 / 180;  // m, rad

}  // namespace

Cartpole::Cartpole(const ClassicConfig& config)
    : ClassicTask(config, {.name = "cartpole",
                           .xml = kXml,
                           .step_dt = 0.02,
                           .positions = 2,
                           .speeds = 2,
                           .choices = 2,
                           .mirror = {-1, -1, -1, -1},
                           .action_mirror = {-1}}) {}

void Cartpole::Begin(Random random, mjData& data) const {
  for (int k = 0; k < 2; ++k) {
    data.qpos[k] = random.Uniform(-0.05, 0.05);
    data.qvel[k] = random.Uniform(-0.05, 0.05);
  }
}

void Cartpole::Look(const mjData& data, float* obs) const {
  for (int k = 0; k < 2; ++k) {
    obs[k] = static_cast<float>(data.qpos[k]);
    obs[2 + k] = static_cast<float>(data.qvel[k]);
  }
}

bool Cartpole::IsLost(const mjData& data) const {
  return std::abs(data.qpos[0]) > kMostWay || std::abs(data.qpos[1]) > kMostLean;
}

void Cartpole::Act(const float* action, mjData& data) const {
  if (spec().num_choices == 0) return ClassicTask::Act(action, data);
  data.ctrl[0] = action[0] > 0.5f ? 1 : -1;
}

}  // namespace doggo::sim
