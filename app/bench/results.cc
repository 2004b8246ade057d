#include "app/bench/results.h"

namespace doggo::bench {

void Results::Add(const std::string& name, const std::vector<double>& readings,
                  const std::string& trouble) {
  if (!trouble.empty()) {
    Refuse(name, trouble);
  } else {
    figures[name] = {SpreadOf(readings), ""};
  }
}

void Results::Refuse(const std::string& name, const std::string& reason) {
  figures[name] = {std::nullopt, reason};
}

std::optional<double> Results::Find(std::string_view name) const {
  const auto figure = figures.find(name);
  if (figure == figures.end() || !figure->second.value) return std::nullopt;
  return figure->second.value->median;
}

}  // namespace doggo::bench
