#include "agent/analysis/directions.h"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <cassert>
#include <cmath>
#include <stdexcept>

namespace doggo::agent {

std::vector<ParameterRange> Filters(const Network& network) {
  std::vector<ParameterRange> filters;
  for (const Layer& layer : network.layers()) {
    if (layer.kind->name != "dense") continue;
    for (int unit = 0; unit < layer.out; ++unit)
      filters.push_back({layer.parameters.begin + unit * layer.in, layer.in});
  }
  return filters;
}

Vector GaussianDirection(Eigen::Index size, Random random) {
  return Vector::NullaryExpr(size, [&random] { return static_cast<Real>(random.Normal()); });
}

Vector FilterNormalized(const ConstVectorRef& theta, const ConstVectorRef& direction,
                        std::span<const ParameterRange> filters) {
  assert(direction.size() == theta.size());
  Vector normalized = Vector::Zero(theta.size());
  for (const auto& [begin, size] : filters) {
    const Real norm = direction.segment(begin, size).norm();
    if (norm == 0) continue;
    // d_i <- d_i |theta_i| / |d_i|
    normalized.segment(begin, size) =
        direction.segment(begin, size) * (theta.segment(begin, size).norm() / norm);
  }
  return normalized;
}

PathPlane PlaneOfPath(const ConstMatrixRef& iterates) {
  const Eigen::Index n = iterates.cols();
  if (n < 3)
    throw std::invalid_argument(
        fmt::format("the plane of a path needs at least 3 iterates, not {}", n));
  // With few columns and many rows: X^T X u = lambda u gives the direction X u / sqrt(lambda).
  Eigen::MatrixXd X = iterates.cast<double>();
  X.colwise() -= X.rowwise().mean().eval();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(X.transpose() * X);
  const double total = X.squaredNorm();

  PathPlane plane;
  plane.path.setZero(2, n);
  const auto direction = [&](int k, double& share) -> Vector {
    constexpr double kRounding = 1e-12;  // of the largest eigenvalue: of that, only noise is left
    const double lambda = eigen.eigenvalues()[n - 1 - k];
    if (!(lambda > kRounding * total)) return Vector::Zero(X.rows());
    share = lambda / total;
    const Eigen::VectorXd d = (X * eigen.eigenvectors().col(n - 1 - k)).normalized();
    plane.path.row(k) = d.transpose() * (X.colwise() - X.col(n - 1));
    return d.cast<Real>();
  };
  plane.first = direction(0, plane.first_share);
  plane.second = direction(1, plane.second_share);
  return plane;
}

}  // namespace doggo::agent
