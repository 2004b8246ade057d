#include "agent/data/dataset.h"

#include <gtest/gtest.h>

#include <vector>

namespace doggo::agent {
namespace {

TEST(Dataset, SelectTakesTheNamedExamplesInTheirOrder) {
  const Dataset data = {.inputs = (Matrix(2, 3) << 1, 2, 3, /**/ 4, 5, 6).finished(),
                        .targets = (Matrix(1, 3) << 7, 8, 9).finished(),
                        .input_names = {"a", "b"},
                        .target_names = {"c"}};
  const Dataset selected = Select(data, std::vector<int>{2, 0, 2, 1});
  EXPECT_EQ(selected.size(), 4);
  EXPECT_EQ(selected.inputs, (Matrix(2, 4) << 3, 1, 3, 2, /**/ 6, 4, 6, 5).finished());
  EXPECT_EQ(selected.targets, (Matrix(1, 4) << 9, 7, 9, 8).finished());
  EXPECT_EQ(selected.input_names, data.input_names);
  EXPECT_EQ(selected.target_names, data.target_names);
}

TEST(Dataset, SelectingNothingKeepsTheRows) {
  const Dataset data = {.inputs = Matrix::Ones(2, 3),
                        .targets = Matrix::Ones(1, 3),
                        .input_names = {},
                        .target_names = {}};
  const Dataset none = Select(data, {});
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(none.inputs.rows(), 2);
  EXPECT_EQ(none.targets.rows(), 1);
}

}  // namespace
}  // namespace doggo::agent
