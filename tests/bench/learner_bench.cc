// How near the learner's network comes to what the processor can do: forward and backward pass of
// 48-512-256-128-12 over 2,048 examples, in tiles as training cuts them, against the peak of fused
// multiply-adds measured in the same run, in turn. One thread; medians.
//
//   build/release/tests/bench_learner [repeats]

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "agent/nn/network.h"

namespace doggo::agent {
namespace {

using Packet = Eigen::internal::packet_traits<Real>::type;
constexpr int kPacket = Eigen::internal::packet_traits<Real>::size;
constexpr int kExamples = 2048;

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

// Floating-point operations per second of independent multiply-adds in registers: enough of them at
// once to hide their latency.
double Peak() {
  using namespace Eigen::internal;
  constexpr int kChains = 12, kRounds = 2'000'000;
  Packet sum[kChains];
  for (int c = 0; c < kChains; ++c) sum[c] = pset1<Packet>(static_cast<Real>(c));
  const Packet a = pset1<Packet>(Real(0.999)), b = pset1<Packet>(Real(1e-3));
  const auto start = std::chrono::steady_clock::now();
  for (int k = 0; k < kRounds; ++k) {
    for (Packet& s : sum) s = pmadd(s, a, b);
#ifdef __GNUC__
    asm volatile("" ::: "memory");  // the loop stays
#endif
  }
  const double seconds = Seconds(start);
  Real total = 0;
  for (const Packet& s : sum) total += predux(s);
  if (total == Real(-1)) fmt::print("\n");  // its result is used
  return 2.0 * kPacket * kChains * kRounds / seconds;
}

// Multiply-adds of the dense layers, twice over: forward; backward dW, and dx but for the first.
double Operations(const Network& network) {
  double operations = 0;
  bool first = true;
  for (const Layer& layer : network.layers()) {
    if (!layer.kind->sets_width) continue;
    operations += 2.0 * layer.in * layer.out * (first ? 2 : 3) * kExamples;
    first = false;
  }
  return operations;
}

class Passes {
 public:
  Passes(const std::vector<int>& widths, int tile)
      : network_(widths, "elu"),
        tile_(tile),
        theta_(network_.num_parameters()),
        dtheta_(theta_.size()),
        x_(Matrix::Random(widths.front(), kExamples)),
        dy_(Matrix::Random(widths.back(), kExamples)),
        tape_(network_.MakeTape(tile)) {
    network_.Initialize({}, Random(1, Stream::kTest), theta_);
  }

  // Operations per second.
  double Run() {
    const auto start = std::chrono::steady_clock::now();
    dtheta_.setZero();
    for (int first = 0; first < kExamples; first += tile_) {
      const auto x = x_.middleCols(first, tile_);
      network_.Forward(theta_, x, tape_);
      network_.Backward(theta_, x, dy_.middleCols(first, tile_), tape_, dtheta_);
    }
    return Operations(network_) / Seconds(start);
  }

 private:
  Network network_;
  int tile_;
  Vector theta_, dtheta_;
  Matrix x_, dy_;
  Tape tape_;
};

void Compare(const std::string& name, const std::vector<int>& widths, int tile, int repeats) {
  Passes passes(widths, tile);
  passes.Run();
  std::vector<double> shares, speeds, peaks;
  for (int k = 0; k < repeats; ++k) {
    peaks.push_back(Peak());
    speeds.push_back(passes.Run());
    shares.push_back(speeds.back() / peaks.back());
  }
  fmt::print("{:<24} tile {:>4}   {:5.1f} of {:5.1f} GFLOP/s   {:.2f} of the peak (best {:.2f})\n",
             name, tile, 1e-9 * Median(speeds), 1e-9 * Median(peaks), Median(shares),
             *std::max_element(shares.begin(), shares.end()));
}

}  // namespace
}  // namespace doggo::agent

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 25;
  using doggo::agent::Compare;
  for (const int tile : {2048, 256}) {
    Compare("48-512-256-128-12", {48, 512, 256, 128, 12}, tile, repeats);
    Compare("52-128-64-32-12", {52, 128, 64, 32, 12}, tile, repeats);
  }
  return 0;
}
