#include "sim/locomotion/randomization.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace doggo::sim {
namespace {

constexpr double kNone = -1;  // friction has no nominal value: the ground's is always drawn

// --- what a row does to the model

// Sliding friction of the ground, which rules over that of the feet (floor priority).
void GroundFriction(const Robot& robot, const Randomized& r, const ModelFields& model) {
  model.geom_friction[3 * robot.ids.floor_geom] = r.friction;
}

void ScaleInertia(int body, double factor, const ModelFields& model) {
  for (int k = 0; k < 3; ++k) model.body_inertia[3 * body + k] *= factor;
}

// The load is spread like the base's own mass.
void BaseMass(const Robot& robot, const Randomized& r, const ModelFields& model) {
  const int base = robot.ids.base_body;
  ScaleInertia(base, 1 + r.base_mass / model.body_mass[base], model);
  model.body_mass[base] += r.base_mass;
}

void BaseCom(const Robot& robot, const Randomized& r, const ModelFields& model) {
  for (int k = 0; k < 3; ++k) model.body_ipos[3 * robot.ids.base_body + k] += r.base_com[k];
}

void BaseInertia(const Robot& robot, const Randomized& r, const ModelFields& model) {
  ScaleInertia(robot.ids.base_body, r.base_inertia, model);
}

void LinkMass(const Robot& robot, const Randomized& r, const ModelFields& model) {
  const RobotIds& ids = robot.ids;
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const int bodies[] = {ids.hip_body[leg], ids.thigh_body[leg], ids.shank_body[leg]};
    for (int k = 0; k < 3; ++k) {
      const double factor = r.link_mass[3 * leg + k];
      model.body_mass[bodies[k]] *= factor;
      ScaleInertia(bodies[k], factor, model);
    }
  }
}

// kp, kd, strength stand in the model only where MuJoCo's actuators are position controllers;
// otherwise the drive computes with them itself.
void Stiffness(const Robot& robot, const Randomized& r, const ModelFields& model) {
  if (!IsImplicit(robot.drive)) return;
  for (int j = 0; j < kNumJoints; ++j) {
    const int a = robot.ids.actuator[j];
    model.actuator_gainprm[mjNGAIN * a] *= r.drive.kp[j];
    model.actuator_biasprm[mjNBIAS * a + 1] *= r.drive.kp[j];
  }
}

void Damping(const Robot& robot, const Randomized& r, const ModelFields& model) {
  if (!IsImplicit(robot.drive)) return;
  for (int j = 0; j < kNumJoints; ++j)
    model.actuator_biasprm[mjNBIAS * robot.ids.actuator[j] + 2] *= r.drive.kd[j];
}

void MotorStrength(const Robot& robot, const Randomized& r, const ModelFields& model) {
  const bool implicit = IsImplicit(robot.drive);
  for (int j = 0; j < kNumJoints; ++j) {
    const int a = robot.ids.actuator[j];
    const double strength = r.drive.strength[j];
    for (int k = 0; k < 2; ++k) model.actuator_forcerange[2 * a + k] *= strength;
    if (!implicit) continue;
    model.actuator_gainprm[mjNGAIN * a] *= strength;
    for (int k = 1; k < 3; ++k) model.actuator_biasprm[mjNBIAS * a + k] *= strength;
  }
}

void Armature(const Robot& robot, const Randomized& r, const ModelFields& model) {
  for (int j = 0; j < kNumJoints; ++j) model.dof_armature[robot.ids.dof[j]] *= r.armature[j];
}

void JointDamping(const Robot& robot, const Randomized& r, const ModelFields& model) {
  for (int j = 0; j < kNumJoints; ++j) model.dof_damping[robot.ids.dof[j]] += r.joint_damping[j];
}

void JointFriction(const Robot& robot, const Randomized& r, const ModelFields& model) {
  for (int j = 0; j < kNumJoints; ++j)
    model.dof_frictionloss[robot.ids.dof[j]] += r.joint_friction[j];
}

void Gravity(const Robot&, const Randomized& r, const ModelFields& model) {
  for (int k = 0; k < 3; ++k) model.gravity[k] += r.gravity[k];
}

// --- the table

using C = RandomizationConfig;

