#include "sim/locomotion/observations.h"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>
#include <stdexcept>

#include "sim/terrain/height_scan.h"

namespace doggo::sim {
namespace {

// The widest row.
constexpr int kMaxTermSize = kFineGrid.size();

template <typename Vector>
void Copy(const Vector& values, double* out) {
  for (Eigen::Index i = 0; i < values.size(); ++i) out[i] = static_cast<double>(values(i));
}

// One column per leg, from the world frame into B.
void CopyInBase(const Transition& t, const LegPoints& points_W, double* out) {
  Copy(LegPoints(t.now.R_WB.transpose() * points_W), out);
}

// How an IMU sees a vector of B that is mounted wrongly.
Eigen::Vector3d ByImu(const Transition& t, const Eigen::Vector3d& vector_B) {
  const double angle = t.randomized.imu_tilt.norm();
  if (angle == 0) return vector_B;
  return Eigen::AngleAxisd(-angle, t.randomized.imu_tilt / angle) * vector_B;
}

// How far the base is above the ground at the grid's points, less about its height over flat
// ground.
void WriteScan(const Transition& t, const Ground& ground, const ScanGrid& grid, double* out) {
  ScanHeights(ground, grid, t.now.p_W.head<2>(), t.now.heading, out);
  for (int k = 0; k < grid.size(); ++k) out[k] = t.now.p_W.z() - kScanOffset - out[k];
}

// Heights of the feet's lowest points above the ground ahead of them, leg by leg.
void WriteFootScan(const Transition& t, const Ground& ground, double* out) {
  const Eigen::Vector2d ahead = HeadingAxes(t.now.heading).col(0);
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const Eigen::Vector2d foot = t.now.foot_W.col(leg).head<2>();
    const double below = ground.Height(foot.x(), foot.y());
    for (const double distance : kFootDistances) {
      const Eigen::Vector2d point = foot + distance * ahead;
      *out++ = t.now.foot_height[leg] + below - ground.Height(point.x(), point.y());
    }
  }
}

// In (-pi, pi].
double Wrapped(double angle) { return std::remainder(angle, 2 * std::numbers::pi); }

// clang-format off
constexpr ObservationTerm kTerms[] = {
    // name, what it is, scale, value, unit, meaning

    // the base
    {"base_linear_velocity", Quantity::kVector, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.v_B, out); },
     "m/s", "velocity of the base, B"},
    {"base_angular_velocity", Quantity::kPseudoVector, 0.5,
     [](const Transition& t, const Ground&, double* out) { Copy(ByImu(t, t.now.w_B) + t.randomized.gyro_bias, out); },
     "rad/s", "angular velocity of the base by its gyroscope, B"},
    {"projected_gravity", Quantity::kVector, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(ByImu(t, t.now.gravity_B), out); },
     "", "unit vector downwards by the IMU, B"},
    {"base_linear_acceleration", Quantity::kVector, 0.1,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.R_WB.transpose() * (t.now.R_WB * t.now.v_B - t.before.R_WB * t.before.v_B) / t.step_dt, out); },
     "m/s^2", "acceleration of the base over the control step, B"},
    {"base_height", Quantity::kScalar, 2.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.now.base_height; },
     "m", "of the base above the ground below it"},

    // what it is told
    {"command_velocity", Quantity::kPlanarVector, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.command.head<2>(), out); },
     "m/s", "commanded vx, vy, heading frame"},
    {"command_yaw_rate", Quantity::kTurn, 1.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.command.z(); },
     "rad/s", "commanded turning rate"},
    {"heading_error", Quantity::kTurn, 1.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.follows_heading ? Wrapped(t.target_heading - t.now.heading) : 0; },
     "rad", "commanded heading minus heading; zero where a turning rate is commanded"},

    // the joints
    {"joint_position", Quantity::kJoints, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.pose_error + t.randomized.drive.encoder_bias, out); },
     "rad", "joint angles by the encoders minus the default pose"},
    {"joint_velocity", Quantity::kJoints, 0.1,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.qd, out); },
     "rad/s", "joint speeds"},
    {"joint_acceleration", Quantity::kJoints, 0.005,
     [](const Transition& t, const Ground&, double* out) { Copy((t.now.qd - t.before.qd) / t.step_dt, out); },
     "rad/s^2", "joint accelerations over the control step"},
    {"joint_torque", Quantity::kJoints, 0.02,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.torque, out); },
     "N m", "torques of the drives"},
    {"joint_target_error", Quantity::kJoints, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.target - t.now.q - t.randomized.drive.encoder_bias, out); },
     "rad", "last joint targets minus joint angles by the encoders"},
    {"last_action", Quantity::kJoints, 0.5,
     [](const Transition& t, const Ground&, double* out) { Copy(t.action, out); },
     "", "the action before this one"},

    // the gait
    {"gait_phase", Quantity::kTrotPhase, 1.0,
     [](const Transition& t, const Ground&, double* out) {
       out[0] = t.stepping ? std::sin(t.phase) : 0;
       out[1] = t.stepping ? std::cos(t.phase) : 0;
     },
     "", "sine and cosine of the gait clock; zero while standing"},
    {"moving", Quantity::kScalar, 1.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.stepping ? 1 : 0; },
     "", "1 where the gait clock runs, 0 while standing"},
    {"fore_aft_frame", Quantity::kForeAftFrame, 1.0,
     [](const Transition&, const Ground&, double* out) { out[0] = 1; },
     "", "1; -1 where the policy sees the fore-aft mirror image"},

    // the feet
    {"foot_contact", Quantity::kLegs, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.contact, out); },
     "", "1 for a foot on the ground"},
    {"foot_position", Quantity::kLegVectors, 2.0,
     [](const Transition& t, const Ground&, double* out) { CopyInBase(t, t.now.foot_W.colwise() - t.now.p_W, out); },
     "m", "the feet from the base's origin, B"},
    {"foot_velocity", Quantity::kLegVectors, 0.5,
     [](const Transition& t, const Ground&, double* out) { CopyInBase(t, FootVelocity(t), out); },
     "m/s", "of the feet, B"},
    {"foot_height", Quantity::kLegs, 10.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.foot_height, out); },
     "m", "of the feet above the ground"},
    {"foot_force", Quantity::kLegVectors, 0.005,
     [](const Transition& t, const Ground&, double* out) { CopyInBase(t, t.now.foot_force_W, out); },
     "N", "of the ground on the feet, B"},
    {"foot_air_time", Quantity::kLegs, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.air_time, out); },
     "s", "since the foot left the ground; 0 on it"},
    {"foot_ground_time", Quantity::kLegs, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.ground_time, out); },
     "s", "since the foot came down; 0 in the air"},
    {"leg_contact", Quantity::kLegs, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.hip_contact || t.now.thigh_contact || t.now.shank_contact, out); },
     "", "1 for a leg that touches with another part than its foot"},
    {"base_contact", Quantity::kScalar, 1.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.now.base_contact ? 1 : 0; },
     "", "1 where the base touches the ground"},

    // the ground
    {"height_scan", Quantity::kFineScan, 3.0,
     [](const Transition& t, const Ground& ground, double* out) { WriteScan(t, ground, kFineGrid, out); },
     "m", "height of the base above the ground, less 0.53 m, at 17 x 11 points: in H, x = -0.8, -0.7 .. 0.8, for each y = -0.5, -0.4 .. 0.5"},
    {"height_scan_coarse", Quantity::kCoarseScan, 3.0,
     [](const Transition& t, const Ground& ground, double* out) { WriteScan(t, ground, kCoarseGrid, out); },
     "m", "likewise at 11 x 7 points: x = -0.6, -0.45 .. 0.9, for each y = -0.39, -0.26 .. 0.39"},
    {"foot_scan", Quantity::kFootScan, 4.0, WriteFootScan,
     "m", "height of each foot's lowest point above the ground 0, 0.12, 0.24 and -0.12 m ahead of it along H's x"},
    {"ground_slope", Quantity::kPlanarVector, 2.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.ground.slope, out); },
     "", "slope of the ground under the robot, dz/dx and dz/dy in H"},

    // what a robot cannot know: for the critic
    {"push_velocity", Quantity::kVector, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.R_WB.transpose() * Eigen::Vector3d(t.kick_W.x(), t.kick_W.y(), 0), out); },
     "m/s", "what a push added to the velocity at the end of this step, B"},
    {"push_force", Quantity::kVector, 0.01,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.R_WB.transpose() * t.push_W, out); },
     "N", "that pushes the base, B"},
    {"friction", Quantity::kScalar, 1.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.randomized.friction; },
     "", "of the ground"},
    {"base_mass", Quantity::kScalar, 0.2,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.randomized.base_mass; },
     "kg", "load of the base"},
    {"base_com", Quantity::kVector, 20.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.base_com, out); },
     "m", "shift of the base's centre of mass, B"},
    {"base_inertia", Quantity::kScalar, 1.0,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.randomized.base_inertia; },
     "", "factor of the base's inertia"},
    {"link_mass", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.link_mass, out); },
     "", "factors of the legs' hip, thigh and shank masses"},
    {"kp", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.drive.kp, out); },
     "", "factors of the drives' stiffness"},
    {"kd", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.drive.kd, out); },
     "", "factors of the drives' damping"},
    {"motor_strength", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.drive.strength, out); },
     "", "factors of the drives' torque"},
    {"latency", Quantity::kScalar, 0.2,
     [](const Transition& t, const Ground&, double* out) { out[0] = t.randomized.drive.latency; },
     "physics steps", "of the drives"},
    {"armature", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.armature, out); },
     "", "factors of the rotors' inertia"},
    {"joint_damping", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.joint_damping, out); },
     "N m s/rad", "viscous friction of the joints"},
    {"joint_friction", Quantity::kJointScalars, 1.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.joint_friction, out); },
     "N m", "dry friction of the joints"},
    {"encoder_bias", Quantity::kJoints, 10.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.drive.encoder_bias, out); },
     "rad", "what the encoders show too much"},
    {"gyro_bias", Quantity::kPseudoVector, 5.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.gyro_bias, out); },
     "rad/s", "what the gyroscope shows too much, B"},
    {"imu_tilt", Quantity::kPseudoVector, 10.0,
     [](const Transition& t, const Ground&, double* out) { Copy(t.randomized.imu_tilt, out); },
     "rad", "how wrongly the IMU is mounted, B"},
    {"gravity_shift", Quantity::kVector, 0.5,
     [](const Transition& t, const Ground&, double* out) { Copy(t.now.R_WB.transpose() * t.randomized.gravity, out); },
     "m/s^2", "what was added to gravity, B"},
};
// clang-format on

