#include "agent/data/digits.h"

#include <gtest/gtest.h>

#include <string>

#include "agent/data/one_hot.h"

namespace doggo::agent {
namespace {

// A picture in letters, for a look at what a test complains of.
std::string Picture(const ConstVectorRef& image) {
  std::string picture;
  for (int i = 0; i < image.size(); ++i) {
    picture += " .:-=+*#%@"[static_cast<int>(image[i] * 9.99)];
    if (i % kDigitSide == kDigitSide - 1) picture += '\n';
  }
  return picture;
}

TEST(Digits, AreImagesInZeroToOneWithOneClassEach) {
  const Dataset data = MakeDigits(500, 1);
  ASSERT_EQ(data.size(), 500);
  ASSERT_EQ(data.inputs.rows(), 256);
  ASSERT_EQ(data.targets.rows(), 10);
  EXPECT_EQ(data.input_names.size(), 256u);
  EXPECT_EQ(data.target_names.size(), 10u);
  EXPECT_GE(data.inputs.minCoeff(), 0);
  EXPECT_LE(data.inputs.maxCoeff(), 1);
  EXPECT_EQ(data.targets, OneHot(LabelsOf(data.targets), 10));
  // 50 of each, standard deviation 6.7
  for (int digit = 0; digit < 10; ++digit) EXPECT_NEAR(data.targets.row(digit).sum(), 50, 4 * 6.7);
}

// Of one seed, more examples begin with the fewer.
TEST(Digits, ExampleKDependsOnSeedAndKAlone) {
  const Dataset few = MakeDigits(20, 1), more = MakeDigits(50, 1), other = MakeDigits(20, 2);
  EXPECT_EQ(few.inputs, more.inputs.leftCols(20));
  EXPECT_EQ(few.targets, more.targets.leftCols(20));
  for (int k = 0; k < 20; ++k) {
    EXPECT_NE(few.inputs.col(k), other.inputs.col(k));
    EXPECT_NE(few.inputs.col(k), more.inputs.col(k + 20));
  }
}

TEST(Digits, LieWithinTheImage) {
  const Dataset data = MakeDigits(500, 1);
  for (int k = 0; k < data.size(); ++k) {
    const Eigen::Map<const Matrix> pixel(data.inputs.col(k).data(), kDigitSide, kDigitSide);
    // of the ink, noise aside, most is away from the edge
    const double edge = pixel.topRows(1).sum() + pixel.bottomRows(1).sum() +
                        pixel.leftCols(1).sum() + pixel.rightCols(1).sum();
    EXPECT_GT(pixel.sum(), 15) << Picture(data.inputs.col(k));
    EXPECT_LT(edge, 0.25 * pixel.sum()) << Picture(data.inputs.col(k));
  }
}

// The mean image of a class, taken over other examples, is nearer than that of other classes far
// more often than one time in ten, and not always: there is something to learn.
TEST(Digits, AreAlikeWithinAClassButNotTooMuch) {
  const Dataset train = MakeDigits(1000, 1), test = MakeDigits(1000, 2);
  Matrix mean = train.inputs * train.targets.transpose();
  mean.array().rowwise() /= train.targets.rowwise().sum().transpose().array();
  // |x - m|^2 = |x|^2 - 2 m.x + |m|^2
  Matrix nearness = 2 * mean.transpose() * test.inputs;
  nearness.colwise() -= mean.colwise().squaredNorm().transpose();
  const std::vector<int> guessed = LabelsOf(nearness), truth = LabelsOf(test.targets);
  int right = 0;
  for (size_t k = 0; k < truth.size(); ++k) right += guessed[k] == truth[k];
  EXPECT_GT(right, 600);
  EXPECT_LT(right, 970);
  RecordProperty("right", right);
}

}  // namespace
}  // namespace doggo::agent
