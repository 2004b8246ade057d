// Which examples are trained on and which are held out to validate.
//
// All splits are functions of their arguments alone. Stratified by labels (one per example), each
// part has every class in proportion, to within one example per class and part.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace doggo::agent {

// Both ascending; no example is in both.
struct Fold {
  std::vector<int> train, validation;
};

// Holds out `validation_share` of the examples, rounded. Throws std::invalid_argument where that
// leaves nothing to train on or nothing to validate with.
Fold SplitByShare(int size, double validation_share, uint64_t seed);
Fold SplitByShare(std::span<const int> labels, double validation_share, uint64_t seed);

// k-fold cross-validation (Stone 1974, "Cross-validatory choice and assessment of statistical
// predictions"): every example validates in exactly one fold and is trained on in the others; the
// folds' sizes differ by at most one.
//   CV = 1/k sum_f L(trained on fold f's train part; fold f's validation part)
// Throws std::invalid_argument on k < 2 or k > size.
std::vector<Fold> KFolds(int size, int k, uint64_t seed);
std::vector<Fold> KFolds(std::span<const int> labels, int k, uint64_t seed);

}  // namespace doggo::agent
