#include "app/export/formats.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>

#include "agent/export/c_header.h"
#include "agent/export/onnx_model.h"
#include "agent/policy/atomic_file.h"
#include "app/bench/child_process.h"
#include "app/export/compiled_header.h"

namespace doggo::app {
namespace fs = std::filesystem;
namespace {

std::string ReadFile(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) {
    throw std::runtime_error(
        fmt::format("{}: cannot be read; is it there, and yours to read?", file.string()));
  }
  return bytes;
}

// ---- onnx

void WriteOnnx(const agent::Policy& policy, const std::string&, const fs::path& file) {
  agent::WriteFileAtomically(file, {agent::ToOnnx(agent::MakeOnnxModel(policy))});
}

// What is wrong follows the file's name.
template <typename Function>
auto Naming(const fs::path& file, Function function) {
  try {
    return function();
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}; export it again", file.string(), error.what()));
  }
}

agent::OnnxModel ReadOnnx(const fs::path& file) {
  const std::string bytes = ReadFile(file);
  return Naming(file, [&] { return agent::FromOnnx(bytes); });
}

std::optional<Batch> ActOnnx(const fs::path& file, const Batch& obs) {
  const agent::OnnxModel model = ReadOnnx(file);
  return Naming(file, [&] { return agent::RunOnnx(model, obs); });
}

std::string HashOnnx(const fs::path& file) {
  for (const auto& [key, value] : ReadOnnx(file).metadata) {
    if (key == "policy") return value;
  }
  return "";
}

// ---- header

void WriteHeader(const agent::Policy& policy, const std::string& name, const fs::path& file) {
  agent::WriteFileAtomically(file, {agent::CHeader(policy, name)});
}

std::optional<Batch> ActHeader(const fs::path& file, const Batch& obs) {
  return RunCHeader(file, ReadFile(file), obs);
}

std::string HashHeader(const fs::path& file) { return agent::HashInCHeader(ReadFile(file)); }

// ---- safetensors: the policy as training saves it, but for the critic

void WriteSafetensors(const agent::Policy& policy, const std::string&, const fs::path& file) {
  agent::Policy actor = policy;
  actor.critic.reset();
  agent::SavePolicy(actor, file);
}

std::optional<Batch> ActSafetensors(const fs::path& file, const Batch& obs) {
  const agent::Policy policy = agent::LoadPolicy(file);
  if (policy.network.num_inputs() != obs.rows()) {
    throw std::runtime_error(fmt::format("{}: takes {} observations, not {}; export it again",
                                         file.string(), policy.network.num_inputs(), obs.rows()));
  }
  agent::PolicyWorkspace workspace = agent::MakeWorkspace(policy, static_cast<int>(obs.cols()));
  Batch action(policy.network.num_outputs(), obs.cols());
  agent::Act(policy, obs, workspace, action);
  return action;
}

std::string HashSafetensors(const fs::path& file) {
  return agent::PolicyHash(agent::LoadPolicy(file));
}

constexpr ExportFormat kFormats[] = {
    {"onnx", ".onnx", "one graph from observation to action, the contract in its metadata",
     WriteOnnx, ActOnnx, HashOnnx},
    {"header", ".h", "C99 and C++, one function, no dependency", WriteHeader, ActHeader,
     HashHeader},
    {"safetensors", ".safetensors", "the tensors, for any language", WriteSafetensors,
     ActSafetensors, HashSafetensors},
};

}  // namespace

std::span<const ExportFormat> ExportFormats() { return kFormats; }

const ExportFormat& FormatOf(const fs::path& file) {
  std::string known;
  for (const ExportFormat& format : kFormats) {
    if (file.extension() == format.extension) return format;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", format.extension);
  }
  throw std::runtime_error(fmt::format("{}: unknown extension '{}'; exported files end in {}",
                                       file.string(), file.extension().string(), known));
}

CheckedFile CheckExported(const fs::path& file, const ExportFormat& format,
                          const agent::Policy& policy, const Recorded& recorded) {
  CheckedFile checked{file, format.name, 0, {}};
  const std::string hash = format.hash(file);
  if (hash.empty()) {
    throw std::runtime_error(fmt::format(
        "{}: does not say which policy it was made from; is it a file that doggo export wrote?",
        file.string()));
  }
  checked.bytes = fs::file_size(file);
  const std::optional<Batch> action = format.act(file, recorded.obs);
  if (action &&
      (action->rows() != recorded.action.rows() || action->cols() != recorded.action.cols())) {
    throw std::runtime_error(fmt::format("{}: gives {} actions where the policy gives {}",
                                         file.string(), action->rows(), recorded.action.rows()));
  }
  if (action) {
    const Batch difference = (*action - recorded.action).cwiseAbs();
    checked.difference =
        difference.allFinite() ? difference.maxCoeff() : std::numeric_limits<double>::infinity();
    if (!(*checked.difference <= kLargestDifference)) {
      throw std::runtime_error(fmt::format(
          "{}: its actions differ from the policy's by up to {:.2g} where {:.0e} is allowed{}",
          file.string(), *checked.difference, kLargestDifference,
          hash == agent::PolicyHash(policy) ? "; it is damaged, or its numbers are too large for "
                                              "32 bits: train with smaller weights"
                                            : "; it was made from another policy"));
    }
  }
  if (hash != agent::PolicyHash(policy)) {
    throw std::runtime_error(
        fmt::format("{}: was made from policy {}, and this is {}: {}; export it again",
                    file.string(), hash, agent::PolicyHash(policy),
                    action ? "the actions agree, the contract does not" : "another one"));
  }
  return checked;
}

CheckedFile WriteExported(const fs::path& file, const ExportFormat& format,
                          const agent::Policy& policy, const std::string& name,
                          const Recorded& recorded) {
  const bench::TemporaryFolder folder;
  const fs::path trial = folder.path() / file.filename();
  format.write(policy, name, trial);
  CheckedFile checked = CheckExported(trial, format, policy, recorded);
  agent::WriteFileAtomically(file, {ReadFile(trial)});
  checked.file = file;
  return checked;
}

}  // namespace doggo::app
