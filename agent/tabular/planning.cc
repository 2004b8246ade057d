#include "agent/tabular/planning.h"

#include <Eigen/LU>

namespace doggo::agent {
namespace {

// An action must be better by more than rounding to replace an earlier one.
constexpr double kTie = 1e-10;

Eigen::MatrixXd GreedyPolicy(const Eigen::MatrixXd& Q) {
  Eigen::MatrixXd policy = Eigen::MatrixXd::Zero(Q.rows(), Q.cols());
  for (Eigen::Index s = 0; s < Q.rows(); ++s) {
    Eigen::Index best = 0;
    for (Eigen::Index a = 1; a < Q.cols(); ++a)
      if (Q(s, a) > Q(s, best) + kTie) best = a;
    policy(s, best) = 1;
  }
  return policy;
}

Eigen::MatrixXd IdentityMinus(double gamma, const Eigen::MatrixXd& P) {
  return Eigen::MatrixXd::Identity(P.rows(), P.cols()) - gamma * P;
}

}  // namespace

Eigen::MatrixXd TransitionsUnder(const Mdp& mdp, const Eigen::MatrixXd& policy) {
  Eigen::MatrixXd P = Eigen::MatrixXd::Zero(mdp.states, mdp.states);
  for (int a = 0; a < mdp.actions; ++a) P += policy.col(a).asDiagonal() * mdp.P[a];
  return P;
}

Eigen::VectorXd RewardsUnder(const Mdp& mdp, const Eigen::MatrixXd& policy) {
  return policy.cwiseProduct(mdp.R).rowwise().sum();
}

Eigen::VectorXd EvaluatePolicy(const Mdp& mdp, const Eigen::MatrixXd& policy) {
  return IdentityMinus(mdp.gamma, TransitionsUnder(mdp, policy))
      .partialPivLu()
      .solve(RewardsUnder(mdp, policy));
}

Eigen::MatrixXd ActionValues(const Mdp& mdp, const Eigen::VectorXd& V) {
  Eigen::MatrixXd Q = mdp.R;
  for (int a = 0; a < mdp.actions; ++a) Q.col(a) += mdp.gamma * mdp.P[a] * V;
  return Q;
}

double ExpectedReturn(const Mdp& mdp, const Eigen::MatrixXd& policy) {
  return mdp.start.dot(EvaluatePolicy(mdp, policy));
}

Eigen::VectorXd DiscountedStateDistribution(const Mdp& mdp, const Eigen::MatrixXd& policy) {
  return IdentityMinus(mdp.gamma, TransitionsUnder(mdp, policy).transpose())
      .partialPivLu()
      .solve((1 - mdp.gamma) * mdp.start);
}

Plan ValueIteration(const Mdp& mdp, double tolerance) {
  Plan plan;
  plan.V = Eigen::VectorXd::Zero(mdp.states);
  double change = tolerance + 1;
  while (change > tolerance) {
    const Eigen::VectorXd V = ActionValues(mdp, plan.V).rowwise().maxCoeff();
    change = (V - plan.V).cwiseAbs().maxCoeff();
    plan.V = V;
    ++plan.sweeps;
  }
  plan.policy = GreedyPolicy(ActionValues(mdp, plan.V));
  return plan;
}

Plan PolicyIteration(const Mdp& mdp) {
  Plan plan;
  Eigen::MatrixXd next = GreedyPolicy(mdp.R);
  plan.policy = Eigen::MatrixXd::Zero(mdp.states, mdp.actions);  // no policy yet
  while (next != plan.policy) {
    plan.policy = next;
    plan.V = EvaluatePolicy(mdp, plan.policy);
    next = GreedyPolicy(ActionValues(mdp, plan.V));
    ++plan.sweeps;
  }
  return plan;
}

}  // namespace doggo::agent
