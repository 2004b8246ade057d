// Top speed: the fastest command that every robot follows for ten seconds without a fall, within
// 10 %, on the mean of the last five. Commands go beyond the box that the policy was trained in.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/evaluation/suites.h"

namespace doggo::evaluation {
namespace {

constexpr int kRobots = 5, kLevels = 12;  // robots of each level
constexpr double kStep = 0.25;            // m/s, rad/s between levels
constexpr double kSeconds = 10, kLast = 5, kTolerance = 0.1;

constexpr FigureInfo kFigures[] = {
    {"top_speed.forward_mps", "m/s", "fastest command ahead that is held for 10 s"},
    {"top_speed.backward_mps", "m/s", "likewise backwards"},
    {"top_speed.yaw_radps", "rad/s", "fastest turn on the spot, likewise"},
};

struct Direction {
  const char *key, *what, *figure, *unit;
  Eigen::Vector3d unit_command;
  int component;
};

void RunTopSpeed(Context& context, SuiteResult& result) {
  const Direction directions[] = {
      {"forward", "ahead", "top_speed.forward_mps", "m/s", {1, 0, 0}, 0},
      {"backward", "backwards", "top_speed.backward_mps", "m/s", {-1, 0, 0}, 0},
      {"yaw", "turning", "top_speed.yaw_radps", "rad/s", {0, 0, 1}, 2},
  };
  for (const Direction& d : directions) {
    std::vector<Eigen::Vector3d> commands;
    for (int k = 0; k < kLevels * kRobots; ++k)
      commands.push_back(d.unit_command * kStep * (k / kRobots + 1));
    std::vector<double> reached(commands.size());
    Run(context,
        {.name = std::string("top_speed_") + d.key,
         .world = JudgedWorld(context.trained, Constant({0, 0, 0})),
         .robots = static_cast<int>(commands.size()),
         .seconds = kSeconds,
         .hand = CommandAt(0, commands),
         .falls_are_failures = false},
        [&](int robot, const Trajectory& t) {
          std::vector<double> speeds;
          const auto last = static_cast<size_t>(std::lround(kLast / t.dt));
          for (size_t k = t.samples.size() - std::min(last, t.samples.size()); k < t.samples.size();
               ++k)
            speeds.push_back(t.samples[k].velocity[d.component]);
          reached[robot] = t.fell ? std::nan("") : Mean(speeds) * d.unit_command[d.component];
        });
    Series asked{"as asked", {0}, {0}}, got{d.what, {0}, {0}};
    double top = 0;
    for (int level = 0; level < kLevels; ++level) {
      const double command = kStep * (level + 1);
      double mean = 0;
      bool held = true;
      for (int k = 0; k < kRobots; ++k) {
        const double speed = reached[level * kRobots + k];
        mean += speed / kRobots;
        held = held && std::abs(speed - command) <= kTolerance * command;
      }
      if (held) top = command;
      asked.x.push_back(command);
      asked.y.push_back(command);
      got.x.push_back(command);
      got.y.push_back(mean);
    }
    result.Set(d.figure, top);
    result.curves.push_back({d.key,
                             fmt::format("Fastest: {}; it ends where a robot falls", d.what),
                             fmt::format("asked ({})", d.unit),
                             fmt::format("reached ({})", d.unit),
                             {asked, got}});
  }
}

}  // namespace

Suite TopSpeedSuite() { return {"top_speed", "how fast it can go", false, kFigures, RunTopSpeed}; }

}  // namespace doggo::evaluation