std::vector<std::string> AllNames() {
  std::vector<std::string> names;
  for (const ObservationTerm& term : kTerms) names.emplace_back(term.name);
  return names;
}

// --- one text

double ParseNumber(const std::string& key, std::string_view text, double low, double high) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || !std::isfinite(number))
    throw std::invalid_argument(fmt::format("{}={}: not a number", key, text));
  if (number < low || number > high)
    throw std::invalid_argument(fmt::format("{}={}: {} to {} is allowed", key, text, low, high));
  return number;
}

int ParseSteps(const std::string& key, std::string_view text, int low) {
  const double number = ParseNumber(key, text, low, kMaxLookBack);
  if (number != std::floor(number))
    throw std::invalid_argument(
        fmt::format("{}={}: not a whole number of control steps", key, text));
  return static_cast<int>(number);
}

void ParseSetting(const std::string& key, const std::string& value, ObservationRow& row) {
  constexpr double kMuch = 1e6;
  if (key == "scale") {
    row.scale = ParseNumber(key, value, -kMuch, kMuch);
  } else if (key == "noise") {
    row.noise = ParseNumber(key, value, 0, kMuch);
  } else if (key == "offset") {
    row.offset = ParseNumber(key, value, 0, kMuch);
  } else if (key == "missing") {
    row.missing = ParseNumber(key, value, 0, 1);
  } else if (key == "clip") {
    row.clip = ParseNumber(key, value, 0, kMuch);
  } else if (key == "delay") {
    const size_t dots = value.find("..");
    row.min_delay = ParseSteps(key, value.substr(0, dots), 0);
    row.max_delay =
        dots == std::string::npos ? row.min_delay : ParseSteps(key, value.substr(dots + 2), 0);
    if (row.min_delay > row.max_delay)
      throw std::invalid_argument(
          fmt::format("delay={}: the wrong way round; the shorter comes first", value));
  } else if (key == "history") {
    row.history = ParseSteps(key, value, 1);
  } else {
    throw std::invalid_argument(
        fmt::format("'{}' is none of scale, noise, offset, missing, clip, delay, history", key));
  }
}

