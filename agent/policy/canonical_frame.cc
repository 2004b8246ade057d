#include "agent/policy/canonical_frame.h"

#include <fmt/format.h>

#include <cassert>
#include <stdexcept>
#include <string_view>

namespace doggo::agent {
namespace {

int Size(const Mirror& mirror) { return static_cast<int>(mirror.from.size()); }

Mirror Identity(int dim) {
  Mirror identity;
  for (int k = 0; k < dim; ++k) identity.from.push_back(k);
  identity.sign.assign(dim, 1);
  return identity;
}

void CheckMirror(const Mirror& mirror, int dim, std::string_view symmetry, std::string_view part) {
  const auto fail = [&](const std::string& reason) {
    throw std::invalid_argument(fmt::format(
        "symmetry '{}': its mirror of the {} {}; it must be a signed permutation of {} rows",
        symmetry, part, reason, dim));
  };
  if (Size(mirror) != dim || mirror.sign.size() != mirror.from.size()) {
    fail(fmt::format("has {} rows and {} signs", mirror.from.size(), mirror.sign.size()));
  }
  std::vector<bool> taken(dim, false);
  for (int k = 0; k < dim; ++k) {
    const int from = mirror.from[k];
    if (from < 0 || from >= dim) fail(fmt::format("takes row {} from row {}", k, from));
    if (taken[from]) fail(fmt::format("takes from row {} twice", from));
    taken[from] = true;
    if (mirror.sign[k] != 1 && mirror.sign[k] != -1) {
      fail(fmt::format("gives row {} the sign {}", k, mirror.sign[k]));
    }
  }
}

// A rule's symmetry changes the sign of the rule's row and leaves the rows of the rules before it:
// so after all rules no row of a rule is negative.
void CheckRule(const std::vector<Symmetry>& symmetries, const std::vector<CanonicalRule>& rules,
               int r, Mirror Symmetry::*part, int CanonicalRule::*row, int dim,
               std::string_view part_name) {
  const auto fail = [&](const std::string& reason) {
    throw std::invalid_argument(fmt::format("canonical rule {}: {}", r, reason));
  };
  const Symmetry& symmetry = symmetries[rules[r].symmetry];
  const Mirror& mirror = symmetry.*part;
  for (int q = 0; q <= r; ++q) {
    const int k = rules[q].*row;
    if (k < 0 || k >= dim) {
      fail(fmt::format("there is no row {} in the {} of {} rows", k, part_name, dim));
    }
    if (mirror.from[k] == k && mirror.sign[k] == (q < r ? 1 : -1)) continue;
    const std::string_view duty =
        q < r ? "leave as it is, since an earlier rule reads it," : "change the sign of";
    fail(fmt::format("symmetry '{}' must {} row {} of the {}; choose other rows or another order",
                     symmetry.name, duty, k, part_name));
  }
}

// The mirror of every image: of the rules whose bit is set, in order.
std::vector<Mirror> ComposeImages(const std::vector<Symmetry>& symmetries,
                                  const std::vector<CanonicalRule>& rules, Mirror Symmetry::*part,
                                  int dim) {
  std::vector<Mirror> composed = {Identity(dim)};
  for (const CanonicalRule& rule : rules) {
    const size_t num_before = composed.size();
    for (size_t image = 0; image < num_before; ++image) {
      composed.push_back(Compose(composed[image], symmetries[rule.symmetry].*part));
    }
  }
  return composed;
}

}  // namespace

void Apply(const Mirror& mirror, Eigen::Ref<Batch> x) {
  assert(Size(mirror) == x.rows());
  Eigen::VectorXf before(x.rows());
  for (Eigen::Index column = 0; column < x.cols(); ++column) {
    before = x.col(column);
    for (Eigen::Index k = 0; k < x.rows(); ++k) {
      x(k, column) = mirror.sign[k] * before[mirror.from[k]];
    }
  }
}

// y[k] = sign[k] x[from[k]]   =>   x[from[k]] = sign[k] y[k], as 1/sign = sign.
Mirror Inverse(const Mirror& mirror) {
  Mirror inverse = mirror;
  for (int k = 0; k < Size(mirror); ++k) {
    inverse.from[mirror.from[k]] = k;
    inverse.sign[mirror.from[k]] = mirror.sign[k];
  }
  return inverse;
}

// y[k] = sign1[k] x[from1[k]], z[k] = sign2[k] y[from2[k]].
Mirror Compose(const Mirror& first, const Mirror& second) {
  assert(Size(first) == Size(second));
  Mirror both = second;
  for (int k = 0; k < Size(second); ++k) {
    both.from[k] = first.from[second.from[k]];
    both.sign[k] = second.sign[k] * first.sign[second.from[k]];
  }
  return both;
}

CanonicalFrame::CanonicalFrame(std::vector<Symmetry> symmetries, std::vector<CanonicalRule> rules,
                               int policy_dim, int critic_dim, int action_dim)
    : symmetries_(std::move(symmetries)), rules_(std::move(rules)) {
  for (const Symmetry& symmetry : symmetries_) {
    CheckMirror(symmetry.policy_obs, policy_dim, symmetry.name, "policy's observation");
    CheckMirror(symmetry.critic_obs, critic_dim, symmetry.name, "critic's observation");
    CheckMirror(symmetry.action, action_dim, symmetry.name, "action");
  }

  const int num_rules = static_cast<int>(rules_.size());
  if (num_rules > kMaxRules) {
    throw std::invalid_argument(
        fmt::format("{} canonical rules; at most {} can be used", num_rules, kMaxRules));
  }
  for (int r = 0; r < num_rules; ++r) {
    const int symmetry = rules_[r].symmetry;
    if (symmetry < 0 || symmetry >= static_cast<int>(symmetries_.size())) {
      throw std::invalid_argument(
          fmt::format("canonical rule {}: there is no symmetry {}; there are {}, counted from 0", r,
                      symmetry, symmetries_.size()));
    }
    CheckRule(symmetries_, rules_, r, &Symmetry::policy_obs, &CanonicalRule::policy_row, policy_dim,
              "policy's observation");
    CheckRule(symmetries_, rules_, r, &Symmetry::critic_obs, &CanonicalRule::critic_row, critic_dim,
              "critic's observation");
  }
  if (rules_.empty()) return;

  policy_ =
      MakeEntrance(rules_, ComposeImages(symmetries_, rules_, &Symmetry::policy_obs, policy_dim),
                   &CanonicalRule::policy_row);
  critic_ =
      MakeEntrance(rules_, ComposeImages(symmetries_, rules_, &Symmetry::critic_obs, critic_dim),
                   &CanonicalRule::critic_row);
  for (const Mirror& mirror : ComposeImages(symmetries_, rules_, &Symmetry::action, action_dim)) {
    leave_.push_back(MakeMove(Inverse(mirror)));
  }
}

// Every cycle k <- from[k] <- from[from[k]] <- ... <- k is a chain of exchanges: the first brings
// the value of from[k] to k and hands the old value of k on to from[k], and so on round the cycle.
CanonicalFrame::Move CanonicalFrame::MakeMove(const Mirror& mirror) {
  Move move;
  move.sign = Eigen::Map<const Eigen::ArrayXf>(mirror.sign.data(), Size(mirror));
  std::vector<bool> placed(mirror.from.size(), false);
  for (int start = 0; start < Size(mirror); ++start) {
    for (int k = start; !placed[k]; k = mirror.from[k]) {
      placed[k] = true;
      if (!placed[mirror.from[k]]) move.swaps.emplace_back(k, mirror.from[k]);
    }
  }
  return move;
}

void CanonicalFrame::Carry(const Move& move, float* column) {
  for (const auto& [a, b] : move.swaps) std::swap(column[a], column[b]);
  Eigen::Map<Eigen::ArrayXf>(column, move.sign.size()) *= move.sign;
}

CanonicalFrame::Entrance CanonicalFrame::MakeEntrance(const std::vector<CanonicalRule>& rules,
                                                      const std::vector<Mirror>& composed,
                                                      int CanonicalRule::*row) {
  Entrance entrance;
  entrance.probes.resize(composed.size());
  for (size_t r = 0; r < rules.size(); ++r) {
    const int k = rules[r].*row;
    const size_t num_before = size_t{1} << r;
    for (size_t image = 0; image < num_before; ++image) {
      entrance.probes[num_before + image] = {composed[image].from[k], composed[image].sign[k]};
    }
  }
  for (const Mirror& mirror : composed) entrance.moves.push_back(MakeMove(mirror));
  return entrance;
}

// The rules in order, each reading its row where the rules before it would have put it.
CanonicalFrame::Image CanonicalFrame::FindImage(const Entrance& entrance,
                                                const float* column) const {
  unsigned image = 0;
  for (unsigned bit = 1; bit < entrance.probes.size(); bit <<= 1) {
    const Probe& probe = entrance.probes[bit + image];
    if (probe.sign * column[probe.row] < 0) image |= bit;
  }
  return static_cast<Image>(image);
}

void CanonicalFrame::EnterPolicy(Eigen::Ref<Batch> policy_obs, std::vector<Image>& image) const {
  image.assign(policy_obs.cols(), 0);
  if (rules_.empty()) return;
  assert(policy_obs.rows() == policy_.moves[0].sign.size());
  for (Eigen::Index i = 0; i < policy_obs.cols(); ++i) {
    float* column = policy_obs.col(i).data();
    image[i] = FindImage(policy_, column);
    if (image[i] != 0) Carry(policy_.moves[image[i]], column);
  }
}

void CanonicalFrame::EnterCritic(Eigen::Ref<Batch> critic_obs) const {
  if (rules_.empty()) return;
  assert(critic_obs.rows() == critic_.moves[0].sign.size());
  for (Eigen::Index i = 0; i < critic_obs.cols(); ++i) {
    float* column = critic_obs.col(i).data();
    const Image image = FindImage(critic_, column);
    if (image != 0) Carry(critic_.moves[image], column);
  }
}

void CanonicalFrame::LeaveAction(const std::vector<Image>& image, Eigen::Ref<Batch> action) const {
  assert(static_cast<Eigen::Index>(image.size()) == action.cols());
  if (rules_.empty()) return;
  assert(action.rows() == leave_[0].sign.size());
  for (Eigen::Index i = 0; i < action.cols(); ++i) {
    if (image[i] != 0) Carry(leave_[image[i]], action.col(i).data());
  }
}

}  // namespace doggo::agent
