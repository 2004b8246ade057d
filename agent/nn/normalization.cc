#include "agent/nn/normalization.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace doggo::agent {
namespace {

using Eigen::Index;

// The share of the newest batch where a layer has no setting for it.
constexpr Real kDefaultShare = Real(0.1);

// What a batch normalisation keeps, one number a feature each: mean and variance of the batch;
// center and scale, with which it was x^ = (x - center) scale; and two sums of the backward pass.
struct Kept {
  VectorRef mean, variance, center, scale, sum, along;
};
Kept View(const LayerPass& pass) {
  const Index m = pass.layer.in;
  VectorRef kept = pass.kept;
  const auto part = [&](Index k) { return kept.segment(k * m, m); };
  return {part(0), part(1), part(2), part(3), part(4), part(5)};
}

// mu = 1/n sum x,   s^2 = 1/n sum (x - mu)^2
void Measure(const ConstMatrixRef& x, VectorRef mean, VectorRef variance) {
  const Real n = static_cast<Real>(x.cols());
  mean.setZero();
  variance.setZero();
  for (Index k = 0; k < x.cols(); ++k) mean += x.col(k);
  mean /= n;
  for (Index k = 0; k < x.cols(); ++k) variance.array() += (x.col(k) - mean).array().square();
  variance /= n;
}

void ScaleAndShift(const LayerPass& pass, const ConstMatrixRef& x, MatrixRef y) {
  const Kept kept = View(pass);
  const auto gamma = pass.theta.head(x.rows()).array(), beta = pass.theta.tail(x.rows()).array();
  for (Index k = 0; k < x.cols(); ++k)
    y.col(k).array() = gamma * ((x.col(k) - kept.center).array() * kept.scale.array()) + beta;
}

// Evaluation: x^ = (x - mu_r) / sqrt(s_r^2 + epsilon)
void Evaluate(const LayerPass& pass, const ConstVectorRef& statistics, const ConstMatrixRef& x,
              MatrixRef y) {
  Kept kept = View(pass);
  kept.center = statistics.head(x.rows());
  kept.scale = (statistics.tail(x.rows()).array() + kVarianceEpsilon).rsqrt();
  ScaleAndShift(pass, x, y);
}

}  // namespace

LayerSizes BatchNormSizes(int in, int, int) {
  return {.parameters = 2 * in, .statistics = 2 * in, .kept = 6 * in};
}

// x^ = (x - mu) / sqrt(s^2 + epsilon) of the batch.
void BatchNormForward(const LayerPass& pass, const ConstVectorRef& statistics, Random,
                      const ConstMatrixRef& x, MatrixRef y) {
  if (!pass.training) return Evaluate(pass, statistics, x, y);
  Kept kept = View(pass);
  Measure(x, kept.mean, kept.variance);
  kept.center = kept.mean;
  kept.scale = (kept.variance.array() + kVarianceEpsilon).rsqrt();
  ScaleAndShift(pass, x, y);
}

// x^ = (x - mu) / sigma * r + d,   r = clip(sigma / sigma_r, 1/r_max, r_max),
// d = clip((mu - mu_r) / sigma_r, -d_max, d_max): constants to the backward pass.
// Written as (x - center) * scale: scale = r / sigma, center = mu - d / scale.
void BatchRenormForward(const LayerPass& pass, const ConstVectorRef& statistics, Random,
                        const ConstMatrixRef& x, MatrixRef y) {
  if (!pass.training) return Evaluate(pass, statistics, x, y);
  const Index features = x.rows();
  const Real r_max = static_cast<Real>(pass.layer.settings[0]),
             d_max = static_cast<Real>(pass.layer.settings[1]);
  Kept kept = View(pass);
  Measure(x, kept.mean, kept.variance);
  for (Index i = 0; i < features; ++i) {
    const Real mean = kept.mean[i], sigma = std::sqrt(kept.variance[i] + kVarianceEpsilon);
    const Real running_sigma = std::sqrt(statistics[features + i] + kVarianceEpsilon);
    const Real r = std::clamp(sigma / running_sigma, 1 / r_max, r_max);
    const Real d = std::clamp((mean - statistics[i]) / running_sigma, -d_max, d_max);
    kept.scale[i] = r / sigma;
    kept.center[i] = mean - d * sigma / r;
  }
  ScaleAndShift(pass, x, y);
}

