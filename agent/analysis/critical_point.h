// What kind of point of an objective is this? Near a minimum the curvature is positive in every
// direction, at a saddle of both signs (survey, sections 2.1.2 and 2.1.3).
#pragma once

#include <string>

#include "agent/analysis/hessian.h"
#include "agent/analysis/objective.h"
#include "sim/interface/random.h"

namespace doggo::agent {

struct CriticalPointConfig {
  double gradient = 1e-4;  // a gradient of at most this norm counts as zero
  double flat = 1e-4;      // an eigenvalue, relative to the one largest in size
  LanczosConfig lanczos;
};

struct CriticalPoint {
  double loss = 0, gradient_norm = 0;
  double smallest_eigenvalue = 0, largest_eigenvalue = 0;  // of the Hessian
  // "minimum", "maximum", "saddle"; "flat direction" where an extreme eigenvalue is zero or not
  // told from it, so that higher derivatives decide; "not critical" where the gradient is not zero.
  std::string kind;
};

CriticalPoint DescribePoint(const Objective& objective, const ConstVectorRef& theta, Random random,
                            const CriticalPointConfig& config = {});

}  // namespace doggo::agent
