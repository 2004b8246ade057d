// What one core of this machine can do, measured: the limits that everything else is held against.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/training/worker_pool.h"

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

// Readings of the peak taken all through a measurement: a measurement in which it drifts by more
// than kMaxDrift, or in which other work took more than that of the cores, is not to be trusted.
class PeakWatch {
 public:
  // threads: that the measurement uses; all of them are read at once.
  explicit PeakWatch(int threads = 1) : pool_(std::make_unique<agent::WorkerPool>(threads)) {}

  void Read();  // between any two pieces of the measurement

  // The readings, of one core, by CPU time: what it could do even where it is shared, so that a
  // ratio to it is rather too small than too large.
  const std::vector<double>& peaks() const { return by_cpu_time_; }

  // Why ratios taken meanwhile by this clock are not to be trusted; "" where they are.
  std::string TroubleByCpuTime() const;
  std::string TroubleByWallTime() const;

 private:
  std::unique_ptr<agent::WorkerPool> pool_;
  std::vector<double> by_cpu_time_, by_wall_time_;  // of the slowest of the threads
};

}  // namespace doggo::bench
