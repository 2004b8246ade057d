#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/evaluation/report.h"

namespace doggo::evaluation {
namespace {

std::string Cut(const std::string& text, size_t width) {
  return text.size() <= width ? text : "..." + text.substr(text.size() - width + 3);
}

}  // namespace

std::string Number(double value) {
  if (!std::isfinite(value)) return "-";
  if (value == std::floor(value) && std::abs(value) < 1e6) return fmt::format("{:.0f}", value);
  const double size = std::abs(value);
  if (size < 0.001) return fmt::format("{:.1e}", value);
  return size >= 100  ? fmt::format("{:.0f}", value)
         : size >= 10 ? fmt::format("{:.1f}", value)
         : size >= 1  ? fmt::format("{:.2f}", value)
                      : fmt::format("{:.3f}", value);
}

std::string Number(const Figure& figure) {
  if (!std::isfinite(figure.interval.low)) return Number(figure.value);
  return fmt::format("{} [{}, {}]", Number(figure.value), Number(figure.interval.low),
                     Number(figure.interval.high));
}

std::string Text(const std::vector<Report>& reports) {
  constexpr int kWidth = 24;
  std::string text;
  if (reports.size() > 1) {
    text += "  ";
    for (const Report& report : reports)
      text += fmt::format("{:>{}}", Cut(report.policy, kWidth - 2), kWidth);
    text += "\n";
  }
  for (const SuiteResult& suite : reports.at(0).suites) {
    text += fmt::format("\n{}: {}\n", suite.name, suite.meaning);
    for (const FigureInfo& info : suite.infos) {
      text += "  ";
      for (const Report& report : reports) {
        const Figure* figure = Find(report, info.key);
        text += fmt::format("{:>{}}", figure == nullptr ? "-" : Number(*figure), kWidth);
      }
      text += fmt::format(" {:<6} {}\n", info.unit, info.meaning);
    }
    for (const std::string& note : suite.notes) text += fmt::format("  {}\n", note);
  }
  for (const Report& report : reports) {
    if (report.missing.empty()) continue;
    text += "\nStopped; missing:";
    for (const std::string& suite : report.missing) text += " " + suite;
    text += "\n";
  }
  return text;
}

}  // namespace doggo::evaluation
