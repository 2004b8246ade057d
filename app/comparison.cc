#include "app/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/chart.h"
#include "app/compare/interquartile_mean.h"
#include "app/page.h"
#include "app/text_table.h"

namespace doggo::app {
namespace {

// The mean over the last tenth of a curve.
double FinalValue(const LearningCurve& curve) {
  if (curve.y.empty()) return NAN;
  const size_t count = std::max<size_t>(1, curve.y.size() / 10);
  double sum = 0;
  for (size_t k = curve.y.size() - count; k < curve.y.size(); ++k) sum += curve.y[k];
  return sum / static_cast<double>(count);
}

struct Summary {
  double mean;
  Interval interval;
  double steps, seconds;  // medians of the seeds' lengths
};

double Median(std::vector<double> values) {
  if (values.empty()) return NAN;
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

Summary Summarize(const ComparedConfig& config) {
  std::vector<double> finals, steps, seconds;
  for (const ComparedSeed& seed : config.seeds) {
    if (seed.by_steps.x.empty()) continue;
    finals.push_back(FinalValue(seed.by_steps));
    steps.push_back(seed.by_steps.x.back());
    seconds.push_back(seed.by_seconds.x.back());
  }
  return {InterquartileMean(finals), BootstrapInterval(finals), Median(steps), Median(seconds)};
}

std::vector<std::string> Row(const ComparedConfig& config) {
  const Summary s = Summarize(config);
  return {config.name,
          fmt::format("{}", config.seeds.size()),
          fmt::format("{:.3f}", s.mean),
          fmt::format("{:.3f}", s.interval.low),
          fmt::format("{:.3f}", s.interval.high),
          fmt::format("{:.3f}", s.steps * 1e-6),
          fmt::format("{:.1f}", s.seconds)};
}

Block ChartOf(const Comparison& comparison, LearningCurve ComparedSeed::*by,
              const std::string& x_label) {
  Chart chart{.title = "", .x_label = x_label, .y_label = comparison.metric, .lines = {}};
  for (const ComparedConfig& config : comparison.configs) {
    std::vector<LearningCurve> curves;
    for (const ComparedSeed& seed : config.seeds) curves.push_back(seed.*by);
    const Band band = BandOf(curves);
    chart.lines.push_back({config.name + ", low", band.x, band.low, /*thin=*/true});
    chart.lines.push_back({config.name + ", high", band.x, band.high, /*thin=*/true});
    chart.lines.push_back({config.name, band.x, band.mean});
  }
  return Picture{Svg(chart, 900, 420)};
}

constexpr char kMeaning[] =
    "Lines: interquartile means over the seeds. Pale: 95 % bootstrap intervals around them.";

}  // namespace

std::string ComparisonTable(const Comparison& comparison) {
  TextTable table({{"configuration", true},
                   {"seeds", true},
                   {comparison.metric, true},
                   {"95 % from", true},
                   {"to", true},
                   {"M steps", true},
                   {"s", true}});
  for (const ComparedConfig& config : comparison.configs) table.Add(Row(config));
  return table.Print();
}

std::string ComparisonPage(const Comparison& comparison) {
  Page page;
  page.title = "Comparison";
  const ComparedConfig* best = nullptr;
  for (const ComparedConfig& config : comparison.configs)
    if (best == nullptr || Summarize(config).mean > Summarize(*best).mean) best = &config;
  if (best != nullptr)
    page.verdict = fmt::format("{} ends highest in {}: {:.3f}.", best->name, comparison.metric,
                               Summarize(*best).mean);
  Table table{
      .head = {"configuration", "seeds", comparison.metric, "95 % from", "to", "M steps", "s"},
      .rows = {}};
  for (const ComparedConfig& config : comparison.configs) table.rows.push_back(Row(config));
  page.sections = {
      {"At the end", {table, Paragraph{"Over the last tenth of each training."}}},
      {"By steps",
       {ChartOf(comparison, &ComparedSeed::by_steps, "environment steps"), Paragraph{kMeaning}}},
      {"By wall time",
       {ChartOf(comparison, &ComparedSeed::by_seconds, "seconds"), Paragraph{kMeaning}}}};
  page.command = comparison.command;
  return Html(page);
}

std::string ToJson(const Comparison& comparison) {
  nlohmann::ordered_json json = {{"metric", comparison.metric}};
  for (const ComparedConfig& config : comparison.configs) {
    const Summary s = Summarize(config);
    nlohmann::ordered_json entry = {
        {"name", config.name},
        {"final", {{"iqm", s.mean}, {"low", s.interval.low}, {"high", s.interval.high}}}};
    for (const ComparedSeed& seed : config.seeds)
      entry["seeds"].push_back({{"seed", seed.seed},
                                {"env_steps", seed.by_steps.x},
                                {"seconds", seed.by_seconds.x},
                                {"value", seed.by_steps.y}});
    json["configurations"].push_back(entry);
  }
  return json.dump(2) + "\n";
}

}  // namespace doggo::app