// clang-format off
constexpr RandomizationTerm kTerms[] = {
    // name, range, nominal, allowed from, to, whole, how many, where, fields of mjModel, effect, unit, meaning
    {"friction", &C::friction, kNone, 0.01, 10, false, 1, [](Randomized& r) { return &r.friction; },
     {"geom_friction"}, GroundFriction, "", "friction of the ground"},
    {"base_mass", &C::base_mass, 0, -50, 100, false, 1, [](Randomized& r) { return &r.base_mass; },
     {"body_mass", "body_inertia"}, BaseMass, "kg", "load of the base, spread like its own mass"},
    {"base_com", &C::base_com, 0, -0.5, 0.5, false, 3, [](Randomized& r) { return r.base_com.data(); },
     {"body_ipos"}, BaseCom, "m", "shift of the base's centre of mass, each of x, y, z"},
    {"base_inertia", &C::base_inertia, 1, 0.1, 10, false, 1, [](Randomized& r) { return &r.base_inertia; },
     {"body_inertia"}, BaseInertia, "", "factor of the base's inertia"},
    {"link_mass", &C::link_mass, 1, 0.1, 10, false, kNumJoints, [](Randomized& r) { return r.link_mass.data(); },
     {"body_mass", "body_inertia"}, LinkMass, "", "factor of mass and inertia of each leg's hip, thigh and shank"},
    {"kp", &C::kp, 1, 0.1, 10, false, kNumJoints, [](Randomized& r) { return r.drive.kp.data(); },
     {"actuator_gainprm", "actuator_biasprm"}, Stiffness, "", "factor of each drive's stiffness"},
    {"kd", &C::kd, 1, 0.1, 10, false, kNumJoints, [](Randomized& r) { return r.drive.kd.data(); },
     {"actuator_biasprm"}, Damping, "", "factor of each drive's damping"},
    {"motor_strength", &C::motor_strength, 1, 0, 10, false, kNumJoints, [](Randomized& r) { return r.drive.strength.data(); },
     {"actuator_gainprm", "actuator_biasprm", "actuator_forcerange"}, MotorStrength, "", "factor of each drive's torque"},
    {"latency", &C::latency, 0, 0, 50, true, 1, [](Randomized& r) { return &r.drive.latency; },
     {}, nullptr, "physics steps", "so late the drives follow the action"},
    {"armature", &C::armature, 1, 0.1, 10, false, kNumJoints, [](Randomized& r) { return r.armature.data(); },
     {"dof_armature"}, Armature, "", "factor of each drive's rotor inertia"},
    {"joint_damping", &C::joint_damping, 0, 0, 20, false, kNumJoints, [](Randomized& r) { return r.joint_damping.data(); },
     {"dof_damping"}, JointDamping, "N m s/rad", "viscous friction of each joint"},
    {"joint_friction", &C::joint_friction, 0, 0, 20, false, kNumJoints, [](Randomized& r) { return r.joint_friction.data(); },
     {"dof_frictionloss"}, JointFriction, "N m", "dry friction of each joint"},
    {"encoder_bias", &C::encoder_bias, 0, -0.5, 0.5, false, kNumJoints, [](Randomized& r) { return r.drive.encoder_bias.data(); },
     {}, nullptr, "rad", "so much too far each joint's encoder shows, to policy and drive"},
    {"gyro_bias", &C::gyro_bias, 0, -1, 1, false, 3, [](Randomized& r) { return r.gyro_bias.data(); },
     {}, nullptr, "rad/s", "so wrong is the angular velocity that the policy sees, each of x, y, z"},
    {"imu_tilt", &C::imu_tilt, 0, -0.5, 0.5, false, 3, [](Randomized& r) { return r.imu_tilt.data(); },
     {}, nullptr, "rad", "how wrongly the IMU is mounted, a rotation vector, each of x, y, z"},
    {"gravity", &C::gravity, 0, -5, 5, false, 3, [](Randomized& r) { return r.gravity.data(); },
     {"opt.gravity"}, Gravity, "m/s^2", "added to gravity, each of x, y, z of the world"},
};
// clang-format on

// --- the fields of mjModel that rows may vary

struct FieldKind {
  std::string_view name;
  mjtNum* ModelFields::*own;
  bool constants_follow;
  const mjtNum* (*nominal)(const mjModel&);
  int (*size)(const mjModel&);
};

