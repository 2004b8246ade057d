#include "sim/locomotion/gait.h"

#include <cmath>
#include <numbers>

namespace doggo::sim {

using std::numbers::pi;

ConfigFields Fields(GaitConfig& c) {
  return {
      {"clock", &c.clock, "",
       "run a gait clock, which the policy sees and the contact terms follow"},
      {"frequency", &c.frequency, "Hz", "steps per second of each leg", 0.2, 10},
      {"prior", &c.prior, "", "add the action to a small open-loop trot (needs the clock)"},
      {"prior_lift", &c.prior_lift, "m", "how high that trot would lift a foot", 0, 0.5},
      {"settle_time", &c.settle_time, "s", "a robot that stops keeps stepping so long", 0, 10},
      {"restart_speed", &c.restart_speed, "m/s", "one that is pushed to this speed steps again", 0,
       10},
      {"prior_stride", &c.prior_stride, "", "its stride, as a share of what the command needs", 0,
       2},
  };
}

void SetLegPhases(const GaitConfig& config, Transition& t) {
  if (!config.clock || !t.stepping) {
    t.leg_phase.setConstant(1.5 * pi);  // the middle of stance
    t.swing.setConstant(false);
    return;
  }
  t.leg_phase = (t.phase + kTrotOffsets).unaryExpr([](double x) { return std::fmod(x, 2 * pi); });
  t.swing = t.leg_phase < pi;
}

void HeedCommand(const GaitConfig& config, Transition& t) {
  if (t.commanded()) {
    t.stepping = true;
    t.idle_time = 0;
  } else if (!config.clock) {
    t.stepping = false;
  }
  SetLegPhases(config, t);
}

void AdvanceClock(const GaitConfig& config, Transition& t) {
  const bool was_stepping = t.stepping;
  const bool moves = t.commanded() || t.now.v_H.head<2>().norm() > config.restart_speed;
  t.idle_time = moves ? 0 : t.idle_time + t.step_dt;
  if (!config.clock) {
    t.stepping = t.commanded();
  } else if (moves || t.stepping) {
    t.stepping = true;
    const double next = t.phase + 2 * pi * config.frequency * t.step_dt;
    // a step ends where the clock passes a multiple of pi: one pair lands, the other lifts
    const double end = pi * (std::floor(t.phase / pi) + 1);
    if (t.idle_time > config.settle_time && next >= end) {
      t.phase = std::fmod(end, 2 * pi);
      t.stepping = false;
    } else {
      t.phase = std::fmod(next, 2 * pi);
    }
  }
  if (was_stepping) t.stop_W = t.now.p_W.head<2>();
  SetLegPhases(config, t);
}

// Per leg, with theta its phase, T_s = 1 / (2 f) the time of a swing, u the velocity that the
// command gives to the hip:
//   k = -cos theta in swing, 1 - 2 (theta - pi) / pi in stance   (from -1, foot behind, to 1, foot
//   ahead, and back) dx, dy = stride u T_s / 2 k,   dz = lift sin^2 theta in swing.
// Joint offsets follow from the leg's inverse Jacobian at the default pose.
Joints PriorOffsets(const GaitConfig& config, const Robot& robot, const Transition& t) {
  Joints offsets = Joints::Zero();
  if (!config.clock || !config.prior || !t.stepping) return offsets;

  const double half_swing = 0.25 / config.frequency;  // s
  for (int leg = 0; leg < kNumLegs; ++leg) {
    const double theta = t.leg_phase[leg];
    const bool swing = t.swing[leg];
    const double k = swing ? -std::cos(theta) : 1 - 2 * (theta - pi) / pi;
    const double lift = swing ? config.prior_lift * std::sin(theta) * std::sin(theta) : 0;

    const auto foot = robot.feet_B.col(leg);
    const double ux = t.command.x() - t.command.z() * foot.y();
    const double uy = t.command.y() + t.command.z() * foot.x();
    const double reach = config.prior_stride * half_swing * k;
    offsets.segment<3>(3 * leg) =
        robot.leg_inverse[leg] * Eigen::Vector3d(reach * ux, reach * uy, lift);
  }
  return offsets;
}

}  // namespace doggo::sim
