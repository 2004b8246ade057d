#include "app/compare/learning_curve.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>

#include "app/compare/interquartile_mean.h"

namespace doggo::app {
namespace {

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
  return cells;
}

std::ifstream Open(const std::filesystem::path& csv, std::vector<std::string>& head) {
  std::ifstream in(csv);
  std::string line;
  if (!std::getline(in, line))
    throw std::runtime_error(fmt::format("{}: cannot be read; was it trained?", csv.string()));
  head = Cells(line);
  return in;
}

size_t Find(const std::vector<std::string>& head, const std::string& column,
            const std::filesystem::path& csv) {
  const auto found = std::find(head.begin(), head.end(), column);
  if (found == head.end())
    throw std::runtime_error(fmt::format("{}: has no column '{}' (it has: {})", csv.string(),
                                         column, fmt::join(head, ", ")));
  return static_cast<size_t>(found - head.begin());
}

}  // namespace

bool HasColumn(const std::filesystem::path& csv, const std::string& column) {
  std::vector<std::string> head;
  Open(csv, head);
  return std::find(head.begin(), head.end(), column) != head.end();
}

LearningCurve ReadCurve(const std::filesystem::path& csv, const std::string& x,
                        const std::string& y) {
  std::vector<std::string> head;
  std::ifstream in = Open(csv, head);
  const size_t at_x = Find(head, x, csv), at_y = Find(head, y, csv);
  LearningCurve curve;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> cells = Cells(line);
    if (cells.size() <= std::max(at_x, at_y)) continue;
    if (cells[at_x].empty() || cells[at_y].empty()) continue;
    curve.x.push_back(std::strtod(cells[at_x].c_str(), nullptr));
    curve.y.push_back(std::strtod(cells[at_y].c_str(), nullptr));
  }
  return curve;
}

std::vector<double> CommonAxis(const std::vector<LearningCurve>& curves, int points) {
  double end = std::numeric_limits<double>::infinity();
  for (const LearningCurve& curve : curves)
    end = std::min(end, curve.x.empty() ? 0 : curve.x.back());
  std::vector<double> axis;
  for (int k = 1; k <= points; ++k) axis.push_back(end * k / points);
  return axis;
}

std::vector<double> OnAxis(const LearningCurve& curve, const std::vector<double>& axis) {
  std::vector<double> y;
  size_t next = 0;
  double last = NAN;
  for (const double x : axis) {
    double sum = 0;
    int count = 0;
    for (; next < curve.x.size() && curve.x[next] <= x; ++next, ++count) sum += curve.y[next];
    if (count > 0) last = sum / count;
    y.push_back(last);
  }
  return y;
}

Band BandOf(const std::vector<LearningCurve>& curves, int points) {
  Band band;
  band.x = CommonAxis(curves, points);
  std::vector<std::vector<double>> values;
  for (const LearningCurve& curve : curves) values.push_back(OnAxis(curve, band.x));
  for (size_t k = 0; k < band.x.size(); ++k) {
    std::vector<double> at;
    for (const auto& value : values)
      if (std::isfinite(value[k])) at.push_back(value[k]);
    const Interval interval = BootstrapInterval(at, /*resamples=*/500);
    band.mean.push_back(InterquartileMean(at));
    band.low.push_back(interval.low);
    band.high.push_back(interval.high);
  }
  return band;
}

}  // namespace doggo::app
