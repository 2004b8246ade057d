// Counter-based random numbers: every number is a function of (seed, stream, index, step, draw),
// never of what was drawn before elsewhere. So results do not depend on the number of threads or on
// the order of work, and a resumed run needs no generator state.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace doggo {

// What the numbers are for; one row per independent use.
enum class Stream : uint32_t {
  kStart,        // initial state of an episode (index: environment, step: its episode)
  kCommand,      // velocity commands
  kDisturbance,  // pushes
  kModel,        // randomised model parameters
  kNoise,        // observation noise
  kAction,       // exploration
  kParameters,   // initial weights
  kShuffle,      // order of mini-batches (index: 0, step: epoch over the whole training)
  kTest,         // used by tests only
  kDelay,        // of observations (index: environment, step: episode and row)
  kDropout,      // masks (index: layer, step: update)
  kSplit,        // which examples are held out
  kData,         // made-up examples
  kAnalysis,     // directions to look along
  kTerrain,      // the ground (index: row of its type, step: level)
  kLevel,        // which tile a robot starts on (index: environment, step: episode)
  kResampling,   // of levels (index: terrain type, step: iteration)
  kTransition,   // to another level (index: environment, step: iteration)
};

// Philox-4x32 with 10 rounds: a keyed bijection on 128-bit counters that passes BigCrush (Salmon,
// Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", section 5.3).
inline std::array<uint32_t, 4> Philox4x32(std::array<uint32_t, 4> counter,
                                          std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53u} * counter[0];
    const uint64_t b = uint64_t{0xCD9E8D57u} * counter[2];
    counter = {static_cast<uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(b),
               static_cast<uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(a)};
    key[0] += 0x9E3779B9u;
    key[1] += 0xBB67AE85u;
  }
  return counter;
}

// The numbers of one (seed, stream, index, step), drawn one after another. Cheap to make: make a
// new one wherever numbers are needed.
class Random {
 public:
  Random(uint64_t seed, Stream stream, uint32_t index = 0, uint64_t step = 0)
      : key_{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32)},
        counter_{0, index, static_cast<uint32_t>(step),
                 (static_cast<uint32_t>(step >> 32) & 0x00FFFFFFu) |
                     (static_cast<uint32_t>(stream) << 24)} {}

  uint32_t Bits() {
    if (used_ == 4) {
      block_ = Philox4x32(counter_, key_);
      ++counter_[0];
      used_ = 0;
    }
    return block_[used_++];
  }

  // Uniform in [0, 1), 32 bits of it.
  double Uniform() { return Bits() * 0x1p-32; }
  double Uniform(double low, double high) { return low + (high - low) * Uniform(); }

  // Standard normal (Box and Muller 1958); the open end of (0, 1] keeps the logarithm finite.
  double Normal() {
    const double radius = std::sqrt(-2 * std::log((Bits() + 1.0) * 0x1p-32));
    return radius * std::cos(2 * std::numbers::pi * Uniform());
  }

  // Uniform in 0 .. n-1 (multiply-shift; its bias is under n / 2^32).
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>((uint64_t{Bits()} * n) >> 32); }

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace doggo
