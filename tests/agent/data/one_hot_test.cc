#include "agent/data/one_hot.h"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>
#include <string>

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(OneHot, ClassCIsUnitVectorC) {
  const std::vector<int> labels = {2, 0, 1, 2};
  EXPECT_EQ(OneHot(labels, 3),
            (Matrix(3, 4) << 0, 1, 0, 0, /**/ 0, 0, 1, 0, /**/ 1, 0, 0, 1).finished());
}

TEST(OneHot, IsUndoneByLabelsOf) {
  const std::vector<int> labels = {4, 0, 3, 3, 1, 2};
  EXPECT_EQ(LabelsOf(OneHot(labels, 5)), labels);
  EXPECT_TRUE(LabelsOf(OneHot({}, 5)).empty());
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

TEST(OneHot, LabelOfAColumnIsItsLargestElementOrNone) {
  const Matrix x = (Matrix(3, 4) << 1, 0, kNan, 7,  //
                    1, 2, 2, 7,                     //
                    1, 2, 3, 8)
                       .finished();
  EXPECT_EQ(LabelsOf(x), (std::vector<int>{0, 1, -1, 2}));
}

}  // namespace
}  // namespace doggo::agent
