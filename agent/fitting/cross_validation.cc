#include "agent/fitting/cross_validation.h"

#include <cmath>

namespace doggo::agent {
namespace {

constexpr double Score::*kNumbers[] = {&Score::loss, &Score::accuracy, &Score::rmse,
                                       &Score::explained};

constexpr double kWatchedShare = 0.1;  // of the training part, by early stopping

}  // namespace

FitResult FitFold(const FitConfig& config, const Dataset& data, const Fold& fold, uint64_t seed) {
  const Dataset training = Select(data, fold.train);
  if (config.early_stopping.patience == 0) return Fit(config, training, {}, seed);
  const Fold inner = SplitByShare(training.size(), kWatchedShare, seed);
  return Fit(config, Select(training, inner.train), Select(training, inner.validation), seed);
}

CrossValidation CrossValidate(const FitConfig& config, const Dataset& data,
                              const std::vector<Fold>& folds, uint64_t seed,
                              const std::function<bool(int fold, const Score&)>& on_fold) {
  CrossValidation result;
  for (size_t f = 0; f < folds.size(); ++f) {
    const FitResult fit = FitFold(config, data, folds[f], seed + 1 + f);
    result.folds.push_back(Judge(fit.model, Select(data, folds[f].validation)));
    if (on_fold && !on_fold(static_cast<int>(f), result.folds.back())) break;
  }
  const double k = static_cast<double>(result.folds.size());
  for (double Score::*number : kNumbers) {
    double sum = 0, squares = 0;
    for (const Score& score : result.folds) sum += score.*number;
    result.mean.*number = sum / k;
    for (const Score& score : result.folds)
      squares += std::pow(score.*number - result.mean.*number, 2);
    result.deviation.*number = std::sqrt(squares / (k - 1));
  }
  return result;
}

}  // namespace doggo::agent
