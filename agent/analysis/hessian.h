// Curvature of an objective: the Hessian H = [d2L / dtheta_i dtheta_j] (survey eq. 1.7), whole
// where it is small, otherwise through its products with vectors.
#pragma once

#include <functional>

#include "agent/analysis/objective.h"
#include "sim/interface/random.h"

namespace doggo::agent {

// H v by central differences of the gradient g along v:
//   H v ~ (g(theta + h v) - g(theta - h v)) / 2h,   h |v| = epsilon^(1/3) (1 + |theta|)
// wrong by (h |v|)^2 / 6 of the gradient's third derivative along v and by epsilon |g| / h, so by
// about epsilon^(2/3): 4e-11 in double, 2e-5 in float. Pearlmutter 1994, "Fast exact multiplication
// by the Hessian", is the exact way, which needs a second kind of pass through every layer.
Eigen::VectorXd HessianVectorProduct(const Objective& objective, const ConstVectorRef& theta,
                                     const Eigen::VectorXd& v);

struct DenseHessian {
  Eigen::MatrixXd H;     // symmetrised: (H + H^T) / 2
  double asymmetry = 0;  // |H - H^T| / |H| before that (Frobenius): how far the differences err
};

// Two gradients for each parameter. Throws std::invalid_argument above kMostDenseParameters.
inline constexpr int kMostDenseParameters = 4096;
DenseHessian HessianOf(const Objective& objective, const ConstVectorRef& theta);

struct LanczosConfig {
  int most_products = 100;  // of the Hessian with a vector; as many vectors are kept
  double tolerance = 1e-5;  // of both residuals, relative to the eigenvalue largest in size
};

// There is an eigenvalue within `residual` of each value (give or take the error of the products);
// the smallest is never below the true one, nor the largest above.
struct ExtremeEigenvalues {
  double smallest = 0, largest = 0;
  double smallest_residual = 0, largest_residual = 0;  // |H y - value y| of its unit vector y
  Eigen::VectorXd smallest_vector, largest_vector;
  int products = 0;
};

// Of any symmetric map of n numbers, from a random start vector: Lanczos 1950, every new vector
// made orthogonal to all before it (Golub and Van Loan, "Matrix Computations", section 10.3).
using SymmetricMap = std::function<Eigen::VectorXd(const Eigen::VectorXd&)>;
ExtremeEigenvalues Lanczos(const SymmetricMap& product, int n, Random random,
                           const LanczosConfig& config = {});

// Of the Hessian at theta.
ExtremeEigenvalues HessianExtremes(const Objective& objective, const ConstVectorRef& theta,
                                   Random random, const LanczosConfig& config = {});

}  // namespace doggo::agent
