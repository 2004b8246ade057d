#include "app/robot_panels.h"

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

int RewardRows(const ShownRobot& robot) {
  return static_cast<int>(robot.task.rewards().size()) + 1;
}

void DrawRewards(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                 const ShownRobot& robot) {
  const std::vector<double>& rates = robot.trail.reward_rates;
  std::vector<size_t> order(rates.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return std::abs(rates[a]) > std::abs(rates[b]); });
  const double total = std::accumulate(rates.begin(), rates.end(), 0.0);
  // full length: all objectives met, 1/s
  double scale = 0;
  for (const sim::ActiveReward& row : robot.task.rewards())
    if (row.term->objective && row.weight > 0) scale += row.weight;
  scale = std::max({scale, std::abs(total), 1e-3});

  std::vector<sim::Bar> bars;
  for (const size_t k : order) {
    bars.push_back({std::string(robot.task.rewards()[k].term->name), rates[k] / scale,
                    fmt::format("{:+.3f}", rates[k])});
  }
  bars.push_back({"all", total / scale, fmt::format("{:+.3f}", total)});
  overlay.Bars(place, fmt::format("{}, a second", name), bars);
}

// --- gait: which foot is on the ground

int GaitRows(const ShownRobot&) { return sim::kNumLegs; }

void DrawGait(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
              const ShownRobot& robot) {
  const std::deque<Moment>& moments = robot.trail.moments;
  const auto length = static_cast<size_t>(std::lround(kGaitLength / robot.task.spec().step_dt));
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

int JointRows(const ShownRobot&) { return sim::kNumJoints; }

std::vector<sim::Bar> JointBars(const sim::Joints& values, double full, const char* format) {
  std::vector<sim::Bar> bars;
  for (int j = 0; j < sim::kNumJoints; ++j) {
    bars.push_back({fmt::format("{} {}", sim::kLegNames[j / 3], sim::kLegJointNames[j % 3]),
                    values[j] / full, fmt::format(fmt::runtime(format), values[j])});
  }
  return bars;
}

void DrawTorques(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                 const ShownRobot& robot) {
  const double limit = robot.task.config().drive.torque_limit;
  overlay.Bars(place, fmt::format("{}, N m, of +-{:g}", name, limit),
               JointBars(robot.episode.t.now.torque, limit, "{:+.0f}"));
}

void DrawActions(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                 const ShownRobot& robot) {
  overlay.Bars(place, fmt::format("{}, in {:g} rad", name, robot.task.config().action.scale),
               JointBars(robot.episode.t.action, kFullAction, "{:+.2f}"));
}

// --- tracking: what is asked and what is done

int TrackingRows(const ShownRobot&) { return 3 * kCurveRows; }

void DrawTracking(sim::Overlay& overlay, const sim::Viewport& place, std::string_view,
                  const ShownRobot& robot) {
  static constexpr const char* kTitles[] = {"forwards, m/s: asked blue, done orange",
                                            "to the left, m/s", "turning, rad/s"};
  const std::deque<Moment>& moments = robot.trail.moments;
  if (moments.size() < 2) return;
  const double seconds = static_cast<double>(moments.size() - 1) * robot.task.spec().step_dt;
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

// --- observation: what the policy sees, three numbers a line, as the joints of a leg

constexpr int kNumbersPerLine = 3;
int LinesOf(int numbers) { return (numbers + kNumbersPerLine - 1) / kNumbersPerLine; }

int ObservationRows(const ShownRobot& robot) {
  int lines = 0;
  for (const sim::ObservationRow& row : robot.task.policy_layout().rows())
    lines += LinesOf(row.size());
  return robot.observation.empty() ? 1 : lines;
}

void DrawObservation(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                     const ShownRobot& robot) {
  std::vector<sim::Line> lines;
  auto number = robot.observation.begin();
  for (const sim::ObservationRow& row : robot.task.policy_layout().rows()) {
    if (robot.observation.empty()) break;
    for (int first = 0; first < row.size(); first += kNumbersPerLine) {
      sim::Line line{first == 0 ? std::string(row.term->name) : "", ""};
      for (int k = first; k < std::min(first + kNumbersPerLine, row.size()); ++k)
        line.text += fmt::format("{:+6.2f} ", *number++);
      lines.push_back(std::move(line));
    }
  }
  if (robot.observation.empty()) lines.push_back({"not recorded", ""});
  overlay.Lines(place, fmt::format("{} of the policy", name), lines);
}

// --- robot: what it expects, and what it is

std::vector<sim::Line> RobotLines(const ShownRobot& robot) {
  const sim::Transition& t = robot.episode.t;
  const std::optional<double> value = robot.value();
  const double mass = robot.task.robot().mass + t.randomized.base_mass;
  return {
      {"value estimate", value ? fmt::format("{:+.2f}", *value) : "no critic"},
      {"ground's friction", fmt::format("{:.2f}", t.randomized.friction)},
      {"mass, kg", fmt::format("{:.1f}  ({:+.1f})", mass, t.randomized.base_mass)},
      {"base height, m", fmt::format("{:.3f}", t.now.base_height)},
      {"power, W", fmt::format("{:.0f}", t.work / t.step_dt)},
      {"episode, s",
       fmt::format("{:.2f}  (no. {})", static_cast<double>(robot.episode.steps) * t.step_dt,
                   robot.episode.episode)},
  };
}

int RobotRows(const ShownRobot& robot) { return static_cast<int>(RobotLines(robot).size()); }

void DrawRobotLines(sim::Overlay& overlay, const sim::Viewport& place, std::string_view name,
                    const ShownRobot& robot) {
  overlay.Lines(place, std::string(name), RobotLines(robot));
}

constexpr Panel kPanels[] = {
    {"rewards", "what each reward gives", RewardRows, DrawRewards},
    {"gait", "which feet are on the ground", GaitRows, DrawGait},
    {"torques", "torques and their limits", JointRows, DrawTorques},
    {"tracking", "command and velocity", TrackingRows, DrawTracking},
    {"actions", "what the policy does", JointRows, DrawActions},
    {"observation", "what the policy sees", ObservationRows, DrawObservation},
    {"robot", "value estimate, friction, mass", RobotRows, DrawRobotLines},
};
static_assert(std::size(kPanels) <= kMaxPanels);

}  // namespace

std::span<const Panel> Panels() { return kPanels; }

void DrawPanels(sim::Overlay& overlay, const sim::Viewport& picture,
                const std::array<bool, kMaxPanels>& on, const ShownRobot& robot) {
  const int width = overlay.panel_width(), gap = width / 40;
  int left = picture.left + picture.width - width - gap, top = picture.height - gap;
  for (size_t k = 0; k < Panels().size(); ++k) {
    if (!on[k]) continue;
    const Panel& panel = Panels()[k];
    const int height = overlay.panel_height(panel.rows(robot));
    const bool first = top == picture.height - gap;
    if (top - height < gap && !first) left = picture.left + gap, top = picture.height - gap;
    panel.draw(overlay, {left, top - height, width, height}, panel.name, robot);
    top -= height + gap;
  }
}

}  // namespace doggo::app