constexpr FieldKind kFieldKinds[] = {
    {"geom_friction", &ModelFields::geom_friction, false,
     [](const mjModel& m) -> const mjtNum* { return m.geom_friction; },
     [](const mjModel& m) { return static_cast<int>(3 * m.ngeom); }},
    {"body_mass", &ModelFields::body_mass, true,
     [](const mjModel& m) -> const mjtNum* { return m.body_mass; },
     [](const mjModel& m) { return static_cast<int>(m.nbody); }},
    {"body_inertia", &ModelFields::body_inertia, true,
     [](const mjModel& m) -> const mjtNum* { return m.body_inertia; },
     [](const mjModel& m) { return static_cast<int>(3 * m.nbody); }},
    {"body_ipos", &ModelFields::body_ipos, true,
     [](const mjModel& m) -> const mjtNum* { return m.body_ipos; },
     [](const mjModel& m) { return static_cast<int>(3 * m.nbody); }},
    {"actuator_gainprm", &ModelFields::actuator_gainprm, false,
     [](const mjModel& m) -> const mjtNum* { return m.actuator_gainprm; },
     [](const mjModel& m) { return static_cast<int>(mjNGAIN * m.nu); }},
    {"actuator_biasprm", &ModelFields::actuator_biasprm, false,
     [](const mjModel& m) -> const mjtNum* { return m.actuator_biasprm; },
     [](const mjModel& m) { return static_cast<int>(mjNBIAS * m.nu); }},
    {"actuator_forcerange", &ModelFields::actuator_forcerange, false,
     [](const mjModel& m) -> const mjtNum* { return m.actuator_forcerange; },
     [](const mjModel& m) { return static_cast<int>(2 * m.nu); }},
    {"dof_armature", &ModelFields::dof_armature, true,
     [](const mjModel& m) -> const mjtNum* { return m.dof_armature; },
     [](const mjModel& m) { return static_cast<int>(m.nv); }},
    {"dof_damping", &ModelFields::dof_damping, false,
     [](const mjModel& m) -> const mjtNum* { return m.dof_damping; },
     [](const mjModel& m) { return static_cast<int>(m.nv); }},
    {"dof_frictionloss", &ModelFields::dof_frictionloss, false,
     [](const mjModel& m) -> const mjtNum* { return m.dof_frictionloss; },
     [](const mjModel& m) { return static_cast<int>(m.nv); }},
    {"opt.gravity", &ModelFields::gravity, false,
     [](const mjModel& m) -> const mjtNum* { return m.opt.gravity; },
     [](const mjModel&) { return 3; }},
};

int KindOf(std::string_view field) {
  for (int k = 0; k < static_cast<int>(std::size(kFieldKinds)); ++k) {
    if (kFieldKinds[k].name == field) return k;
  }
  throw std::logic_error(fmt::format("no kind of field '{}'", field));
}

bool Varies(const Range& range, double nominal) {
  return range.low != nominal || range.high != nominal;
}

}  // namespace

std::span<const RandomizationTerm> RandomizationTerms() { return kTerms; }

ConfigFields Fields(RandomizationConfig& c) {
  ConfigFields fields;
  for (const RandomizationTerm& term : kTerms) {
    fields.push_back({std::string(term.name), &(c.*term.range), std::string(term.unit),
                      std::string(term.meaning), term.min, term.max});
  }
  for (ConfigField field : ConfigFields{
           {"joint_scale", &c.joint_scale, "",
            "start: factor of each joint's angle in the default pose", -10, 10},
           {"joint_position", &c.joint_position, "rad",
            "start: added to each joint's angle, up to this either way", 0, 1},
           {"joint_speed", &c.joint_speed, "rad/s", "start: joint speeds up to this", 0, 20},
           {"base_velocity", &c.base_velocity, "m/s, rad/s",
            "start: velocity of the base, each component up to this", 0, 5},
           {"tilt", &c.tilt, "rad", "start: roll and pitch up to this", 0, 0.8},
           {"heading", &c.heading, "rad", "start: heading up to this to either side", 0,
            std::numbers::pi},
           {"drop_height", &c.drop_height, "m",
            "start: the lowest foot up to this above the ground", 0, 2},
           {"push_interval", &c.push_interval, "s", "mean time between pushes; 0: none", 0, 1e6},
           {"push_speed", &c.push_speed, "m/s", "push: added to the base's velocity, in x and in y",
            -10, 10},
           {"push_turn", &c.push_turn, "rad/s", "push: added to the base's turning rate", -10, 10},
           {"push_force", &c.push_force, "N", "push: a force on the base, in x and in y", -1e4,
            1e4},
           {"push_duration", &c.push_duration, "s", "push: how long that force lasts", 0, 10},
       }) {
    fields.push_back(std::move(field));
  }
  return fields;
}

