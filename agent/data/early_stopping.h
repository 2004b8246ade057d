// When a fit ends: at a limit, or when the held-out loss has stopped falling, which is when the fit
// begins to learn the noise of its examples. Nothing here assumes that the loss has a minimum.
#pragma once

#include <limits>
#include <string>

#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

struct StopConfig {
  int max_epochs = 100;
  double max_seconds = 0;        // 0: no limit
  double loss_threshold = -1e9;  // below any loss: never
};
ConfigFields Fields(StopConfig& config);

// Why to stop after `epochs` epochs and `seconds` s at this training loss, in words; "" to go on.
std::string WhyStop(const StopConfig& config, int epochs, double seconds, double loss);

struct EarlyStoppingConfig {
  int patience = 20;     // epochs; 0: never stops early
  double min_delta = 0;  // what a loss must fall by to count as progress
};
ConfigFields Fields(EarlyStoppingConfig& config);

// The best parameters so far are kept however little they are better; patience asks for more than
// min_delta.
struct EarlyStopping {
  double best_loss = std::numeric_limits<double>::infinity();
  int best_epoch = -1;  // counted from 0; -1: none yet
  Vector best_theta;

  double progress_loss = std::numeric_limits<double>::infinity();  // at the last progress
  int progress_epoch = -1;
};

// To be called after every epoch with the loss over the held-out examples. Returns whether it is
// the lowest so far, and keeps theta if so. A NaN is no improvement. Allocates the first time only.
bool Update(const EarlyStoppingConfig& config, double loss, int epoch, const ConstVectorRef& theta,
            EarlyStopping& state);

// Why to stop after `epoch`, in words; "" to go on.
std::string WhyStop(const EarlyStoppingConfig& config, int epoch, const EarlyStopping& state);

// Writes the best parameters; leaves theta as it is where there are none.
void RestoreBest(const EarlyStopping& state, VectorRef theta);

}  // namespace doggo::agent
