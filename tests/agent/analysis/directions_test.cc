#include "agent/analysis/directions.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

TEST(Directions, FiltersAreTheRowsOfEveryDenseLayer) {
  const Network network(3, {"dense 2", "layer_norm", "tanh", "dense 1"});
  const auto filters = Filters(network);
  ASSERT_EQ(filters.size(), 3u);
  // [W (2 x 3), b (2)], [scale (2), shift (2)], [W (1 x 2), b (1)]
  const int begin[] = {0, 3, 12}, size[] = {3, 3, 2};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(filters[i].begin, begin[i]);
    EXPECT_EQ(filters[i].size, size[i]);
  }
}

TEST(Directions, EveryRowGetsTheNormOfItsWeightsAndBiasesStayPut) {
  const Network network({4, 5, 3}, "tanh");
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  const Vector random = GaussianDirection(theta.size(), Random(2, Stream::kTest));
  const Vector d = FilterNormalized(theta, random, Filters(network));
  for (const auto& [begin, size] : Filters(network)) {
    EXPECT_NEAR(d.segment(begin, size).norm(), theta.segment(begin, size).norm(), 1e-12);
    // still the same way: the cosine is 1
    EXPECT_NEAR(d.segment(begin, size).normalized().dot(random.segment(begin, size).normalized()),
                1, 1e-12);
  }
  EXPECT_EQ(d.segment(4 * 5, 5), Vector::Zero(5));
  EXPECT_EQ(d.tail(3), Vector::Zero(3));
}

TEST(Directions, AFilterOfZerosStaysZero) {
  const ParameterRange filters[] = {{0, 2}};
  EXPECT_EQ(FilterNormalized(Vector::Ones(2), Vector::Zero(2), filters), Vector::Zero(2));
  EXPECT_EQ(FilterNormalized(Vector::Zero(2), Vector::Ones(2), filters), Vector::Zero(2));
}

TEST(Directions, APathInAPlaneIsExplainedWhollyAndKeepsItsShape) {
  // 20 iterates in the plane of two random vectors, away from the origin
  const Matrix iterates = (test::RandomMatrix(30, 2, 1) * test::RandomMatrix(2, 20, 2)).colwise() +
                          test::RandomVector(30, 3);
  const PathPlane plane = PlaneOfPath(iterates);
  EXPECT_NEAR(plane.first_share + plane.second_share, 1, 1e-12);
  EXPECT_GT(plane.first_share, plane.second_share);
  EXPECT_NEAR(plane.first.norm(), 1, 1e-12);
  EXPECT_NEAR(plane.second.norm(), 1, 1e-12);
  EXPECT_NEAR(plane.first.dot(plane.second), 0, 1e-12);
  for (int k = 0; k < 20; ++k) {
    const Vector there =
        iterates.col(19) + plane.path(0, k) * plane.first + plane.path(1, k) * plane.second;
    EXPECT_NEAR((there - iterates.col(k)).norm(), 0, 1e-12);
  }
}

// Variances 9 : 4 : 1 along the axes of an orthogonal design with mean 0.
TEST(Directions, SharesAreThoseOfTheVariance) {
  const Matrix iterates{{3, -3, 0, 0, 0, 0}, {0, 0, 2, -2, 0, 0}, {0, 0, 0, 0, 1, -1}};
  const PathPlane plane = PlaneOfPath(iterates);
  EXPECT_NEAR(plane.first_share, 9.0 / 14, 1e-12);
  EXPECT_NEAR(plane.second_share, 4.0 / 14, 1e-12);
  EXPECT_NEAR(std::abs(plane.first[0]), 1, 1e-12);
  EXPECT_NEAR(std::abs(plane.second[1]), 1, 1e-12);
}

TEST(Directions, AStraightPathHasNoSecondDirection) {
  const Matrix iterates = test::RandomVector(30, 1) * RowVector{{0, 1, 2, 3}};
  const PathPlane plane = PlaneOfPath(iterates);
  EXPECT_NEAR(plane.first_share, 1, 1e-12);
  EXPECT_EQ(plane.second, Vector::Zero(30));
  EXPECT_EQ(PlaneOfPath(Matrix::Ones(5, 3)).first, Vector::Zero(5));
  EXPECT_THROW(PlaneOfPath(Matrix::Ones(5, 2)), std::invalid_argument);
}

}  // namespace
}  // namespace doggo::agent
