#include "agent/algorithms/returns.h"

#include <cassert>

namespace doggo::agent {
namespace {

using Index = Eigen::Index;

Real NextValue(const GaeInput& in, Index e, Index t) {
  return in.terminated(e, t) ? Real{0} : in.next_value(e, t);
}

bool IsOpen(const GaeInput& in, Index e, Index t) {
  return t + 1 < in.reward.cols() && !in.terminated(e, t) && !in.truncated(e, t);
}

}  // namespace

void MonteCarloReturns(const GaeInput& in, Real gamma, MatrixRef returns) {
  LambdaReturns(in, gamma, /*lambda=*/1, returns);
}

void OneStepReturns(const GaeInput& in, Real gamma, MatrixRef returns) {
  LambdaReturns(in, gamma, /*lambda=*/0, returns);
}

void NStepReturns(const GaeInput& in, Real gamma, int n, MatrixRef returns) {
  assert(n >= 1);
  for (Index e = 0; e < in.reward.rows(); ++e) {
    for (Index t = 0; t < in.reward.cols(); ++t) {
      // the last step that counts, then backwards
      Index last = t;
      while (last + 1 < t + n && IsOpen(in, e, last)) ++last;
      Real G = NextValue(in, e, last);
      for (Index k = last; k >= t; --k) G = in.reward(e, k) + gamma * G;
      returns(e, t) = G;
    }
  }
}

void LambdaReturns(const GaeInput& in, Real gamma, Real lambda, MatrixRef returns) {
  for (Index t = in.reward.cols() - 1; t >= 0; --t) {
    for (Index e = 0; e < in.reward.rows(); ++e) {
      Real rest = NextValue(in, e, t);
      if (IsOpen(in, e, t)) rest = (1 - lambda) * rest + lambda * returns(e, t + 1);
      returns(e, t) = in.reward(e, t) + gamma * rest;
    }
  }
}

}  // namespace doggo::agent
