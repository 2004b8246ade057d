#include "app/evaluation/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/interface/random.h"

namespace doggo::evaluation {
namespace {

constexpr int kResamples = 1000;
constexpr double kTail = 0.025;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// P(at most k of n | p).
double AtMost(int k, int n, double p) {
  double sum = 0;
  for (int i = 0; i <= k; ++i) {
    sum += std::exp(std::lgamma(n + 1.0) - std::lgamma(i + 1.0) - std::lgamma(n - i + 1.0) +
                    i * std::log(p) + (n - i) * std::log1p(-p));
  }
  return sum;
}

}  // namespace

Interval ClopperPearson95(int events, int trials) {
  // AtMost falls with p: bisection for where it is `value`
  const auto solve = [&](int k, double value) {
    double low = 0, high = 1;
    for (int i = 0; i < 60; ++i) {
      const double p = 0.5 * (low + high);
      (AtMost(k, trials, p) > value ? low : high) = p;
    }
    return 0.5 * (low + high);
  };
  return {events == 0 ? 0 : solve(events - 1, 1 - kTail),
          events >= trials ? 1 : solve(events, kTail)};
}

Interval Bootstrap95(int n, const std::function<double(std::span<const int>)>& statistic) {
  if (n == 0) return {};
  std::vector<int> picks(n);
  std::vector<double> values;
  for (int resample = 0; resample < kResamples; ++resample) {
    Random random(/*seed=*/0, Stream::kAnalysis, 0, static_cast<uint64_t>(resample));
    for (int& pick : picks) pick = static_cast<int>(random.Below(static_cast<uint32_t>(n)));
    values.push_back(statistic(picks));
  }
  return {Quantile(values, kTail), Quantile(values, 1 - kTail)};
}

double Correlation(std::span<const double> x, std::span<const double> y) {
  const size_t n = std::min(x.size(), y.size());
  if (n < 3) return kNone;
  const double mean_x = Mean(x.first(n)), mean_y = Mean(y.first(n));
  double xx = 0, yy = 0, xy = 0;
  for (size_t k = 0; k < n; ++k) {
    xx += (x[k] - mean_x) * (x[k] - mean_x);
    yy += (y[k] - mean_y) * (y[k] - mean_y);
    xy += (x[k] - mean_x) * (y[k] - mean_y);
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : kNone;
}

double Quantile(std::vector<double> values, double share) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return kNone;
  std::sort(values.begin(), values.end());
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<size_t>(at);
  const size_t above = std::min(below + 1, values.size() - 1);
  return std::lerp(values[below], values[above], at - std::floor(at));
}

double Mean(std::span<const double> values) {
  if (values.empty()) return kNone;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<double> MovingMean(std::span<const double> values, int width) {
  const auto n = static_cast<int>(values.size());
  std::vector<double> sums(n + 1, 0), means(n);
  for (int k = 0; k < n; ++k) sums[k + 1] = sums[k] + values[k];
  for (int k = 0; k < n; ++k) {
    const int begin = std::max(0, k - width / 2),
              end = std::min(n, k - width / 2 + std::max(1, width));
    means[k] = (sums[end] - sums[begin]) / (end - begin);
  }
  return means;
}

void Histogram::Add(double value) {
  const double at = std::max(0.0, value / bin);
  const auto last = static_cast<double>(counts.size() - 1);
  counts[static_cast<size_t>(std::min(at, last))] += 1;
}

void Histogram::Add(const Histogram& other) {
  for (size_t k = 0; k < counts.size(); ++k) counts[k] += other.counts[k];
}

double Histogram::total() const { return std::accumulate(counts.begin(), counts.end(), 0.0); }

double Histogram::Quantile(double share) const {
  const double all = total();
  double below = 0;
  for (size_t k = 0; k < counts.size() && all > 0; ++k) {
    below += counts[k];
    if (below >= share * all) return bin * static_cast<double>(k + 1);
  }
  return kNone;
}

}  // namespace doggo::evaluation
