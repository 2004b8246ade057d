#include "app/bench/yardsticks.h"

#include <fmt/format.h>
#include <time.h>

#include <Eigen/Core>
#include <algorithm>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "app/bench/statistics.h"

namespace doggo::bench {
namespace {

double Now(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// 4 cycles of latency times 2 units: at least 8; few enough for 16 registers with the constants.
constexpr int kChains = 12;
constexpr double kStart = 1, kFactor = 0.999, kSummand = 1e-3;  // their limit is 1: no denormals

using Chains = float (*)(int rounds);  // computes kChains chains; the sum, so that it is used

// Rounding forbids the compiler to shorten a chain; it keeps all of them in registers.
#if defined(__x86_64__)
__attribute__((target("avx512f"))) float ChainsAvx512(int rounds) {
  const __m512 a = _mm512_set1_ps(kFactor), b = _mm512_set1_ps(kSummand);
  __m512 x[kChains];
  for (__m512& v : x) v = _mm512_set1_ps(kStart);
  for (int k = 0; k < rounds; ++k) {
    for (__m512& v : x) v = _mm512_fmadd_ps(v, a, b);
  }
  float sum = 0;
  for (const __m512& v : x) sum += _mm512_cvtss_f32(v);
  return sum;
}

__attribute__((target("avx2,fma"))) float ChainsAvx2(int rounds) {
  const __m256 a = _mm256_set1_ps(kFactor), b = _mm256_set1_ps(kSummand);
  __m256 x[kChains];
  for (__m256& v : x) v = _mm256_set1_ps(kStart);
  for (int k = 0; k < rounds; ++k) {
    for (__m256& v : x) v = _mm256_fmadd_ps(v, a, b);
  }
  float sum = 0;
  for (const __m256& v : x) sum += _mm256_cvtss_f32(v);
  return sum;
}
#endif

constexpr int kPacket = Eigen::internal::packet_traits<float>::size;

float ChainsAsBuilt(int rounds) {
  using namespace Eigen::internal;
  using Packet = packet_traits<float>::type;
  const Packet a = pset1<Packet>(kFactor), b = pset1<Packet>(kSummand);
  Packet x[kChains];
  for (Packet& v : x) v = pset1<Packet>(kStart);
  for (int k = 0; k < rounds; ++k) {
    for (Packet& v : x) v = pmadd(v, a, b);
  }
  float sum = 0;
  for (const Packet& v : x) sum += pfirst(v);
  return sum;
}

struct PeakKernel {
  const char* name;
  int width;  // floats in a vector
  Chains chains;
};

PeakKernel WidestKernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return {"AVX-512", 16, ChainsAvx512};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {"AVX2", 8, ChainsAvx2};
  return {"SSE, without fused multiply-adds", kPacket, ChainsAsBuilt};
#else
  return {"as built", kPacket, ChainsAsBuilt};
#endif
}

volatile float used;  // what nobody reads would not be computed

std::string Trouble(const std::vector<double>& readings) {
  const double drift = Drift(readings);
  if (drift <= kMaxDrift) return "";
  return fmt::format("the peak drifted by {:.0f} %", 100 * drift);
}

}  // namespace

double WallSeconds() { return Now(CLOCK_MONOTONIC); }
double CpuSeconds() { return Now(CLOCK_THREAD_CPUTIME_ID); }

PeakReading MeasurePeak() {
  static const PeakKernel kernel = WidestKernel();
  constexpr int kRounds = 4'000'000;
  const double cpu = CpuSeconds(), wall = WallSeconds();
  used = kernel.chains(kRounds);
  const double operations = 2.0 * kernel.width * kChains * kRounds;
  return {operations / (CpuSeconds() - cpu), operations / (WallSeconds() - wall)};
}

std::string PeakInstructions() { return WidestKernel().name; }

std::vector<double> MeasureBandwidth(int readings) {
  constexpr int kFloats = 1 << 24;
  Eigen::ArrayXf a = Eigen::ArrayXf::Zero(kFloats), b = Eigen::ArrayXf::Ones(kFloats), c = b;
  std::vector<double> bandwidths;
  for (int k = 0; k < readings; ++k) {
    const double start = CpuSeconds();
    a = b + 3.0f * c;
    used = a[kFloats / 2];
    bandwidths.push_back(3.0 * sizeof(float) * kFloats / (CpuSeconds() - start));
  }
  return bandwidths;
}

void PeakWatch::Read() {
  const int threads = pool_->num_threads();
  std::vector<PeakReading> readings(threads);
  pool_->Run(threads, [&](int piece, int) { readings[piece] = MeasurePeak(); });
  PeakReading slowest = readings[0];
  for (const PeakReading& reading : readings) {
    slowest.by_cpu_time = std::min(slowest.by_cpu_time, reading.by_cpu_time);
    slowest.by_wall_time = std::min(slowest.by_wall_time, reading.by_wall_time);
  }
  by_cpu_time_.push_back(slowest.by_cpu_time);
  by_wall_time_.push_back(slowest.by_wall_time);
}

std::string PeakWatch::TroubleByCpuTime() const { return Trouble(by_cpu_time_); }

std::string PeakWatch::TroubleByWallTime() const {
  const double lost = 1 - Quantile(by_wall_time_, 0.5) / Quantile(by_cpu_time_, 0.5);
  if (lost > kMaxDrift) return fmt::format("other work took {:.0f} %", 100 * lost);
  return Trouble(by_wall_time_);
}

}  // namespace doggo::bench
