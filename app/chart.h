// Lines over an axis, as SVG: for pages that open from disk.
#pragma once

#include <string>
#include <vector>

namespace doggo::app {

struct Line {
  std::string name;
  std::vector<double> x,
      y;  // what an axis cannot show (NaN, inf, on a log axis 0 and below) is a gap
  // One of many, a seed: drawn pale in the colour of the next line that is not thin (their median),
  // and left out of the legend.
  bool thin = false;
};

struct Chart {
  std::string title, x_label, y_label;  // labels with their unit: "loss (nats)"
  std::vector<Line> lines;
  bool log_x = false, log_y = false;
  int hovers = 200;  // at most so many points of a line tell their values
};

// One <svg> element, also a file of its own; the lines of the legend are added to the height. The
// mouse over a line reads its values. Long lines are drawn with every peak, but not with every
// point.
std::string Svg(const Chart& chart, int width = 640, int height = 320);

}  // namespace doggo::app
