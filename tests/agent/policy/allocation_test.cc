// That the paths which run at every step take no memory from the heap.
#include <gtest/gtest.h>

#include "agent/policy/policy.h"
#include "tests/agent/policy/support.h"
#include "tests/support/allocations.h"

namespace doggo::agent {
namespace {

using namespace test;  // NOLINT: what the tests share

TEST(Allocation, NoneByTheCanonicalFrame) {
  const CanonicalFrame frame = AnymalFrame();
  Batch policy = RandomMatrix(kPolicyDim, 32, 1), critic = RandomMatrix(kCriticDim, 32, 1);
  Batch action = RandomMatrix(kActionDim, 32, 2);
  std::vector<CanonicalFrame::Image> image;
  image.reserve(32);
  EXPECT_EQ(CountAllocations([&] {
              frame.EnterPolicy(policy, image);
              frame.EnterCritic(critic);
              frame.LeaveAction(image, action);
            }),
            0);
}

TEST(Allocation, NoneByAct) {
  Policy policy;
  policy.network = Network({kPolicyDim, 128, 128, 128, kActionDim}, "elu");
  policy.theta = RandomMatrix(policy.network.num_parameters(), 1, 1);
  policy.normalizer = {.mean = Vector::Zero(kPolicyDim), .scale = Vector::Ones(kPolicyDim)};
  policy.frame = AnymalFrame();
  PolicyWorkspace workspace = MakeWorkspace(policy, 32);
  for (const int n : {32, 5, 1}) {
    const Batch obs = RandomMatrix(kPolicyDim, n, 1);
    Batch action(kActionDim, n);
    EXPECT_EQ(CountAllocations([&] { Act(policy, obs, workspace, action); }), 0) << n << " columns";
  }
}

}  // namespace
}  // namespace doggo::agent
