#include "app/evaluation/report.h"

#include <cmath>

namespace doggo::evaluation {

Report Judge(Context& context, const std::vector<const Suite*>& suites,
             const std::function<void(const Suite&)>& begin) {
  Report report;
  report.task = context.policy.task;
  report.steps_trained = context.policy.steps_trained;
  report.protocol = context.protocol;
  for (size_t k = 0; k < suites.size(); ++k) {
    begin(*suites[k]);
    try {
      report.suites.push_back(Run(*suites[k], context));
    } catch (const Stopped&) {
      for (; k < suites.size(); ++k) report.missing.emplace_back(suites[k]->name);
    }
  }
  return report;
}

std::vector<Verdict> Verdicts(const Report& report, const std::vector<Criterion>& criteria) {
  std::vector<Verdict> verdicts;
  for (const Criterion& criterion : criteria) {
    const Figure* figure = Find(report, criterion.key);
    if (figure == nullptr) continue;
    verdicts.push_back({criterion, figure->value,
                        figure->value >= criterion.low && figure->value <= criterion.high});
  }
  return verdicts;
}

std::vector<std::string> FigureKeys() {
  std::vector<std::string> keys;
  for (const Suite& suite : Suites())
    for (const FigureInfo& figure : suite.figures) keys.emplace_back(figure.key);
  return keys;
}

}  // namespace doggo::evaluation
