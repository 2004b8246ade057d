#include "agent/analysis/gradient_check.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace doggo::agent {
namespace {

GradientCheck CheckParameters(const Objective& objective, Vector theta,
                              const std::vector<int>& parameters) {
  // Truncation is h^2 L''' / 6 and rounding epsilon L / h: together least at h ~ epsilon^(1/3).
  const double relative_step = std::cbrt(static_cast<double>(std::numeric_limits<Real>::epsilon()));
  Vector gradient = Vector::Zero(theta.size());
  const double loss = objective(theta, &gradient);
  const double floor = relative_step * std::max(1.0, std::abs(loss));

  GradientCheck check;
  for (const int i : parameters) {
    const Real center = theta[i];
    const auto h = static_cast<Real>(relative_step * std::max(1.0, std::abs(double{center})));
    const Real above = center + h, below = center - h;
    theta[i] = above;
    const double loss_above = objective(theta, nullptr);
    theta[i] = below;
    const double loss_below = objective(theta, nullptr);
    theta[i] = center;

    // dL/dtheta_i ~ (L(theta + h e_i) - L(theta - h e_i)) / 2h, 2h as it came out in Real
    const double numeric = (loss_above - loss_below) / (double{above} - double{below});
    const double analytic = gradient[i];
    const double error =
        std::abs(analytic - numeric) / std::max({std::abs(analytic), std::abs(numeric), floor});
    if (!(error < check.worst_error)) check = {error, i, analytic, numeric};
    if (std::isnan(error)) break;
  }
  return check;
}

}  // namespace

GradientCheck CheckGradient(const Objective& objective, const ConstVectorRef& theta) {
  std::vector<int> parameters(static_cast<size_t>(theta.size()));
  std::iota(parameters.begin(), parameters.end(), 0);
  return CheckParameters(objective, theta, parameters);
}

GradientCheck CheckGradient(const Objective& objective, const ConstVectorRef& theta, int samples,
                            Random random) {
  assert(samples > 0);
  const auto n = static_cast<double>(theta.size());
  if (samples >= n) return CheckGradient(objective, theta);
  // One from each of `samples` stretches: none twice, and no layer of any size left out.
  std::vector<int> parameters;
  for (int k = 0; k < samples; ++k)
    parameters.push_back(static_cast<int>((k + random.Uniform()) * n / samples));
  return CheckParameters(objective, theta, parameters);
}

}  // namespace doggo::agent
