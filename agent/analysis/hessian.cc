#include "agent/analysis/hessian.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace doggo::agent {

using Eigen::MatrixXd, Eigen::VectorXd;

VectorXd HessianVectorProduct(const Objective& objective, const ConstVectorRef& theta,
                              const VectorXd& v) {
  assert(v.size() == theta.size());
  const double length = v.norm();
  if (length == 0) return VectorXd::Zero(v.size());
  const VectorXd center = theta.cast<double>();
  const double h = std::cbrt(static_cast<double>(std::numeric_limits<Real>::epsilon())) *
                   (1 + center.norm()) / length;
  const Vector above = (center + h * v).cast<Real>(), below = (center - h * v).cast<Real>();
  Vector g_above = Vector::Zero(theta.size()), g_below = g_above;
  objective(above, &g_above);
  objective(below, &g_below);
  // H v ~ (g(theta + h v) - g(theta - h v)) / 2h
  return (g_above.cast<double>() - g_below.cast<double>()) / (2 * h);
}

DenseHessian HessianOf(const Objective& objective, const ConstVectorRef& theta) {
  const Eigen::Index n = theta.size();
  if (n > kMostDenseParameters)
    throw std::invalid_argument(
        fmt::format("a dense Hessian of {} parameters is too large (at most {}): ask for its "
                    "extreme eigenvalues instead",
                    n, kMostDenseParameters));
  MatrixXd H(n, n);
  for (Eigen::Index j = 0; j < n; ++j)
    H.col(j) = HessianVectorProduct(objective, theta, VectorXd::Unit(n, j));
  const double norm = H.norm();
  const double asymmetry = norm == 0 ? 0 : (H - H.transpose()).norm() / norm;
  return {.H = 0.5 * (H + H.transpose()), .asymmetry = asymmetry};
}

ExtremeEigenvalues Lanczos(const SymmetricMap& product, int n, Random random,
                           const LanczosConfig& config) {
  assert(n > 0 && config.most_products > 0);
  const int most = std::min(n, config.most_products);
  MatrixXd Q(n, most);               // orthonormal columns
  VectorXd alpha(most), beta(most);  // T = Q^T H Q: its diagonal, and beside that
  Q.col(0) = VectorXd::NullaryExpr(n, [&random] { return random.Normal(); }).normalized();
  for (int k = 1;; ++k) {
    // beta_k q_(k+1) = H q_k - alpha_k q_k - beta_(k-1) q_(k-1), the last two as parts of Q Q^T;
    // twice, because once leaves rounding behind where much cancels
    VectorXd w = product(Q.col(k - 1));
    alpha[k - 1] = Q.col(k - 1).dot(w);
    for (int pass = 0; pass < 2; ++pass)
      w -= Q.leftCols(k) * (Q.leftCols(k).transpose() * w).eval();
    beta[k - 1] = w.norm();

    // T s = lambda s gives y = Q s with |H y - lambda y| = beta_k |last of s|
    Eigen::SelfAdjointEigenSolver<MatrixXd> T;
    T.computeFromTridiagonal(alpha.head(k), beta.head(k - 1));
    const double low = T.eigenvalues()[0], high = T.eigenvalues()[k - 1];
    const double low_residual = beta[k - 1] * std::abs(T.eigenvectors()(k - 1, 0));
    const double high_residual = beta[k - 1] * std::abs(T.eigenvectors()(k - 1, k - 1));
    const double enough = config.tolerance * std::max(std::abs(low), std::abs(high));
    // "not above" in this form, that a NaN ends it too
    if (k == most || !(std::max(low_residual, high_residual) > enough))
      return {.smallest = low,
              .largest = high,
              .smallest_residual = low_residual,
              .largest_residual = high_residual,
              .smallest_vector = Q.leftCols(k) * T.eigenvectors().col(0),
              .largest_vector = Q.leftCols(k) * T.eigenvectors().col(k - 1),
              .products = k};
    Q.col(k) = w / beta[k - 1];
  }
}

ExtremeEigenvalues HessianExtremes(const Objective& objective, const ConstVectorRef& theta,
                                   Random random, const LanczosConfig& config) {
  const auto product = [&](const VectorXd& v) { return HessianVectorProduct(objective, theta, v); };
  return Lanczos(product, static_cast<int>(theta.size()), random, config);
}

}  // namespace doggo::agent
