#include "app/heat_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "app/plot_frame.h"

namespace doggo::app {
namespace {

constexpr int kLevels = 10;
constexpr double kLowShare = 0.03;  // of the grid below the first contour of a logarithmic map
constexpr double kFarAway = 1e4;    // pixels: points beyond it are drawn there
constexpr double kNear = 0.5;       // pixels: a step of a path shorter than that is not drawn
constexpr size_t kHovers = 100;     // points of a path that tell their step

// Points in tenths of a pixel, whole numbers: half the length of decimals.
struct Point {
  int x, y;
};

class Landscape {
 public:
  Landscape(const HeatMap& map, const PlotFrame& frame) : values_(map.values), frame_(frame) {}

  // Marching squares, cell by cell: the outline of the part of a cell that is not below `level`,
  // and its inner edges, which are the contour. Of a saddle's two readings the one that joins the
  // high corners.
  void Trace(double level, std::string& area, std::string& contour) const {
    for (int row = 0; row + 1 < values_.rows(); ++row) {
      int full_from = -1;  // a run of whole cells is one rectangle
      for (int column = 0; column + 1 < values_.cols(); ++column) {
        const auto cell = values_.block<2, 2>(row, column);
        const bool full = cell.allFinite() && cell.minCoeff() >= level;
        if (full && full_from < 0) full_from = column;
        if (!full && full_from >= 0) AddRun(row, full_from, column, area), full_from = -1;
        if (!full && cell.allFinite() && cell.maxCoeff() >= level)
          AddCell(row, column, level, area, contour);
      }
      if (full_from >= 0) AddRun(row, full_from, static_cast<int>(values_.cols()) - 1, area);
    }
  }

  // A diagonal through every cell with a value that is no number.
  std::string Unknown() const {
    std::string d;
    for (int row = 0; row + 1 < values_.rows(); ++row)
      for (int column = 0; column + 1 < values_.cols(); ++column) {
        if (values_.block<2, 2>(row, column).allFinite()) continue;
        const Point a = At(row, column), b = At(row + 1, column + 1);
        d += fmt::format("M{} {}L{} {}", a.x, a.y, b.x, b.y);
      }
    return d;
  }

 private:
  Point At(double row, double column) const {
    const double u = column / static_cast<double>(values_.cols() - 1),
                 v = row / static_cast<double>(values_.rows() - 1);
    return {static_cast<int>(std::lround(10 * std::lerp(frame_.x.from, frame_.x.to, u))),
            static_cast<int>(std::lround(10 * std::lerp(frame_.y.from, frame_.y.to, v)))};
  }

  void AddRun(int row, int begin, int end, std::string& area) const {
    const Point a = At(row, begin), b = At(row + 1, end);
    area += fmt::format("M{} {}H{}V{}H{}z", a.x, a.y, b.x, b.y, a.x);
  }

  void AddCell(int row, int column, double level, std::string& area, std::string& contour) const {
    static constexpr int kRow[] = {0, 0, 1, 1}, kColumn[] = {0, 1, 1, 0};  // corners, around
    std::array<Point, 8> outline;
    std::array<bool, 8> leaves{};  // the contour runs from this point to the next
    size_t n = 0;
    for (int k = 0; k < 4; ++k) {
      const int next = (k + 1) % 4;
      const double here = values_(row + kRow[k], column + kColumn[k]) - level,
                   there = values_(row + kRow[next], column + kColumn[next]) - level;
      if (here >= 0) outline[n++] = At(row + kRow[k], column + kColumn[k]);
      if ((here >= 0) == (there >= 0)) continue;
      // where the straight line from here to there is 0
      const double t = here / (here - there);
      leaves[n] = here >= 0;
      outline[n++] = At(row + std::lerp(kRow[k], kRow[next], t),
                        column + std::lerp(kColumn[k], kColumn[next], t));
    }
    for (size_t k = 0; k < n; ++k) {
      const Point &a = outline[k], &b = outline[(k + 1) % n];
      area += k == 0 ? fmt::format("M{} {}", a.x, a.y)
                     : fmt::format("l{} {}", a.x - outline[k - 1].x, a.y - outline[k - 1].y);
      if (leaves[k]) contour += fmt::format("M{} {}l{} {}", a.x, a.y, b.x - a.x, b.y - a.y);
    }
    area += 'z';
  }

