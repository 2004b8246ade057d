// The canonical frame: every observation is replaced by that of its mirror images which the sign
// rules choose, and the action is mirrored back. So the networks learn one half or one quarter of
// the task, and a mirrored situation gets the exactly mirrored action.
//   (Abdolhosseini et al. 2019, "On learning symmetric locomotion", the phase-based method,
//   extended to a group)
//
// Exactly, that is, wherever the rules decide: an observation in which a rule's row is 0 is its own
// canonical image, and so is its mirror image (a robot that stands still has no phase to go by).
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/interface/vec_env.h"

namespace doggo::agent {

// y = M x for every column, in place.
void Apply(const Mirror& mirror, Eigen::Ref<Batch> x);

// The mirror that undoes it.
Mirror Inverse(const Mirror& mirror);

// The mirror that does `first`, then `second`.
Mirror Compose(const Mirror& first, const Mirror& second);

class CanonicalFrame {
 public:
  // Which image a column was replaced by: bit r is set where rule r applied its symmetry.
  using Image = uint8_t;
  static constexpr int kMaxRules = 8;

  // No rules: the identity.
  CanonicalFrame() = default;

  // Throws std::invalid_argument where a mirror is no signed permutation of its dimension, where a
  // rule names a row or a symmetry that is not there, or where the rules do not lead into one
  // frame: the symmetry of a rule must change the sign of the rule's row and leave the rows of all
  // rules before it as they are.
  CanonicalFrame(std::vector<Symmetry> symmetries, std::vector<CanonicalRule> rules, int policy_dim,
                 int critic_dim, int action_dim);

  const std::vector<Symmetry>& symmetries() const { return symmetries_; }
  const std::vector<CanonicalRule>& rules() const { return rules_; }

  // In place, column by column; image gets one entry per column, and nothing is allocated where its
  // capacity suffices. The critic's observation enters by its own rows.
  void EnterPolicy(Eigen::Ref<Batch> policy_obs, std::vector<Image>& image) const;
  void EnterCritic(Eigen::Ref<Batch> critic_obs) const;

  // Actions chosen in the canonical frame -> actions for the world: the inverse mirrors in reverse
  // order.
  void LeaveAction(const std::vector<Image>& image, Eigen::Ref<Batch> action) const;

 private:
  // A signed permutation as it is carried out in place: exchanges, then signs.
  struct Move {
    std::vector<std::pair<int, int>> swaps;
    Eigen::ArrayXf sign;
  };

  // Where an observation that was never moved holds the row of a rule.
  struct Probe {
    int row = 0;
    float sign = 1;
  };

  struct Entrance {
    std::vector<Probe> probes;  // of rule r after the image `i` of the rules before it: [2^r + i]
    std::vector<Move> moves;    // by image
  };

  static Move MakeMove(const Mirror& mirror);
  static void Carry(const Move& move, float* column);
  static Entrance MakeEntrance(const std::vector<CanonicalRule>& rules,
                               const std::vector<Mirror>& composed, int CanonicalRule::*row);
  Image FindImage(const Entrance& entrance, const float* column) const;

  std::vector<Symmetry> symmetries_;
  std::vector<CanonicalRule> rules_;
  Entrance policy_, critic_;
  std::vector<Move> leave_;  // of the action, by image
};

}  // namespace doggo::agent
