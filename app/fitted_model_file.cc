#include "app/fitted_model_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "agent/policy/safetensors.h"

namespace doggo::app {
namespace {

using agent::MakeTensor;
using agent::TensorFile;

void AddVector(const std::string& name, const agent::ConstVectorRef& values, TensorFile& file) {
  if (values.size() > 0) file.tensors[name] = MakeTensor(values.data(), {values.size()});
}

}  // namespace

void SaveModel(const agent::FittedModel& model, const agent::Dataset& data,
               const std::filesystem::path& path) {
  TensorFile file;
  for (size_t k = 0; k < model.network.layers().size(); ++k) {
    const agent::Layer& layer = model.network.layers()[k];
    const auto theta = model.theta.segment(layer.parameters.begin, layer.parameters.size);
    const auto statistics = model.statistics.segment(layer.statistics.begin, layer.statistics.size);
    const std::string name = fmt::format("layer.{}.", k);
    if (layer.kind->sets_width) {
      file.tensors[name + "weight"] = MakeTensor(theta.data(), {layer.out, layer.in});
      AddVector(name + "bias", theta.tail(layer.out), file);
    } else {
      AddVector(name + "scale", theta.head(theta.size() / 2), file);
      AddVector(name + "shift", theta.tail(theta.size() / 2), file);
    }
    AddVector(name + "mean", statistics.head(statistics.size() / 2), file);
    AddVector(name + "variance", statistics.tail(statistics.size() / 2), file);
  }
  AddVector("input.mean", model.inputs.mean, file);
  AddVector("input.deviation", model.inputs.deviation, file);
  AddVector("target.mean", model.targets.mean, file);
  AddVector("target.deviation", model.targets.deviation, file);

  const nlohmann::ordered_json network = {{"inputs", model.network.num_inputs()},
                                          {"layers", model.network.texts()}};
  file.metadata["format"] = "doggo model 1";
  file.metadata["network"] = network.dump();
  file.metadata["loss"] = model.loss->name;
  file.metadata["input_names"] = nlohmann::json(data.input_names).dump();
  file.metadata["target_names"] = nlohmann::json(data.target_names).dump();
  agent::WriteTensorFile(file, path);
}

}  // namespace doggo::app