  const Eigen::MatrixXd& values_;
  const PlotFrame& frame_;
};

std::string Way(const PlotFrame& frame, const Path& path, int colour) {
  std::string line, hovers;
  double x = 0, y = 0, drawn_x = 0, drawn_y = 0, first_x = 0, first_y = 0;
  const size_t n = std::min(path.x.size(), path.y.size());
  size_t k = 0;
  for (; k < n && std::isfinite(path.x[k]) && std::isfinite(path.y[k]); ++k) {
    x = std::clamp(frame.x.Position(path.x[k]), -kFarAway, kFarAway);
    y = std::clamp(frame.y.Position(path.y[k]), -kFarAway, kFarAway);
    if (k % (n / kHovers + 1) == 0 || k + 1 == n)
      hovers += Hover(x, y,
                      fmt::format("{}, step {}: {}, {}", path.name, k, ShortNumber(path.x[k]),
                                  ShortNumber(path.y[k])));
    if (k == 0) first_x = x, first_y = y;
    if (k > 0 && std::hypot(x - drawn_x, y - drawn_y) < kNear) continue;
    line += fmt::format("{}{:.1f} {:.1f}", k == 0 ? "M" : "L", x, y);
    drawn_x = x, drawn_y = y;
  }
  if (k == 0) return "";
  const std::string paper =
      "style=\"stroke:var(--paper,#fff)\" stroke-opacity=\"0.7\" stroke-linejoin=\"round\"";
  return fmt::format(
      "<path d=\"{0}\" fill=\"none\" {1} stroke-width=\"4\"/>\n"
      "<path class=\"path\" d=\"{0}\" {2} stroke-width=\"2\"/>\n"
      "<circle class=\"start\" cx=\"{3:.1f}\" cy=\"{4:.1f}\" r=\"4.5\" style=\"fill:{7}\"/>\n"
      "<circle class=\"end\" cx=\"{5:.1f}\" cy=\"{6:.1f}\" r=\"6\" {2} stroke-width=\"2.5\"/>\n"
      "<g class=\"hover\" style=\"fill:{7}\" fill-opacity=\"0\">\n{8}</g>\n",
      line, paper, Stroke(colour), first_x, first_y, x, y, Colour(colour), hovers);
}

}  // namespace

std::vector<double> ContourLevels(const HeatMap& map) {
  std::vector<double> sorted;
  for (const double value : map.values.reshaped())
    if (std::isfinite(value)) sorted.push_back(value);
  if (sorted.empty()) return {};
  std::sort(sorted.begin(), sorted.end());
  const double low = sorted.front(), high = sorted.back();
  if (!(high > low)) return {};

  std::vector<double> levels;
  const auto above = std::upper_bound(sorted.begin(), sorted.end(), low);  // high is there
  const double first =
      std::max(*above,
               sorted[static_cast<size_t>(kLowShare * static_cast<double>(sorted.size()))]) -
      low;
  for (int k = 0; k < kLevels; ++k) {
    levels.push_back(map.log_values ? low + first * std::pow((high - low) / first,
                                                             static_cast<double>(k) / kLevels)
                                    : std::lerp(low, high, (k + 1.0) / (kLevels + 1)));
  }
  return levels;
}

std::string Svg(const HeatMap& map, int width, int height) {
  if (map.values.rows() < 2 || map.values.cols() < 2)
    throw std::invalid_argument(
        fmt::format("The heat map '{}' has {} x {} values: give at least 2 x 2.", map.title,
                    map.values.rows(), map.values.cols()));
  if (!(map.x_low < map.x_high && map.y_low < map.y_high))
    throw std::invalid_argument(
        fmt::format("The heat map '{}' has an empty range: set low below high.", map.title));

  const std::vector<double> levels = ContourLevels(map);
  PlotFrame frame = {map.title, map.x_label, map.y_label, width, height};
  frame.x = {.low = map.x_low, .high = map.x_high};
  frame.y = {.low = map.y_low, .high = map.y_high};
  if (!levels.empty())
    frame.note = fmt::format("contours {} to {}{}", ShortNumber(levels.front()),
                             ShortNumber(levels.back()), map.log_values ? ", logarithmic" : "");
  for (const Path& path : map.paths) frame.legend.push_back(path.name);

  // each level shades all that is higher once more: the valleys stay pale
  std::string svg = Open(frame), areas, contours;
  const Landscape landscape(map, frame);
  for (const double level : levels) {
    std::string area, contour;
    landscape.Trace(level, area, contour);
    areas += fmt::format("<path d=\"{}\"/>\n", area);
    contours += fmt::format("<path class=\"contour\" d=\"{}\"><title>{}</title></path>\n", contour,
                            ShortNumber(level));
  }
  // a picture in the picture cuts off what leaves it
  svg += fmt::format(
      "<svg x=\"{0:.1f}\" y=\"{1:.1f}\" width=\"{2:.1f}\" height=\"{3:.1f}\" viewBox=\"{0:.1f} "
      "{1:.1f} {2:.1f} {3:.1f}\">\n",
      frame.x.from, frame.y.to, frame.x.to - frame.x.from, frame.y.from - frame.y.to);
  svg += fmt::format(
      "<g transform=\"scale(0.1)\" style=\"fill:var(--shade,#0072b2)\" "
      "fill-opacity=\"0.05\">\n{}</g>\n",
      areas);
  svg += fmt::format(
      "<g transform=\"scale(0.1)\" fill=\"none\" style=\"stroke:var(--ink,#222)\" "
      "stroke-opacity=\"0.35\" stroke-width=\"8\" "
      "stroke-linecap=\"round\">\n{}<path class=\"unknown\" d=\"{}\"/>\n</g>\n",
      contours, landscape.Unknown());
  for (size_t k = 0; k < map.paths.size(); ++k)
    svg += Way(frame, map.paths[k], static_cast<int>(k));
  return svg + "</svg>\n</svg>\n";
}

}  // namespace doggo::app
