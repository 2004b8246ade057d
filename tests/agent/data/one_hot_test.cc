#include "agent/data/one_hot.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(OneHot, ClassCIsUnitVectorC) {
  const std::vector<int> labels = {2, 0, 1, 2};
  EXPECT_EQ(OneHot(labels, 3),
            (Matrix(3, 4) << 0, 1, 0, 0, /**/ 0, 0, 1, 0, /**/ 1, 0, 0, 1).finished());
}

TEST(OneHot, IsUndoneByArgMax) {
  const std::vector<int> labels = {4, 0, 3, 3, 1, 2};
  EXPECT_EQ(ArgMax(OneHot(labels, 5)), labels);
  EXPECT_TRUE(ArgMax(OneHot({}, 5)).empty());
}

TEST(OneHot, RefusesALabelThatIsNoClassAndNamesTheExample) {
  for (const int wrong : {-1, 3, std::numeric_limits<int>::max()}) {
    const std::vector<int> labels = {0, wrong};
    try {
      OneHot(labels, 3);
      FAIL() << wrong << " was taken for a class";
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(error.what(), "label " + std::to_string(wrong) +
                                  " of example 1 is none of the 3 classes, which count from 0");
    }
  }
}

TEST(ArgMax, OfEqualElementsIsTheLowestRow) {
  const Matrix x = (Matrix(3, 4) << 1, 0, 7, -kInfinity,  //
                    1, 2, 7, -kInfinity,                  //
                    1, 2, 8, -kInfinity)
                       .finished();
  EXPECT_EQ(ArgMax(x), (std::vector<int>{0, 1, 2, 0}));
  EXPECT_EQ(ArgMax(-x), (std::vector<int>{0, 0, 0, 0}));  // the arg min
}

TEST(ArgMax, OfAColumnWithANanIsNoClass) {
  const Matrix x = (Matrix(3, 4) << kNan, 0, 1, 1,  //
                    1, kNan, 2, 2,                  //
                    2, 1, kNan, kInfinity)
                       .finished();
  EXPECT_EQ(ArgMax(x), (std::vector<int>{-1, -1, -1, 2}));
  EXPECT_EQ(ArgMax(Matrix(0, 1)), std::vector<int>{-1});
}

}  // namespace
}  // namespace doggo::agent