// What is wrong with a text; "" where nothing is.
std::string Problem(const std::string& text) {
  try {
    ParseObservationRow(text);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

// "0..2 m/s, velocity of the base, B" for every row.
std::vector<std::string> Notes(const std::vector<std::string>& texts) {
  std::vector<std::string> notes;
  int first = 0;
  for (const std::string& text : texts) {
    const ObservationRow row = ParseObservationRow(text);
    const std::string numbers = row.size() == 1
                                    ? fmt::format("{}", first)
                                    : fmt::format("{}..{}", first, first + row.size() - 1);
    const std::string unit = row.term->unit.empty() ? "" : fmt::format(" ({})", row.term->unit);
    notes.push_back(fmt::format("{}: {}{}", numbers, row.term->meaning, unit));
    first += row.size();
  }
  return notes;
}

}  // namespace

std::span<const ObservationTerm> ObservationTerms() { return kTerms; }

const ObservationTerm& FindObservationTerm(std::string_view name) {
  for (const ObservationTerm& term : kTerms) {
    if (term.name == name) return term;
  }
  throw std::invalid_argument(fmt::format("unknown observation '{}'", name));
}

ObservationRow ParseObservationRow(const std::string& text) {
  std::istringstream words(text);
  std::string word;
  if (!(words >> word)) throw std::invalid_argument("an observation without a name");
  ObservationRow row;
  row.term = &FindObservationTerm(word);
  row.scale = row.term->scale;
  row.width = row.term->size();
  while (words >> word) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos)
      throw std::invalid_argument(fmt::format("'{}' is no setting; write key=value", word));
    ParseSetting(word.substr(0, equals), word.substr(equals + 1), row);
  }
  if (row.max_delay + row.history > kMaxLookBack)
    throw std::invalid_argument(
        fmt::format("delay and history together look back {} control steps; {} are kept",
                    row.max_delay + row.history, kMaxLookBack));
  return row;
}

