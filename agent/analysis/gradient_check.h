// Is an objective's gradient the derivative of its value?
#pragma once

#include "agent/analysis/objective.h"
#include "sim/interface/random.h"

namespace doggo::agent {

struct GradientCheck {
  double worst_error = 0;  // relative; NaN where a value or a gradient is
  int worst_parameter = 0;
  double analytic = 0, numeric = 0;  // dL/dtheta of that parameter
};

// Compares the gradient with central differences for every parameter, or for `samples` of them
// spread evenly over theta. With epsilon of Real,
//   relative error = |analytic - numeric| / max(|analytic|, |numeric|, epsilon^(1/3) max(1, |L|))
// A right gradient of a smooth L of moderate curvature shows about epsilon^(1/3) or less: 6e-6 in
// double, 5e-3 in float. A kink within the step (relu) shows as an error.
GradientCheck CheckGradient(const Objective& objective, const ConstVectorRef& theta);
GradientCheck CheckGradient(const Objective& objective, const ConstVectorRef& theta, int samples,
                            Random random);

}  // namespace doggo::agent
