#include "app/evaluation/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/interface/random.h"

namespace doggo::evaluation {
namespace {

// R's binom.test and published tables of Clopper and Pearson's interval: 0 of 10, 1 of 10, 5 of
// 100, 50 of 100.
TEST(ClopperPearson95, AgreesWithTheTablesAtBothEnds) {
  EXPECT_NEAR(ClopperPearson95(1, 10).low, 0.0025, 5e-5);
  EXPECT_NEAR(ClopperPearson95(1, 10).high, 0.4450, 5e-5);
  EXPECT_NEAR(ClopperPearson95(5, 100).low, 0.0164, 5e-5);
  EXPECT_NEAR(ClopperPearson95(5, 100).high, 0.1128, 5e-5);
  EXPECT_NEAR(ClopperPearson95(50, 100).low, 0.3983, 5e-5);
  EXPECT_NEAR(ClopperPearson95(50, 100).high, 0.6017, 5e-5);
  EXPECT_EQ(ClopperPearson95(0, 10).low, 0);
  EXPECT_NEAR(ClopperPearson95(0, 10).high, 0.3085, 5e-5);
}

// Of none, (1 - p)^n = 0.025; all is the mirror image.
TEST(ClopperPearson95, OfNoneAndOfAllHaveClosedForms) {
  for (const int n : {1, 30, 1000}) {
    const double bound = 1 - std::pow(0.025, 1.0 / n);
    EXPECT_NEAR(ClopperPearson95(0, n).high, bound, 1e-9);
    EXPECT_NEAR(ClopperPearson95(n, n).low, 1 - bound, 1e-9);
    EXPECT_EQ(ClopperPearson95(n, n).high, 1);
  }
}

// The mean of n normal numbers has the interval mean +- 1.96 / sqrt(n).
TEST(Bootstrap95, OfAMeanIsThatOfTheNormalDistribution) {
  constexpr int kN = 400;
  std::vector<double> values;
  Random random(1, Stream::kTest);
  for (int k = 0; k < kN; ++k) values.push_back(random.Normal());
  const auto mean = [&](std::span<const int> picks) {
    double sum = 0;
    for (const int k : picks) sum += values[k];
    return sum / static_cast<double>(picks.size());
  };
  const Interval interval = Bootstrap95(kN, mean);
  // 1,000 resamples leave the ends uncertain by a tenth of their width
  EXPECT_NEAR(0.5 * (interval.low + interval.high), Mean(values), 0.012);
  EXPECT_NEAR(interval.high - interval.low, 2 * 1.96 / std::sqrt(kN), 0.025);
  EXPECT_EQ(Bootstrap95(kN, mean).low, interval.low) << "the same every time";
}

TEST(Bootstrap95, OfNothingIsNothing) {
  EXPECT_TRUE(std::isnan(Bootstrap95(0, [](std::span<const int>) { return 1.0; }).low));
}

TEST(Correlation, IsOneAlongALineAndNothingForAConstant) {
  const std::vector<double> x = {1, 2, 3, 4}, up = {3, 5, 7, 9}, down = {4, 3, 2, 1},
                            flat = {2, 2, 2, 2}, other = {1, -1, -1, 1};
  EXPECT_DOUBLE_EQ(Correlation(x, up), 1);
  EXPECT_DOUBLE_EQ(Correlation(x, down), -1);
  EXPECT_DOUBLE_EQ(Correlation(x, other), 0);
  EXPECT_TRUE(std::isnan(Correlation(x, flat)));
}

TEST(Quantile, IsLinearBetweenNeighboursAndSkipsWhatIsNoNumber) {
  EXPECT_DOUBLE_EQ(Quantile({4, 1, std::nan(""), 3, 2}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(Quantile({4, 1, 3, 2}, 1), 4);
  EXPECT_TRUE(std::isnan(Quantile({}, 0.5)));
}

TEST(MovingMean, IsCentredAndShorterAtTheEnds) {
  const std::vector<double> means = MovingMean(std::vector<double>{3, 0, 0, 6}, 3);
  EXPECT_EQ(means, (std::vector<double>{1.5, 1, 2, 3}));
}

TEST(Histogram, CountsBeyondItsEndIntoTheLastBin) {
  Histogram histogram{0.5, {0, 0, 0}};
  for (const double value : {0.1, 0.6, 0.7, 99.0}) histogram.Add(value);
  EXPECT_EQ(histogram.counts, (std::vector<double>{1, 2, 1}));
  EXPECT_DOUBLE_EQ(histogram.Quantile(0.75), 1.0);
}

}  // namespace
}  // namespace doggo::evaluation
