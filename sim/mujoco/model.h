// MuJoCo's handles as owning pointers, and loading a model with MuJoCo's own words where it fails.
#pragma once

#include <mujoco/mjbatch.h>
#include <mujoco/mujoco.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace doggo::sim {

struct MujocoDeleter {
  void operator()(mjSpec* spec) const { mj_deleteSpec(spec); }
  void operator()(mjModel* model) const { mj_deleteModel(model); }
  void operator()(mjData* data) const { mj_deleteData(data); }
  void operator()(mjBatch* batch) const { mjb_deleteBatch(batch); }
};

using SpecPtr = std::unique_ptr<mjSpec, MujocoDeleter>;
using ModelPtr = std::unique_ptr<mjModel, MujocoDeleter>;
using DataPtr = std::unique_ptr<mjData, MujocoDeleter>;
using BatchPtr = std::unique_ptr<mjBatch, MujocoDeleter>;

// Reads the XML file, lets `edit` change the specification (before it is compiled), compiles it.
// Throws std::runtime_error: "FILE: no such file", or "FILE: " and MuJoCo's message.
ModelPtr LoadModel(const std::filesystem::path& path,
                   const std::function<void(mjSpec&)>& edit = nullptr);

// The same from XML text; `name` stands for the file in messages. For tests' small worlds.
ModelPtr LoadModelFromText(const std::string& xml, const std::string& name = "model");

// Throws std::runtime_error where MuJoCo cannot allocate.
DataPtr MakeData(const mjModel& model);

// A batch of `size` simulations of a copy of the model, run by the calling thread alone.
BatchPtr MakeBatch(const mjModel& model, int size);

// Index of the named object (mjOBJ_JOINT, ...). Throws std::runtime_error naming it where the
// model has none.
int FindId(const mjModel& model, mjtObj type, const std::string& name);

// MuJoCo's message as one line: its messages are of several, and some end with one.
std::string OneLine(std::string text);

}  // namespace doggo::sim
