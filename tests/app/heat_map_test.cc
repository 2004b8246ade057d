#include "app/heat_map.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

#include "tests/app/well_formed.h"

namespace doggo::app {
namespace {

HeatMap Over(double low, double high, int n, const std::function<double(double, double)>& f) {
  HeatMap map;
  map.title = "f", map.x_label = "x", map.y_label = "y";
  map.x_low = map.y_low = low, map.x_high = map.y_high = high;
  map.values.resize(n, n);
  for (int row = 0; row < n; ++row)
    for (int column = 0; column < n; ++column)
      map.values(row, column) =
          f(low + (high - low) * column / (n - 1), low + (high - low) * row / (n - 1));
  return map;
}

// From pixels back to the coordinates of the map.
struct Frame {
  explicit Frame(const std::string& svg, const HeatMap& m) : map(m) {
    const auto at = [&](const char* name) {
      return std::stod(Attributes(svg, "<rect class=\"frame\"", name).at(0));
    };
    left = at("x"), top = at("y"), width = at("width"), height = at("height");
  }
  double X(double pixel) const {
    return map.x_low + (map.x_high - map.x_low) * (pixel - left) / width;
  }
  double Y(double pixel) const {
    return map.y_high - (map.y_high - map.y_low) * (pixel - top) / height;
  }
  const HeatMap& map;
  double left, top, width, height;
};

TEST(HeatMap, ContoursOfALinearFunctionAreStraightLinesAtTheirLevels) {
  const auto f = [](double x, double y) { return 2 * x - y; };
  HeatMap map = Over(-1, 3, 21, f);
  map.log_values = false;
  const std::string svg = Svg(map);
  EXPECT_EQ(Malformed(svg), "");
  const Frame frame(svg, map);
  const std::vector<double> levels = ContourLevels(map);
  const std::vector<std::string> contours = Attributes(svg, "<path class=\"contour\"", "d");
  ASSERT_EQ(contours.size(), levels.size());
  for (size_t k = 0; k < levels.size(); ++k) {
    const std::vector<double> d = Numbers(contours[k]);  // M x y l dx dy ..., in tenths of a pixel
    ASSERT_FALSE(d.empty());
    double length = 0;
    for (size_t i = 0; i < d.size(); i += 4) {
      // half a tenth of a pixel is 0.0004 in x
      const double x0 = frame.X(d[i] / 10), y0 = frame.Y(d[i + 1] / 10);
      const double x1 = frame.X((d[i] + d[i + 2]) / 10), y1 = frame.Y((d[i + 1] + d[i + 3]) / 10);
      EXPECT_NEAR(f(x0, y0), levels[k], 4e-3);
      EXPECT_NEAR(f(x1, y1), levels[k], 4e-3);
      length += std::abs(x1 - x0);
    }
    // y = 2 x - level within [-1, 3]: x from (level - 1) / 2 to (level + 3) / 2, cut off at the
    // sides
    const double begin = std::max(-1.0, (levels[k] - 1) / 2),
                 end = std::min(3.0, (levels[k] + 3) / 2);
    EXPECT_NEAR(length, end - begin, 0.02);
  }
}

TEST(HeatMap, LevelsRiseEvenlyOrByOneFactorAboveTheLowest) {
  HeatMap map = Over(-1, 1, 41, [](double x, double y) { return 5 + x * x + y * y; });
  std::vector<double> levels = ContourLevels(map);
  ASSERT_EQ(levels.size(), 10u);
  for (size_t k = 2; k < levels.size(); ++k)
    EXPECT_NEAR((levels[k] - 5) / (levels[k - 1] - 5), (levels[1] - 5) / (levels[0] - 5), 1e-9);
  EXPECT_GT(levels.front(), 5);
  EXPECT_LT(levels.back(), 7);
  map.log_values = false;
  levels = ContourLevels(map);
  for (size_t k = 0; k < levels.size(); ++k) EXPECT_NEAR(levels[k], 5 + 2 * (k + 1.0) / 11, 1e-12);
}

// The area of all that is not below a level: half of the square below the diagonal.
TEST(HeatMap, ShadesWhatIsNotBelowALevel) {
  HeatMap map = Over(0, 1, 2, [](double x, double y) { return x + y; });
  map.log_values = false;  // levels at 2 k / 11: not at the corners
  const std::string svg = Svg(map);
  const Frame frame(svg, map);
  const std::vector<double> levels = ContourLevels(map);
  // the shades are the paths without a class, in the order of the levels
  size_t at = svg.find("fill-opacity=\"0.05\"");
  for (const double level : levels) {
    at = svg.find("<path d=\"", at + 1);
    const std::vector<double> d = Numbers(svg.substr(at + 9, svg.find('"', at + 9) - at - 9));
    double x = d[0], y = d[1], twice_area = 0;
    for (size_t k = 2; k < d.size(); k += 2) {
      twice_area += x * (y + d[k + 1]) - (x + d[k]) * y;
      x += d[k], y += d[k + 1];
    }
    twice_area += x * d[1] - d[0] * y;
    const double share = std::abs(twice_area) / 2 / (100 * frame.width * frame.height);
    const double above = level < 1 ? 1 - level * level / 2 : (2 - level) * (2 - level) / 2;
    EXPECT_NEAR(share, above, 1e-3);
  }
}

TEST(HeatMap, PathsBeginAtADotAndEndAtARing) {
  HeatMap map = Over(-4.5, 4.5, 81, [](double x, double y) { return x * x + y * y - x * y - x; });
  map.paths = {{"a <way>", {-4, 1, 2}, {3, 0, 1}},
               {"diverges", {0, 1e9, std::numeric_limits<double>::infinity()}, {0, -1e12, 0}},
               {"nowhere", {std::nan("")}, {0}}};
  const std::string svg = Svg(map);
  EXPECT_EQ(Malformed(svg), "");
  EXPECT_NE(svg.find(">a &lt;way&gt;</text>"), std::string::npos);
  const Frame frame(svg, map);
  const auto circle = [&](const char* which, const char* attribute) {
    return std::stod(
        Attributes(svg, std::string("<circle class=\"") + which + "\"", attribute).at(0));
  };
  EXPECT_NEAR(frame.X(circle("start", "cx")), -4, 0.01);
  EXPECT_NEAR(frame.Y(circle("start", "cy")), 3, 0.01);
  EXPECT_NEAR(frame.X(circle("end", "cx")), 2, 0.01);
  EXPECT_NEAR(frame.Y(circle("end", "cy")), 1, 0.01);
  EXPECT_EQ(Attributes(svg, "<path class=\"path\"", "d").size(), 2u);
  EXPECT_LT(svg.size(), 300000u);
}

TEST(HeatMap, StaysSmallForRosenbrock) {
  HeatMap map = Over(-2, 2, 81, [](double x, double y) {
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
  });
  for (int p = 0; p < 3; ++p) {
    Path path = {"p", {}, {}};
    for (int k = 0; k < 5000; ++k)
      path.x.push_back(std::cos(1e-3 * k) + 0.1 * p), path.y.push_back(std::sin(1e-3 * k));
    map.paths.push_back(path);
  }
  EXPECT_LT(Svg(map).size(), 300000u);
}

TEST(HeatMap, ConstantsAndUnknownValuesAreDrawn) {
  HeatMap map = Over(0, 1, 5, [](double, double) { return 3.0; });
  EXPECT_TRUE(ContourLevels(map).empty());
  EXPECT_EQ(Malformed(Svg(map)), "");
  map.values(0, 0) = std::nan("");
  map.values(4, 4) = std::numeric_limits<double>::infinity();
  map.values(2, 2) = 4;
  const std::string svg = Svg(map);
  EXPECT_EQ(Malformed(svg), "");
  EXPECT_EQ(Count(Attributes(svg, "<path class=\"unknown\"", "d").at(0), "M"),
            2);  // a corner is part of one cell
  map.values.setConstant(std::nan(""));
  EXPECT_EQ(Malformed(Svg(map)), "");
}

TEST(HeatMap, RefusesAGridOrRangeThatIsNone) {
  HeatMap map;
  map.values.resize(1, 5);
  EXPECT_THROW(Svg(map), std::invalid_argument);
  map.values.setZero(5, 5);
  map.x_high = map.x_low;
  EXPECT_THROW(Svg(map), std::invalid_argument);
}

}  // namespace
}  // namespace doggo::app
