// The survey's test bed, L = x^2 + y^2 - x y - x from (-4, 4) at the rate 0.1, under every
// optimiser: 100 steps, to the digits worked out apart from this code.
#include "agent/fitting/descent.h"

#include <gtest/gtest.h>

#include "agent/analysis/toy_surfaces.h"

namespace doggo::agent {
namespace {

Matrix Way(const OptimizerConfig& config, double rate = 0.1, int steps = 100) {
  const ToySurface& surface = FindToySurface("quadratic");
  const Vector start = (Vector(2) << -4, 4).finished();
  return Descend(ObjectiveOf(surface), config, {.rate = rate}, start, steps);
}

TEST(Descend, EndsWhereEveryMethodShould) {
  struct Row {
    const char* method;
    double x, y;
  };
  for (const auto& [method, x, y] :
       {Row{"sgd", 0.6666533860, 0.3333200526}, Row{"momentum", 0.6445577116, 0.3517035551},
        Row{"nesterov", 0.6666534371, 0.3333201041}, Row{"adagrad", -2.3072624971, 2.3241493684},
        Row{"rmsprop", 0.6666661771, 0.3333329148}, Row{"adam", 0.5388767313, 0.1530733937},
        Row{"radam", 0.4681457743, 0.1809499053}}) {
    OptimizerConfig config;
    config.method = method;
    const Matrix way = Way(config);
    ASSERT_EQ(way.cols(), 101) << method;
    EXPECT_NEAR(way(0, 100), x, 6e-11) << method;
    EXPECT_NEAR(way(1, 100), y, 6e-11) << method;
  }
}

TEST(Descend, BeginsAtTheStart) {
  const Matrix way = Way({.method = "sgd"});
  EXPECT_EQ(way(0, 0), -4);
  EXPECT_NEAR(way(0, 1), -2.7, 1e-14);
  EXPECT_NEAR(way(1, 2), 1.97, 1e-14);
}

// Twice the largest rate that is stable, 2 / 3.
TEST(Descend, StopsWhereItLeavesTheNumbers) {
  const Matrix way = Way({.method = "sgd"}, 4.0 / 3, 5000);
  EXPECT_LT(way.cols(), 5001);
  EXPECT_TRUE(way.allFinite());
}

}  // namespace
}  // namespace doggo::agent
