#include "app/chart.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "app/axis.h"
#include "tests/app/well_formed.h"

namespace doggo::app {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// Left, top, right, bottom of the plot.
struct Box {
  double left, top, right, bottom;
};
Box FrameOf(const std::string& svg) {
  const auto at = [&](const char* name) {
    return std::stod(Attributes(svg, "<rect class=\"frame\"", name).at(0));
  };
  return {at("x"), at("y"), at("x") + at("width"), at("y") + at("height")};
}

Chart Of(const std::vector<Line>& lines) { return {"title", "step", "loss", lines}; }

TEST(Axis, LowLiesAtFromAndHighAtToAndWhatIsHigherLiesFurther) {
  for (const bool log : {false, true}) {
    const Axis axis = {.low = 0.5, .high = 4000, .log = log, .from = 300, .to = 20};
    EXPECT_DOUBLE_EQ(axis.Position(0.5), 300);
    EXPECT_DOUBLE_EQ(axis.Position(4000), 20);
    for (double v = 0.5; v < 3900; v *= 1.1) EXPECT_GT(axis.Position(v), axis.Position(1.1 * v));
  }
  // the geometric mean stands in the middle of a logarithmic axis
  EXPECT_NEAR((Axis{.low = 0.01, .high = 100, .log = true, .from = 0, .to = 10}.Position(1)), 5,
              1e-12);
}

TEST(Axis, TakesOnlyNumbersThatItCanShow) {
  const Axis straight = {}, log = {.log = true};
  for (const double v : {kNan, kInf, -kInf, 1e305}) EXPECT_FALSE(straight.Takes(v) || log.Takes(v));
  EXPECT_TRUE(straight.Takes(0) && straight.Takes(-1) && log.Takes(1e-12));
  EXPECT_FALSE(log.Takes(0) || log.Takes(-1));
}

TEST(Axis, SpansItsValuesAndIsNeverEmpty) {
  const Axis two = AxisOver({1, kNan, 3}, false, 0.05);
  EXPECT_DOUBLE_EQ(two.low, 0.9);
  EXPECT_DOUBLE_EQ(two.high, 3.1);
  for (const bool log : {false, true})
    for (const std::vector<double>& values :
         {std::vector<double>{}, {kNan}, {7}, {1e-320}, {1e300}, {3, 3 + 1e-15}}) {
      const Axis axis = AxisOver(values, log, 0);
      EXPECT_LT(axis.low, axis.high);
      const size_t ticks = Ticks(axis, 5).size();
      EXPECT_GE(ticks, 1u);
      EXPECT_LE(ticks, 6u);
    }
}

// 1, 2 or 5 times a power of ten.
bool IsRound(double step) {
  const double mantissa = step / std::pow(10, std::floor(std::log10(step) + 1e-9));
  return std::abs(mantissa - 1) < 1e-6 || std::abs(mantissa - 2) < 1e-6 ||
         std::abs(mantissa - 5) < 1e-6;
}

TEST(Ticks, AreRoundEvenlySpacedAndInsideTheRange) {
  for (const double low : {-1234.5, -0.3, 0.0, 1e-7, 99.0, 1e6})
    for (const double span : {0.013, 1.0, 7.3, 4.2e5})
      for (int most = 1; most <= 12; ++most) {
        const Axis axis = {.low = low, .high = low + span};
        const std::vector<double> ticks = Ticks(axis, most);
        EXPECT_LE(ticks.size(), most + 1u);
        EXPECT_GE(ticks.size(), most >= 5 ? 2u : 0u) << low << " " << span;
        for (size_t k = 0; k < ticks.size(); ++k) {
          EXPECT_GE(ticks[k], axis.low - 1e-8 * span);
          EXPECT_LE(ticks[k], axis.high + 1e-8 * span);
          if (k == 0) continue;
          EXPECT_TRUE(IsRound(ticks[k] - ticks[k - 1])) << ticks[k - 1] << " " << ticks[k];
        }
      }
  EXPECT_EQ(Ticks({.low = 0, .high = 1}, 5), (std::vector{0.0, 0.2, 0.4, 0.6, 0.8, 1.0}));
}

TEST(Ticks, OfALogarithmicAxisAreDecadesAndOnAShortOneTheirHalves) {
  EXPECT_EQ(Ticks({.low = 0.02, .high = 3e3, .log = true}, 8),
            (std::vector{0.1, 1.0, 10.0, 100.0, 1000.0}));
  EXPECT_EQ(Ticks({.low = 1e-6, .high = 1e6, .log = true}, 4),
            (std::vector{1e-6, 1e-3, 1.0, 1e3, 1e6}));
  EXPECT_EQ(Ticks({.low = 0.9, .high = 11, .log = true}, 8), (std::vector{1.0, 2.0, 5.0, 10.0}));
  EXPECT_EQ(Ticks({.low = 3.1, .high = 3.9, .log = true}, 4), (std::vector{3.2, 3.4, 3.6, 3.8}));
}

TEST(TickLabels, AreShortAndAllDiffer) {
  const auto labels = [](double low, double high, bool log, int most) {
    const Axis axis = {.low = low, .high = high, .log = log};
    return TickLabels(axis, Ticks(axis, most));
  };
  using Strings = std::vector<std::string>;
  EXPECT_EQ(labels(0, 2e6, false, 4), (Strings{"0", "0.5 M", "1 M", "1.5 M", "2 M"}));
  EXPECT_EQ(labels(-0.4, 0.4, false, 4), (Strings{"-0.4", "-0.2", "0", "0.2", "0.4"}));
  EXPECT_EQ(labels(0, 4e-3, false, 4), (Strings{"0", "1e-3", "2e-3", "3e-3", "4e-3"}));
  EXPECT_EQ(labels(0, 60000, false, 3), (Strings{"0", "20 k", "40 k", "60 k"}));
  EXPECT_EQ(labels(1e-3, 1e5, true, 8),
            (Strings{"1e-3", "0.01", "0.1", "1", "10", "100", "1000", "10 k", "100 k"}));
  EXPECT_EQ(labels(1000000.1, 1000000.3, false, 2),
            (Strings{"1.0000001 M", "1.0000002 M", "1.0000003 M"}));
}

TEST(ShortNumber, HasFourDigitsAndAUnitOfSize) {
  EXPECT_EQ(ShortNumber(0), "0");
  EXPECT_EQ(ShortNumber(1.0 / 3), "0.3333");
  EXPECT_EQ(ShortNumber(-12345), "-12.35 k");
  EXPECT_EQ(ShortNumber(1.5e6), "1.5 M");
  EXPECT_EQ(ShortNumber(-2.5e-3), "-2.5e-3");
  EXPECT_EQ(ShortNumber(1e15), "1e15");
  EXPECT_EQ(ShortNumber(kNan), "nan");
}

TEST(Chart, IsWellFormedAndEveryPointLiesInTheFrame) {
  Line wave = {"wave", {}, {}}, late = {"late", {}, {}, true};
  for (int k = 0; k < 5000; ++k) {
    wave.x.push_back(k + 1), wave.y.push_back(2.1 + std::sin(0.01 * k) * (1 + k % 7));
    late.x.push_back(2e4 - k), late.y.push_back(1e-3 * (k + 1));
  }
  for (const bool log_x : {false, true})
    for (const bool log_y : {false, true}) {
      Chart chart = Of({late, wave});
      chart.log_x = log_x, chart.log_y = log_y;
      const std::string svg = Svg(chart);
      EXPECT_EQ(Malformed(svg), "");
      EXPECT_LT(svg.size(), 150000u);
      const Box box = FrameOf(svg);
      const auto paths = Attributes(svg, "<path class=\"line\"", "d");
      ASSERT_EQ(paths.size(), 2u);
      for (const std::string& path : paths) {
        const std::vector<double> xy = Numbers(path);
        EXPECT_GT(xy.size(), 20u);
        for (size_t k = 0; k < xy.size(); k += 2) {
          EXPECT_TRUE(xy[k] >= box.left - 0.1 && xy[k] <= box.right + 0.1) << xy[k];
          EXPECT_TRUE(xy[k + 1] >= box.top - 0.1 && xy[k + 1] <= box.bottom + 0.1) << xy[k + 1];
        }
      }
    }
}

TEST(Chart, DrawsAPointWhereTheAxesSay) {
  // y from -0.05 to 1.05 (5 % of room), x from 0 to 4
  const std::string svg = Svg(Of({{"a", {0, 1, 4}, {0, 1, 0.5}}}));
  const Box box = FrameOf(svg);
  const std::vector<double> xy = Numbers(Attributes(svg, "<path class=\"line\"", "d").at(0));
  ASSERT_EQ(xy.size(), 6u);
  EXPECT_NEAR(xy[0], box.left, 0.11);
  EXPECT_NEAR(xy[1], box.bottom - (box.bottom - box.top) * 0.05 / 1.1, 0.11);
  EXPECT_NEAR(xy[2], box.left + (box.right - box.left) / 4, 0.11);
  EXPECT_NEAR(xy[3], box.top + (box.bottom - box.top) * 0.05 / 1.1, 0.11);
  EXPECT_NEAR(xy[4], box.right, 0.11);
  EXPECT_NEAR(xy[5], (box.top + box.bottom) / 2, 0.11);
}

TEST(Chart, SplitsALineAtWhatCannotBeShownAndDotsALonelyPoint) {
  const std::string svg = Svg(Of({{"a", {0, 1, 2, 3, 4, 5, 6}, {0, 1, kNan, 1, kInf, 2, 1}}}));
  EXPECT_EQ(Count(Attributes(svg, "<path class=\"line\"", "d").at(0), "M"), 3);
  EXPECT_EQ(Attributes(svg, "<path class=\"dots\"", "d").size(), 1u);  // x = 3
  Chart log = Of({{"a", {0, 1, 2, 3}, {1, 2, 0, 2}}});
  log.log_y = true;
  EXPECT_EQ(Count(Attributes(Svg(log), "<path class=\"line\"", "d").at(0), "M"), 2);
}

TEST(Chart, KeepsThePeaksAndTheGapsOfALongLine) {
  Line line = {"long", {}, {}};
  for (int k = 0; k < 1000000; ++k) line.x.push_back(k), line.y.push_back(k == 777777 ? 50.0 : 0.0);
  line.y[333333] = kNan;
  const std::string svg = Svg(Of({line}));
  EXPECT_LT(svg.size(), 100000u);
  const std::string path = Attributes(svg, "<path class=\"line\"", "d").at(0);
  EXPECT_EQ(Count(path, "M"), 2);
  const std::vector<double> xy = Numbers(path);
  const Box box = FrameOf(svg);
  double peak = box.bottom;
  for (size_t k = 1; k < xy.size(); k += 2) peak = std::min(peak, xy[k]);
  EXPECT_NEAR(peak, box.top + (box.bottom - box.top) * 0.05 / 1.1, 0.11);
}

TEST(Chart, WorksWithNothingAndWithOnePoint) {
  for (const bool log : {false, true})
    for (const Chart& lines : {Of({}), Of({{"none", {}, {}}}), Of({{"nan", {1, 2}, {kNan, kNan}}}),
                               Of({{"one", {3}, {4}}})}) {
      Chart chart = lines;
      chart.log_x = chart.log_y = log;
      const std::string svg = Svg(chart);
      EXPECT_EQ(Malformed(svg), "");
      EXPECT_EQ(svg.find("nan\""), std::string::npos);
      for (const std::string& d : Attributes(svg, "<path", "d"))
        EXPECT_EQ(d.find("nan"), std::string::npos);
    }
  EXPECT_EQ(Attributes(Svg(Of({{"one", {3}, {4}}})), "<path class=\"dots\"", "d").size(), 1u);
}

TEST(Chart, EscapesNames) {
  Chart chart = Of({{"<b> & \"c\" \x01", {0, 1}, {0, 1}}});
  chart.title = chart.x_label = chart.y_label = "a < b & \"c\"";
  const std::string svg = Svg(chart);
  EXPECT_EQ(Malformed(svg), "");
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
  EXPECT_NE(svg.find("&lt;b&gt; &amp; &quot;c&quot; </text>"), std::string::npos);
}

TEST(Chart, ThinLinesShareTheColourOfTheirMedianAndStayOutOfTheLegend) {
  const Line seed = {"seed", {0, 1}, {0, 1}, true};
  const std::string svg =
      Svg(Of({seed, seed, {"median", {0, 1}, {0, 1}}, {"other", {0, 1}, {1, 0}}}));
  EXPECT_EQ(svg.find(">seed</text>"), std::string::npos);
  EXPECT_NE(svg.find(">median</text>"), std::string::npos);
  // a legend swatch and the strokes of three lines; of one line
  EXPECT_EQ(Count(svg, "stroke:var(--line-1,"), 4);
  EXPECT_EQ(Count(svg, "stroke:var(--line-2,"), 2);
}

TEST(Chart, TextStaysInsideThePicture) {
  Chart chart = Of({});
  chart.title = chart.x_label = chart.y_label = std::string(500, 'W');
  for (int k = 0; k < 12; ++k)
    chart.lines.push_back(
        {"a name of some length, " + std::to_string(k), {0, 1}, {1e6, 1e6 + 1e-2}});
  chart.lines.push_back({std::string(300, 'W'), {0, 1}, {0, 1}});
  const std::string svg = Svg(chart, 400, 240);
  const double width = std::stod(Attributes(svg, "<svg", "width").at(0)),
               height = std::stod(Attributes(svg, "<svg", "height").at(0));
  const Box box = FrameOf(svg);
  EXPECT_GT(box.bottom - box.top, 100);  // the legend did not eat the plot
  EXPECT_LE(box.right, width);
  for (const std::string& x : Attributes(svg, "<text", "x"))
    EXPECT_TRUE(std::stod(x) >= 0 && std::stod(x) <= width) << x;
  for (const std::string& y : Attributes(svg, "<text", "y"))
    EXPECT_TRUE(std::stod(y) >= 10 && std::stod(y) <= height - 3) << y;
  // what begins at the left ends before the right, at 0.62 of the 12 pixels of the font
  for (size_t at = svg.find("text-anchor=\"start\""); at != std::string::npos;
       at = svg.find("text-anchor=\"start\"", at + 1)) {
    const size_t begin = svg.find('>', at) + 1;
    EXPECT_LE(static_cast<double>(svg.find('<', begin) - begin), width / (0.62 * 12) + 3);
  }
}

}  // namespace
}  // namespace doggo::app
