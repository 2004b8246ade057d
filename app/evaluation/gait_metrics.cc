#include "app/evaluation/gait_metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace doggo::evaluation {
namespace {

constexpr double kNear = 0.1;  // of a cycle

struct NamedGait {
  const char* name;
  std::array<double, sim::kNumLegs> phase;  // LF RF LH RH
  double min_duty;
};
constexpr NamedGait kGaits[] = {
    {"trot", {0, 0.5, 0.5, 0}, 0},       {"pace", {0, 0.5, 0, 0.5}, 0},
    {"bound", {0, 0, 0.5, 0.5}, 0},      {"pronk", {0, 0, 0, 0}, 0},
    {"walk", {0, 0.5, 0.75, 0.25}, 0.5},  // LF RH RF LH: lateral sequence
    {"walk", {0, 0.5, 0.25, 0.75}, 0.5},  // LF LH RF RH: diagonal sequence
};

double PhaseDistance(double a, double b) { return std::abs(std::remainder(a - b, 1.0)); }

double Wrapped(double phase) { return phase - std::floor(phase); }

// The mean of phases is that of their unit vectors.
double MeanPhase(const std::vector<double>& phases) {
  std::complex<double> sum = 0;
  for (const double phase : phases) sum += std::polar(1.0, 2 * std::numbers::pi * phase);
  return std::abs(sum) < 1e-9 ? 0 : Wrapped(std::arg(sum) / (2 * std::numbers::pi));
}

struct Ratio {
  double sum = 0, n = 0;
  void Add(double value) { sum += value, n += 1; }
  double mean() const { return n > 0 ? sum / n : 0; }
};

}  // namespace

std::vector<sim::LegFlags> Grounded(const Trajectory& trajectory) {
  std::vector<sim::LegFlags> grounded;
  for (size_t k = 0; k < trajectory.samples.size(); ++k) {
    const sim::LegFlags& now = trajectory.samples[k].contact;
    grounded.push_back(k == 0 ? now : (now || trajectory.samples[k - 1].contact).eval());
  }
  return grounded;
}

Gait GaitOf(const Trajectory& trajectory, int first) {
  const std::vector<sim::LegFlags> grounded = Grounded(trajectory);
  const double dt = trajectory.dt;
  const auto n = static_cast<int>(trajectory.samples.size());
  Gait gait;
  std::array<std::vector<double>, sim::kNumLegs> landings;  // control steps
  Ratio frequency;
  for (int leg = 0; leg < sim::kNumLegs; ++leg) {
    Ratio duty, clearance, slip, impact;
    double peak = -1;  // of the flight under way; negative: its beginning was not seen
    for (int k = std::max(1, first); k < n; ++k) {
      const Sample &now = trajectory.samples[k], &before = trajectory.samples[k - 1];
      const bool is = grounded[k][leg], was = grounded[k - 1][leg];
      const Eigen::Vector3d v = (now.foot_W.col(leg) - before.foot_W.col(leg)) / dt;
      duty.Add(is);
      if (now.contact[leg] && before.contact[leg]) slip.Add(v.head<2>().norm());
      if (was && !is) peak = 0;
      if (!is && peak >= 0) peak = std::max(peak, now.foot_height[leg]);
      if (is && !was) {
        landings[leg].push_back(k);
        if (peak >= 0) clearance.Add(peak);
        if (k >= 2)
          impact.Add(std::max(
              0.0, (trajectory.samples[k - 2].foot_W(2, leg) - before.foot_W(2, leg)) / dt));
        peak = -1;
      }
    }
    gait.duty[leg] = duty.mean();
    gait.clearance[leg] = clearance.mean();
    gait.slip[leg] = slip.mean();
    gait.impact[leg] = impact.mean();
    const std::vector<double>& at = landings[leg];
    if (at.size() < 2) continue;
    const auto cycles = static_cast<double>(at.size() - 1);
    gait.strides += cycles;
    frequency.Add(cycles / ((at.back() - at.front()) * dt));
  }
  gait.stride_frequency = frequency.mean();

  // where in LF's cycle the others land
  const std::vector<double>& cycle = landings[0];
  for (int leg = 1; leg < sim::kNumLegs; ++leg) {
    std::vector<double> phases;
    for (const double at : landings[leg]) {
      const auto next = std::upper_bound(cycle.begin(), cycle.end(), at);
      if (next == cycle.begin() || next == cycle.end()) continue;
      phases.push_back((at - *(next - 1)) / (*next - *(next - 1)));
    }
    gait.phase[leg] = MeanPhase(phases);
  }
  gait.name = gait.strides > 0 ? NameOf(gait.phase, gait.duty.mean()) : "none";
  return gait;
}

Gait MeanGait(std::span<const Gait> gaits) {
  Gait mean;
  std::array<std::vector<double>, sim::kNumLegs> phases;
  const double n = std::max<double>(1, static_cast<double>(gaits.size()));
  for (const Gait& gait : gaits) {
    mean.duty += gait.duty / n;
    mean.clearance += gait.clearance / n;
    mean.slip += gait.slip / n;
    mean.impact += gait.impact / n;
    mean.stride_frequency += gait.stride_frequency / n;
    mean.strides += gait.strides;
    for (int leg = 0; leg < sim::kNumLegs; ++leg) phases[leg].push_back(gait.phase[leg]);
  }
  for (int leg = 0; leg < sim::kNumLegs; ++leg) mean.phase[leg] = MeanPhase(phases[leg]);
  mean.name = mean.strides > 0 ? NameOf(mean.phase, mean.duty.mean()) : "none";
  return mean;
}

std::string NameOf(const sim::LegScalars& phase, double duty) {
  for (const NamedGait& gait : kGaits) {
    bool near = duty >= gait.min_duty;
    for (int leg = 0; leg < sim::kNumLegs; ++leg)
      near = near && PhaseDistance(phase[leg], gait.phase[leg]) <= kNear;
    if (near) return gait.name;
  }
  return "none";
}

double Asymmetry(const Gait& gait) {
  double largest = 0;
  for (const sim::LegScalars& of : {gait.duty, gait.clearance}) {
    for (const int left : {0, 2}) {
      const double sum = of[left] + of[left + 1];
      if (sum > 0) largest = std::max(largest, std::abs(of[left] - of[left + 1]) / (0.5 * sum));
    }
  }
  return largest;
}

}  // namespace doggo::evaluation
