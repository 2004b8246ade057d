#include "agent/nn/initializer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <stdexcept>

namespace doggo::agent {
namespace {

Matrix Weights(std::string_view name, int in, int out, double gain = 1, uint64_t seed = 1) {
  Matrix W_T(in, out);
  Random random(seed, Stream::kTest);
  FindInitializer(name).fill(gain, random, W_T);
  return W_T;
}

// Mean 0 and the variance of the formula, within five standard errors (kurtosis at most 3).
TEST(Initializer, WeightsHaveTheVarianceOfTheFormula) {
  constexpr int kIn = 120, kOut = 250;
  const std::map<std::string_view, double> variances = {
      {"lecun_normal", 1.0 / kIn},
      {"lecun_uniform", 1.0 / kIn},
      {"he_normal", 2.0 / kIn},
      {"he_uniform", 2.0 / kIn},
      {"xavier_normal", 2.0 / (kIn + kOut)},
      {"xavier_uniform", 2.0 / (kIn + kOut)},
      {"orthogonal", 1.0 / kOut},  // unit rows of kOut numbers
  };
  for (const Initializer& initializer : Initializers()) {
    ASSERT_TRUE(variances.contains(initializer.name)) << initializer.name;
    for (const double gain : {1.0, 1.5}) {
      const Matrix W = Weights(initializer.name, kIn, kOut, gain);
      const double variance = variances.at(initializer.name) * gain * gain;
      const double n = static_cast<double>(W.size());
      EXPECT_NEAR(W.mean(), 0, 5 * std::sqrt(variance / n)) << initializer.name;
      EXPECT_NEAR(W.squaredNorm() / n, variance, 5 * variance * std::sqrt(2 / n))
          << initializer.name;
    }
  }
}

TEST(Initializer, UniformWeightsKeepTheirLimit) {
  constexpr int kIn = 30, kOut = 60;
  for (const auto& [name, limit] : {std::pair{"lecun_uniform", std::sqrt(3.0 / kIn)},
                                    {"he_uniform", std::sqrt(6.0 / kIn)},
                                    {"xavier_uniform", std::sqrt(6.0 / (kIn + kOut))}}) {
    const double largest = Weights(name, kIn, kOut).cwiseAbs().maxCoeff();
    EXPECT_LE(largest, limit) << name;
    EXPECT_GT(largest, 0.99 * limit) << name;
  }
}

TEST(Initializer, OrthogonalWeightsKeepLengthsWhicheverSideIsLonger) {
  constexpr double kGain = 1.7;
  for (const auto& [in, out] : {std::pair{8, 8}, {20, 5}, {5, 20}, {1, 4}, {4, 1}}) {
    const Matrix W = Weights("orthogonal", in, out, kGain).transpose();  // (out x in)
    const Matrix gram = out >= in ? Matrix(W.transpose() * W) : Matrix(W * W.transpose());
    const Matrix expected = kGain * kGain * Matrix::Identity(gram.rows(), gram.cols());
    EXPECT_TRUE(gram.isApprox(expected, 1e-12)) << in << " x " << out;
  }
}

// Uniform over the orthogonal group: no entry prefers a sign. QR alone, without the signs of R's
// diagonal, gives the first entry always the same.
TEST(Initializer, OrthogonalWeightsFavourNoDirection) {
  int positive[2] = {};
  constexpr int kDraws = 400;
  for (int k = 0; k < kDraws; ++k) {
    const Matrix W = Weights("orthogonal", 3, 3, 1, /*seed=*/100 + k);
    positive[0] += W(0, 0) > 0;
    positive[1] += W(2, 2) > 0;
  }
  for (const int count : positive) EXPECT_NEAR(count, kDraws / 2, 5 * std::sqrt(kDraws / 4));
}

TEST(Initializer, UnknownNameIsRefused) {
  EXPECT_THROW(FindInitializer("zeros"), std::invalid_argument);
}

}  // namespace
}  // namespace doggo::agent
