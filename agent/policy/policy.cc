#include "agent/policy/policy.h"

#include <cassert>
#include <type_traits>

namespace doggo::agent {

static_assert(std::is_same_v<Real, float>, "policies exist in float only");

PolicyWorkspace MakeWorkspace(const Policy& policy, int capacity) {
  PolicyWorkspace workspace;
  workspace.tape = policy.network.MakeTape(capacity);
  workspace.obs = Batch::Zero(policy.network.num_inputs(), capacity);
  workspace.image.reserve(capacity);
  return workspace;
}

void Act(const Policy& policy, const Eigen::Ref<const Batch>& obs, PolicyWorkspace& workspace,
         Eigen::Ref<Batch> action) {
  assert(obs.rows() == workspace.obs.rows() && obs.cols() <= workspace.obs.cols());
  assert(action.rows() == policy.network.num_outputs() && action.cols() == obs.cols());
  Eigen::Ref<Batch> x = workspace.obs.leftCols(obs.cols());
  x = obs;
  policy.frame.EnterPolicy(x, workspace.image);
  Normalize(policy.normalizer, x);
  action = policy.network.Forward(policy.theta, x, workspace.tape);
  policy.frame.LeaveAction(workspace.image, action);
}

std::optional<double> ExpectedReturn(const Policy& policy,
                                     const Eigen::Ref<const Batch>& critic_obs) {
  if (!policy.critic || policy.critic->network.num_inputs() != critic_obs.rows()) return {};
  Batch x = critic_obs;
  policy.frame.EnterCritic(x);
  Normalize(policy.critic->normalizer, x);
  Tape tape = policy.critic->network.MakeTape(1);
  return policy.critic->network.Forward(policy.critic->theta, x, tape)(0, 0);
}

}  // namespace doggo::agent
