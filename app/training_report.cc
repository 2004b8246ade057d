#include "app/training_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/chart.h"
#include "app/config_file.h"
#include "app/page.h"
#include "app/run_folder.h"
#include "app/run_state.h"
#include "app/training/alarm_log.h"
#include "app/training/metrics_table.h"
#include "app/training/training_view.h"

namespace doggo::app {
namespace {

constexpr char kReward[] = "episode/reward/";
constexpr int kHovers = 50;        // of a line: so that the page stays small
constexpr int kSmoothPoints = 90;  // of a curve of episodes, each a mean: few of them end at once

// A chart of columns of metrics.csv by environment steps; those that hold no number are left out.
struct ChartRow {
  const char* title;
  const char* y_label;
  std::vector<std::pair<std::string, std::string>> lines;  // column, name
  bool log_y = false;
  bool per_episode = false;  // means of the episodes that ended: averaged further
};

struct ChartGroup {
  const char* heading;
  const char* text;
  std::vector<ChartRow> charts;
};

std::vector<ChartGroup> Groups() {
  return {
      {"Update health",
       "What each update did to the policy and to the critic.",
       {{"Change of the policy", "KL (nats)", {{"kl", "KL of an update"}}},
        {"Clipped steps", "share", {{"clip_fraction", "clipped"}}},
        {"Exploration", "standard deviation of an action", {{"std", "mean"}}},
        {"Entropy", "nats", {{"entropy", "of an action"}}},
        {"Learning rate", "rate", {{"rate", "rate"}}, true},
        {"Critic", "share of variance", {{"explained_variance", "explained"}}},
        {"Losses", "loss", {{"value_loss", "value"}, {"policy_loss", "policy"}}},
        {"Gradients before clipping",
         "norm",
         {{"policy_gradient_norm", "policy"}, {"critic_gradient_norm", "critic"}},
         true}}},
      {"The machine",
       "Time, memory and calls for memory of each iteration.",
       {{"Time of an iteration",
         "s",
         {{"collect_seconds", "physics and policy"},
          {"update_seconds", "learning"},
          {"machine/other_seconds", "tests, files, screen"}},
         true},
        {"Speed", "environment steps / s", {{"machine/steps_per_second", "while training"}}},
        {"Memory", "MB", {{"machine/memory_mb", "resident"}}},
        {"Calls for memory", "calls", {{"machine/allocations", "of an iteration"}}}}},
  };
}

// Weighted means over so many stretches of the finite values.
Line Smooth(const std::string& name, const std::vector<double>& x, const std::vector<double>& y,
            const std::vector<double>& weights) {
  Line line = {.name = name, .x = {}, .y = {}};
  const size_t rows = y.size(), stretch = std::max<size_t>(1, rows / kSmoothPoints);
  for (size_t begin = 0; begin < rows; begin += stretch) {
    double sum = 0, weight = 0;
    const size_t end = std::min(rows, begin + stretch);
    for (size_t k = begin; k < end; ++k) {
      if (!std::isfinite(y[k])) continue;
      sum += y[k] * weights[k];
      weight += weights[k];
    }
    line.x.push_back(x[end - 1]);
    line.y.push_back(weight > 0 ? sum / weight : NAN);
  }
  // where no episode ended in a stretch, the line goes on to the next
  for (size_t k = line.y.size(); k-- > 0;) {
    if (std::isfinite(line.y[k])) continue;
    line.x.erase(line.x.begin() + static_cast<std::ptrdiff_t>(k));
    line.y.erase(line.y.begin() + static_cast<std::ptrdiff_t>(k));
  }
  return line;
}

class Curves {
 public:
  explicit Curves(const MetricsTable& metrics)
      : metrics_(metrics),
        steps_(metrics.Column("env_steps")),
        episodes_(metrics.Column("episodes")),
        lengths_(metrics.Column("episode/length_s")) {}

  const MetricsTable& metrics() const { return metrics_; }

  // The finite values of a column; no points where it has none.
  Line Of(const std::string& column, const std::string& name, bool per_episode) const {
    std::vector<double> values = metrics_.Column(column);
    if (column.starts_with(kReward)) {  // sums over an episode: of each of its seconds
      std::vector<double> seconds = episodes_;
      for (size_t k = 0; k < values.size(); ++k) {
        values[k] /= lengths_[k];
        seconds[k] *= lengths_[k];
      }
      return Smooth(name, steps_, values, seconds);
    }
    if (per_episode) return Smooth(name, steps_, values, episodes_);
    Line line = {.name = name, .x = {}, .y = {}};
    for (size_t k = 0; k < values.size(); ++k) {
      if (!std::isfinite(values[k])) continue;
      line.x.push_back(steps_[k]);
      line.y.push_back(values[k]);
    }
    return line;
  }

