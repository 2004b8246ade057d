#include "app/player_panels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/robot_drawing.h"

namespace doggo::app {
namespace {

constexpr double kGaitLength = 3;  // s
constexpr int kCurveRows = 7;      // the height of one of the tracking curves
constexpr double kFullAction = 3;  // a bar of full length; actions of a walking robot are smaller

// --- rewards: what each term gives, the largest first

int RewardRows(const DrivenRobots& robots) {
  return static_cast<int>(robots.task().rewards().size()) + 1;
}

void DrawRewards(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                 const DrivenRobots& robots, int robot) {
  const std::vector<double>& rates = robots.trail(robot).reward_rates;
  std::vector<size_t> order(rates.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return std::abs(rates[a]) > std::abs(rates[b]); });
  const double total = std::accumulate(rates.begin(), rates.end(), 0.0);
  // full length: all objectives met, 1/s
  double scale = 0;
  for (const sim::ActiveReward& row : robots.task().rewards())
    if (row.term->objective && row.weight > 0) scale += row.weight;
  scale = std::max({scale, std::abs(total), 1e-3});

  std::vector<sim::Bar> bars;
  for (const size_t k : order) {
    bars.push_back({std::string(robots.task().rewards()[k].term->name), rates[k] / scale,
                    fmt::format("{:+.3f}", rates[k])});
  }
  bars.push_back({"all", total / scale, fmt::format("{:+.3f}", total)});
  overlay.Bars(place, fmt::format("{}, a second", name), bars);
}

// --- gait: which foot is on the ground

int GaitRows(const DrivenRobots&) { return sim::kNumLegs; }

void DrawGait(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
              const DrivenRobots& robots, int robot) {
  const std::deque<Moment>& moments = robots.trail(robot).moments;
  const auto length = static_cast<size_t>(std::lround(kGaitLength / robots.step_dt()));
  const size_t shown = std::min(length, moments.size());
  std::vector<sim::Stripe> stripes;
  for (int leg = 0; leg < sim::kNumLegs; ++leg) {
    sim::Stripe stripe{sim::kLegNames[leg], std::vector<char>(length, false)};
    for (size_t k = 0; k < shown; ++k)
      stripe.on[length - shown + k] = moments[moments.size() - shown + k].contact[leg];
    stripes.push_back(std::move(stripe));
  }
  overlay.Stripes(place, fmt::format("{}: on the ground, last {:g} s", name, kGaitLength), stripes);
}

// --- torques and actions: a bar for each joint

int JointRows(const DrivenRobots&) { return sim::kNumJoints; }

std::vector<sim::Bar> JointBars(const sim::Joints& values, double full, const char* format) {
  std::vector<sim::Bar> bars;
  for (int j = 0; j < sim::kNumJoints; ++j) {
    bars.push_back({fmt::format("{} {}", sim::kLegNames[j / 3], sim::kLegJointNames[j % 3]),
                    values[j] / full, fmt::format(fmt::runtime(format), values[j])});
  }
  return bars;
}

void DrawTorques(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                 const DrivenRobots& robots, int robot) {
  const double limit = robots.task().config().drive.torque_limit;
  overlay.Bars(place, fmt::format("{}, N m, of +-{:g}", name, limit),
               JointBars(robots.episode(robot).t.now.torque, limit, "{:+.0f}"));
}

void DrawActions(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                 const DrivenRobots& robots, int robot) {
  overlay.Bars(place, fmt::format("{}, in {:g} rad", name, robots.task().config().action.scale),
               JointBars(robots.episode(robot).t.action, kFullAction, "{:+.2f}"));
}

// --- tracking: what is asked and what is done

int TrackingRows(const DrivenRobots&) { return 3 * kCurveRows; }

void DrawTracking(sim::Overlay& overlay, const sim::Viewport& place, std::string_view,
                  const DrivenRobots& robots, int robot) {
  static constexpr const char* kTitles[] = {"forwards, m/s: asked blue, done orange",
                                            "to the left, m/s", "turning, rad/s"};
  const std::deque<Moment>& moments = robots.trail(robot).moments;
  if (moments.size() < 2) return;
  const double seconds = static_cast<double>(moments.size() - 1) * robots.step_dt();
  const int height = place.height / 3;
  for (int axis = 0; axis < 3; ++axis) {
    std::vector<sim::Curve> curves = {{kCommandColor, {}}, {kMeasuredColor, {}}};
    for (const Moment& moment : moments) {
      curves[0].y.push_back(moment.command[axis]);
      curves[1].y.push_back(moment.velocity[axis]);
    }
    overlay.Curves({place.left, place.bottom + (2 - axis) * height, place.width, height - 1},
                   kTitles[axis], seconds, curves);
  }
}

constexpr Panel kPanels[] = {
    {"rewards", "what each reward gives", RewardRows, DrawRewards},
    {"gait", "which feet are on the ground", GaitRows, DrawGait},
    {"torques", "torques and their limits", JointRows, DrawTorques},
    {"tracking", "command and velocity", TrackingRows, DrawTracking},
    {"actions", "what the policy does", JointRows, DrawActions},
};

}  // namespace

std::span<const Panel> Panels() { return kPanels; }

void DrawPanels(sim::Overlay& overlay, const sim::Viewport& window, std::bitset<9> on,
                const DrivenRobots& robots, int robot) {
  const int width = overlay.panel_width(), gap = width / 40;
  int left = window.width - width - gap, top = window.height - gap;
  for (size_t k = 0; k < Panels().size(); ++k) {
    if (!on[k]) continue;
    const Panel& panel = Panels()[k];
    const int height = overlay.panel_height(panel.rows(robots));
    const bool first = top == window.height - gap;
    if (top - height < gap && !first) left = gap, top = window.height - gap;
    panel.draw(overlay, {left, top - height, width, height}, panel.name, robots, robot);
    top -= height + gap;
  }
}

}  // namespace doggo::app
