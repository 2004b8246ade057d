#include "sim/locomotion/contract.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

namespace doggo::sim {
namespace {

using Json = nlohmann::ordered_json;

// Does the trot follow other rules than those of version 2?
bool HasOwnGeometry(const GaitConfig& gait) {
  return gait.clock && gait.prior && gait.prior_kinematics == "exact";
}

bool SeesGround(const ObservationLayout& layout) {
  for (const ObservationRow& row : layout.rows()) {
    const Quantity quantity = row.term->quantity;
    if (quantity == Quantity::kFineScan || quantity == Quantity::kCoarseScan ||
        quantity == Quantity::kFootScan)
      return true;
  }
  return false;
}

Json Rules(const LocomotionConfig& config, const ObservationLayout& layout) {
  Json rules = {
      {"observation",
       "each row is scale times its value, then cut off at +-clip; of a row with history the "
       "newest value comes first; joint angles are those of the encoders"},
      {"action",
       "a = action cut off at +-action.clip, which is also what last_action shows; joint target = "
       "default_pose_rad + action.scale_rad * a + prior, held over control_dt_s; the drive's "
       "torque is kp (target - q) - kd qd within +-torque_limit"},
      {"time",
       "observe, act, simulate control_dt_s, advance the clock under the old command, take the "
       "new command, observe"}};
  if (config.gait.clock) {
    rules["clock"] =
        "a command with |vx| + |vy| + |yaw rate| > 0.001 starts it; it runs while so commanded or "
        "faster than gait.restart_speed_mps (horizontally), else for gait.settle_time_s and then "
        "to the next multiple of pi; a control step advances the phase by 2 pi gait.frequency_hz "
        "control_dt_s, modulo 2 pi; an episode begins with it running, at any phase";
  }
  if (config.gait.clock && config.gait.prior) {
    rules["prior"] =
        "zero while the clock stands; of each leg, theta = phase + leg_phase_offsets_rad modulo 2 "
        "pi: in swing (theta < pi) k = -cos theta and dz = prior_lift_m sin^2 theta, in stance k = "
        "1 - 2 (theta - pi) / pi and dz = 0; foot shift = (r (vx - yaw rate y), r (vy + yaw rate "
        "x), dz), r = prior_stride k / (4 frequency_hz), x and y of feet_B_m; joint offsets = "
        "leg_inverse_rad_per_m times the shift";
  }
  if (HasOwnGeometry(config.gait)) {
    rules["prior_kinematics"] =
        "exact: in place of leg_inverse_rad_per_m, of each leg the joint offsets that move the "
        "foot by the shift: p = (x, z) of the foot in the default pose from HFE's axis, plus the "
        "shift's x and z; l1 from HFE's axis to KFE's, l2 from there to the foot, both in the "
        "plane of x and z; cos k = (|p|^2 - l1^2 - l2^2) / (2 l1 l2) cut off at -0.6 and 0.995, k "
        "with the sign that it has in the default pose; HFE = atan2(-p_x, -p_z) - atan2(l2 sin k, "
        "l1 + l2 cos k); KFE = k plus the angle of the foot from the shank's z axis; HAA = shift's "
        "y / -p_z";
  }
  if (config.gait.clock && config.gait.prior && config.gait.prior_terrain) {
    rules["prior_terrain"] =
        "the shift's z is raised by h - plane, cut off at -0.12 and 0.25 m: h the ground's height "
        "below the foot, in swing the highest of that and of those 1/3, 2/3 and all of d ahead "
        "along u = (vx - yaw rate y, vy + yaw rate x), d = min(0.4, |u| (pi - theta) / (pi "
        "frequency_hz)) + 0.06 m; plane the height at the foot of the plane fitted by least "
        "squares to the ground at x = -0.48, -0.24 .. 0.48, y = -0.3, 0, 0.3 of H";
  }
  if (SeesGround(layout)) {
    rules["scan"] =
        "points are of H, whose origin is the base's projected on the ground; the numbers of a "
        "scan are in the order of their points, the last named coordinate fastest; a point's "
        "height is the ground's there, of one look-up, at the time of the observation";
  }
  return rules;
}

Json Observations(const ObservationLayout& layout) {
  Json rows = Json::array();
  int first = 0;
  for (const ObservationRow& row : layout.rows()) {
    Json json = {{"name", row.term->name},      {"first", first},     {"size", row.size()},
                 {"unit", row.term->unit},      {"scale", row.scale}, {"history", row.history},
                 {"meaning", row.term->meaning}};
    if (std::isfinite(row.clip)) json["clip"] = row.clip;
    if (row.noise > 0) json["trained_with_noise"] = row.noise;
    if (row.offset > 0) json["trained_with_offset"] = row.offset;
    if (row.missing > 0) json["trained_with_missing"] = row.missing;
    if (row.max_delay > 0) json["trained_with_delay_steps"] = {row.min_delay, row.max_delay};
    rows.push_back(json);
    first += row.size();
  }
  return rows;
}

// Infinity is null in JSON.
Json Numbers(const Joints& joints) { return std::vector<double>(joints.begin(), joints.end()); }

void AddRobot(const Robot& robot, Json& contract) {
  for (const char* leg : kLegNames) {
    for (const char* joint : kLegJointNames)
      contract["joints"].push_back(std::string(leg) + "_" + joint);
  }
  contract["default_pose_rad"] = Numbers(robot.default_pose);
  contract["joint_low_rad"] = Numbers(robot.joint_low);
  contract["joint_high_rad"] = Numbers(robot.joint_high);
  contract["base_height_m"] = robot.base_height;
  contract["legs"] = kLegNames;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Eigen::Vector3d foot = robot.feet_B.col(leg);
    contract["feet_B_m"].push_back({foot.x(), foot.y(), foot.z()});
    Json inverse = Json::array();
    for (int joint = 0; joint < 3; ++joint) {
      const Eigen::Vector3d row = robot.leg_inverse[leg].row(joint);
      inverse.push_back({row.x(), row.y(), row.z()});
    }
    contract["leg_inverse_rad_per_m"].push_back(inverse);
  }
}

Json Drives(const DriveConfig& drive) {
  Json json = {{"model", drive.model},
               {"kp", drive.kp},
               {"kd", drive.kd},
               {"torque_limit", drive.torque_limit},
               {"armature_kgm2", drive.armature}};
  if (drive.model == "dc_motor") {
    json["stall_torque"] = drive.stall_torque;
    json["no_load_speed_radps"] = drive.no_load_speed;
  }
  if (drive.model == "network") json["network"] = drive.network;
  if (drive.lag > 0) json["lag_s"] = drive.lag;
  return json;
}

}  // namespace

