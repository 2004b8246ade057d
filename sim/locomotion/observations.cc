#include "sim/locomotion/observations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <stdexcept>

namespace doggo::sim {
namespace {

void Copy(const double* values, int count, double* out) { std::copy(values, values + count, out); }

constexpr ObservationTerm kTerms[] = {
    // name, what it is, scale, value, meaning
    {"base_linear_velocity", Quantity::kVector, 2.0,
     [](const Transition& t, double* out) { Copy(t.now.v_B.data(), 3, out); },
     "velocity of the base, B, m/s"},
    {"base_angular_velocity", Quantity::kPseudoVector, 0.5,
     [](const Transition& t, double* out) { Copy(t.now.w_B.data(), 3, out); },
     "angular velocity of the base, B, rad/s"},
    {"projected_gravity", Quantity::kVector, 2.0,
     [](const Transition& t, double* out) { Copy(t.now.gravity_B.data(), 3, out); },
     "unit vector downwards, B"},
    {"command_velocity", Quantity::kPlanarVector, 2.0,
     [](const Transition& t, double* out) { Copy(t.command.data(), 2, out); },
     "commanded vx, vy, heading frame, m/s"},
    {"command_yaw_rate", Quantity::kTurn, 1.0,
     [](const Transition& t, double* out) { out[0] = t.command.z(); },
     "commanded turning rate, rad/s"},
    {"joint_position", Quantity::kJoints, 2.0,
     [](const Transition& t, double* out) { Copy(t.now.pose_error.data(), kNumJoints, out); },
     "joint angles minus the default pose, rad"},
    {"joint_velocity", Quantity::kJoints, 0.1,
     [](const Transition& t, double* out) { Copy(t.now.qd.data(), kNumJoints, out); },
     "joint speeds, rad/s"},
    {"last_action", Quantity::kJoints, 0.5,
     [](const Transition& t, double* out) { Copy(t.action.data(), kNumJoints, out); },
     "the action before this one"},
    {"gait_phase", Quantity::kTrotPhase, 1.0,
     [](const Transition& t, double* out) {
       out[0] = t.stepping ? std::sin(t.phase) : 0;
       out[1] = t.stepping ? std::cos(t.phase) : 0;
     },
     "sine and cosine of the gait clock; zero while standing"},
    {"moving", Quantity::kScalar, 1.0,
     [](const Transition& t, double* out) { out[0] = t.stepping ? 1 : 0; },
     "1 where the gait clock runs, 0 while standing"},
    {"fore_aft_frame", Quantity::kForeAftFrame, 1.0,
     [](const Transition&, double* out) { out[0] = 1; },
     "1; -1 where the policy sees the fore-aft mirror image"},
    {"foot_contact", Quantity::kLegs, 1.0,
     [](const Transition& t, double* out) {
       for (int leg = 0; leg < kNumLegs; ++leg) out[leg] = t.now.contact[leg] ? 1 : 0;
     },
     "1 for a foot on the ground"},
};

std::vector<std::string> AllNames() {
  std::vector<std::string> names;
  for (const ObservationTerm& term : kTerms) names.emplace_back(term.name);
  return names;
}

}  // namespace

std::span<const ObservationTerm> ObservationTerms() { return kTerms; }

const ObservationTerm& FindObservationTerm(std::string_view name) {
  for (const ObservationTerm& term : kTerms) {
    if (term.name == name) return term;
  }
  throw std::invalid_argument(
      fmt::format("unknown observation '{}'; known: {}", name, fmt::join(AllNames(), ", ")));
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
  constexpr double inf = std::numeric_limits<double>::infinity();
  return {
      {"policy", &c.policy, "", "what the policy sees, in this order", -inf, inf, AllNames()},
      {"critic", &c.critic, "", "what the value function sees, in training only", -inf, inf,
       AllNames()},
  };
}

ObservationLayout::ObservationLayout(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    terms.push_back(&FindObservationTerm(name));
    size += terms.back()->size();
  }
}

void ObservationLayout::Write(const Transition& t, float* out) const {
  std::array<double, kNumJoints> value;
  for (const ObservationTerm* term : terms) {
    term->write(t, value.data());
    const int n = term->size();
    for (int i = 0; i < n; ++i) *out++ = static_cast<float>(term->scale * value[i]);
  }
}

Mirror ObservationLayout::MirrorBy(Reflection reflection) const {
  std::vector<Quantity> quantities;
  for (const ObservationTerm* term : terms) quantities.push_back(term->quantity);
  return MirrorOf(reflection, quantities);
}

int ObservationLayout::Row(std::string_view name) const {
  int row = 0;
  for (const ObservationTerm* term : terms) {
    if (term->name == name) return row;
    row += term->size();
  }
  return -1;
}

}  // namespace doggo::sim