Randomized DrawRandomized(const RandomizationConfig& config, uint64_t seed, int environment,
                          int64_t episode) {
  Randomized randomized{};
  uint64_t row = 0;
  for (const RandomizationTerm& term : kTerms) {
    // numbers of its own for every row: what one draws does not depend on which others there are
    Random random(seed, Stream::kModel, static_cast<uint32_t>(environment),
                  (static_cast<uint64_t>(episode) << 8) | row++);
    const Range& range = config.*term.range;
    double* values = term.values(randomized);
    for (int k = 0; k < term.size; ++k) {
      values[k] = term.whole ? std::floor(random.Uniform(range.low, range.high + 1))
                             : random.Uniform(range.low, range.high);
    }
  }
  return randomized;
}

ModelRandomization::ModelRandomization(const RandomizationConfig& config, const Robot& robot) {
  const double base_mass = robot.model->body_mass[robot.ids.base_body];
  if (base_mass + config.base_mass.low <= 0) {
    throw std::invalid_argument(
        fmt::format("randomization.base_mass: {} kg would take away more than the base's mass "
                    "({:.1f} kg)",
                    config.base_mass.low, base_mass));
  }
  for (const RandomizationTerm& term : kTerms) {
    const Range& range = config.*term.range;
    if (term.whole &&
        (std::floor(range.low) != range.low || std::floor(range.high) != range.high)) {
      throw std::invalid_argument(fmt::format("randomization.{}: [{:g}, {:g}] are not whole {}",
                                              term.name, range.low, range.high, term.unit));
    }
    if (term.apply == nullptr || !Varies(range, term.nominal)) continue;
    terms_.push_back(&term);
    for (const std::string_view field : term.fields) {
      if (field.empty() || std::find(fields_.begin(), fields_.end(), field) != fields_.end())
        continue;
      fields_.emplace_back(field);
      kinds_.push_back(KindOf(field));
      constants_follow_ = constants_follow_ || kFieldKinds[kinds_.back()].constants_follow;
    }
  }
}

void ModelRandomization::Apply(const Robot& robot, const Randomized& randomized,
                               const std::vector<mjtNum*>& values) const {
  ModelFields own;
  for (size_t k = 0; k < kinds_.size(); ++k) {
    const FieldKind& kind = kFieldKinds[kinds_[k]];
    own.*kind.own = values[k];
    std::copy_n(kind.nominal(*robot.model), kind.size(*robot.model), values[k]);
  }
  for (const RandomizationTerm* term : terms_) term->apply(robot, randomized, own);
}

Push DrawPush(const RandomizationConfig& config, double step_dt, Random random) {
  Push push{Eigen::Vector3d::Zero(), Eigen::Vector3d::Zero(), 0};
  if (config.push_interval <= 0 || random.Uniform() * config.push_interval >= step_dt) return push;
  const auto draw = [&](const Range& range) { return random.Uniform(range.low, range.high); };
  push.kick.x() = draw(config.push_speed);
  push.kick.y() = draw(config.push_speed);
  push.kick.z() = draw(config.push_turn);
  push.force.x() = draw(config.push_force);
  push.force.y() = draw(config.push_force);
  push.duration = draw(config.push_duration);
  return push;
}

RandomizationConfig Nominal(const PhysicsConfig& physics) {
  RandomizationConfig nominal;
  for (const RandomizationTerm& term : kTerms) {
    const double value = term.nominal == kNone ? physics.friction : term.nominal;
    nominal.*term.range = {value, value};
  }
  nominal.push_interval = 0;
  return nominal;
}

}  // namespace doggo::sim
