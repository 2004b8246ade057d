#include "agent/analysis/critical_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace doggo::agent {
namespace {

std::string KindOf(const ExtremeEigenvalues& eigenvalues, double flat) {
  // Curvature below the error of the differences (hessian.h), with room to spare, says nothing.
  const double epsilon = std::numeric_limits<Real>::epsilon();
  const double noise = 100 * std::pow(epsilon, 2.0 / 3);
  const double low = eigenvalues.smallest, high = eigenvalues.largest;
  const double zero = std::max(flat * std::max(std::abs(low), std::abs(high)), noise);
  // Lanczos never overstates an extreme: a saddle is sure at once, the others up to the residual.
  if (low < -zero && high > zero) return "saddle";
  if (low - eigenvalues.smallest_residual > zero) return "minimum";
  if (high + eigenvalues.largest_residual < -zero) return "maximum";
  return "flat direction";
}

}  // namespace

CriticalPoint DescribePoint(const Objective& objective, const ConstVectorRef& theta, Random random,
                            const CriticalPointConfig& config) {
  Vector gradient = Vector::Zero(theta.size());
  const double loss = objective(theta, &gradient);
  const double gradient_norm = gradient.cast<double>().norm();
  const ExtremeEigenvalues eigenvalues = HessianExtremes(objective, theta, random, config.lanczos);
  return {
      .loss = loss,
      .gradient_norm = gradient_norm,
      .smallest_eigenvalue = eigenvalues.smallest,
      .largest_eigenvalue = eigenvalues.largest,
      .kind = gradient_norm <= config.gradient ? KindOf(eigenvalues, config.flat) : "not critical"};
}

}  // namespace doggo::agent
