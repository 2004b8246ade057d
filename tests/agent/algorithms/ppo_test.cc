#include "agent/algorithms/ppo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "agent/nn/gaussian.h"
#include "tests/support/central_difference.h"
#include "tests/support/config_fields.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kDim = 3;

const PpoConfig kConfig = {.gamma = 0.97,
                           .lambda = 0.9,
                           .clip = 0.2,
                           .value_coefficient = 0.7,
                           .value_clip = 0.3,
                           .entropy_coefficient = 0.01,
                           .normalize_advantage = true,
                           .max_gradient_norm = 1,
                           .epochs = 5,
                           .minibatches = 4};

// What PolicyBatch, PolicyOutputs and PolicyGradient refer to, kept.
struct Data {
  Matrix action, old_mean;
  Vector old_log_std;
  RowVector old_log_prob, advantage, value_target, old_value;
  Matrix mean;
  Vector log_std;
  RowVector value;

  Eigen::Index size() const { return mean.cols(); }
};

struct Gradient {
  Matrix mean;
  Vector log_std;
  RowVector value;

  explicit Gradient(Eigen::Index n)
      : mean(Matrix::Constant(kDim, n, kNan)),
        log_std(Vector::Zero(kDim)),
        value(RowVector::Constant(n, kNan)) {}
};

// n examples under a policy that has moved by about half a standard deviation, so that about half
// of the ratios leave 1 +- 0.2, and values that have moved by about 0.5.
Data RandomData(Eigen::Index n, double moved = 0.5) {
  Data d;
  d.old_mean = test::RandomMatrix(kDim, n, 1);
  d.old_log_std = 0.2 * test::RandomVector(kDim, 2);
  d.action = d.old_mean + test::RandomMatrix(kDim, n, 3);
  d.old_log_prob.resize(n);
  GaussianLogProb(d.old_mean, d.old_log_std, d.action, d.old_log_prob);
  d.advantage = test::RandomRow(n, 4);
  d.value_target = test::RandomRow(n, 5);
  d.old_value = test::RandomRow(n, 6);
  d.mean = d.old_mean + moved * test::RandomMatrix(kDim, n, 7);
  d.log_std = d.old_log_std + 0.1 * moved * test::RandomVector(kDim, 8);
  d.value = d.old_value + moved * test::RandomRow(n, 9);
  return d;
}

PolicyLoss EvaluateTile(const PpoConfig& config, const Data& d, Eigen::Index begin, Eigen::Index n,
                        double weight, Gradient& gradient) {
  return EvaluatePpoLoss(config,
                         {.action = d.action.middleCols(begin, n),
                          .old_mean = d.old_mean.middleCols(begin, n),
                          .old_log_std = d.old_log_std,
                          .old_log_prob = d.old_log_prob.segment(begin, n),
                          .advantage = d.advantage.segment(begin, n),
                          .value_target = d.value_target.segment(begin, n),
                          .old_value = d.old_value.segment(begin, n)},
                         {.mean = d.mean.middleCols(begin, n),
                          .log_std = d.log_std,
                          .value = d.value.segment(begin, n)},
                         weight,
                         {.mean = gradient.mean.middleCols(begin, n),
                          .log_std = gradient.log_std,
                          .value = gradient.value.segment(begin, n)});
}

PolicyLoss Evaluate(const PpoConfig& config, const Data& d, Gradient& gradient) {
  return EvaluateTile(config, d, 0, d.size(), 1.0 / static_cast<double>(d.size()), gradient);
}

double Total(const PpoConfig& config, const PolicyLoss& loss) {
  return loss.policy + config.value_coefficient * loss.value -
         config.entropy_coefficient * loss.entropy;
}

