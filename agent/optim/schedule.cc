#include "agent/optim/schedule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace doggo::agent {
namespace {

// The clock without the warm-up.
struct Clock {
  double s;         // updates, from 0
  double progress;  // s / S, in [0, 1]
};

// From `high` at progress 0 to `low` at 1, level at both ends.
double CosineFall(double high, double low, double progress) {
  return low + (high - low) * (1 + std::cos(std::numbers::pi * progress)) / 2;
}

double Constant(const ScheduleConfig& c, Clock) { return c.rate; }

double StepDown(const ScheduleConfig& c, Clock clock) {
  return c.rate * std::pow(c.factor, std::floor(std::max(0.0, clock.s - 1) / c.every));
}

double Exponential(const ScheduleConfig& c, Clock clock) {
  return c.rate * std::pow(c.factor, clock.s / c.every);
}

double Polynomial(const ScheduleConfig& c, Clock clock) {
  return c.final_rate + (c.rate - c.final_rate) * std::pow(1 - clock.progress, c.power);
}

double Cosine(const ScheduleConfig& c, Clock clock) {
  return CosineFall(c.rate, c.final_rate, clock.progress);
}

// A rise to a rate so high that it regularises, and a long fall. 25 and 30 %: the fastai library.
double OneCycle(const ScheduleConfig& c, Clock clock) {
  constexpr double kStartDivisor = 25, kRise = 0.3;
  if (clock.progress < kRise)
    return std::lerp(c.rate / kStartDivisor, c.rate, clock.progress / kRise);
  return CosineFall(c.rate, c.final_rate, (clock.progress - kRise) / (1 - kRise));
}

double InverseSquareRoot(const ScheduleConfig& c, Clock clock) {
  const double warmup = std::max(1.0, c.warmup), t = std::max(warmup, clock.s + c.warmup);
  return c.rate * std::sqrt(warmup / t);
}

struct Schedule {
  std::string_view name;
  double (*rate)(const ScheduleConfig& config, Clock clock);
};

constexpr Schedule kSchedules[] = {
    {"constant", Constant},
    {"step", StepDown},
    {"exponential", Exponential},
    {"polynomial", Polynomial},
    {"cosine", Cosine},
    {"one_cycle", OneCycle},
    {"inverse_square_root", InverseSquareRoot},
};

const Schedule& FindSchedule(std::string_view name) {
  for (const Schedule& schedule : kSchedules) {
    if (schedule.name == name) return schedule;
  }
  throw std::invalid_argument(
      fmt::format("unknown schedule '{}' (known: {})", name, fmt::join(ScheduleNames(), ", ")));
}

}  // namespace

std::vector<std::string> ScheduleNames() {
  std::vector<std::string> names;
  for (const Schedule& schedule : kSchedules) names.emplace_back(schedule.name);
  return names;
}

ConfigFields Fields(ScheduleConfig& c) {
  return {
      // key, value, unit, meaning, min, max, choices
      {"kind", &c.kind, "", "how the learning rate changes during training", 0, 0, ScheduleNames()},
      {"rate", &c.rate, "", "the learning rate; the highest, where it changes", 0, 1e3},
      {"final_rate", &c.final_rate, "", "polynomial, cosine, one_cycle: the rate at the end", 0,
       1e3},
      {"factor", &c.factor, "", "step, exponential: the rate is multiplied by this", 0, 1},
      {"every", &c.every, "updates", "step, exponential: once in so many updates", 1, 1e12},
      {"power", &c.power, "", "polynomial: 1 for a straight line, more to fall sooner", 1e-3, 100},
      {"warmup", &c.warmup, "updates", "at first the rate grows linearly from zero; 0 for never", 0,
       1e12},
  };
}

double RateAt(const ScheduleConfig& config, double t, double total) {
  assert(t > 0);
  const double s = std::max(0.0, t - config.warmup), S = total - config.warmup;
  const Clock clock = {.s = s, .progress = S > 0 ? std::min(1.0, s / S) : 0};
  const double rate = FindSchedule(config.kind).rate(config, clock);
  return t < config.warmup ? rate * (t / config.warmup) : rate;
}

}  // namespace doggo::agent
