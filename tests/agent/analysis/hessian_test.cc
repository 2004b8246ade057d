#include "agent/analysis/hessian.h"

#include <gtest/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <stdexcept>

#include "agent/analysis/toy_surfaces.h"
#include "tests/agent/analysis/network_objective.h"

namespace doggo::agent {
namespace {

const Random kRandom(7, Stream::kTest);

// L = 1/2 theta^T A theta
Objective QuadraticForm(const Matrix& A) {
  return [A](const ConstVectorRef& theta, Vector* gradient) -> Real {
    const Vector g = A * theta;
    if (gradient != nullptr) *gradient = g;
    return theta.dot(g) / 2;
  };
}

Matrix RandomSymmetric(int n) {
  const Matrix a = test::RandomMatrix(n, n, 3);
  return a + a.transpose();
}

// Survey eq. 1.7 and fig. 2.1.
TEST(Hessian, OfTheSurveysQuadraticIsTwoMinusOne) {
  const DenseHessian hessian = HessianOf(ObjectiveOf(FindToySurface("quadratic")), Vector{{-4, 4}});
  const Matrix expected{{2, -1}, {-1, 2}};
  EXPECT_LT((hessian.H - expected).cwiseAbs().maxCoeff(), 1e-9);
}

// d2L/dx_i dx_j ~ [L(++) - L(+-) - L(-+) + L(--)] / 4h^2, off by h^2 and by epsilon / h^2: 1e-8.
TEST(Hessian, OfANetworkEqualsSecondDifferencesOfItsLoss) {
  const Network network({2, 4, 1}, "tanh");
  const Objective loss = test::SquaredError(network);
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  const DenseHessian hessian = HessianOf(loss, theta);
  constexpr double h = 1e-4;
  const auto n = static_cast<int>(theta.size());
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      const Vector p = h * (Vector::Unit(n, i) + Vector::Unit(n, j));
      const Vector m = h * (Vector::Unit(n, i) - Vector::Unit(n, j));
      const double difference = (loss(theta + p, nullptr) - loss(theta + m, nullptr) -
                                 loss(theta - m, nullptr) + loss(theta - p, nullptr)) /
                                (4 * h * h);
      EXPECT_NEAR(hessian.H(i, j), difference, 1e-6) << i << ", " << j;
    }
  }
  EXPECT_EQ(hessian.H, hessian.H.transpose());
  EXPECT_LT(hessian.asymmetry, 1e-8);
  const Vector v = test::RandomVector(n, 2);
  EXPECT_LT((HessianVectorProduct(loss, theta, v) - hessian.H * v).norm(), 1e-7);
}

TEST(Hessian, AsymmetryShowsAGradientThatIsNone) {
  const Matrix rotation{{0, -1}, {1, 0}};  // the "gradient" (-y, x) belongs to no function
  EXPECT_NEAR(HessianOf(QuadraticForm(rotation), Vector{{1, 2}}).asymmetry, 2, 1e-8);
}

TEST(Hessian, TooLargeToBeDenseIsRefused) {
  EXPECT_THROW(HessianOf(QuadraticForm({}), Vector::Zero(kMostDenseParameters + 1)),
               std::invalid_argument);
}

TEST(Hessian, ExtremesEqualTheDenseEigenvaluesAndTheirVectors) {
  constexpr int kSize = 60;
  const Matrix A = RandomSymmetric(kSize);
  const Eigen::SelfAdjointEigenSolver<Matrix> dense(A);
  const Vector theta = test::RandomVector(kSize, 4);
  const ExtremeEigenvalues found =
      HessianExtremes(QuadraticForm(A), theta, kRandom, {.most_products = 60, .tolerance = 1e-6});
  // the value is off by the square of the residual; the differences of g by about 1e-9
  EXPECT_NEAR(found.smallest, dense.eigenvalues().minCoeff(), 1e-8);
  EXPECT_NEAR(found.largest, dense.eigenvalues().maxCoeff(), 1e-8);
  EXPECT_LT(found.products, 60);
  EXPECT_NEAR((A * found.smallest_vector - found.smallest * found.smallest_vector).norm(),
              found.smallest_residual, 1e-8);
  EXPECT_NEAR((A * found.largest_vector - found.largest * found.largest_vector).norm(),
              found.largest_residual, 1e-8);
  EXPECT_NEAR(found.largest_vector.norm(), 1, 1e-12);
}

TEST(Hessian, ExtremesCutShortLieInsideAndTheResidualsCoverWhatIsMissing) {
  const Matrix A = RandomSymmetric(60);
  const Vector eigenvalues = Eigen::SelfAdjointEigenSolver<Matrix>(A).eigenvalues();
  for (const int products : {1, 2, 5, 10, 20}) {
    const ExtremeEigenvalues found =
        Lanczos([&A](const Eigen::VectorXd& v) -> Eigen::VectorXd { return A * v; }, 60, kRandom,
                {.most_products = products, .tolerance = 0});
    EXPECT_EQ(found.products, products);
    EXPECT_GE(found.smallest, eigenvalues.minCoeff());
    EXPECT_LE(found.largest, eigenvalues.maxCoeff());
    const auto distance = [&](double value) {
      return (eigenvalues.array() - value).abs().minCoeff();
    };
    EXPECT_LE(distance(found.smallest), found.smallest_residual);
    EXPECT_LE(distance(found.largest), found.largest_residual);
  }
}

// With two eigenvalues the vectors span two dimensions only: the third is 0 / 0 if it is asked for.
TEST(Hessian, ExtremesOfAMapWithFewEigenvaluesAreFound) {
  Vector diagonal = Vector::Constant(50, 3);
  diagonal[17] = -2;
  const Matrix A = diagonal.asDiagonal();
  const auto product = [&A](const Eigen::VectorXd& v) -> Eigen::VectorXd { return A * v; };
  const ExtremeEigenvalues found = Lanczos(product, 50, kRandom);
  EXPECT_NEAR(found.smallest, -2, 1e-9);
  EXPECT_NEAR(found.largest, 3, 1e-9);
  EXPECT_EQ(found.products, 2);
  const auto nothing = [](const Eigen::VectorXd& v) -> Eigen::VectorXd { return 0 * v; };
  const ExtremeEigenvalues zero = Lanczos(nothing, 50, kRandom);
  EXPECT_EQ(zero.smallest, 0);
  EXPECT_EQ(zero.largest, 0);
}

}  // namespace
}  // namespace doggo::agent
