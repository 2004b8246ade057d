#include "agent/policy/symmetry_group.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "agent/nn/network.h"
#include "agent/policy/canonical_frame.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

// Four observations, two actions: one symmetry exchanges sides, the other changes signs.
std::vector<Symmetry> TwoSymmetries() {
  const Mirror swap_obs = {{1, 0, 2, 3}, {1, 1, -1, 1}}, swap_action = {{1, 0}, {1, 1}};
  const Mirror flip_obs = {{0, 1, 2, 3}, {-1, -1, 1, -1}}, flip_action = {{0, 1}, {-1, -1}};
  return {{"swap", swap_obs, swap_obs, swap_action}, {"flip", flip_obs, flip_obs, flip_action}};
}

Matrix MeanAction(const SymmetryGroup& group, const Network& network, const Vector& theta,
                  const Matrix& obs) {
  const Eigen::Index n = obs.cols();
  Matrix images(obs.rows(), n * group.size());
  images.leftCols(n) = obs;
  group.FillPolicyImages(n, images);
  Tape tape = network.MakeTape(static_cast<int>(images.cols()));
  Matrix actions = network.Forward(theta, images, tape), mean(actions.rows(), n);
  group.Mean(actions, mean);
  return mean;
}

TEST(SymmetryGroup, MirroredObservationsGiveExactlyMirroredMeans) {
  const auto symmetries = TwoSymmetries();
  const Network network({4, 16, 2}, "elu");
  Vector theta(network.num_parameters());
  network.Initialize({}, Random(1, Stream::kTest), theta);
  const Matrix obs = test::RandomMatrix(4, 37, 2);
  for (size_t count : {1u, 2u}) {
    const std::vector<Symmetry> used(symmetries.begin(), symmetries.begin() + count);
    const SymmetryGroup group(used);
    EXPECT_EQ(group.size(), 1 << count);
    const Matrix mean = MeanAction(group, network, theta, obs);
    for (const Symmetry& symmetry : used) {
      Matrix mirrored_obs = obs, mirrored_mean = mean;
      Apply(symmetry.policy_obs, mirrored_obs);
      Apply(symmetry.action, mirrored_mean);
      EXPECT_EQ(MeanAction(group, network, theta, mirrored_obs), mirrored_mean) << symmetry.name;
    }
  }
}

//   u . Mean(w) = MeanBackward(u) . w
TEST(SymmetryGroup, BackwardIsTheTransposeOfTheMean) {
  const SymmetryGroup group(TwoSymmetries());
  const Matrix u = test::RandomMatrix(2, 5, 1), w = test::RandomMatrix(2, 20, 2);
  Matrix used = w, mean(2, 5), dw(2, 20);
  group.Mean(used, mean);
  group.MeanBackward(u, dw);
  EXPECT_NEAR(u.cwiseProduct(mean).sum(), dw.cwiseProduct(w).sum(), 1e-5);
}

TEST(SymmetryGroup, AStandardDeviationBecomesTheSameWhereActionsChangePlaces) {
  const SymmetryGroup group(TwoSymmetries());
  Eigen::VectorXf log_std = Eigen::Vector2f(-1, -3);
  group.AverageMagnitudes(log_std);
  EXPECT_EQ(log_std, Eigen::VectorXf(Eigen::Vector2f(-2, -2)));
}

TEST(SymmetryGroup, AMirrorThatIsNoInvolutionIsRefusedNamingIt) {
  auto symmetries = TwoSymmetries();
  symmetries[0].action = {{1, 0}, {1, -1}};  // a quarter turn
  try {
    SymmetryGroup group(symmetries);
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_NE(std::string(error.what()).find("'swap'"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("involution"), std::string::npos) << error.what();
  }
}

TEST(SymmetryGroup, SymmetriesThatDoNotCommuteAreRefused) {
  auto symmetries = TwoSymmetries();
  symmetries[1].action = {{0, 1}, {-1, 1}};
  EXPECT_THROW(SymmetryGroup group(symmetries), std::invalid_argument);
}

}  // namespace
}  // namespace doggo::agent
