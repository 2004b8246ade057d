#include "agent/algorithms/gae.h"

#include <cassert>

namespace doggo::agent {

void Gae(const GaeInput& in, Real gamma, Real lambda, MatrixRef advantage) {
  const Eigen::Index T = in.reward.cols();
  assert(in.value.cols() == T && in.next_value.cols() == T && in.terminated.cols() == T &&
         in.truncated.cols() == T && advantage.cols() == T);

  for (Eigen::Index t = T - 1; t >= 0; --t) {
    const auto terminated = in.terminated.col(t);
    const auto ended = terminated || in.truncated.col(t);
    // after a termination nothing is worth anything, whatever the network says of that state
    advantage.col(t) = in.reward.col(t) - in.value.col(t);
    advantage.col(t).array() += terminated.select(Real{0}, gamma * in.next_value.col(t).array());
    if (t + 1 < T)
      advantage.col(t).array() +=
          ended.select(Real{0}, gamma * lambda * advantage.col(t + 1).array());
  }
}

}  // namespace doggo::agent
