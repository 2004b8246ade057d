#include "app/training/metrics_table.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace doggo::app {
namespace {

std::vector<std::string> CellsOf(std::string_view line) {
  std::vector<std::string> cells;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find(',', begin), line.size());
    cells.emplace_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return cells;
}

double Number(const std::string& cell) {
  char* end = nullptr;
  const double number = std::strtod(cell.c_str(), &end);
  return end == cell.c_str() ? NAN : number;
}

}  // namespace

std::vector<double> MetricsTable::Column(const std::string& name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? std::vector<double>(rows(), NAN) : columns[found - names.begin()];
}

MetricsTable ReadMetrics(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  text.resize(text.rfind('\n') + 1);  // to nothing where there is no line end
  std::istringstream lines(text);
  std::string line;
  MetricsTable table;
  if (!std::getline(lines, line)) return table;
  table.names = CellsOf(line);
  table.columns.resize(table.names.size());
  while (std::getline(lines, line)) {
    const std::vector<std::string> cells = CellsOf(line);
    for (size_t k = 0; k < table.columns.size(); ++k)
      table.columns[k].push_back(k < cells.size() ? Number(cells[k]) : NAN);
  }
  return table;
}

}  // namespace doggo::app
