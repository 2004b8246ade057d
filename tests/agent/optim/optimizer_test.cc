#include "agent/optim/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "tests/support/allocations.h"
#include "tests/support/config_fields.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

OptimizerConfig Method(const std::string& name) {
  OptimizerConfig config;
  config.method = name;
  return config;
}

// What `steps` steps make of `theta`, with gradient(t) at step t, or gradient(t, theta).
template <typename Gradient>
Vector After(const OptimizerConfig& config, int steps, const Gradient& gradient, Vector theta,
             const std::vector<ParameterRange>& weights = {}, double rate = 0.1) {
  OptimizerState state = MakeOptimizerState(config, static_cast<int>(theta.size()));
  for (int t = 1; t <= steps; ++t) Step(config, rate, gradient(t, theta), weights, state, theta);
  EXPECT_EQ(state.t, steps);
  return theta;
}

const auto kRandomGradient = [](int t, const Vector& theta) -> Vector {
  return test::RandomVector(theta.size(), 100 + t);
};

// L = x^2 + y^2 - x y - x, a bowl with its bottom in (2/3, 1/3).
const auto kBowlGradient = [](int, const Vector& theta) -> Vector {
  return (Vector(2) << 2 * theta[0] - theta[1] - 1, 2 * theta[1] - theta[0]).finished();
};

// Where the iterates of 100 steps from (-4, 4) at rate 0.1 should be, by step. The numbers were
// worked out with 40 decimal digits from the formulas of the papers.
using Iterates = std::map<int, std::array<double, 2>>;

void ExpectOnTheBowl(const OptimizerConfig& config, const Iterates& expected,
                     const std::vector<ParameterRange>& weights = {}) {
  OptimizerState state = MakeOptimizerState(config, 2);
  Vector theta = (Vector(2) << -4, 4).finished(), iterate(2);
  for (int t = 1; t <= 100; ++t) {
    Step(config, 0.1, kBowlGradient(t, theta), weights, state, theta);
    CurrentIterate(config, state, theta, iterate);
    const auto found = expected.find(t);
    if (found == expected.end()) continue;
    EXPECT_NEAR(iterate[0], found->second[0], 1e-12) << config.method << ", step " << t;
    EXPECT_NEAR(iterate[1], found->second[1], 1e-12) << config.method << ", step " << t;
  }
}

TEST(Optimizer, SgdWalksDownTheBowlAsWorkedOut) {
  ExpectOnTheBowl(
      Method("sgd"),
      {{1, {-2.7, 2.8}}, {2, {-1.78, 1.97}}, {100, {0.666653385967221, 0.333320052633891}}});
}

TEST(Optimizer, MomentumWalksDownTheBowlAsWorkedOut) {
  ExpectOnTheBowl(Method("momentum"), {{1, {-2.7, 2.8}},
                                       {2, {-0.61, 0.89}},
                                       {3, {1.582, -1.068}},
                                       {100, {0.644557711603225, 0.351703555085478}}});
}

// With the gradient taken at theta + gamma v, as it is printed; here the steps move that point.
TEST(Optimizer, NesterovsIterateWalksDownTheBowlAsWorkedOut) {
  ExpectOnTheBowl(Method("nesterov"), {{1, {-2.7, 2.8}},
                                       {2, {-0.952, 1.223}},
                                       {3, {0.57733, -0.09492}},
                                       {100, {0.666653437141272, 0.333320104143913}}});
}

TEST(Optimizer, AdagradWalksDownTheBowlAsWorkedOut) {
  ExpectOnTheBowl(Method("adagrad"), {{1, {-3.900000000076923, 3.900000000083333}},
                                      {2, {-3.830119499354850, 3.830189986511288}},
                                      {100, {-2.307262497092769, 2.324149368396369}}});
}

TEST(Optimizer, RmspropWalksDownTheBowlAsWorkedOut) {
  ExpectOnTheBowl(Method("rmsprop"), {{1, {-3.683772234752393, 3.683772234816495}},
                                      {100, {0.666666177063890, 0.333332914817007}}});
}

// Step 2 by hand, but for epsilon, with x = -3.9, y = 3.9 after step 1 and the gradients
//   g1 = (-13, 12),  g2 = (2 (-3.9) - 3.9 - 1, 2 (3.9) + 3.9) = (-12.7, 11.7):
//   m / (1 - 0.9^2) = (0.9 g1 + g2) / 1.9 = (-24.4, 22.5) / 1.9
//   v / (1 - 0.999^2) = (0.999 g1^2 + g2^2) / 1.999 = (330.121, 280.746) / 1.999
//   x = -3.9 + 0.1 (12.8421053 / 12.8508013) = -3.8000677,  y = 3.9 - 0.1 (11.8421053 / 11.8508744)
//     = 3.8000740
TEST(Optimizer, AdamWalksDownTheBowlAsWorkedOut) {
  ExpectOnTheBowl(Method("adam"), {{1, {-3.900000000076923, 3.900000000083333}},
                                   {2, {-3.800067662560771, 3.800073994996481}},
                                   {10, {-3.008999960334556, 3.009913469869729}},
                                   {100, {0.538876731310921, 0.153073393702226}}});
}