double Ratio(const Data& d, Eigen::Index i) {
  double log_ratio = -d.old_log_prob[i];
  for (int k = 0; k < kDim; ++k) {
    const double sigma = std::exp(d.log_std[k]);
    log_ratio += -0.5 * std::pow((d.action(k, i) - d.mean(k, i)) / sigma, 2) - std::log(sigma) -
                 0.5 * std::log(2 * std::numbers::pi);
  }
  return std::exp(log_ratio);
}

// Whether the minimum takes the clipped branch, whose gradient is zero.
bool IsCut(const Data& d, Eigen::Index i, double clip) {
  const double ratio = Ratio(d, i);
  return std::clamp(ratio, 1 - clip, 1 + clip) * d.advantage[i] < ratio * d.advantage[i];
}

// The paper's formulas, one example at a time.
PolicyLoss EvaluatePlainly(const PpoConfig& config, const Data& d) {
  PolicyLoss mean;
  for (Eigen::Index i = 0; i < d.size(); ++i) {
    const double ratio = Ratio(d, i), A = d.advantage[i], V = d.value[i], R = d.value_target[i];
    mean.policy -= std::min(ratio * A, std::clamp(ratio, 1 - config.clip, 1 + config.clip) * A);
    double value = std::pow(V - R, 2);
    if (config.value_clip > 0) {
      const double V_clipped =
          d.old_value[i] + std::clamp(V - d.old_value[i], -config.value_clip, config.value_clip);
      value = std::max(value, std::pow(V_clipped - R, 2));
    }
    mean.value += value;
    mean.clip_fraction += IsCut(d, i, config.clip);
    for (int k = 0; k < kDim; ++k) {
      const double sigma_p = std::exp(d.old_log_std[k]), sigma_q = std::exp(d.log_std[k]);
      mean.kl += std::log(sigma_q / sigma_p) +
                 (sigma_p * sigma_p + std::pow(d.old_mean(k, i) - d.mean(k, i), 2)) /
                     (2 * sigma_q * sigma_q) -
                 0.5;
      mean.entropy += 0.5 * std::log(2 * std::numbers::pi * std::numbers::e * sigma_q * sigma_q);
    }
  }
  for (double* part : {&mean.policy, &mean.value, &mean.entropy, &mean.kl, &mean.clip_fraction}) {
    *part /= static_cast<double>(d.size());
  }
  return mean;
}

void ExpectNear(const PolicyLoss& a, const PolicyLoss& b) {
  constexpr double kRounding = 1e-12;
  EXPECT_NEAR(a.policy, b.policy, kRounding);
  EXPECT_NEAR(a.value, b.value, kRounding);
  EXPECT_NEAR(a.entropy, b.entropy, kRounding);
  EXPECT_NEAR(a.kl, b.kl, kRounding);
  EXPECT_NEAR(a.clip_fraction, b.clip_fraction, kRounding);
}

TEST(PpoLoss, EqualsThePaperOneExampleAtATime) {
  for (Eigen::Index n : {1, 20, 256, 600}) {
    for (double value_clip : {0.0, 0.3}) {
      PpoConfig config = kConfig;
      config.value_clip = value_clip;
      const Data d = RandomData(n);
      Gradient gradient(n);
      ExpectNear(Evaluate(config, d, gradient), EvaluatePlainly(config, d));
    }
  }
}

// The examples must be of every kind, else this would check less than it says.
TEST(PpoLoss, GradientIsItsDerivative) {
  Data d = RandomData(40);
  int kinds[2][2] = {};
  for (Eigen::Index i = 0; i < d.size(); ++i)
    ++kinds[d.advantage[i] > 0][IsCut(d, i, kConfig.clip)];
  for (const auto& of_sign : kinds) {
    for (int count : of_sign) ASSERT_GT(count, 1);
  }
  for (double value_clip : {0.0, 0.3}) {
    PpoConfig config = kConfig;
    config.value_clip = value_clip;
    Gradient gradient(d.size());
    Evaluate(config, d, gradient);
    EXPECT_EQ((gradient.value.array() == 0).any(), value_clip > 0);

    const auto loss = [&] {
      Gradient unused(d.size());
      return Total(config, Evaluate(config, d, unused));
    };
    test::ExpectGradient(loss, d.mean, gradient.mean, "PPO loss by the mean");
    test::ExpectGradient(loss, d.log_std, gradient.log_std, "PPO loss by ln sigma");
    test::ExpectGradient(loss, d.value, gradient.value, "PPO loss by the value");
  }
}

