// All that the symmetries of a world make together, and what it is used for: the images of a batch
// under every element of the group, and the mean over them that makes an actor exactly equivariant,
//   mu(s) = 1/|G| sum over g of M_g^-1 f(M_g s)     =>     mu(M_g s) = M_g mu(s),
// to the bit, because the mean is taken pair by pair: an element of the group exchanges the two
// sides of additions, and addition commutes.
//   (averaging: van der Pol et al. 2020, "MDP homomorphic networks"; Abdolhosseini et al. 2019
//   compare it with augmentation and the mirror loss)
#pragma once

#include <vector>

#include "agent/nn/real.h"
#include "sim/interface/vec_env.h"

namespace doggo::agent {

class SymmetryGroup {
 public:
  SymmetryGroup() = default;  // the identity alone

  // Each symmetry must undo itself, and any two must commute: so there are 2^(number) elements.
  // Element k applies symmetry i where bit i of k is set; element 0 is the identity. Throws
  // std::invalid_argument naming the symmetry that is no involution, or the two.
  explicit SymmetryGroup(const std::vector<Symmetry>& symmetries);

  int size() const { return static_cast<int>(elements_.size()) + 1; }

  // Columns 0 .. n-1 hold n examples; writes the images by element k into columns k n .. k n +
  // n - 1.
  void FillPolicyImages(Eigen::Index n, Eigen::Ref<Batch> obs) const;
  // The image of one batch by element k.
  void ImageOfPolicyObs(int k, const Eigen::Ref<const Batch>& obs, Eigen::Ref<Batch> image) const;
  void ImageOfCriticObs(int k, const Eigen::Ref<const Batch>& obs, Eigen::Ref<Batch> image) const;
  void ImageOfAction(int k, const Eigen::Ref<const Batch>& action, Eigen::Ref<Batch> image) const;

  // mean (action_dim x n) from the actions for all images (action_dim x n size), which are used up.
  void Mean(Eigen::Ref<Batch> of_images, Eigen::Ref<Batch> mean) const;
  //   d of_images = 1/|G| M_g dmean
  void MeanBackward(const Eigen::Ref<const Batch>& dmean, Eigen::Ref<Batch> dof_images) const;
  // A state-independent number of every action, averaged over the group without the signs: keeps a
  // standard deviation symmetric.
  void AverageMagnitudes(Eigen::Ref<Eigen::VectorXf> of_actions) const;

 private:
  struct Element {
    Mirror policy_obs, critic_obs, action;
  };
  std::vector<Element> elements_;  // without the identity
};

}  // namespace doggo::agent
