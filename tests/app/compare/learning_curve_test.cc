#include "app/compare/learning_curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <stdexcept>

#include "app/compare/interquartile_mean.h"

namespace doggo::app {
namespace {

TEST(InterquartileMean, IsTheMeanOfTheMiddleHalf) {
  EXPECT_EQ(InterquartileMean({4}), 4);
  EXPECT_EQ(InterquartileMean({100, 1, 2, -50}), 1.5);
  // of five, a quarter and a quarter of a value are left out at both ends
  EXPECT_NEAR(InterquartileMean({0, 1, 2, 4, 1000}), (0.75 * 1 + 2 + 0.75 * 4) / 2.5, 1e-12);
  EXPECT_TRUE(std::isnan(InterquartileMean({})));
}

TEST(BootstrapInterval, HoldsTheMeanAndShrinksWithMoreValues) {
  std::vector<double> few, many;
  for (int k = 0; k < 200; ++k) (k < 8 ? few : many).push_back(std::sin(7.3 * k));
  const Interval of_few = BootstrapInterval(few), of_many = BootstrapInterval(many);
  EXPECT_LE(of_few.low, InterquartileMean(few));
  EXPECT_GE(of_few.high, InterquartileMean(few));
  EXPECT_LT(of_many.high - of_many.low, of_few.high - of_few.low);
  EXPECT_EQ(BootstrapInterval(few).low, of_few.low);
  EXPECT_EQ(BootstrapInterval({3, 3, 3}).high, 3);
}

TEST(LearningCurve, IsReadWithoutItsEmptyCells) {
  const auto path = std::filesystem::path(testing::TempDir()) / "doggo_curve.csv";
  std::ofstream(path) << "iteration,env_steps,episode/return\n1,10,\n2,20,1.5\n3,30,-2\n";
  const LearningCurve curve = ReadCurve(path, "env_steps", "episode/return");
  EXPECT_EQ(curve.x, (std::vector<double>{20, 30}));
  EXPECT_EQ(curve.y, (std::vector<double>{1.5, -2}));
  EXPECT_TRUE(HasColumn(path, "iteration"));
  EXPECT_FALSE(HasColumn(path, "kl"));
  try {
    ReadCurve(path, "env_steps", "kl");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("no column 'kl'"), std::string::npos);
  }
}

TEST(LearningCurve, OnAnAxisIsTheMeanOfEachCell) {
  const LearningCurve curve{{1, 2, 3, 8}, {10, 20, 30, 40}};
  const std::vector<double> y = OnAxis(curve, {0.5, 2, 4, 6, 8});
  EXPECT_TRUE(std::isnan(y[0]));
  EXPECT_EQ(y[1], 15);
  EXPECT_EQ(y[2], 30);
  EXPECT_EQ(y[3], 30);  // nothing new
  EXPECT_EQ(y[4], 40);
}

TEST(LearningCurve, ABandEndsWhereTheShortestCurveDoes) {
  const Band band = BandOf({{{5, 10}, {1, 1}}, {{5, 20}, {3, 3}}}, 10);
  EXPECT_EQ(band.x.back(), 10);
  EXPECT_EQ(band.mean.back(), 2);
  EXPECT_EQ(band.low.back(), 1);
  EXPECT_EQ(band.high.back(), 3);
}

}  // namespace
}  // namespace doggo::app