// Before the first step new and old policy are one: all ratios are 1.
TEST(PpoLoss, OfTheFirstMinibatchIsMinusTheMeanAdvantage) {
  const Data d = RandomData(50, /*moved=*/0);
  Gradient gradient(50);
  const PolicyLoss loss = Evaluate(kConfig, d, gradient);
  EXPECT_NEAR(loss.policy, -d.advantage.mean(), 1e-15);
  EXPECT_EQ(loss.kl, 0);
  EXPECT_EQ(loss.clip_fraction, 0);
  // and the gradient is that of the plain policy gradient, -A d log p / n
  Gradient plain(50);
  GaussianLogProbBackward(d.mean, d.log_std, d.action, -d.advantage / 50, plain.mean,
                          plain.log_std);
  EXPECT_TRUE(gradient.mean.isApprox(plain.mean, 1e-13));
}

TEST(PpoLoss, PolicyGradientIsExactlyZeroWhereTheClipCutsItOff) {
  const Data d = RandomData(200);
  Gradient gradient(200);
  const PolicyLoss loss = Evaluate(kConfig, d, gradient);
  int num_cut = 0;
  for (Eigen::Index i = 0; i < 200; ++i) {
    EXPECT_EQ((gradient.mean.col(i).array() == 0).all(), IsCut(d, i, kConfig.clip)) << i;
    num_cut += IsCut(d, i, kConfig.clip);
  }
  EXPECT_GT(num_cut, 20);
  EXPECT_NEAR(loss.clip_fraction, num_cut / 200.0, 1e-12);
}

// One action dimension, mean 0 -> m, sigma 1, action 1: log ratio = (1 - (1 - m)^2) / 2. Only the
// side that the advantage pushes to is clipped.
TEST(PpoLoss, RatioIsClippedOnTheSideOfTheAdvantageOnly) {
  for (double m : {0.5, -0.5}) {
    for (double A : {2.0, -2.0}) {
      Data d = RandomData(1);
      d.old_mean.setZero();
      d.mean.setZero();
      d.mean(0, 0) = m;
      d.action.setZero();
      d.action(0, 0) = 1;
      d.old_log_std.setZero();
      d.log_std.setZero();
      GaussianLogProb(d.old_mean, d.old_log_std, d.action, d.old_log_prob);
      d.advantage.setConstant(A);
      Gradient gradient(1);
      const PolicyLoss loss = Evaluate(kConfig, d, gradient);
      const double ratio = std::exp((1 - (1 - m) * (1 - m)) / 2);
      if (m > 0 && A > 0) {
        EXPECT_DOUBLE_EQ(loss.policy, -1.2 * A);
        EXPECT_EQ(gradient.mean(0, 0), 0);
      } else if (m < 0 && A < 0) {
        EXPECT_DOUBLE_EQ(loss.policy, -0.8 * A);
        EXPECT_EQ(gradient.mean(0, 0), 0);
      } else {
        EXPECT_DOUBLE_EQ(loss.policy, -ratio * A);
        EXPECT_DOUBLE_EQ(gradient.mean(0, 0), -ratio * A * (1 - m));
      }
    }
  }
}