ObservationConfig::ObservationConfig() {
  policy = {"base_linear_velocity", "base_angular_velocity",
            "projected_gravity",    "command_velocity",
            "command_yaw_rate",     "joint_position",
            "joint_velocity",       "last_action",
            "gait_phase",           "moving",
            "fore_aft_frame"};
  critic = policy;
}

ConfigFields Fields(ObservationConfig& c) {
  ConfigFields fields = {
      {"policy", &c.policy, "", "what the policy sees, in this order"},
      {"critic", &c.critic, "", "what the value function sees, in training only"},
      {"noise_level", &c.noise_level, "",
       "factor of all observation noise, offsets and missing numbers", 0, 100},
  };
  for (ConfigField& field : std::span(fields).first(2)) {
    field.choices = AllNames();
    field.check = Problem;
    field.notes = Notes;
  }
  return fields;
}

// A row that looks back keeps, in this order: its delay in this episode, and a ring of its past
// values.
ObservationLayout::ObservationLayout(const std::vector<std::string>& rows, double noise_level,
                                     uint64_t stream)
    : stream_(stream) {
  for (const std::string& text : rows) {
    rows_.push_back(ParseObservationRow(text));
    ObservationRow& row = rows_.back();
    row.noise *= noise_level;
    row.offset *= noise_level;
    row.missing = std::min(1.0, row.missing * noise_level);
    noisy_ = noisy_ || row.noise > 0 || row.offset > 0 || row.missing > 0;
    size_ += row.size();
    const int depth = row.max_delay + row.history;
    if (depth > 1) memory_size_ += 1 + depth * row.width;
  }
}

