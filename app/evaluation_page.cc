#include "app/evaluation_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/evaluation_gate.h"
#include "app/evaluation_pictures.h"
#include "app/page.h"

namespace doggo::app {
namespace {

constexpr size_t kListed = 12;  // episodes of a suite that the page names

using evaluation::FigureInfo;
using evaluation::Number;
using evaluation::Report;
using evaluation::SuiteResult;
using evaluation::Verdict;

const SuiteResult* SuiteOf(const Report& report, const std::string& name) {
  for (const SuiteResult& suite : report.suites)
    if (suite.name == name) return &suite;
  return nullptr;
}

std::string Sentence(const EvaluationPageInput& in, size_t k) {
  const std::vector<Verdict>& verdicts = in.verdicts[k];
  std::string failed;
  size_t count = 0;
  for (const Verdict& v : verdicts) {
    if (v.passed) continue;
    ++count;
    if (count <= 3) failed += fmt::format("{}{}", count > 1 ? ", " : "", v.criterion.key);
  }
  const std::string who = in.reports.size() > 1 ? in.reports[k].policy : "The policy";
  if (verdicts.empty()) return fmt::format("{} was judged against no criteria.", who);
  if (count == 0) return fmt::format("{} meets all {} criteria.", who, verdicts.size());
  return fmt::format("{} fails {} of {} criteria: {}{}.", who, count, verdicts.size(), failed,
                     count > 3 ? ", ..." : "");
}

Section VerdictSection(const EvaluationPageInput& in) {
  Section section{"Verdicts", {}};
  section.blocks.emplace_back(Paragraph{
      fmt::format("Against {}: a figure is to be within its range, ends included.", in.criteria)});
  Table table{{"criterion", "range"}, {}};
  for (const Report& report : in.reports) {
    table.head.push_back(in.reports.size() > 1 ? report.policy : "measured");
    table.head.emplace_back("");
  }
  for (size_t row = 0; row < in.verdicts[0].size(); ++row) {
    const evaluation::Criterion& criterion = in.verdicts[0][row].criterion;
    table.rows.push_back({criterion.key, Text(criterion)});
    for (const std::vector<Verdict>& verdicts : in.verdicts) {
      const auto same = std::find_if(verdicts.begin(), verdicts.end(), [&](const Verdict& v) {
        return v.criterion.key == criterion.key;
      });
      const bool there = same != verdicts.end();
      table.rows.back().push_back(there ? Number(same->value) : "-");
      table.rows.back().emplace_back(!there ? "not run" : same->passed ? "met" : "FAILED");
    }
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Table FigureTable(const std::vector<Report>& reports, const SuiteResult& suite) {
  Table table{{"figure"}, {}};
  for (const Report& report : reports)
    table.head.push_back(reports.size() > 1 ? report.policy : "value");
  table.head.insert(table.head.end(), {"unit", "key"});
  for (const FigureInfo& info : suite.infos) {
    std::vector<std::string> row = {std::string(info.meaning)};
    for (const Report& report : reports) {
      const evaluation::Figure* figure = Find(report, info.key);
      row.push_back(figure ? Number(*figure) : "-");
    }
    row.emplace_back(info.unit);
    row.emplace_back(info.key);
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string StillTitle(const evaluation::Failure& failure) {
  return fmt::format("{}: its last 1.5 s; {}", failure.id, failure.what);
}

void AddDetails(const EvaluationPageInput& in, size_t k, const SuiteResult& suite,
                std::vector<Block>& blocks) {
  if (in.reports.size() > 1) blocks.emplace_back(Paragraph{in.reports[k].policy + ":"});
  for (const auto& table : suite.tables) {
    blocks.emplace_back(Paragraph{table.title});
    blocks.emplace_back(Table{table.head, table.rows});
  }
  for (const auto& grid : suite.grids) blocks.emplace_back(Picture{Svg(grid)});
  for (const auto& curves : suite.curves) blocks.emplace_back(Picture{Svg(curves)});
  for (const auto& stance : suite.stances) blocks.emplace_back(Picture{Svg(stance)});
  for (const auto& bars : suite.bars) blocks.emplace_back(Picture{Svg(bars)});
  for (const std::string& note : suite.notes) blocks.emplace_back(Paragraph{note});
  if (suite.failures.empty()) return;
  Table table{{"episode", "what happened", "see it again"}, {}};
  for (size_t f = 0; f < std::min(kListed, suite.failures.size()); ++f) {
    const evaluation::Failure& failure = suite.failures[f];
    table.rows.push_back(
        {failure.id, failure.what,
         fmt::format("./doggo play --replay {}/{}.replay", in.replays[k], failure.id)});
  }
  blocks.emplace_back(std::move(table));
  if (k < in.stills.size()) {
    for (const evaluation::Failure& failure : suite.failures) {
      const auto still = in.stills[k].find(failure.id);
      if (still != in.stills[k].end())
        blocks.emplace_back(Still{still->second, StillTitle(failure)});
    }
  }
  if (suite.failures.size() > kListed)
    blocks.emplace_back(Paragraph{
        fmt::format("And {} more in {}.", suite.failures.size() - kListed, in.replays[k])});
}

std::vector<Figure> FirstFigures(const Report& report) {
  struct Row {
    const char *key, *unit, *meaning;
  };
  constexpr Row kRows[] = {
      {"tracking.lin_rmse_mps", "m/s", "velocity error, rms"},
      {"tracking.yaw_rmse_radps", "rad/s", "yaw rate error, rms"},
      {"falls.rate", "", "of the episodes end by a fall"},
      {"energy.cost_of_transport", "", "cost of transport"},
      {"top_speed.forward_mps", "m/s", "top speed"},
  };
  std::vector<Figure> figures;
  for (const Row& row : kRows) {
    const evaluation::Figure* figure = Find(report, row.key);
    if (figure != nullptr) figures.push_back({Number(figure->value), row.unit, row.meaning});
  }
  return figures;
}

}  // namespace

std::string EvaluationPage(const EvaluationPageInput& in) {
  Page page;
  page.title = fmt::format("Evaluation of {}", in.reports[0].policy);
  for (size_t k = 1; k < in.reports.size(); ++k) page.title += " and " + in.reports[k].policy;
  for (size_t k = 0; k < in.reports.size(); ++k)
    page.verdict += fmt::format("{}{}", k > 0 ? " " : "", Sentence(in, k));
  page.figures = FirstFigures(in.reports[0]);
  page.sections.push_back(VerdictSection(in));
  for (const SuiteResult& suite : in.reports[0].suites) {
    Section section{fmt::format("{}: {}", suite.name, suite.meaning), {}};
    section.blocks.emplace_back(FigureTable(in.reports, suite));
    for (size_t k = 0; k < in.reports.size(); ++k) {
      const SuiteResult* same = SuiteOf(in.reports[k], suite.name);
      if (same != nullptr) AddDetails(in, k, *same, section.blocks);
    }
    page.sections.push_back(std::move(section));
  }
  page.command = in.command;
  return Html(page);
}

}  // namespace doggo::app
