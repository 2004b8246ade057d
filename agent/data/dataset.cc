#include "agent/data/dataset.h"

#include <cassert>

#include "agent/data/batches.h"

namespace doggo::agent {

Dataset Select(const Dataset& data, std::span<const int> examples) {
  assert(data.targets.cols() == data.inputs.cols());
  const auto size = static_cast<Eigen::Index>(examples.size());
  Dataset selected = {.inputs = Matrix(data.inputs.rows(), size),
                      .targets = Matrix(data.targets.rows(), size),
                      .input_names = data.input_names,
                      .target_names = data.target_names};
  Gather(data.inputs, examples, selected.inputs);
  Gather(data.targets, examples, selected.targets);
  return selected;
}

}  // namespace doggo::agent
