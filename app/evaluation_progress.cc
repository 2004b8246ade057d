#include "app/evaluation_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace doggo::app {
namespace {

constexpr std::chrono::milliseconds kRedraw(100);
constexpr int kWidth = 20;

}  // namespace

EvaluationProgress::EvaluationProgress(bool live, int suites) : live_(live), suites_(suites) {}

void EvaluationProgress::Begin(const std::string& suite) {
  suite_ = suite;
  ++begun_;
  last_ = {};
}

void EvaluationProgress::Show(const std::string& drill, double share) {
  const auto now = std::chrono::steady_clock::now();
  if (!live_ || now - last_ < kRedraw) return;
  last_ = now;
  Erase();
  const int full = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * kWidth));
  fmt::print("  {} of {}: {:<10} [{:#<{}}{:-<{}}] {}", begun_, suites_, suite_, "", full, "",
             kWidth - full, drill);
  std::fflush(stdout);
  drawn_ = true;
}

void EvaluationProgress::Erase() {
  if (drawn_) fmt::print("\r\x1b[K");
  drawn_ = false;
  std::fflush(stdout);
}

}  // namespace doggo::app
