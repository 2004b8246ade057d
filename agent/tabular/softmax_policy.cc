#include "agent/tabular/softmax_policy.h"

#include "agent/tabular/planning.h"

namespace doggo::agent {

Eigen::MatrixXd SoftmaxPolicy(const Eigen::MatrixXd& theta) {
  Eigen::MatrixXd policy = (theta.colwise() - theta.rowwise().maxCoeff()).array().exp();
  for (Eigen::Index s = 0; s < policy.rows(); ++s) policy.row(s) /= policy.row(s).sum();
  return policy;
}

Eigen::MatrixXd ExactPolicyGradient(const Mdp& mdp, const Eigen::MatrixXd& theta) {
  const Eigen::MatrixXd policy = SoftmaxPolicy(theta);
  const Eigen::VectorXd V = EvaluatePolicy(mdp, policy);
  const Eigen::MatrixXd advantage = ActionValues(mdp, V).colwise() - V;
  const Eigen::VectorXd visits = DiscountedStateDistribution(mdp, policy) / (1 - mdp.gamma);
  return visits.asDiagonal() * policy.cwiseProduct(advantage);
}

}  // namespace doggo::agent
