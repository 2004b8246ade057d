#include "sim/classic/pendulum.h"

#include <cmath>
#include <numbers>

namespace doggo::sim {
namespace {

// A rod of 1 m and 1 kg: inertia about the hinge 1/3 kg m^2. qpos 0 is upright.
constexpr char kXml[] = R"(
<mujoco model="pendulum">
  <option timestep="0.01" integrator="RK4"/>
  <worldbody>
    <body pos="0 0 1.2">
      <joint name="hinge" type="hinge" axis="0 1 0" damping="0.01"/>
      <inertial pos="0 0 0.5" mass="1" diaginertia="0.0833333 0.0833333 0.001"/>
      <geom type="capsule" fromto="0 0 0 0 0 1" size="0.03" contype="0" conaffinity="0"/>
    </body>
  </worldbody>
  <actuator><motor joint="hinge" gear="2" ctrllimited="true" ctrlrange="-1 1"/></actuator>
</mujoco>)";

constexpr double kTorque = 2;     // N m, the gear above
constexpr float kSpeedScale = 8;  // rad/s

}  // namespace

Pendulum::Pendulum(const ClassicConfig& config)
    : ClassicTask(config, {.name = "pendulum",
                           .xml = kXml,
                           .step_dt = 0.05,
                           .positions = 2,
                           .speeds = 1,
                           .mirror = {1, -1, -1},
                           .action_mirror = {-1}}) {}

// Anywhere, slow.
void Pendulum::Begin(Random random, mjData& data) const {
  data.qpos[0] = random.Uniform(-std::numbers::pi, std::numbers::pi);
  data.qvel[0] = random.Uniform(-1, 1);
}

void Pendulum::Look(const mjData& data, float* obs) const {
  obs[0] = static_cast<float>(std::cos(data.qpos[0]));
  obs[1] = static_cast<float>(std::sin(data.qpos[0]));
  obs[2] = static_cast<float>(data.qvel[0]) / kSpeedScale;
}

double Pendulum::RewardRate(const mjData& data) const {
  const double torque = kTorque * data.ctrl[0];
  return std::cos(data.qpos[0]) - 0.01 * data.qvel[0] * data.qvel[0] - 0.01 * torque * torque;
}

}  // namespace doggo::sim