  // None where there is nothing to draw.
  void Draw(const ChartRow& row, Section& section) const {
    Chart chart = {.title = row.title,
                   .x_label = "environment steps",
                   .y_label = row.y_label,
                   .lines = {},
                   .log_y = row.log_y,
                   .hovers = kHovers};
    for (const auto& [column, name] : row.lines)
      if (Line line = Of(column, name, row.per_episode); !line.x.empty())
        chart.lines.push_back(std::move(line));
    if (!chart.lines.empty()) section.blocks.push_back(Picture{Svg(chart)});
  }

 private:
  const MetricsTable& metrics_;
  std::vector<double> steps_, episodes_, lengths_;
};

// Only where there is something to see.
void Keep(Section section, Page& page) {
  const bool shows =
      std::any_of(section.blocks.begin(), section.blocks.end(), [](const Block& block) {
        return std::holds_alternative<Picture>(block) || std::holds_alternative<Table>(block);
      });
  if (shows) page.sections.push_back(std::move(section));
}

// The columns that begin so, with what follows as their names.
std::vector<std::pair<std::string, std::string>> ColumnsOf(const MetricsTable& metrics,
                                                           const std::string& prefix) {
  std::vector<std::pair<std::string, std::string>> columns;
  for (const std::string& name : metrics.names)
    if (name.starts_with(prefix)) columns.emplace_back(name, name.substr(prefix.size()));
  return columns;
}

// Reward terms earn or cost: apart, so that the small ones can be seen.
void AddRewards(const Curves& curves, Page& page) {
  Section section = {"Reward", {}};
  curves.Draw({"Reward", "reward / s", {{"reward_per_second", "all terms"}}}, section);
  ChartRow earns = {"What earns", "reward / s", {}, false, true};
  ChartRow costs = {"What costs", "reward / s", {}, false, true};
  for (const auto& column : ColumnsOf(curves.metrics(), kReward)) {
    const Line line = curves.Of(column.first, column.second, true);
    double sum = 0;
    for (const double value : line.y) sum += value;
    (sum >= 0 ? earns : costs).lines.push_back(column);
  }
  curves.Draw(earns, section);
  curves.Draw(costs, section);
  Keep(std::move(section), page);
}

void AddBehaviour(const Curves& curves, Page& page) {
  Section section = {"Tracking and falls",
                     {Paragraph{"Of the episodes that ended while training: robots that explore, "
                                "in the world that they are trained in."}}};
  curves.Draw({"Tracking errors",
               "mean error (m/s, rad/s)",
               {{"episode/linear_error", "linear velocity"}, {"episode/yaw_error", "yaw rate"}},
               false,
               true},
              section);
  ChartRow ends = {"Ends of episodes", "share", {{"episode/fell", "fell"}}, false, true};
  for (const auto& column : ColumnsOf(curves.metrics(), "episode/ended_by/"))
    ends.lines.push_back(column);
  curves.Draw(ends, section);
  curves.Draw({"Length of episodes", "s", {{"episode/length_s", "mean"}}, false, true}, section);
  const std::vector<double> diverged = curves.metrics().Column("diverged");
  if (std::any_of(diverged.begin(), diverged.end(), [](double n) { return n > 0; }))
    curves.Draw({"Numerical trouble", "robots", {{"diverged", "ended by it"}}}, section);
  Keep(std::move(section), page);
}

void AddTests(const Curves& curves, const std::optional<TestedPolicy>& best, Page& page) {
  Section section = {"Tests on the way",
                     {Paragraph{"The deterministic policy under held-out commands in the reference "
                                "physics, in environments of its own."}}};
  curves.Draw({"Held-out errors",
               "rms error (m/s, rad/s)",
               {{"test/linear_rmse", "linear velocity"}, {"test/yaw_rmse", "yaw rate"}}},
              section);
  curves.Draw({"Held-out falls", "share of robots", {{"test/fall_share", "fell"}}}, section);
  if (best) {
    section.blocks.push_back(Paragraph{fmt::format(
        "Best of them, kept as best_policy.safetensors: {:.3f} m/s, {:.3f} rad/s, {} of {} fell, "
        "after iteration {} ({:.2f} M steps).",
        best->linear_rmse, best->yaw_rmse, best->falls, best->episodes, best->iteration,
        1e-6 * static_cast<double>(best->env_steps))});
  }
  Keep(std::move(section), page);
}

void AddAlarms(const std::filesystem::path& folder, Page& page) {
  const std::vector<LoggedAlarm> alarms = ReadAlarms(folder);
  if (alarms.empty()) {
    page.sections.push_back({"Alarms", {Paragraph{"None was raised."}}});
    return;
  }
  Table table = {{"iteration", "over", "alarm", "what was said"}, {}};
  for (const LoggedAlarm& alarm : alarms)
    table.rows.push_back({fmt::format("{}", alarm.iteration),
                          alarm.over < 0 ? "-" : fmt::format("{}", alarm.over), alarm.name,
                          alarm.sentence});
  page.sections.push_back({"Alarms", {table}});
}

void AddEvaluation(const Evaluation& e, const EvaluationConfig& config, Page& page) {
  const Tracking& t = e.tracking;
  const auto number = [](double value, int digits) {
    return fmt::format("{:.{}f}", value, digits);
  };
  Table table = {{"what", "value", "unit", "how"}, {}};
  const std::string how =
      fmt::format("rms over {} episodes of {:g} s", t.episodes, config.episode_length);
  table.rows = {
      {"linear velocity", number(t.linear_rmse, 3), "m/s", how},
      {"yaw rate", number(t.yaw_rmse, 3), "rad/s", how},
      {"falls", fmt::format("{} of {}", t.falls, t.episodes), "",
       fmt::format("95 % sure: under {:.1f} %", 100 * UpperBound95(t.falls, t.episodes))},
      {"numerical trouble", fmt::format("{}", t.diverged), "", "of these falls"},
      {"standing drift", number(100 * e.standing_drift, 1), "cm",
       "in 20 s, the worst of 20 robots"},
      {"cost of transport", number(e.cost_of_transport, 2), "",
       fmt::format("at {:.2f} m/s", e.transport_speed)},
  };
  page.sections.push_back({"Final evaluation", {table}});
}

}  // namespace

std::string TrainingReport(const std::filesystem::path& folder, const Config& config,
                           const Evaluation& e, const std::string& command) {
  const MetricsTable metrics = ReadMetrics(folder / "metrics.csv");
  const auto record = ReadRunRecord(folder);
  const Curves curves(metrics);
  const auto last = [&](const char* column) {
    const std::vector<double> values = metrics.Column(column);
    return values.empty() ? 0 : values.back();
  };
  const Tracking& t = e.tracking;

  Page page;
  page.title = fmt::format("{}, seed {}", config.name, config.seed);
  page.verdict = fmt::format(
      "After {:.2f} M steps in {} it follows commands to {:.3f} m/s and {:.3f} rad/s, and {} of {} "
      "robots fell.",
      1e-6 * last("env_steps"), Duration(last("seconds")), t.linear_rmse, t.yaw_rmse, t.falls,
      t.episodes);
  page.figures = {{fmt::format("{:.3f}", t.linear_rmse), "m/s", "rms error of the velocity"},
                  {fmt::format("{:.3f}", t.yaw_rmse), "rad/s", "rms error of the yaw rate"},
                  {fmt::format("{}", t.falls), fmt::format("of {}", t.episodes), "robots fell"},
                  {fmt::format("{:.1f}", 100 * e.standing_drift), "cm", "drift while standing"},
                  {fmt::format("{:.2f}", e.cost_of_transport), "", "cost of transport"}};

  Chart picture = {.title = "Tracking errors",
                   .x_label = "environment steps",
                   .y_label = "m/s",
                   .lines = {},
                   .hovers = kHovers};
  for (Line& line : std::vector<Line>{curves.Of("episode/linear_error", "while exploring", true),
                                      curves.Of("test/linear_rmse", "held-out tests", false)})
    if (!line.x.empty()) picture.lines.push_back(std::move(line));
  if (!picture.lines.empty()) page.picture = Svg(picture);

  AddEvaluation(e, config.evaluation, page);
  AddTests(curves, TestedPolicyFrom(record.value("best", nlohmann::ordered_json())), page);
  AddBehaviour(curves, page);
  AddRewards(curves, page);
  for (const ChartGroup& group : Groups()) {
    Section section = {group.heading, {Paragraph{group.text}}};
    for (const ChartRow& row : group.charts) curves.Draw(row, section);
    Keep(std::move(section), page);
  }
  AddAlarms(folder, page);

  Table about = {{}, {}};
  for (const char* key : {"version", "started", "threads", "from"}) {
    if (!record.contains(key)) continue;
    const auto& value = record[key];
    about.rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  const size_t resumptions = record.contains("resumed") ? record["resumed"].size() : 0;
  if (resumptions > 0) about.rows.push_back({"resumed", fmt::format("{} times", resumptions)});
  page.sections.push_back({"The run", {about}});

  Config resolved = config;
  page.configuration = PrintConfig(Fields(resolved), /*with_comments=*/false);
  page.command = command;
  return Html(page);
}

}  // namespace doggo::app
