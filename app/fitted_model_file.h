// A fitted model as a safetensors file, which other programs read.
#pragma once

#include <filesystem>

#include "agent/data/dataset.h"
#include "agent/fitting/fit.h"

namespace doggo::app {

// Tensors (float32): layer.K.weight (out x in), layer.K.bias of dense layers; layer.K.scale, .shift
// and, of batch normalisations, .mean, .variance; input.mean, input.deviation, target.mean,
// target.deviation where the model standardises. Metadata: inputs, layers, loss as JSON; the names
// of the data's columns. Throws std::runtime_error where it cannot be written.
void SaveModel(const agent::FittedModel& model, const agent::Dataset& data,
               const std::filesystem::path& path);

}  // namespace doggo::app
