#include "agent/policy/symmetry_group.h"

#include <fmt/format.h>

#include <cassert>
#include <stdexcept>

#include "agent/policy/canonical_frame.h"

namespace doggo::agent {
namespace {

using Index = Eigen::Index;

bool IsIdentity(const Mirror& mirror) {
  for (size_t k = 0; k < mirror.from.size(); ++k)
    if (mirror.from[k] != static_cast<int>(k) || mirror.sign[k] != 1) return false;
  return true;
}

bool AreEqual(const Mirror& a, const Mirror& b) { return a.from == b.from && a.sign == b.sign; }

// y = M x for every column; x and y are not the same.
void Mirrored(const Mirror& mirror, const Eigen::Ref<const Batch>& x, Eigen::Ref<Batch> y) {
  for (Index i = 0; i < x.cols(); ++i)
    for (Index k = 0; k < x.rows(); ++k) y(k, i) = mirror.sign[k] * x(mirror.from[k], i);
}

constexpr Mirror Symmetry::*kParts[] = {&Symmetry::policy_obs, &Symmetry::critic_obs,
                                        &Symmetry::action};

}  // namespace

SymmetryGroup::SymmetryGroup(const std::vector<Symmetry>& symmetries) {
  for (const Symmetry& symmetry : symmetries) {
    for (const auto part : kParts) {
      if (!IsIdentity(Compose(symmetry.*part, symmetry.*part)))
        throw std::invalid_argument(fmt::format(
            "symmetry '{}': applied twice it does not give back what was there; a mirror must be "
            "an involution",
            symmetry.name));
      for (const Symmetry& other : symmetries) {
        if (!AreEqual(Compose(symmetry.*part, other.*part), Compose(other.*part, symmetry.*part)))
          throw std::invalid_argument(fmt::format(
              "symmetries '{}' and '{}': give another result in another order; they must commute",
              symmetry.name, other.name));
      }
    }
    // every element so far, and then this one
    const std::vector<Element> before = elements_;
    elements_.push_back({symmetry.policy_obs, symmetry.critic_obs, symmetry.action});
    for (const Element& e : before) {
      elements_.push_back({Compose(e.policy_obs, symmetry.policy_obs),
                           Compose(e.critic_obs, symmetry.critic_obs),
                           Compose(e.action, symmetry.action)});
    }
  }
}

void SymmetryGroup::FillPolicyImages(Index n, Eigen::Ref<Batch> obs) const {
  assert(obs.cols() >= n * size());
  for (int k = 1; k < size(); ++k)
    Mirrored(elements_[k - 1].policy_obs, obs.leftCols(n), obs.middleCols(k * n, n));
}

void SymmetryGroup::ImageOfPolicyObs(int k, const Eigen::Ref<const Batch>& obs,
                                     Eigen::Ref<Batch> image) const {
  k == 0 ? void(image = obs) : Mirrored(elements_[k - 1].policy_obs, obs, image);
}
void SymmetryGroup::ImageOfCriticObs(int k, const Eigen::Ref<const Batch>& obs,
                                     Eigen::Ref<Batch> image) const {
  k == 0 ? void(image = obs) : Mirrored(elements_[k - 1].critic_obs, obs, image);
}
void SymmetryGroup::ImageOfAction(int k, const Eigen::Ref<const Batch>& action,
                                  Eigen::Ref<Batch> image) const {
  k == 0 ? void(image = action) : Mirrored(elements_[k - 1].action, action, image);
}

void SymmetryGroup::Mean(Eigen::Ref<Batch> of_images, Eigen::Ref<Batch> mean) const {
  const Index n = mean.cols();
  assert(of_images.cols() == n * size());
  // back from every image: an element undoes itself
  for (int k = 1; k < size(); ++k) {
    mean = of_images.middleCols(k * n, n);
    Mirrored(elements_[k - 1].action, mean, of_images.middleCols(k * n, n));
  }
  // pair by pair: 0 + 1, 2 + 3, ..., then those
  for (int step = 1; step < size(); step *= 2) {
    for (int k = 0; k < size(); k += 2 * step)
      of_images.middleCols(k * n, n) += of_images.middleCols((k + step) * n, n);
  }
  mean = of_images.leftCols(n) / static_cast<float>(size());
}

void SymmetryGroup::MeanBackward(const Eigen::Ref<const Batch>& dmean,
                                 Eigen::Ref<Batch> dof_images) const {
  const Index n = dmean.cols();
  dof_images.leftCols(n) = dmean / static_cast<float>(size());
  for (int k = 1; k < size(); ++k)
    Mirrored(elements_[k - 1].action, dof_images.leftCols(n), dof_images.middleCols(k * n, n));
}

void SymmetryGroup::AverageMagnitudes(Eigen::Ref<Eigen::VectorXf> of_actions) const {
  // by one generator after another: element 2^i is generator i alone. Two numbers that change
  // places get the same mean
  for (int k = 1; k < size(); k *= 2) {
    const std::vector<int>& from = elements_[k - 1].action.from;
    for (Index i = 0; i < of_actions.size(); ++i) {
      const Index j = from[i];
      if (j > i) of_actions[i] = of_actions[j] = (of_actions[i] + of_actions[j]) / 2;
    }
  }
}

}  // namespace doggo::agent