std::string Contract(const LocomotionConfig& config, const Robot& robot,
                     const ObservationLayout& policy) {
  Json contract;
  const bool other_trot = HasOwnGeometry(config.gait) || config.gait.prior_terrain;
  contract["version"] = other_trot ? kContractVersion : kPlainTrotVersion;
  contract["control_dt_s"] = config.physics.step_dt();
  contract["physics"] = {{"timestep_s", config.physics.timestep},
                         {"substeps", config.physics.substeps},
                         {"friction", config.physics.friction}};
  contract["units"] = "SI, radians";
  contract["frames"] = {
      {"W", "world: z up"},
      {"B", "base, at its origin: x forward, y left, z up"},
      {"H", "heading: B turned so that its z is vertical, x at the base's heading"}};
  contract["rules"] = Rules(config, policy);
  contract["observations"] = Observations(policy);
  AddRobot(robot, contract);
  contract["action"] = {{"scale_rad", config.action.scale}, {"clip", config.action.clip}};
  contract["drive"] = Drives(config.drive);
  const GaitConfig& gait = config.gait;
  contract["gait"] = {
      {"clock", gait.clock},
      {"frequency_hz", gait.frequency},
      {"settle_time_s", gait.settle_time},
      {"restart_speed_mps", gait.restart_speed},
      {"prior", gait.prior},
      {"prior_lift_m", gait.prior_lift},
      {"prior_stride", gait.prior_stride},
      {"prior_kinematics", gait.prior_kinematics},
      {"prior_terrain", gait.prior_terrain},
      {"leg_phase_offsets_rad", std::vector<double>(kTrotOffsets.begin(), kTrotOffsets.end())}};
  const CommandConfig& command = config.commands;
  contract["command"] = {
      {"numbers", {"vx", "vy", "yaw_rate"}},
      {"units", {"m/s", "m/s", "rad/s"}},
      {"frame", "H"},
      {"trained_low", {command.vx.low, command.vy.low, command.yaw_rate.low}},
      {"trained_high", {command.vx.high, command.vy.high, command.yaw_rate.high}}};
  return contract.dump();
}

}  // namespace doggo::sim
