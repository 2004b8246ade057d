#include "sim/interface/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <set>
#include <vector>

namespace doggo {
namespace {

constexpr int kDraws = 200000;
// A sample mean of n numbers strays from the true one by std / sqrt(n); these tests allow five of
// that, with fixed seeds.
constexpr double kStandardErrors = 5;

double Mean(const std::function<double()>& draw) {
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) sum += draw();
  return sum / kDraws;
}

// Known answers of the authors' own library (Random123, kat_vectors, philox4x32 with 10 rounds).
TEST(Random, PhiloxGivesTheKnownAnswers) {
  using Block = std::array<uint32_t, 4>;
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, SameArgumentsGiveTheSameNumbers) {
  Random a(7, Stream::kTest, 3, 11), b(7, Stream::kTest, 3, 11);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.Bits(), b.Bits());
}

// Every argument reaches the counter or the key, the upper halves of the long ones too.
TEST(Random, EveryArgumentGivesOtherNumbers) {
  std::vector<Random> randoms = {Random(1, Stream::kTest)};
  for (uint64_t seed : {2ull, 1ull + (1ull << 32)}) randoms.emplace_back(seed, Stream::kTest);
  for (auto stream : {Stream::kStart, Stream::kCommand, Stream::kDisturbance, Stream::kModel,
                      Stream::kNoise, Stream::kAction, Stream::kParameters, Stream::kShuffle}) {
    randoms.emplace_back(1, stream);
  }
  for (uint32_t index : {1u, 2u, 1u << 31}) randoms.emplace_back(1, Stream::kTest, index);
  for (uint64_t step : {1ull, 2ull, 1ull << 32, 1ull << 55}) {
    randoms.emplace_back(1, Stream::kTest, 0, step);
  }
  std::set<std::pair<uint32_t, uint32_t>> seen;
  for (Random& random : randoms) {
    const uint32_t first = random.Bits();
    EXPECT_TRUE(seen.insert({first, random.Bits()}).second);
  }
}

TEST(Random, StreamsAreUncorrelated) {
  Random a(1, Stream::kCommand, 5), b(1, Stream::kNoise, 5);
  EXPECT_NEAR(Mean([&] { return a.Normal() * b.Normal(); }), 0,
              kStandardErrors / std::sqrt(kDraws));
}

TEST(Random, NeighbouringEnvironmentsAndStepsAreUncorrelated) {
  int i = 0;
  const auto product = [&](uint32_t index, uint64_t step) {
    return Random(1, Stream::kTest, i, i).Normal() *
           Random(1, Stream::kTest, i + index, i + step).Normal();
  };
  for (auto [index, step] : {std::pair{1, 0}, {0, 1}, {1, 1}}) {
    i = 0;
    EXPECT_NEAR(Mean([&, index = index, step = step] { return ++i, product(index, step); }), 0,
                kStandardErrors / std::sqrt(kDraws));
  }
}

TEST(Random, UniformHasTheMomentsOfTheUnitInterval) {
  Random random(1, Stream::kTest);
  double low = 1, high = 0;
  const double mean = Mean([&] {
    const double u = random.Uniform();
    low = std::min(low, u);
    high = std::max(high, u);
    return u;
  });
  EXPECT_GE(low, 0);
  EXPECT_LT(high, 1);
  EXPECT_NEAR(mean, 0.5, kStandardErrors * std::sqrt(1.0 / 12 / kDraws));
  // E[(u - 1/2)^2] = 1/12, and the variance of that square is 1/180
  EXPECT_NEAR(Mean([&] { return std::pow(random.Uniform() - 0.5, 2); }), 1.0 / 12,
              kStandardErrors * std::sqrt(1.0 / 180 / kDraws));
}

TEST(Random, UniformBetweenBoundsStaysThere) {
  Random random(1, Stream::kTest);
  for (int i = 0; i < 1000; ++i) {
    const double u = random.Uniform(-3, -1);
    EXPECT_GE(u, -3);
    EXPECT_LT(u, -1);
  }
  EXPECT_EQ(random.Uniform(2, 2), 2);
}

// E[x] = 0, E[x^2] = 1, E[x^3] = 0, E[x^4] = 3; the variances of these powers are 1, 2, 15, 96.
TEST(Random, NormalHasTheMomentsOfTheStandardNormal) {
  Random random(1, Stream::kTest);
  const double moments[] = {0, 1, 0, 3}, variances[] = {1, 2, 15, 96};
  for (int k = 0; k < 4; ++k) {
    EXPECT_NEAR(Mean([&] { return std::pow(random.Normal(), k + 1); }), moments[k],
                kStandardErrors * std::sqrt(variances[k] / kDraws))
        << "moment " << k + 1;
  }
}

TEST(Random, BelowGivesEveryNumberEquallyOften) {
  constexpr int kN = 7;
  Random random(1, Stream::kTest);
  std::vector<int> count(kN);
  for (int i = 0; i < kDraws; ++i) {
    const uint32_t number = random.Below(kN);
    ASSERT_LT(number, static_cast<uint32_t>(kN));
    ++count[number];
  }
  const double p = 1.0 / kN;
  for (int c : count) EXPECT_NEAR(c, kDraws * p, kStandardErrors * std::sqrt(kDraws * p * (1 - p)));
  EXPECT_EQ(random.Below(1), 0u);
}

}  // namespace
}  // namespace doggo
