// What one core of this machine can do, measured: the limits that everything else is held against.
#pragma once

#include <string>
#include <vector>

namespace doggo::bench {

double WallSeconds();  // of a clock that only goes forward
double CpuSeconds();   // that the calling thread has computed

// One reading of the peak of one core, by both clocks: they differ where the core is shared.
struct PeakReading {
  double by_cpu_time = 0, by_wall_time = 0;  // floating-point operations per second
};

// Fused multiply-adds in registers, enough independent chains to hide their latency, in the widest
// vectors that this processor has (float; AVX-512, AVX2, else what the program was built for). One
// operation: a multiplication or an addition. Takes about 10 ms.
PeakReading MeasurePeak();
std::string PeakInstructions();  // "AVX2", ...

// Bytes per second that one core streams through a[i] = b[i] + s c[i] (the triad of STREAM,
// McCalpin 1995: 12 bytes a float) over three arrays of 64 MB; so many readings, 20 ms each.
std::vector<double> MeasureBandwidth(int readings);

// Readings of the peak taken all through a measurement. Where it drifts by more than kMaxDrift, the
// machine was not the same from beginning to end.
class PeakWatch {
 public:
  void Read();  // between any two pieces of the measurement

  // The readings. By CPU time: what the core could do even where it is shared, so that a ratio to
  // it is rather too small than too large.
  const std::vector<double>& peaks() const { return by_cpu_time_; }

  // Why ratios taken meanwhile by this clock are not to be trusted; "" where they are.
  std::string TroubleByCpuTime() const;
  std::string TroubleByWallTime() const;

 private:
  std::vector<double> by_cpu_time_, by_wall_time_;
};

}  // namespace doggo::bench
