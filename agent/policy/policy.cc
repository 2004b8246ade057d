#include "agent/policy/policy.h"

#include <cassert>
#include <type_traits>

#include "agent/nn/action_distribution.h"

namespace doggo::agent {

static_assert(std::is_same_v<Real, float>, "policies exist in float only");

PolicyWorkspace MakeWorkspace(const Policy& policy, int capacity) {
  PolicyWorkspace workspace;
  const int images = capacity * policy.group.size();
  workspace.tape = policy.network.MakeTape(images);
  workspace.obs = Batch::Zero(policy.network.num_inputs(), images);
  workspace.output = Batch::Zero(policy.network.num_outputs(), images);
  workspace.image.reserve(capacity);
  return workspace;
}

void Act(const Policy& policy, const Eigen::Ref<const Batch>& obs, PolicyWorkspace& workspace,
         Eigen::Ref<Batch> action) {
  const Eigen::Index n = obs.cols(), images = n * policy.group.size();
  assert(obs.rows() == workspace.obs.rows() && images <= workspace.obs.cols());
  assert(action.rows() == (policy.choices > 0 ? 1 : policy.network.num_outputs()) &&
         action.cols() == n);
  workspace.obs.leftCols(n) = obs;
  policy.frame.EnterPolicy(workspace.obs.leftCols(n), workspace.image);
  policy.group.FillPolicyImages(n, workspace.obs);
  Eigen::Ref<Batch> x = workspace.obs.leftCols(images);
  Normalize(policy.normalizer, x);
  const auto output = policy.network.Forward(policy.theta, x, workspace.tape);
  if (policy.choices > 0) {
    LikeliestAction({policy.choices}, output, action);
  } else if (policy.group.size() > 1) {
    workspace.output.leftCols(images) = output;
    policy.group.Mean(workspace.output.leftCols(images), action);
  } else {
    action = output;
  }
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
