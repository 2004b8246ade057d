#include "agent/analysis/loss_surface.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "agent/analysis/directions.h"
#include "agent/analysis/toy_surfaces.h"
#include "tests/agent/analysis/network_objective.h"

namespace doggo::agent {
namespace {

const Random kDelta(1, Stream::kTest, 0), kEta(1, Stream::kTest, 1);

TEST(LossSurface, TheMiddleOfASliceIsThePointItself) {
  const Network network({3, 6, 2}, "tanh");
  const Objective loss = test::SquaredError(network);
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  const Vector delta = GaussianDirection(theta.size(), kDelta);
  const Vector eta = GaussianDirection(theta.size(), kEta);
  const Slice2D slice = SliceAcross(loss, theta, delta, eta, {.points = 5}, {.points = 7});
  EXPECT_EQ(slice.a[2], 0);
  EXPECT_EQ(slice.b[3], 0);
  EXPECT_EQ(slice.values(2, 3), loss(theta, nullptr));
  const Slice1D line = SliceAlong(loss, theta, delta, {.points = 5});
  EXPECT_EQ(line.a, slice.a);
  EXPECT_EQ(line.values, slice.values.col(3));
}

TEST(LossSurface, ValuesStandWhereTheirCoordinatesSay) {
  const Objective saddle = ObjectiveOf(FindToySurface("saddle"));
  const Slice2D slice =
      SliceAcross(saddle, Vector{{1, 2}}, Vector{{1, 0}}, Vector{{0, 2}},
                  {.low = -1, .high = 3, .points = 3}, {.low = 0, .high = 1, .points = 2});
  EXPECT_EQ(slice.a, (Eigen::Vector3d(-1, 1, 3)));
  EXPECT_EQ(slice.b, (Eigen::Vector2d(0, 1)));
  // x = 1 + a, y = 2 + 2 b:  x^2 - y^2
  const Eigen::MatrixXd expected{{0 - 4, 0 - 16}, {4 - 4, 4 - 16}, {16 - 4, 16 - 16}};
  EXPECT_EQ(slice.values, expected);
}

TEST(LossSurface, AnAxisOfOnePointIsRefused) {
  const Objective saddle = ObjectiveOf(FindToySurface("saddle"));
  EXPECT_THROW(SliceAlong(saddle, Vector::Zero(2), Vector::Ones(2), {.points = 1}),
               std::invalid_argument);
}

// theory.md M15. All units of the layer by the same c: c relu(z) = relu(c z). (Each by its own c
// would change the shares of the next layer's rows, and with them their directions.)
TEST(LossSurface, ANetworkRescaledFromLayerToLayerLooksTheSameOnlyIfNormalised) {
  const Network network({3, 6, 2}, "relu");
  const Objective loss = test::SquaredError(network);
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  Vector rescaled = theta;
  constexpr double c = 8;
  rescaled.head(6 * 3 + 6) *= c;            // rows and biases of the first layer
  rescaled.segment(6 * 3 + 6, 2 * 6) /= c;  // columns of the next
  ASSERT_NEAR(loss(rescaled, nullptr), loss(theta, nullptr), 1e-12);

  const auto filters = Filters(network);
  const Vector delta = GaussianDirection(theta.size(), kDelta);
  const Vector eta = GaussianDirection(theta.size(), kEta);
  const auto slice = [&](const Vector& point, bool normalised) {
    const SliceAxis axis = {.points = 7};
    return normalised ? SliceAcross(loss, point, FilterNormalized(point, delta, filters),
                                    FilterNormalized(point, eta, filters), axis, axis)
                            .values
                      : SliceAcross(loss, point, delta, eta, axis, axis).values;
  };
  const Eigen::MatrixXd normalised = slice(theta, true);
  EXPECT_LT((slice(rescaled, true) - normalised).norm(), 1e-10 * normalised.norm());
  EXPECT_GT((slice(rescaled, false) - slice(theta, false)).norm(), 0.1 * normalised.norm());
}

}  // namespace
}  // namespace doggo::agent