// V may not leave V_old +- c on the way to the target.  Columns: V_old = 0, c = 0.3.
TEST(PpoLoss, ValueBeyondItsClipGetsNoGradient) {
  Data d = RandomData(4);
  d.old_value.setZero();
  d.value << 0.2, 0.5, -0.5, 0.5;
  d.value_target << 1, 1, 1, 0.1;
  Gradient gradient(4);
  const PolicyLoss loss = Evaluate(kConfig, d, gradient);
  // within; beyond towards the target: (0.3 - 1)^2; beyond away from it: (V - R)^2 is larger; past
  // it
  EXPECT_NEAR(loss.value, (0.8 * 0.8 + 0.7 * 0.7 + 1.5 * 1.5 + 0.4 * 0.4) / 4, 1e-15);
  const RowVector dvalue = (RowVector(4) << 2 * -0.8, 0, 2 * -1.5, 2 * 0.4).finished();
  EXPECT_TRUE(gradient.value.isApprox(kConfig.value_coefficient * dvalue / 4, 1e-14));
}

TEST(PpoLoss, SumOverTilesIsTheWholeMinibatch) {
  constexpr Eigen::Index kSize = 100;
  const Data d = RandomData(kSize);
  Gradient whole(kSize), tiles(kSize);
  const PolicyLoss loss = Evaluate(kConfig, d, whole);
  PolicyLoss sum;
  for (auto [begin, n] : {std::pair{0, 32}, {32, 32}, {64, 32}, {96, 4}}) {
    sum += EvaluateTile(kConfig, d, begin, n, 1.0 / kSize, tiles);
  }
  ExpectNear(sum, loss);
  EXPECT_EQ(tiles.mean, whole.mean);
  EXPECT_EQ(tiles.value, whole.value);
  EXPECT_TRUE(tiles.log_std.isApprox(whole.log_std, 1e-12));
}

TEST(PpoLoss, NoExamplesHaveNoLoss) {
  Gradient gradient(0);
  ExpectNear(EvaluateTile(kConfig, RandomData(5), 0, 0, 1, gradient), PolicyLoss{});
  EXPECT_EQ(gradient.log_std, Vector::Zero(kDim));
}

// Numerical trouble must reach the trainer, not be clipped away.
TEST(PpoLoss, NotANumberStaysVisible) {
  Data d = RandomData(10);
  d.mean(1, 4) = kNan;
  d.value[7] = kNan;
  Gradient gradient(10);
  const PolicyLoss loss = Evaluate(kConfig, d, gradient);
  EXPECT_TRUE(std::isnan(loss.policy) && std::isnan(loss.kl) && std::isnan(loss.value));
  EXPECT_TRUE(gradient.mean.col(4).hasNaN() && std::isnan(gradient.value[7]));
  EXPECT_TRUE(gradient.mean.leftCols(4).allFinite());
}

TEST(NormalizeAdvantage, GivesMeanZeroAndStandardDeviationOne) {
  RowVector advantage = (RowVector(4) << 1, 2, 3, 6).finished();  // mean 3, variance 3.5
  NormalizeAdvantage(advantage);
  const double std = std::sqrt(3.5);
  EXPECT_TRUE(advantage.isApprox((RowVector(4) << -2, -1, 0, 3).finished() / std, 1e-8));

  RowVector many = 100 + 5 * test::RandomRow(10000, 1).array();
  NormalizeAdvantage(many);
  EXPECT_NEAR(many.mean(), 0, 1e-12);
  EXPECT_NEAR(many.squaredNorm() / 10000, 1, 1e-8);
}

TEST(NormalizeAdvantage, EqualAdvantagesBecomeZero) {
  RowVector advantage = RowVector::Constant(5, 0.5);
  NormalizeAdvantage(advantage);
  EXPECT_EQ(advantage, RowVector::Zero(5));
  RowVector one = RowVector::Constant(1, 3);
  NormalizeAdvantage(one);
  EXPECT_EQ(one[0], 0);
  RowVector none(0);
  NormalizeAdvantage(none);
}

TEST(PpoConfig, FieldsAreWellFormed) {
  PpoConfig config;
  test::ExpectWellFormed(Fields(config));
  EXPECT_EQ(Fields(config).size(), 13u);
}

}  // namespace
}  // namespace doggo::agent