void ObservationLayout::Write(const Transition& t, const Ground& ground,
                              const ObservationTime& time, float* memory, float* out) const {
  const bool first = time.steps == 0;
  const auto environment = static_cast<uint32_t>(time.environment);
  // the last state of an episode and the first of the next have the same total_steps
  Random noise(time.seed, Stream::kNoise, environment,
               static_cast<uint64_t>(time.total_steps) * 4 + stream_ * 2 + (first ? 1 : 0));
  std::array<double, kMaxTermSize> value;
  uint64_t index = 0;
  for (const ObservationRow& row : rows_) {
    const int n = row.width;
    const auto finish = [&](double x) {
      return static_cast<float>(std::clamp(row.scale * x, -row.clip, row.clip));
    };
    row.term->write(t, ground, value.data());
    if (row.noise > 0) {
      for (int i = 0; i < n; ++i) value[i] += noise.Uniform(-row.noise, row.noise);
    }
    ++index;
    if (row.offset > 0) {
      // the numbers of this episode and row that are not its delay's
      Random random(time.seed, Stream::kDelay, environment,
                    (static_cast<uint64_t>(time.episode) << 8) | 128 | (index * 2 + stream_));
      const double offset = random.Uniform(-row.offset, row.offset);
      for (int i = 0; i < n; ++i) value[i] += offset;
    }
    if (row.missing > 0) {
      for (int i = 0; i < n; ++i) {
        if (noise.Uniform() < row.missing) value[i] = 0;
      }
    }
    const int depth = row.max_delay + row.history;
    if (depth == 1) {
      for (int i = 0; i < n; ++i) *out++ = finish(value[i]);
      continue;
    }

    // remember it; an episode begins as if it had always been so
    float* ring = memory + 1;
    if (first) {
      Random delay(time.seed, Stream::kDelay, environment,
                   (static_cast<uint64_t>(time.episode) << 8) | (index * 2 + stream_));
      *memory = static_cast<float>(
          row.min_delay +
          static_cast<int>(delay.Below(static_cast<uint32_t>(row.max_delay - row.min_delay + 1))));
    }
    for (int slot = 0; slot < depth; ++slot) {
      if (!first && slot != time.steps % depth) continue;
      for (int i = 0; i < n; ++i) ring[slot * n + i] = static_cast<float>(value[i]);
    }

    // and see what was some steps ago
    const auto lag = static_cast<int64_t>(*memory);
    for (int past = 0; past < row.history; ++past) {
      const int64_t slot = (time.steps - lag - past + depth) % depth;
      for (int i = 0; i < n; ++i) *out++ = finish(ring[slot * n + i]);
    }
    memory += 1 + depth * n;
  }
}

bool ObservationLayout::IsSameAs(const ObservationLayout& other) const {
  const auto alike = [](const ObservationRow& a, const ObservationRow& b) {
    return a.term == b.term && a.scale == b.scale && a.clip == b.clip;
  };
  return !noisy_ && !other.noisy_ && memory_size_ == 0 && other.memory_size_ == 0 &&
         std::equal(rows_.begin(), rows_.end(), other.rows_.begin(), other.rows_.end(), alike);
}

Mirror ObservationLayout::MirrorBy(Reflection reflection) const {
  std::vector<Quantity> quantities;
  for (const ObservationRow& row : rows_)
    quantities.insert(quantities.end(), static_cast<size_t>(row.history), row.term->quantity);
  return MirrorOf(reflection, quantities);
}

int ObservationLayout::Row(std::string_view name) const {
  int first = 0;
  for (const ObservationRow& row : rows_) {
    if (row.term->name == name) return first;
    first += row.size();
  }
  return -1;
}

}  // namespace doggo::sim