TEST(Optimizer, AdamwWalksDownTheBowlAsWorkedOut) {
  OptimizerConfig config = Method("adamw");
  config.weight_decay = 0.1;
  ExpectOnTheBowl(config,
                  {{1, {-3.860000000076923, 3.860000000083333}},
                   {2, {-3.721499060952361, 3.721508700398974}},
                   {100, {0.444951731427861, 0.170797551270773}}},
                  {{0, 2}});
}

// Liu et al. 2020; PyTorch; the authors' code.
TEST(Optimizer, RadamWalksDownTheBowlAsWorkedOutInAllItsVariants) {
  OptimizerConfig config = Method("radam");
  ExpectOnTheBowl(config, {{1, {-2.7, 2.8}},
                           {4, {0.061526137276646, 0.306987232633839}},
                           {5, {0.062847465599099, 0.305720866706165}},
                           {100, {0.468145774281226, 0.180949905332558}}});
  config.radam_threshold = 5;
  ExpectOnTheBowl(config, {{5, {0.654436154326457, -0.206800349428355}},
                           {6, {0.656093945096722, -0.208332930629480}},
                           {100, {0.550779860369586, 0.168790724464895}}});
  config.radam_below = "skip";
  ExpectOnTheBowl(config, {{5, {-4, 4}},
                           {6, {-3.997417888721800, 3.997417888721965}},
                           {100, {-2.724716992733967, 2.733677408037774}}});
}

TEST(Optimizer, RadamTrustsItsMeanSquareTheMoreTheLongerItIs) {
  EXPECT_DOUBLE_EQ(RadamLength(0.999, 1), 1);
  EXPECT_NEAR(RadamLength(0.999, 4), 3.997499, 5e-7);
  EXPECT_NEAR(RadamLength(0.999, 5), 4.995998, 5e-7);
  EXPECT_NEAR(RadamLength(0.999, 6), 5.994164, 5e-7);
  for (int t = 1; t <= 4; ++t) EXPECT_EQ(RadamRectification(0.999, t), 0);
  const std::map<int, double> expected = {{5, 0.0173115},   {6, 0.0258211},    {10, 0.0489980},
                                          {100, 0.2153354}, {1000, 0.6453257}, {10000, 0.9997733}};
  for (const auto& [t, r] : expected) EXPECT_NEAR(RadamRectification(0.999, t), r, 5e-8) << t;
  EXPECT_DOUBLE_EQ(RadamRectification(0.999, 1e6), 1);
}

TEST(Optimizer, WithoutMomentumItIsGradientDescentToTheBit) {
  const Vector start = test::RandomVector(37, 1);
  const Vector descent = After(Method("sgd"), 5, kRandomGradient, start);
  for (const char* method : {"momentum", "nesterov"}) {
    OptimizerConfig config = Method(method);
    config.momentum = 0;
    EXPECT_EQ(After(config, 5, kRandomGradient, start), descent) << method;
  }
}

// v^n = -eta sum over i of gamma^(n - i) g^i
TEST(Optimizer, MomentumIsTheSumOfFadingGradients) {
  constexpr int kSteps = 30;
  const OptimizerConfig config = Method("momentum");
  OptimizerState state = MakeOptimizerState(config, 19);
  Vector theta = Vector::Zero(19), sum = Vector::Zero(19);
  for (int i = 1; i <= kSteps; ++i) {
    const Vector g = kRandomGradient(i, theta);
    Step(config, 0.1, g, {}, state, theta);
    sum += std::pow(config.momentum, kSteps - i) * g;
  }
  EXPECT_TRUE(state.first.isApprox(-0.1 * sum, 1e-12));
}

TEST(Optimizer, OnlyNesterovsIterateIsAnotherVector) {
  for (const std::string& method : OptimizerNames()) {
    const OptimizerConfig config = Method(method);
    OptimizerState state = MakeOptimizerState(config, 5);
    Vector theta = test::RandomVector(5, 1);
    Step(config, 0.1, test::RandomVector(5, 2), {}, state, theta);
    Vector iterate = theta;
    CurrentIterate(config, state, iterate, iterate);  // in place
    EXPECT_EQ(LooksAhead(config), method == "nesterov");
    EXPECT_EQ(iterate != theta, LooksAhead(config)) << method;
  }
}