// With z = (x - mu) / sigma, and x^ = z r + d:
//   dbeta = sum dy,   dgamma = sum dy x^,
//   dx = gamma r / (n sigma) (n dy - sum dy - z sum(dy z))
// (Ioffe and Szegedy 2015, section 3, put together). In evaluation nothing of x^ depends on the
// batch: dx = gamma scale dy.
void BatchNormBackward(const LayerPass& pass, const ConstMatrixRef& x, const ConstMatrixRef&,
                       const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta) {
  const Index features = x.rows(), n = x.cols();
  Kept kept = View(pass);
  const auto gamma = pass.theta.head(features).array();
  const auto center = kept.center.array(), scale = kept.scale.array();
  auto dgamma = dtheta.head(features).array(), dbeta = dtheta.tail(features).array();
  for (Index k = 0; k < n; ++k) {
    dgamma += dy.col(k).array() * ((x.col(k).array() - center) * scale);
    dbeta += dy.col(k).array();
  }
  if (dx == nullptr) return;
  for (Index k = 0; k < n; ++k) dx->col(k).array() = dy.col(k).array() * gamma * scale;
  if (!pass.training) return;

  // less its mean, and less its part along z: the normalisation holds both still
  const auto z = [&](Index k) {
    return (x.col(k) - kept.mean).array() * (kept.variance.array() + kVarianceEpsilon).rsqrt();
  };
  kept.sum.setZero();
  kept.along.setZero();
  for (Index k = 0; k < n; ++k) {
    kept.sum += dx->col(k);
    kept.along.array() += dx->col(k).array() * z(k);
  }
  const Real per_example = Real{1} / static_cast<Real>(n);
  for (Index k = 0; k < n; ++k)
    dx->col(k).array() -= per_example * (kept.sum.array() + kept.along.array() * z(k));
}

//   mu_r = (1 - kappa) mu_r + kappa mu,   s_r^2 = (1 - kappa) s_r^2 + kappa n/(n-1) s^2
// (the unbiased variance: what an example to come will show).
void UpdateBatchStatistics(const Layer& layer, const ConstVectorRef& kept, int n,
                           VectorRef statistics) {
  const Index features = layer.in;
  const bool has_share = layer.kind->settings[0].name == "share";
  const Real share = has_share ? static_cast<Real>(layer.settings[0]) : kDefaultShare;
  const Real unbiased = static_cast<Real>(n) / static_cast<Real>(std::max(1, n - 1));
  auto mean = statistics.head(features), variance = statistics.tail(features);
  mean += share * (kept.head(features) - mean);
  variance += share * (unbiased * kept.segment(features, features) - variance);
}

namespace {

// Of n numbers, in index order: Eigen's own sums depend on where a column lies.
template <typename Number>
Real MeanOf(Index n, Number number) {
  Real sum = 0;
  for (Index i = 0; i < n; ++i) sum += number(i);
  return sum / static_cast<Real>(n);
}

}  // namespace

LayerSizes LayerNormSizes(int in, int, int capacity) {
  return {.parameters = 2 * in, .kept = 2 * capacity};
}

// kept = [mean, 1 / sqrt(s^2 + epsilon)] of every example.
void LayerNormForward(const LayerPass& pass, const ConstVectorRef&, Random, const ConstMatrixRef& x,
                      MatrixRef y) {
  const Index features = x.rows(), capacity = pass.kept.size() / 2;
  const auto gamma = pass.theta.head(features).array(), beta = pass.theta.tail(features).array();
  VectorRef kept = pass.kept;
  for (Index k = 0; k < x.cols(); ++k) {
    const Real mean = MeanOf(features, [&](Index i) { return x(i, k); });
    const Real variance =
        MeanOf(features, [&](Index i) { return (x(i, k) - mean) * (x(i, k) - mean); });
    const Real scale = 1 / std::sqrt(variance + kVarianceEpsilon);
    kept[k] = mean;
    kept[capacity + k] = scale;
    y.col(k).array() = gamma * ((x.col(k).array() - mean) * scale) + beta;
  }
}

// With g = gamma dy, over the m features of one example:
//   dx = (g - mean(g) - x^ mean(g x^)) / sqrt(s^2 + epsilon)
void LayerNormBackward(const LayerPass& pass, const ConstMatrixRef& x, const ConstMatrixRef&,
                       const ConstMatrixRef& dy, MatrixRef* dx, VectorRef dtheta) {
  const Index features = x.rows(), capacity = pass.kept.size() / 2;
  const auto gamma = pass.theta.head(features).array();
  auto dgamma = dtheta.head(features).array(), dbeta = dtheta.tail(features).array();
  for (Index k = 0; k < x.cols(); ++k) {
    const Real mean = pass.kept[k], scale = pass.kept[capacity + k];
    const auto normalized = (x.col(k).array() - mean) * scale;
    const auto dy_k = dy.col(k).array();
    dgamma += dy_k * normalized;
    dbeta += dy_k;
    if (dx == nullptr) continue;
    const Real mean_g = MeanOf(features, [&](Index i) { return gamma[i] * dy_k[i]; });
    const Real along =
        MeanOf(features, [&](Index i) { return gamma[i] * dy_k[i] * normalized[i]; });
    dx->col(k).array() = (gamma * dy_k - mean_g - normalized * along) * scale;
  }
}

}  // namespace doggo::agent
