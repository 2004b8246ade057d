#include "app/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/plot_frame.h"

namespace doggo::app {
namespace {

size_t Size(const Line& line) { return std::min(line.x.size(), line.y.size()); }

bool Shows(const PlotFrame& frame, const Line& line, size_t k) {
  return frame.x.Takes(line.x[k]) && frame.y.Takes(line.y[k]);
}

// Which points to draw: of those next to each other in one column of pixels the first, the lowest,
// the highest, the last.
std::vector<size_t> Drawn(const PlotFrame& frame, const Line& line) {
  const auto pixel = [&](size_t k) { return std::floor(frame.x.Position(line.x[k])); };
  std::vector<size_t> drawn;
  for (size_t begin = 0, end = 0; begin < Size(line); begin = end) {
    size_t low = begin, high = begin;
    // what cannot be shown is a piece of its own
    const bool shows = Shows(frame, line, begin);
    for (; end < Size(line) && Shows(frame, line, end) == shows; ++end) {
      if (shows && pixel(end) != pixel(begin)) break;
      if (line.y[end] < line.y[low]) low = end;
      if (line.y[end] > line.y[high]) high = end;
    }
    drawn.insert(drawn.end(), {begin, std::min(low, high), std::max(low, high), end - 1});
  }
  drawn.erase(std::unique(drawn.begin(), drawn.end()), drawn.end());
  return drawn;
}

std::string Curve(const PlotFrame& frame, const Line& line, int colour) {
  std::string d, dots;
  const std::vector<size_t> drawn = Drawn(frame, line);
  const auto shows = [&](size_t i) { return i < drawn.size() && Shows(frame, line, drawn[i]); };
  for (size_t i = 0; i < drawn.size(); ++i) {
    if (!shows(i)) continue;
    const double x = frame.x.Position(line.x[drawn[i]]), y = frame.y.Position(line.y[drawn[i]]);
    const bool begins = i == 0 || !shows(i - 1);
    d += fmt::format("{}{:.1f} {:.1f}", begins ? 'M' : 'L', x, y);
    // a point with a gap on both sides is a line without length
    if (begins && !shows(i + 1)) dots += fmt::format("M{:.1f} {:.1f}h0", x, y);
  }
  if (d.empty()) return "";
  const char* const strength =
      line.thin ? " opacity=\"0.45\" stroke-width=\"1\"" : " stroke-width=\"2\"";
  std::string svg =
      fmt::format("<g {}{}>\n<path class=\"line\" d=\"{}\"/>\n", Stroke(colour), strength, d);
  if (!dots.empty())
    svg += fmt::format(
        "<path class=\"dots\" stroke-width=\"5\" stroke-linecap=\"round\" d=\"{}\"/>\n", dots);
  return svg + "</g>\n";
}

std::string Hovers(const PlotFrame& frame, const Line& line, int colour, int most) {
  std::string svg;
  const size_t stride = Size(line) / static_cast<size_t>(most) + 1;
  for (size_t k = 0; k < Size(line); ++k) {
    if (k % stride != 0 && k + 1 != Size(line)) continue;
    if (!Shows(frame, line, k)) continue;
    svg += Hover(
        frame.x.Position(line.x[k]), frame.y.Position(line.y[k]),
        fmt::format("{}: {} at {}", line.name, ShortNumber(line.y[k]), ShortNumber(line.x[k])));
  }
  return fmt::format("<g class=\"hover\" style=\"fill:{}\" fill-opacity=\"0\">\n{}</g>\n",
                     Colour(colour), svg);
}

// Over the values that stand at points that both axes can show.
Axis Over(const Chart& chart, std::vector<double> Line::*values, bool log, double margin) {
  const Axis x = {.log = chart.log_x}, y = {.log = chart.log_y};
  std::vector<double> shown;
  for (const Line& line : chart.lines)
    for (size_t k = 0; k < Size(line); ++k)
      if (x.Takes(line.x[k]) && y.Takes(line.y[k])) shown.push_back((line.*values)[k]);
  return AxisOver(shown, log, margin);
}

}  // namespace

std::string Svg(const Chart& chart, int width, int height) {
  PlotFrame frame = {chart.title, chart.x_label, chart.y_label, width, height};
  frame.x = Over(chart, &Line::x, chart.log_x, 0);
  frame.y = Over(chart, &Line::y, chart.log_y, 0.05);
  std::vector<int> colours;
  for (const Line& line : chart.lines) {
    colours.push_back(static_cast<int>(frame.legend.size()));
    if (!line.thin) frame.legend.push_back(line.name);
  }
  std::string svg = Open(frame), thick, hovers;
  for (size_t k = 0; k < chart.lines.size(); ++k) {
    const Line& line = chart.lines[k];
    (line.thin ? svg : thick) += Curve(frame, line, colours[k]);
    hovers += Hovers(frame, line, colours[k], chart.hovers);
  }
  return svg + thick + hovers + "</svg>\n";
}

}  // namespace doggo::app
