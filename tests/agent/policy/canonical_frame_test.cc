#include "agent/policy/canonical_frame.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/agent/policy/support.h"

namespace doggo::agent {
namespace {

using namespace test;  // NOLINT: what the tests share

// Row k stays where it is for k < num_fixed; the rest is shuffled, with cycles of any length.
Mirror RandomMirror(int dim, int num_fixed, uint64_t seed) {
  Random random(seed, Stream::kTest);
  Mirror mirror;
  mirror.from.resize(dim);
  std::iota(mirror.from.begin(), mirror.from.end(), 0);
  for (int k = dim - 1; k > num_fixed; --k) {
    std::swap(mirror.from[k], mirror.from[num_fixed + random.Below(k - num_fixed + 1)]);
  }
  for (int k = 0; k < dim; ++k) mirror.sign.push_back(random.Below(2) == 0 ? 1.f : -1.f);
  return mirror;
}

Batch Applied(const Mirror& mirror, Batch x) {
  Apply(mirror, x);
  return x;
}

// Rule r reads row r of the policy's observation and row r of the critic's.
CanonicalFrame RandomFrame(int num_rules, uint64_t seed) {
  std::vector<Symmetry> symmetries;
  std::vector<CanonicalRule> rules;
  for (int r = 0; r < num_rules; ++r) {
    Symmetry symmetry{.name = std::to_string(r),
                      .policy_obs = RandomMirror(23, num_rules, seed + 10 * r),
                      .critic_obs = RandomMirror(31, num_rules, seed + 10 * r + 1),
                      .action = RandomMirror(7, 0, seed + 10 * r + 2)};
    for (Mirror* mirror : {&symmetry.policy_obs, &symmetry.critic_obs}) {
      for (int q = 0; q <= r; ++q) mirror->sign[q] = q < r ? 1.f : -1.f;
    }
    symmetries.push_back(symmetry);
    rules.push_back({.policy_row = r, .critic_row = r, .symmetry = r});
  }
  return CanonicalFrame(symmetries, rules, 23, 31, 7);
}

TEST(Mirror, InverseUndoesIt) {
  const Batch x = RandomMatrix(19, 3, 1);
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Mirror mirror = RandomMirror(19, 0, seed);
    EXPECT_TRUE(SameNumbers(Applied(Inverse(mirror), Applied(mirror, x)), x));
    EXPECT_TRUE(SameNumbers(Applied(mirror, Applied(Inverse(mirror), x)), x));
  }
}

TEST(Mirror, AppliesAsItsDefinitionSays) {
  Batch x(3, 2);
  x << 1, 10,  //
      2, 20,   //
      3, 30;
  Batch expected(3, 2);
  expected << 3, 30,  //
      -1, -10,        //
      2, 20;
  EXPECT_TRUE(SameNumbers(Applied({.from = {2, 0, 1}, .sign = {1, -1, 1}}, x), expected));
}

TEST(Mirror, CompositionDoesTheFirstThenTheSecond) {
  const Batch x = RandomMatrix(19, 3, 1);
  const Mirror first = RandomMirror(19, 0, 1), second = RandomMirror(19, 0, 2);
  EXPECT_TRUE(SameNumbers(Applied(Compose(first, second), x), Applied(second, Applied(first, x))));
}

TEST(AnymalSymmetries, FormTheGroupOfFourWithTheHalfTurn) {
  const Symmetry lr = AnymalSymmetry(true), fb = AnymalSymmetry(false);
  const Batch x = RandomMatrix(kPolicyDim, 4, 1), a = RandomMatrix(kActionDim, 4, 2);
  EXPECT_TRUE(SameNumbers(Applied(lr.policy_obs, Applied(lr.policy_obs, x)), x));
  EXPECT_TRUE(SameNumbers(Applied(fb.policy_obs, Applied(fb.policy_obs, x)), x));
  EXPECT_TRUE(SameNumbers(Applied(lr.policy_obs, Applied(fb.policy_obs, x)),
                          Applied(fb.policy_obs, Applied(lr.policy_obs, x))));
  // anymal.md 9, the half turn of the joints
  const Mirror turn = Compose(lr.action, fb.action);
  EXPECT_EQ(turn.from, (std::vector<int>{9, 10, 11, 6, 7, 8, 3, 4, 5, 0, 1, 2}));
  EXPECT_EQ(turn.sign, std::vector<float>(12, -1.f));
}

TEST(CanonicalFrame, AfterEnteringNoRowOfARuleIsNegative) {
  Batch policy = RandomMatrix(kPolicyDim, 100, 1), critic = RandomMatrix(kCriticDim, 100, 2);
  std::vector<CanonicalFrame::Image> image;
  const CanonicalFrame frame = AnymalFrame();
  frame.EnterPolicy(policy, image);
  frame.EnterCritic(critic);
  for (const CanonicalRule& rule : frame.rules()) {
    EXPECT_GE(policy.row(rule.policy_row).minCoeff(), 0);
    EXPECT_GE(critic.row(rule.critic_row).minCoeff(), 0);
  }
}

TEST(CanonicalFrame, LeavesACanonicalObservationAsItIs) {
  const CanonicalFrame frame = AnymalFrame();
  std::vector<CanonicalFrame::Image> image;
  Batch x = RandomMatrix(kPolicyDim, 100, 1);
  frame.EnterPolicy(x, image);
  const Batch once = x;
  frame.EnterPolicy(x, image);
  EXPECT_TRUE(SameNumbers(x, once));
  EXPECT_EQ(image, std::vector<CanonicalFrame::Image>(100, 0));
}

TEST(CanonicalFrame, ZeroIsNotNegative) {
  std::vector<CanonicalFrame::Image> image;
  Batch standing = RandomMatrix(kPolicyDim, 1, 1);
  standing(kCommandRow, 0) = 0;
  standing(kPhaseRow, 0) = -0.f;
  const Batch before = standing;
  AnymalFrame().EnterPolicy(standing, image);
  EXPECT_TRUE(SameNumbers(standing, before));
  EXPECT_EQ(image[0], 0);
}

TEST(CanonicalFrame, AllMirrorImagesEnterAsTheSameObservation) {
  const CanonicalFrame frame = AnymalFrame();
  const Mirror lr = AnymalSymmetry(true).policy_obs, fb = AnymalSymmetry(false).policy_obs;
  const Batch x = RandomMatrix(kPolicyDim, 50, 1);
  const auto entered = [&](Batch y) {
    std::vector<CanonicalFrame::Image> image;
    frame.EnterPolicy(y, image);
    return y;
  };
  EXPECT_TRUE(SameNumbers(entered(Applied(lr, x)), entered(x)));
  EXPECT_TRUE(SameNumbers(entered(Applied(fb, x)), entered(x)));
  EXPECT_TRUE(SameNumbers(entered(Applied(lr, Applied(fb, x))), entered(x)));
}

// The second rule sees sin phi after fb has changed its sign.
TEST(CanonicalFrame, RulesApplyInOrderEachToTheResultOfThoseBefore) {
  Batch x = Batch::Zero(kPolicyDim, 4);
  x.row(kCommandRow) << 1, -1, 1, -1;
  x.row(kPhaseRow) << 1, 1, -1, -1;
  std::vector<CanonicalFrame::Image> image;
  AnymalFrame().EnterPolicy(x, image);
  EXPECT_EQ(image, (std::vector<CanonicalFrame::Image>{0b00, 0b11, 0b10, 0b01}));
}

// Against the definition, rule by rule, with permutations that are not their own inverse.
TEST(CanonicalFrame, AgreesWithApplyingItsMirrorsOneByOne) {
  for (const int num_rules : {1, 2, 3, 5, CanonicalFrame::kMaxRules}) {
    const CanonicalFrame frame = RandomFrame(num_rules, 100 * num_rules);
    Batch policy = RandomMatrix(23, 64, 1), critic = RandomMatrix(31, 64, 2);
    Batch action = RandomMatrix(7, 64, 3);
    Batch expected_policy = policy, expected_critic = critic, expected_action = action;
    std::vector<CanonicalFrame::Image> expected_image(64, 0);
    for (int i = 0; i < 64; ++i) {
      for (int r = 0; r < num_rules; ++r) {
        const Symmetry& symmetry = frame.symmetries()[r];
        if (expected_critic(r, i) < 0) Apply(symmetry.critic_obs, expected_critic.col(i));
        if (expected_policy(r, i) >= 0) continue;
        Apply(symmetry.policy_obs, expected_policy.col(i));
        expected_image[i] |= static_cast<CanonicalFrame::Image>(1 << r);
      }
      for (int r = num_rules; r-- > 0;) {
        if ((expected_image[i] >> r) % 2 == 0) continue;
        Apply(Inverse(frame.symmetries()[r].action), expected_action.col(i));
      }
    }

    std::vector<CanonicalFrame::Image> image;
    frame.EnterPolicy(policy, image);
    frame.EnterCritic(critic);
    frame.LeaveAction(image, action);
    EXPECT_EQ(image, expected_image);
    EXPECT_TRUE(SameNumbers(policy, expected_policy));
    EXPECT_TRUE(SameNumbers(critic, expected_critic));
    EXPECT_TRUE(SameNumbers(action, expected_action));
  }
}

TEST(CanonicalFrame, PolicyAndCriticChooseTheSameImage) {
  Batch policy = RandomMatrix(kPolicyDim, 50, 1), critic = RandomMatrix(kCriticDim, 50, 2);
  critic.bottomRows(kPolicyDim) = policy;
  std::vector<CanonicalFrame::Image> image;
  const CanonicalFrame frame = AnymalFrame();
  frame.EnterPolicy(policy, image);
  frame.EnterCritic(critic);
  EXPECT_TRUE(SameNumbers(critic.bottomRows(kPolicyDim), policy));
}

TEST(CanonicalFrame, WithoutRulesIsTheIdentity) {
  const Batch x = RandomMatrix(5, 3, 1);
  Batch policy = x, critic = x, action = x;
  std::vector<CanonicalFrame::Image> image = {7, 7, 7, 7, 7};
  const CanonicalFrame frame;
  frame.EnterPolicy(policy, image);
  EXPECT_EQ(image, std::vector<CanonicalFrame::Image>(3, 0));
  frame.EnterCritic(critic);
  frame.LeaveAction(image, action);
  EXPECT_TRUE(SameNumbers(policy, x));
  EXPECT_TRUE(SameNumbers(critic, x));
  EXPECT_TRUE(SameNumbers(action, x));
}

TEST(CanonicalFrame, RefusesWhatIsNoFrame) {
  struct Parts {
    std::vector<Symmetry> symmetries;
    std::vector<CanonicalRule> rules;
  };
  const auto refusal = [](auto spoil) {
    Parts parts{AnymalFrame().symmetries(), AnymalFrame().rules()};
    spoil(parts);
    return Message<std::invalid_argument>(
        [&] { CanonicalFrame(parts.symmetries, parts.rules, kPolicyDim, kCriticDim, kActionDim); });
  };
  const auto expect = [&](const std::string& part, auto spoil) {
    ExpectSentence(refusal(spoil), "", part);
  };
  EXPECT_EQ(refusal([](Parts&) {}), "");
  expect("symmetry 'lr': its mirror of the action takes from row 0 twice",
         [](Parts& p) { p.symmetries[0].action.from[1] = 0; });
  expect("takes row 1 from row 12", [](Parts& p) { p.symmetries[0].action.from[1] = 12; });
  expect("takes row 1 from row -1", [](Parts& p) { p.symmetries[0].action.from[1] = -1; });
  expect("'fb': its mirror of the policy's observation gives row 1 the sign 0.5",
         [](Parts& p) { p.symmetries[1].policy_obs.sign[1] = 0.5; });
  expect("57 rows and 56 signs", [](Parts& p) { p.symmetries[1].critic_obs.sign.pop_back(); });
  expect("52 rows and 52 signs; it must be a signed permutation of 57 rows",
         [](Parts& p) { p.symmetries[1].critic_obs = p.symmetries[1].policy_obs; });
  expect("rule 1: there is no symmetry 2", [](Parts& p) { p.rules[1].symmetry = 2; });
  expect("there is no row 52", [](Parts& p) { p.rules[1].policy_row = kPolicyDim; });
  expect("there is no row -1", [](Parts& p) { p.rules[1].critic_row = -1; });
  expect("'lr' must change the sign of row 50 of the policy's observation",
         [](Parts& p) { p.rules[1].policy_row = 50; });
  expect("'lr' must change the sign of row 0 of the critic's observation",
         [](Parts& p) { p.rules[1].critic_row = 0; });
  expect("'fb' must leave as it is, since an earlier rule reads it, row 48",
         [](Parts& p) { std::swap(p.rules[0], p.rules[1]); });
  expect("at most 8", [](Parts& p) { p.rules.resize(9, p.rules[0]); });
}

}  // namespace
}  // namespace doggo::agent