TEST(Optimizer, AdamwWithoutDecayIsAdamToTheBit) {
  const Vector start = test::RandomVector(37, 1);
  EXPECT_EQ(After(Method("adamw"), 5, kRandomGradient, start, {{0, 37}}),
            After(Method("adam"), 5, kRandomGradient, start));
}

TEST(Optimizer, AdamwDecaysTheWeightsAlone) {
  OptimizerConfig config = Method("adamw");
  config.weight_decay = 0.5;
  const Vector start = test::RandomVector(40, 1);
  const auto no_gradient = [](int, const Vector& theta) -> Vector { return 0 * theta; };
  Vector expected = start;
  expected.segment(3, 17) *= 0.95 * 0.95;
  expected.segment(30, 2) *= 0.95 * 0.95;
  EXPECT_TRUE(After(config, 2, no_gradient, start, {{3, 17}, {30, 2}}).isApprox(expected, 1e-15));
}

// A weight with large gradients and one with small ones: decoupled, both shrink alike; through
// Adam's gradient, lambda theta is divided by the root of the mean square.
TEST(Optimizer, DecayThroughAdamsGradientIsNotDecoupledDecay) {
  constexpr double kDecay = 0.1;
  OptimizerConfig decoupled = Method("adamw");
  decoupled.weight_decay = kDecay;
  const auto gradient = [](int t, const Vector&) -> Vector {  // of mean zero
    return (t % 2 == 0 ? 1 : -1) * (Vector(2) << 10, 0.01).finished();
  };
  const auto with_penalty = [&](int t, const Vector& theta) -> Vector {
    return gradient(t, theta) + kDecay * theta;
  };
  const Vector start = Vector::Ones(2);
  const Vector a = After(decoupled, 100, gradient, start, {{0, 2}}, 1e-2);
  const Vector b = After(Method("adam"), 100, with_penalty, start, {}, 1e-2);
  const Vector none = After(Method("adam"), 100, gradient, start, {}, 1e-2);
  const double shrunk = 1 - std::pow(1 - 1e-2 * kDecay, 100);
  EXPECT_NEAR(none[0] - a[0], shrunk, 5e-3);
  EXPECT_NEAR(none[1] - a[1], shrunk, 5e-3);
  EXPECT_LT(none[0] - b[0], 0.2 * shrunk);
  EXPECT_GT(none[1] - b[1], 5 * shrunk);
}

TEST(Optimizer, AdamsFirstStepHasTheLengthOfTheRate) {
  const auto gradient = [](int, const Vector&) -> Vector {
    return (Vector(3) << 1e-3, -5, 1e6).finished();
  };
  const Vector theta = After(Method("adam"), 1, gradient, Vector::Zero(3));
  // up to epsilon / |g| = 1e-5
  EXPECT_TRUE(theta.isApprox((Vector(3) << -0.1, 0.1, -0.1).finished(), 1e-5)) << theta;
}

TEST(Optimizer, ScalingTheLossDoesNotChangeStepsDividedByTheRootOfTheSquares) {
  const auto scaled_gradient = [](int t, const Vector& theta) -> Vector {
    return 1000 * kRandomGradient(t, theta);
  };
  for (const char* method : {"adagrad", "rmsprop", "adam", "adamw"}) {
    OptimizerConfig config = Method(method);
    config.epsilon = 1e-20;
    const Vector theta = After(config, 10, kRandomGradient, Vector::Zero(5));
    EXPECT_TRUE(After(config, 10, scaled_gradient, Vector::Zero(5)).isApprox(theta, 1e-12))
        << method;
  }
}

TEST(Optimizer, AdagradsStepsOnlyGetShorter) {
  const OptimizerConfig config = Method("adagrad");
  OptimizerState state = MakeOptimizerState(config, 20);
  Vector theta = Vector::Zero(20), before = state.second;
  for (int t = 1; t <= 10; ++t) {
    Step(config, 0.1, kRandomGradient(t, theta), {}, state, theta);
    EXPECT_TRUE((state.second.array() > before.array()).all());
    before = state.second;
  }
}

// With no gradient for long, sigma falls to epsilon and not to epsilon / (1 - sqrt(alpha)), where
// it would go if sigma were remembered with its epsilon.
TEST(Optimizer, RmspropsEpsilonDoesNotPileUp) {
  OptimizerConfig config = Method("rmsprop");
  OptimizerState state = MakeOptimizerState(config, 1);
  Vector theta = Vector::Zero(1);
  for (int t = 0; t < 10000; ++t) Step(config, 0.1, Vector::Zero(1), {}, state, theta);
  EXPECT_EQ(theta[0], 0);
  // theta = -eta g / (sqrt((1 - alpha) g^2) + epsilon), with g as small as epsilon
  Step(config, 0.1, Vector::Constant(1, 1e-8), {}, state, theta);
  EXPECT_NEAR(theta[0], -0.1 / (std::sqrt(0.1) + 1), 1e-12);
}

