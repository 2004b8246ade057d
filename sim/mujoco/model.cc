#include "sim/mujoco/model.h"

#include <fmt/format.h>

#include <stdexcept>

namespace doggo::sim {
namespace {

ModelPtr Compile(mjSpec& spec, const std::string& name) {
  ModelPtr model(mj_compile(&spec, nullptr));
  if (!model) throw std::runtime_error(fmt::format("{}: {}", name, OneLine(mjs_getError(&spec))));
  return model;
}

}  // namespace

ModelPtr LoadModel(const std::filesystem::path& path, const std::function<void(mjSpec&)>& edit) {
  if (!std::filesystem::exists(path)) {
    throw std::runtime_error(fmt::format("{}: no such file", path.string()));
  }
  char error[1024] = "";
  SpecPtr spec(mj_parseXML(path.c_str(), nullptr, error, sizeof(error)));
  if (!spec) throw std::runtime_error(fmt::format("{}: {}", path.string(), OneLine(error)));
  if (edit) edit(*spec);
  return Compile(*spec, path.string());
}

ModelPtr LoadModelFromText(const std::string& xml, const std::string& name) {
  char error[1024] = "";
  SpecPtr spec(mj_parseXMLString(xml.c_str(), nullptr, error, sizeof(error)));
  if (!spec) throw std::runtime_error(fmt::format("{}: {}", name, OneLine(error)));
  return Compile(*spec, name);
}

DataPtr MakeData(const mjModel& model) {
  DataPtr data(mj_makeData(&model));
  if (!data) throw std::runtime_error("MuJoCo could not allocate a simulation");
  return data;
}

BatchPtr MakeBatch(const mjModel& model, int size) {
  mjBatchConfig config;
  mjb_defaultConfig(&config);
  config.nthread = 1;
  config.persistent = 0;
  char error[1024] = "";
  BatchPtr batch(mjb_makeBatch(&model, size, &config, error, sizeof(error)));
  if (!batch) throw std::runtime_error(fmt::format("a batch of {} simulations: {}", size, error));
  return batch;
}

int FindId(const mjModel& model, mjtObj type, const std::string& name) {
  const int id = mj_name2id(&model, type, name.c_str());
  if (id < 0) {
    throw std::runtime_error(
        fmt::format("the model has no {} named '{}'", mju_type2Str(type), name));
  }
  return id;
}

std::string OneLine(std::string text) {
  for (char& c : text) {
    if (c == '\n') c = ' ';
  }
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

}  // namespace doggo::sim
