// Passes through a network work in the memory of its tape.
#include <gtest/gtest.h>

#include "agent/nn/network.h"
#include "tests/support/allocations.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

TEST(Allocation, PerceptronsPassesMakeNone) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  ASSERT_GT(test::CountAllocations([] { Matrix::Zero(3, 3).eval(); }), 0);
  const Network network({52, 128, 64, 32, 12}, "elu");
  const Vector theta = test::RandomVector(network.num_parameters(), 1);
  Vector dtheta = Vector::Zero(theta.size());
  const Matrix x = test::RandomMatrix(52, 256, 3), dy = test::RandomMatrix(12, 256, 4);
  Matrix dx(52, 256);
  MatrixRef dx_ref = dx;
  Tape tape = network.MakeTape(256);
  for (Eigen::Index n : {256, 1, 100}) {
    MatrixRef dx_n = dx_ref.leftCols(n);
    EXPECT_EQ(test::CountAllocations([&] {
                network.Forward(theta, x.leftCols(n), tape);
                network.Backward(theta, x.leftCols(n), dy.leftCols(n), tape, dtheta, &dx_n);
              }),
              0);
  }
}

// Of every kind of layer, in training and evaluation.
TEST(Allocation, PassesThroughAnyLayerMakeNone) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  for (const LayerKind& kind : LayerKinds()) {
    const std::string name(kind.name);
    const std::string layer = kind.sets_width     ? name + " 6"
                              : name == "dropout" ? name + " .4"
                                                  : name;
    const Network network(4, {"dense 6", layer, "dense 2"});
    const Vector theta = test::RandomVector(network.num_parameters(), 1);
    Vector dtheta = Vector::Zero(theta.size()), statistics = network.InitialStatistics();
    const Matrix x = test::RandomMatrix(4, 5, 3), dy = test::RandomMatrix(2, 5, 4);
    Tape tape = network.MakeTape(5);
    EXPECT_EQ(test::CountAllocations([&] {
                network.Forward(theta, statistics, x, {.training = true}, tape);
                network.Backward(theta, x, dy, tape, dtheta);
                network.UpdateStatistics(tape, statistics);
                network.Forward(theta, statistics, x, {}, tape);
              }),
              0)
        << name;
  }
}

}  // namespace
}  // namespace doggo::agent
