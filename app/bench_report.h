// What a bench found, for people and for machines.
#pragma once

#include <string>

#include "app/bench/results.h"

namespace doggo::app {

// The machine and the program: what figures depend on. "AMD EPYC, 2 of 2 processors, AVX2; ..."
std::string MachineSentence(int threads);

// Every figure of the suites that ran, 80 columns: median, quartiles; or why there is none.
std::string BenchTable(const bench::Results& results);

// Names with dots are objects in objects: {"env": {"ratio_one_thread": 0.93, ...}, ...}. Every
// figure of app/bench/suites.h is there: its median, or null. Beside them:
//   "behaviour_hash": "16 hexadecimal digits" or null
//   "spread":  {"env.ratio_one_thread": [lower quartile, upper quartile], ...}
//   "reasons": {"learner.over_torch.64-64": "why it is null", ...}
//   "machine": {"processor", "processors", "threads", "instructions", "version", "compiler",
//               "mujoco"}
std::string BenchJson(const bench::Results& results, int threads);

}  // namespace doggo::app
