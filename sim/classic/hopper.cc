#include "sim/classic/hopper.h"

#include <algorithm>
#include <cmath>

namespace doggo::sim {
namespace {

// Trunk 6 kg, thigh 2.5 kg, shank 2 kg, foot 1.5 kg; it stands 1.25 m high at qpos 0.
constexpr char kXml[] = R"(
<mujoco model="hopper">
  <compiler angle="radian"/>
  <option timestep="0.005" integrator="implicitfast"/>
  <default>
    <joint armature="0.1" damping="1"/>
    <geom contype="0" conaffinity="0"/>
  </default>
  <worldbody>
    <geom type="plane" size="100 5 1" contype="1" conaffinity="1"/>
    <body name="trunk" pos="0 0 1.25">
      <joint name="way" type="slide" axis="1 0 0" armature="0" damping="0"/>
      <joint name="height" type="slide" axis="0 0 1" armature="0" damping="0"/>
      <joint name="lean" type="hinge" axis="0 1 0" armature="0" damping="0"/>
      <geom type="capsule" fromto="0 0 -0.2 0 0 0.2" size="0.06" mass="6"/>
      <body pos="0 0 -0.2">
        <joint name="hip" type="hinge" axis="0 1 0" limited="true" range="-1.2 1.2"/>
        <geom type="capsule" fromto="0 0 0 0 0 -0.45" size="0.05" mass="2.5"/>
        <body pos="0 0 -0.45">
          <joint name="knee" type="hinge" axis="0 1 0" limited="true" range="-0.1 2.4"/>
          <geom type="capsule" fromto="0 0 0 0 0 -0.5" size="0.04" mass="2"/>
          <body pos="0 0 -0.5">
            <joint name="ankle" type="hinge" axis="0 1 0" limited="true" range="-0.8 0.8"/>
            <geom type="capsule" fromto="-0.1 0 -0.04 0.22 0 -0.04" size="0.06" mass="1.5"
                  contype="1" conaffinity="1" friction="1 0.005 0.0001"/>
          </body>
        </body>
      </body>
    </body>
  </worldbody>
  <actuator>
    <motor joint="hip" gear="120" ctrllimited="true" ctrlrange="-1 1"/>
    <motor joint="knee" gear="90" ctrllimited="true" ctrlrange="-1 1"/>
    <motor joint="ankle" gear="50" ctrllimited="true" ctrlrange="-1 1"/>
  </actuator>
</mujoco>)";

constexpr int kCoordinates = 6;
constexpr double kHeight = 1.25, kLeastHeight = 0.7, kMostLean = 0.7, kMostSpeed = 3;
constexpr float kSpeedScale = 5;  // m/s, rad/s

}  // namespace

Hopper::Hopper(const ClassicConfig& config)
    : ClassicTask(config, {.name = "hopper",
                           .xml = kXml,
                           .step_dt = 0.02,
                           .positions = kCoordinates - 1,
                           .speeds = kCoordinates}) {}

void Hopper::Begin(Random random, mjData& data) const {
  for (int k = 2; k < kCoordinates; ++k) data.qpos[k] = random.Uniform(-0.02, 0.02);
  for (int k = 0; k < kCoordinates; ++k) data.qvel[k] = random.Uniform(-0.02, 0.02);
}

void Hopper::Look(const mjData& data, float* obs) const {
  for (int k = 1; k < kCoordinates; ++k) obs[k - 1] = static_cast<float>(data.qpos[k]);
  for (int k = 0; k < kCoordinates; ++k)
    obs[kCoordinates - 1 + k] = static_cast<float>(data.qvel[k]) / kSpeedScale;
}

double Hopper::RewardRate(const mjData& data) const {
  double effort = 0;
  for (int k = 0; k < 3; ++k) effort += data.ctrl[k] * data.ctrl[k];
  return std::min(data.qvel[0], kMostSpeed) + 1 - 0.1 * effort;
}

bool Hopper::IsLost(const mjData& data) const {
  return kHeight + data.qpos[1] < kLeastHeight || std::abs(data.qpos[2]) > kMostLean;
}

}  // namespace doggo::sim
