// How well a way of fitting does on examples that it has not seen: k-fold cross-validation.
#pragma once

#include <functional>
#include <vector>

#include "agent/data/split.h"
#include "agent/fitting/fit.h"

namespace doggo::agent {

struct CrossValidation {
  std::vector<Score> folds;  // each judged on its own held-out part
  Score mean, deviation;     // over the folds; the deviation is that of a sample (k - 1)
};

// Fits to the fold's training part alone, standardised by that part's statistics. Early stopping
// watches a tenth of that part, so that the fold's validation part has no say in the model that it
// is to judge.
FitResult FitFold(const FitConfig& config, const Dataset& data, const Fold& fold, uint64_t seed);

// One such fit for each fold, with a seed of its own: seed + 1 + fold. `on_fold` is told each
// fold's score; false stops after it.
CrossValidation CrossValidate(const FitConfig& config, const Dataset& data,
                              const std::vector<Fold>& folds, uint64_t seed,
                              const std::function<bool(int fold, const Score&)>& on_fold = nullptr);

}  // namespace doggo::agent
