#include "app/evaluation_page.h"

#include <gtest/gtest.h>

#include <cmath>

#include "app/evaluation_pictures.h"
#include "tests/app/well_formed.h"

namespace doggo::app {
namespace {

using namespace evaluation;

constexpr FigureInfo kFigures[] = {{"tracking.lin_rmse_mps", "m/s", "velocity error <rms>"},
                                   {"falls.rate", "", "share that fell"}};

Report Example(const std::string& policy) {
  Report report;
  report.policy = policy;
  SuiteResult suite;
  suite.name = "tracking";
  suite.meaning = "how closely it follows";
  suite.infos = kFigures;
  suite.figures = {{0.039, {0.037, 0.041}}, {}};
  suite.curves = {{"c", "Curve", "time (s)", "v", {{"command", {0, 1}, {0, 1}}}}};
  suite.grids = {{"g", "Grid", "vx", "vy", {-1, 1}, {0, 1}, Eigen::MatrixXd::Constant(2, 2, 0.5)}};
  suite.grids[0].values(1, 0) = std::nan("");
  suite.bars = {{"b", "Bars", "torque", 2, {0.25, 0.75}}};
  suite.stances = {{"s", "Feet", 0.02, {{1, 1, 0}, {0, 1, 0}, {0, 0, 0}, {1, 0, 1}}}};
  suite.tables = {{"t", "A table", {"a", "b"}, {{"<1>", "2"}}}};
  for (int k = 0; k < 20; ++k)
    suite.failures.push_back({"falls_" + std::to_string(k), "fell", {}, nullptr});
  report.suites = {suite};
  return report;
}

std::string PageOf(const std::vector<std::string>& policies) {
  EvaluationPageInput in{.criteria = "configs/eval.yaml", .command = "./doggo eval 'a & b'"};
  for (const std::string& policy : policies) {
    in.reports.push_back(Example(policy));
    in.verdicts.push_back(Verdicts(
        in.reports.back(),
        {{"tracking.lin_rmse_mps", 0, 0.08}, {"falls.rate", 0, 0.01}, {"gait.slip_mps", 0, 1}}));
    in.replays.push_back("runs/" + policy + "/failures");
  }
  return EvaluationPage(in);
}

TEST(EvaluationPage, IsWellFormedAndSaysFirstWhatFails) {
  const std::string html = PageOf({"walk"});
  EXPECT_EQ(Malformed(html), "");
  // what could not be measured fails; what was not run is not asked for
  EXPECT_NE(html.find("The policy fails 1 of 2 criteria: falls.rate."), std::string::npos);
  EXPECT_LT(html.find("<h2>Verdicts"), html.find("<h2>tracking"));
  EXPECT_NE(html.find("0.039 [0.037, 0.041]"), std::string::npos);
  EXPECT_NE(html.find("velocity error &lt;rms&gt;"), std::string::npos);
}

TEST(EvaluationPage, AsksTheNetworkForNothing) {
  const std::string html = PageOf({"walk"});
  EXPECT_EQ(Count(html, "://"), Count(html, "=\"http://www.w3.org/2000/svg\""));
  for (const char* load : {" src=", "href=", "url(", "@import", "<script", "<link"})
    EXPECT_EQ(html.find(load), std::string::npos) << load;
}

TEST(EvaluationPage, NamesTheFirstEpisodesWithTheCommandThatShowsThem) {
  const std::string html = PageOf({"walk"});
  EXPECT_NE(html.find("./doggo play --replay runs/walk/failures/falls_11.replay"),
            std::string::npos);
  EXPECT_EQ(html.find("falls_12.replay"), std::string::npos);
  EXPECT_NE(html.find("And 8 more in runs/walk/failures."), std::string::npos);
}

TEST(EvaluationPage, ShowsTwoPoliciesSideBySide) {
  const std::string html = PageOf({"one", "two"});
  EXPECT_EQ(Malformed(html), "");
  EXPECT_NE(html.find("one fails 1 of 2 criteria: falls.rate. two fails 1 of 2"),
            std::string::npos);
  EXPECT_NE(html.find("<th class=\"number\">one</th><th class=\"number\">two</th>"),
            std::string::npos);
  EXPECT_EQ(Count(html, "class=\"stance\""), 2 * Count(PageOf({"one"}), "class=\"stance\""));
}

TEST(EvaluationPictures, AGridHasACellForEachValueAndACrossWhereThereIsNone) {
  const std::string svg = Svg(Example("x").suites[0].grids[0]);
  EXPECT_EQ(Malformed(svg), "");
  EXPECT_EQ(Count(svg, "class=\"cell\""), 4);
  EXPECT_EQ(Count(svg, ">0.500<"), 3);
  EXPECT_EQ(Count(svg, ">×<"), 1);
  // row 0 stands below row 1
  const auto y = Attributes(svg, "<rect class=\"cell\"", "y");
  EXPECT_GT(std::stod(y.front()), std::stod(y.back()));
}

TEST(EvaluationPictures, AStanceIsABarForEachTimeAFootIsOnTheGround) {
  const std::string svg = Svg(Example("x").suites[0].stances[0]);
  EXPECT_EQ(Malformed(svg), "");
  // LF 1, RF 1, LH 0, RH 2
  EXPECT_EQ(Count(svg, "class=\"stance\""), 4);
  const auto widths = Attributes(svg, "<rect class=\"stance\"", "width");
  EXPECT_NEAR(std::stod(widths[0]), 2 * std::stod(widths[1]), 0.2) << "two steps, one step";
}

TEST(EvaluationPictures, BarsAreAsHighAsTheirShares) {
  const std::string svg = Svg(Example("x").suites[0].bars[0]);
  EXPECT_EQ(Malformed(svg), "");
  const auto heights = Attributes(svg, "<rect class=\"bar\"", "height");
  ASSERT_EQ(heights.size(), 2u);
  EXPECT_NEAR(std::stod(heights[1]), 3 * std::stod(heights[0]), 0.3);
}

}  // namespace
}  // namespace doggo::app