// In a chunk, in the rest of one, at any place in a longer vector.
TEST(Optimizer, EveryElementIsUpdatedAsIfItWereAlone) {
  for (const std::string& method : OptimizerNames()) {
    OptimizerConfig config = Method(method);
    config.weight_decay = 0.1;
    for (Eigen::Index n : {0, 1, 2, 15, 16, 17, 31, 32, 33, 50}) {
      const Vector start = test::RandomVector(n, 1);
      const ParameterRange everything = {0, static_cast<int>(n)};
      const Vector together = After(config, 7, kRandomGradient, start, {everything});
      for (Eigen::Index i = 0; i < n; ++i) {
        const auto gradient = [&](int t, const Vector&) -> Vector {
          return kRandomGradient(t, start).segment(i, 1);
        };
        const Vector alone = After(config, 7, gradient, start.segment(i, 1), {{0, 1}});
        EXPECT_EQ(alone[0], together[i]) << method << ", element " << i << " of " << n;
      }
    }
  }
}

// Actor and critic may be parts of one long vector.
TEST(Optimizer, ResultDoesNotDependOnThePlaceInMemory) {
  const Vector g = test::RandomVector(41, 1), start = test::RandomVector(41, 2);
  for (const std::string& method : OptimizerNames()) {
    const OptimizerConfig config = Method(method);
    OptimizerState state = MakeOptimizerState(config, 41);
    Vector theta = start;
    Step(config, 0.1, g, {}, state, theta);
    for (Eigen::Index offset : {1, 2, 3}) {
      OptimizerState other_state = MakeOptimizerState(config, 41);
      Vector whole = Vector::Zero(50), whole_gradient = Vector::Zero(50);
      whole.segment(offset, 41) = start;
      whole_gradient.segment(offset, 41) = g;
      Step(config, 0.1, whole_gradient.segment(offset, 41), {}, other_state,
           whole.segment(offset, 41));
      EXPECT_EQ(whole.segment(offset, 41), theta) << method;
      EXPECT_EQ(whole.head(offset).norm() + whole.tail(50 - 41 - offset).norm(), 0) << method;
    }
  }
}

TEST(Optimizer, ParameterThatNeverHadAGradientStays) {
  const Vector start = test::RandomVector(20, 1);
  const auto gradient = [](int t, const Vector& theta) -> Vector {
    Vector g = kRandomGradient(t, theta);
    g[3] = g[17] = 0;
    return g;
  };
  for (const std::string& method : OptimizerNames()) {
    const Vector theta = After(Method(method), 10, gradient, start);
    EXPECT_EQ(theta[3], start[3]) << method;
    EXPECT_EQ(theta[17], start[17]) << method;
    EXPECT_NE(theta[4], start[4]) << method;
  }
}

TEST(Optimizer, RemembersOnlyWhatItsMethodNeeds) {
  const auto sizes = [](const char* method) {
    const OptimizerState state = MakeOptimizerState(Method(method), 7);
    EXPECT_EQ(state.t, 0);
    EXPECT_EQ(state.first.norm() + state.second.norm(), 0);
    return std::pair(state.first.size(), state.second.size());
  };
  using Sizes = std::pair<Eigen::Index, Eigen::Index>;
  EXPECT_EQ(sizes("sgd"), Sizes(0, 0));
  for (const char* method : {"momentum", "nesterov"}) EXPECT_EQ(sizes(method), Sizes(7, 0));
  for (const char* method : {"adagrad", "rmsprop"}) EXPECT_EQ(sizes(method), Sizes(0, 7));
  for (const char* method : {"adam", "adamw", "radam"}) EXPECT_EQ(sizes(method), Sizes(7, 7));
}

TEST(Optimizer, StepAllocatesNothing) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  const Vector g = test::RandomVector(1003, 1);
  const ParameterRange weights[] = {{0, 900}};
  for (const std::string& method : OptimizerNames()) {
    const OptimizerConfig config = Method(method);
    OptimizerState state = MakeOptimizerState(config, 1003);
    Vector theta = test::RandomVector(1003, 2), iterate = theta;
    EXPECT_EQ(test::CountAllocations([&] {
                Step(config, 0.1, g, weights, state, theta);
                CurrentIterate(config, state, theta, iterate);
              }),
              0)
        << method;
  }
}

TEST(Optimizer, UnknownMethodIsRefusedNamingTheKnownOnes) {
  try {
    MakeOptimizerState(Method("adan"), 3);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("'adan' (known: sgd, momentum,"), std::string::npos)
        << error.what();
  }
}

TEST(Optimizer, FieldsAreWellFormed) {
  OptimizerConfig config;
  test::ExpectWellFormed(Fields(config));
  EXPECT_EQ(Fields(config).size(), 9u);
}

}  // namespace
}  // namespace doggo::agent
