// What ./doggo fit finds out, and how it is told: on the terminal, as JSON, as a page.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/analysis/critical_point.h"
#include "agent/analysis/loss_surface.h"
#include "agent/fitting/cross_validation.h"
#include "agent/fitting/fit.h"
#include "app/fit_config.h"

namespace doggo::app {

struct FitOutcome {
  int trained_on = 0, held_out = 0;  // examples
  agent::FitResult fit;
  agent::Score training, validation;  // of the model that was kept
  std::optional<agent::CrossValidation> cross_validation;
  agent::CriticalPoint end;  // where in the training loss the model stands
  agent::Slice2D slice;      // of that loss around it, along two random directions
};

struct DescentOutcome {
  struct Way {
    std::string method;
    agent::Matrix iterates;  // (2 x steps + 1)
    double loss = 0;         // at the last one
  };
  std::vector<Way> ways;
  agent::CriticalPoint end;  // what the last iterate of the best way is
};

// "97.6 % right, loss 0.091" or "rms error 0.013, 99.1 % explained".
std::string InWords(const agent::Score& score);

std::string Summary(const FitOutcome& outcome);
std::string Summary(const FittingConfig& config, const DescentOutcome& outcome);

std::string ToJson(const FittingConfig& config, const FitOutcome& outcome);
std::string ToJson(const FittingConfig& config, const DescentOutcome& outcome);

// A row per epoch.
std::string EpochsAsCsv(const agent::FitResult& fit);

// HTML; `command` reproduces it.
std::string Report(const FittingConfig& config, const FitOutcome& outcome,
                   const std::string& command);
std::string Report(const FittingConfig& config, const DescentOutcome& outcome,
                   const std::string& command);

}  // namespace doggo::app
