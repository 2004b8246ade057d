#include "agent/data/early_stopping.h"

#include <fmt/format.h>

#include <cassert>

namespace doggo::agent {

ConfigFields Fields(StopConfig& config) {
  return {
      // key, value, unit, meaning, min, max
      {"max_epochs", &config.max_epochs, "", "passes over the training examples at most", 1, 1e9},
      {"max_seconds", &config.max_seconds, "s", "time at most; 0: no limit", 0, 1e9},
      {"loss_threshold", &config.loss_threshold, "",
       "stop once the training loss is no higher; -1e9: never", -1e9, 1e9},
  };
}

std::string WhyStop(const StopConfig& config, int epochs, double seconds, double loss) {
  if (loss <= config.loss_threshold)
    return fmt::format("the loss {:.6g} reached loss_threshold {:.6g}", loss,
                       config.loss_threshold);
  if (epochs >= config.max_epochs) return fmt::format("max_epochs {} reached", config.max_epochs);
  if (config.max_seconds > 0 && seconds >= config.max_seconds)
    return fmt::format("max_seconds {:.6g} reached", config.max_seconds);
  return "";
}

ConfigFields Fields(EarlyStoppingConfig& config) {
  return {
      // key, value, unit, meaning, min, max
      {"patience", &config.patience, "epochs",
       "stop after so many without progress of the validation loss; 0: never", 0, 1e9},
      {"min_delta", &config.min_delta, "",
       "what the validation loss must fall by to count as progress", 0, 1e9},
  };
}

bool Update(const EarlyStoppingConfig& config, double loss, int epoch, const ConstVectorRef& theta,
            EarlyStopping& state) {
  if (loss < state.progress_loss - config.min_delta) {
    state.progress_loss = loss;
    state.progress_epoch = epoch;
  }
  if (!(loss < state.best_loss)) return false;
  state.best_loss = loss;
  state.best_epoch = epoch;
  state.best_theta = theta;
  return true;
}

std::string WhyStop(const EarlyStoppingConfig& config, int epoch, const EarlyStopping& state) {
  if (config.patience == 0 || epoch - state.progress_epoch < config.patience) return "";
  return fmt::format("no progress of the validation loss for {} epochs", config.patience);
}

void RestoreBest(const EarlyStopping& state, VectorRef theta) {
  if (state.best_epoch < 0) return;
  assert(state.best_theta.size() == theta.size());
  theta = state.best_theta;
}

}  // namespace doggo::agent
