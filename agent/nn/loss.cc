#include "agent/nn/loss.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <stdexcept>

#include "agent/nn/log_std_bounds.h"
#include "agent/nn/softmax.h"

namespace doggo::agent {
namespace {

using Eigen::Index;

// C of one output alone and its derivative by the prediction.
struct Term {
  Real value, slope;
};

// C = sum over the outputs of c(a_i, y_i).
template <typename Function>
Real SumOverOutputs(const ConstMatrixRef& a, const ConstMatrixRef& y, Real weight, MatrixRef da,
                    Function c) {
  assert(a.rows() == y.rows() && a.cols() == y.cols() && da.rows() == a.rows() &&
         da.cols() == a.cols());
  double sum = 0;
  for (Index j = 0; j < a.cols(); ++j) {
    for (Index i = 0; i < a.rows(); ++i) {
      const Term term = c(a(i, j), y(i, j));
      sum += term.value;
      da(i, j) = weight * term.slope;
    }
  }
  return static_cast<Real>(weight * sum);
}

// C = sum_i (a_i - y_i)^2,   dC/da = 2 (a - y)
Real SquaredError(const ConstMatrixRef& a, const ConstMatrixRef& y, Real weight, MatrixRef da) {
  return SumOverOutputs(a, y, weight, da, [](Real a_i, Real y_i) {
    const Real e = a_i - y_i;
    return Term{e * e, 2 * e};
  });
}

// C = (1/k) sum_i (a_i - y_i)^2 over k outputs
Real MeanSquaredError(const ConstMatrixRef& a, const ConstMatrixRef& y, Real weight, MatrixRef da) {
  return SquaredError(a, y, weight / static_cast<Real>(y.rows()), da);
}

// C = 1/2 sum_i (a_i - y_i)^2
Real HalfSquaredError(const ConstMatrixRef& a, const ConstMatrixRef& y, Real weight, MatrixRef da) {
  return SquaredError(a, y, weight / 2, da);
}

// C = sum_i |a_i - y_i|,   dC/da = sign(a - y), at 0 the subgradient 0
Real AbsoluteError(const ConstMatrixRef& a, const ConstMatrixRef& y, Real weight, MatrixRef da) {
  return SumOverOutputs(a, y, weight, da, [](Real a_i, Real y_i) {
    const Real e = a_i - y_i;
    return Term{std::abs(e), e == 0 ? Real{0} : std::copysign(Real{1}, e)};
  });
}

// With e = a_i - y_i:  c = e^2 / 2 for |e| <= 1, |e| - 1/2 otherwise.   Huber 1964, delta = 1.
Real Huber(const ConstMatrixRef& a, const ConstMatrixRef& y, Real weight, MatrixRef da) {
  return SumOverOutputs(a, y, weight, da, [](Real a_i, Real y_i) {
    const Real e = a_i - y_i, clipped = std::clamp(e, Real{-1}, Real{1});
    return Term{clipped * (e - clipped / 2), clipped};
  });
}

// With p = sigmoid(z):  c = -y ln p - (1 - y) ln(1 - p) = max(z, 0) - z y + ln(1 + e^-|z|),
//   dc/dz = p - y
Real BinaryCrossEntropy(const ConstMatrixRef& z, const ConstMatrixRef& y, Real weight,
                        MatrixRef dz) {
  return SumOverOutputs(z, y, weight, dz, [](Real z_i, Real y_i) {
    return Term{Softplus(z_i) - z_i * y_i, Sigmoid(z_i) - y_i};
  });
}

// With p = softmax(z):  C = sum over the classes of c(ln p_i, y_i),   dC/dz = p - y
// That gradient holds where sum_i y_i = 1. Softmax's whole Jacobian is in it: a product with a phi'
// would be wrong here (survey, eq. 2.25). Never through ln of p, which may have rounded to 0.
template <typename Function>
Real SumOverClasses(const ConstMatrixRef& z, const ConstMatrixRef& y, Real weight, MatrixRef dz,
                    Function c) {
  assert(z.rows() == y.rows() && z.cols() == y.cols() && dz.rows() == z.rows() &&
         dz.cols() == z.cols());
  double sum = 0;
  for (Index j = 0; j < z.cols(); ++j) {
    const LogNormalizer normalizer = LogNormalizerOf(z.col(j));
    for (Index i = 0; i < z.rows(); ++i) {
      const Real log_p = normalizer.LogProb(z(i, j));
      sum += c(log_p, y(i, j));
      dz(i, j) = weight * (std::exp(log_p) - y(i, j));
    }
  }
  return static_cast<Real>(weight * sum);
}

// C = -sum_i y_i ln p_i
Real SoftmaxCrossEntropy(const ConstMatrixRef& z, const ConstMatrixRef& y, Real weight,
                         MatrixRef dz) {
  return SumOverClasses(z, y, weight, dz, [](Real log_p, Real y_i) { return -y_i * log_p; });
}

// C = KL(y || p) = sum_i y_i (ln y_i - ln p_i),   0 ln 0 = 0
Real KlDivergence(const ConstMatrixRef& z, const ConstMatrixRef& y, Real weight, MatrixRef dz) {
  return SumOverClasses(z, y, weight, dz, [](Real log_p, Real y_i) {
    return y_i == 0 ? Real{0} : y_i * (std::log(y_i) - log_p);
  });
}

// Prediction [mu; x], with s = SmoothLogStd(x) = ln sigma and e = (y - mu) / sigma:
//   C = -ln N(y; mu, sigma) = sum_i [ e_i^2 / 2 + s_i + 1/2 ln 2 pi ]
//   dC/dmu = -e / sigma,   dC/dx = (1 - e^2) ds/dx
Real GaussianNll(const ConstMatrixRef& prediction, const ConstMatrixRef& y, Real weight,
                 MatrixRef dprediction) {
  const Index k = y.rows();
  assert(prediction.rows() == 2 * k && prediction.cols() == y.cols() &&
         dprediction.rows() == 2 * k && dprediction.cols() == y.cols());
  constexpr Real kHalfLogTwoPi = Real(0.918938533204672742);
  constexpr Real kLow = kPredictedLogStdLow, kHigh = kPredictedLogStdHigh;
  double sum = 0;
  for (Index j = 0; j < y.cols(); ++j) {
    for (Index i = 0; i < k; ++i) {
      const Real s = SmoothLogStd(kLow, kHigh, prediction(k + i, j));
      const Real precision = std::exp(-s);  // 1 / sigma
      const Real e = (y(i, j) - prediction(i, j)) * precision;
      sum += e * e / 2 + s + kHalfLogTwoPi;
      dprediction(i, j) = -weight * e * precision;
      dprediction(k + i, j) = weight * (1 - e * e) * SmoothLogStdSlope(kLow, kHigh, s);
    }
  }
  return static_cast<Real>(weight * sum);
}

// clang-format off
constexpr Loss kLosses[] = {
    // name                   outputs per target, of probabilities, evaluate, meaning
    {"squared_error",         1, false, SquaredError,        "sum over the outputs of (a - y)^2"},
    {"mean_squared_error",    1, false, MeanSquaredError,    "mean over the outputs of (a - y)^2"},
    {"half_squared_error",    1, false, HalfSquaredError,    "half the sum over the outputs of (a - y)^2"},
    {"absolute_error",        1, false, AbsoluteError,       "sum over the outputs of |a - y|"},
    {"huber",                 1, false, Huber,               "sum over the outputs of (a - y)^2 / 2, from an error of 1 on linear"},
    {"binary_cross_entropy",  1, true,  BinaryCrossEntropy,  "-sum over yes-or-no outputs of ln p(y), predicted as logits"},
    {"softmax_cross_entropy", 1, true,  SoftmaxCrossEntropy, "-sum over the classes of y ln p, p = softmax of the prediction"},
    {"kl_divergence",         1, true,  KlDivergence,        "KL(y || p), p = softmax of the prediction: cross entropy less the entropy of y"},
    {"gaussian_nll",          2, false, GaussianNll,         "-ln N(y; mean, std), predicted as means, then log standard deviations"},
};
// clang-format on

}  // namespace

std::span<const Loss> Losses() { return kLosses; }

std::vector<std::string> LossNames() {
  std::vector<std::string> names;
  for (const Loss& loss : kLosses) names.emplace_back(loss.name);
  return names;
}

const Loss& FindLoss(std::string_view name) {
  for (const Loss& loss : kLosses) {
    if (loss.name == name) return loss;
  }
  throw std::invalid_argument(
      fmt::format("unknown loss '{}' (known: {})", name, fmt::join(LossNames(), ", ")));
}

double Accuracy(const ConstMatrixRef& prediction, const ConstMatrixRef& target) {
  assert(prediction.rows() == target.rows() && prediction.cols() == target.cols() &&
         target.cols() > 0);
  const auto class_of = [](const ConstVectorRef& column, Real threshold) {
    return column.size() == 1 ? static_cast<int>(column[0] > threshold) : ArgMax(column);
  };
  int agreeing = 0;
  for (Index j = 0; j < target.cols(); ++j) {
    agreeing += class_of(prediction.col(j), 0) == class_of(target.col(j), Real(0.5));
  }
  return static_cast<double>(agreeing) / static_cast<double>(target.cols());
}

}  // namespace doggo::agent
