// Where the time of a training goes. The threads count it themselves, a reading of the clock at
// every change of phase: some per control step of a shard and per tile of a mini-batch.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

namespace doggo::agent {

enum class Phase { kPhysics, kTask, kAct, kValue, kGather, kDifferentiate, kStep, kWait, kCount };

struct PhaseName {
  std::string_view name, meaning;
};
inline constexpr int kNumPhases = static_cast<int>(Phase::kCount);
inline constexpr std::array<PhaseName, kNumPhases> kPhaseNames = {{
    {"physics", "the physics engine"},
    {"task", "actions, rewards, ends, resets, observations"},
    {"act", "the policy's network, drawing its actions"},
    {"value", "the value network, advantages"},
    {"gather", "shuffled examples, copied together"},
    {"differentiate", "both networks and the loss, forwards and backwards"},
    {"step", "summing gradients, the optimiser, normalisers"},
    {"wait", "threads that wait for another"},
}};

// Seconds of threads, by phase.
struct PhaseSeconds {
  std::array<double, kNumPhases> seconds = {};

  double& operator[](Phase phase) { return seconds[static_cast<int>(phase)]; }
  double operator[](Phase phase) const { return seconds[static_cast<int>(phase)]; }
  PhaseSeconds& operator+=(const PhaseSeconds& other) {
    for (int k = 0; k < kNumPhases; ++k) seconds[k] += other.seconds[k];
    return *this;
  }
  double total() const {
    double sum = 0;
    for (const double s : seconds) sum += s;
    return sum;
  }
};

// Adds the time since its last reading to a phase.
class PhaseClock {
 public:
  explicit PhaseClock(PhaseSeconds& seconds) : seconds_(seconds) {}

  // `known`: of which so many seconds belong to another phase.
  void Ends(Phase phase) { seconds_[phase] += Lap(); }
  void Ends(Phase phase, Phase other, double known) {
    seconds_[other] += known;
    seconds_[phase] += Lap() - known;
  }

 private:
  using Clock = std::chrono::steady_clock;
  double Lap() {
    const Clock::time_point now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

  PhaseSeconds& seconds_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace doggo::agent
