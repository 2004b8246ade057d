#include "app/evaluation_pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/chart.h"
#include "app/plot_frame.h"

namespace doggo::app {
namespace {

constexpr double kLeft = 64, kTop = 52, kBottom = 46, kRight = 12;  // pixels
constexpr double kCell = 56, kCellHeight = 30;
constexpr double kLetter = 6.5;  // the usual width
constexpr double kStanceHeight = 26;

std::string OpenSvg(double width, double height, const std::string& title) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\" style=\"font:12px "
      "system-ui,sans-serif;fill:var(--ink,#222)\">\n<text x=\"8\" y=\"20\" font-size=\"14\" "
      "font-weight=\"600\">{2}</text>\n",
      width, height, Escape(title));
}

std::string Label(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     Escape(text));
}

std::string Short(double value) {
  return std::abs(value) < 10 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

std::string Svg(const evaluation::Grid& grid) {
  const auto rows = static_cast<int>(grid.values.rows()),
             columns = static_cast<int>(grid.values.cols());
  std::vector<std::string> names = grid.row_names;
  for (const double y : grid.y) names.push_back(Short(y));
  size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  const double left = std::max(kLeft, kLetter * static_cast<double>(longest) + 14);
  const double width = left + kCell * columns + kRight, bottom = kTop + kCellHeight * rows;
  double high = 0;
  for (const double value : grid.values.reshaped())
    if (std::isfinite(value)) high = std::max(high, value);
  std::string svg = OpenSvg(width, bottom + kBottom, grid.title);
  svg += Label(8, kTop - 10, "start", grid.y_label);
  for (int row = 0; row < rows; ++row) {
    const double y = bottom - kCellHeight * (row + 1);  // upwards
    svg += Label(left - 6, y + 0.5 * kCellHeight + 4, "end", names[row]);
    for (int column = 0; column < columns; ++column) {
      const double x = left + kCell * column, value = grid.values(row, column);
      const bool known = std::isfinite(value);
      const double shade = known && high > 0 ? 0.05 + 0.6 * value / high : 0;
      svg += fmt::format(
          "<rect class=\"cell\" x=\"{:.0f}\" y=\"{:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" "
          "style=\"fill:var(--shade,#0072b2);stroke:var(--faint,#ddd)\" "
          "fill-opacity=\"{:.3f}\"><title>{} {}, {} {}: {}</title></rect>\n",
          x, y, kCell, kCellHeight, shade, Escape(grid.x_label), Short(grid.x[column]),
          Escape(grid.y_label), Escape(names[row]), known ? fmt::format("{:.4f}", value) : "none");
      svg += Label(x + 0.5 * kCell, y + 0.5 * kCellHeight + 4, "middle",
                   known ? fmt::format("{:.3f}", value) : "×");
    }
  }
  for (int column = 0; column < columns; ++column)
    svg += Label(left + kCell * (column + 0.5), bottom + 16, "middle", Short(grid.x[column]));
  return svg + Label(left, bottom + 36, "start", grid.x_label) + "</svg>\n";
}

std::string Svg(const evaluation::Curves& curves) {
  Chart chart{curves.title, curves.x_label, curves.y_label, {}};
  for (const evaluation::Series& s : curves.series) chart.lines.push_back({s.name, s.x, s.y});
  return Svg(chart);
}

std::string Svg(const evaluation::Bars& bars) {
  PlotFrame frame = {bars.title, bars.x_label, "share (%)"};
  frame.height = 260;
  double high = 0;
  for (const double share : bars.shares) high = std::max(high, share);
  frame.x = {.low = 0, .high = bars.bin * static_cast<double>(bars.shares.size())};
  frame.y = {.low = 0, .high = high > 0 ? 105 * high : 1};
  std::string svg = Open(frame);
  for (size_t k = 0; k < bars.shares.size(); ++k) {
    const double x = frame.x.Position(bars.bin * static_cast<double>(k)),
                 end = frame.x.Position(bars.bin * static_cast<double>(k + 1)),
                 y = frame.y.Position(100 * bars.shares[k]);
    svg += fmt::format(
        "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "style=\"fill:var(--shade,#0072b2)\" fill-opacity=\"0.7\"><title>from {}: {:.2f} "
        "%</title></rect>\n",
        x + 0.5, y, std::max(0.0, end - x - 1), std::max(0.0, frame.y.Position(0) - y),
        ShortNumber(bars.bin * static_cast<double>(k)), 100 * bars.shares[k]);
  }
  return svg + "</svg>\n";
}

std::string Svg(const evaluation::Stance& stance) {
  constexpr double kWidth = 640;
  const size_t steps = stance.grounded.empty() ? 0 : stance.grounded[0].size();
  const double bottom = 34 + kStanceHeight * sim::kNumLegs;
  const double step = (kWidth - kLeft - kRight) / std::max(1.0, static_cast<double>(steps));
  std::string svg = OpenSvg(kWidth, bottom + 28, stance.title);
  for (size_t leg = 0; leg < stance.grounded.size(); ++leg) {
    const double y = 34 + kStanceHeight * static_cast<double>(leg);
    svg += Label(kLeft - 8, y + 0.5 * kStanceHeight + 4, "end", sim::kLegNames[leg]);
    const std::vector<char>& on = stance.grounded[leg];
    for (size_t begin = 0; begin < steps;) {
      size_t end = begin;
      while (end < steps && on[end] == on[begin]) ++end;
      if (on[begin])
        svg += fmt::format(
            "<rect class=\"stance\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
            "style=\"fill:var(--line-1,#0072b2)\"><title>{} on the ground for {:.2f} "
            "s</title></rect>\n",
            kLeft + step * static_cast<double>(begin), y + 4,
            step * static_cast<double>(end - begin), kStanceHeight - 8, sim::kLegNames[leg],
            stance.dt * static_cast<double>(end - begin));
      begin = end;
    }
  }
  return svg + Label(kLeft, bottom + 18, "start", "0 s") +
         Label(kWidth - kRight, bottom + 18, "end",
               fmt::format("{:.1f} s", stance.dt * static_cast<double>(steps))) +
         "</svg>\n";
}

}  // namespace doggo::app
