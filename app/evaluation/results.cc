#include "app/evaluation/results.h"

#include <fmt/format.h>

#include <stdexcept>

namespace doggo::evaluation {

void SuiteResult::Set(std::string_view key, double value, Interval interval) {
  for (size_t k = 0; k < infos.size(); ++k) {
    if (infos[k].key != key) continue;
    figures[k] = {value, interval};
    return;
  }
  throw std::logic_error(fmt::format("the suite '{}' has no figure '{}'", name, key));
}

const Figure* Find(const Report& report, std::string_view key) {
  for (const SuiteResult& suite : report.suites) {
    for (size_t k = 0; k < suite.infos.size(); ++k)
      if (suite.infos[k].key == key) return &suite.figures[k];
  }
  return nullptr;
}

}  // namespace doggo::evaluation
