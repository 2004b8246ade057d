#include "agent/nn/dropout.h"

namespace doggo::agent {
namespace {

using Mask = Eigen::Map<Matrix>;

}  // namespace

// kept: the factor of every number.
LayerSizes DropoutSizes(int in, int, int capacity) { return {.kept = in * capacity}; }

// y = x m / (1 - p),   m = 0 with probability p, else 1
void DropoutForward(const LayerPass& pass, const ConstVectorRef&, Random random,
                    const ConstMatrixRef& x, MatrixRef y) {
  if (!pass.training) {
    if (y.data() != x.data()) y = x;
    return;
  }
  const double p = pass.layer.settings[0];
  const Real kept_scale = static_cast<Real>(1 / (1 - p));
  VectorRef kept = pass.kept;
  Mask mask(kept.data(), x.rows(), x.cols());
  for (Real& factor : mask.reshaped()) factor = random.Uniform() < p ? Real{0} : kept_scale;
  y = x.cwiseProduct(mask);
}

// dx = dy m / (1 - p)
void DropoutBackward(const LayerPass& pass, const ConstMatrixRef&, const ConstMatrixRef&,
                     const ConstMatrixRef& dy, MatrixRef* dx, VectorRef) {
  if (dx == nullptr) return;
  if (!pass.training) {
    if (dx->data() != dy.data()) *dx = dy;
    return;
  }
  VectorRef kept = pass.kept;
  *dx = dy.cwiseProduct(Mask(kept.data(), dy.rows(), dy.cols()));
}

}  // namespace doggo::agent
