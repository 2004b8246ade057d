// Saving and loading a training: one safetensors file with the learner's state and every
// environment's.
#include <fmt/format.h>

#include <sstream>
#include <stdexcept>

#include "agent/policy/safetensors.h"
#include "agent/training/trainer.h"

namespace doggo::agent {
namespace {

constexpr char kFormat[] = "doggo checkpoint 3";
constexpr char kNote[] = "note.";  // before the names of the caller's texts

Tensor FromVector(const Vector& v) { return MakeTensor(v.data(), {v.size()}); }
Tensor FromVector(const Eigen::VectorXd& v) { return MakeTensor(v.data(), {v.size()}); }

template <class T>
const T* Values(const TensorFile& file, const std::string& name, const char* dtype, int64_t count,
                const std::filesystem::path& path) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end() || found->second.dtype != dtype ||
      found->second.bytes.size() != count * sizeof(T)) {
    throw std::runtime_error(
        fmt::format("{}: not a checkpoint of this training ('{}' is missing or of another size); "
                    "resume with the robot and the settings that it was made with",
                    path.string(), name));
  }
  return reinterpret_cast<const T*>(found->second.bytes.data());
}

// Throws where it is no checkpoint, or of another version.
TensorFile ReadCheckpoint(const std::filesystem::path& path) {
  TensorFile file = ReadTensorFile(path);
  const auto format = file.metadata.find("format");
  if (format != file.metadata.end() && format->second == kFormat) return file;
  if (!file.tensors.contains("counters"))
    throw std::runtime_error(
        fmt::format("{}: not a checkpoint; give a checkpoint.safetensors that doggo has written",
                    path.string()));
  throw std::runtime_error(
      fmt::format("{}: written by another version of this program; resume it with that one, or "
                  "start anew from its policy (train --from)",
                  path.string()));
}

Vector ReadVector(const TensorFile& file, const std::string& name, Eigen::Index size,
                  const std::filesystem::path& path) {
  return Eigen::Map<const Vector>(Values<Real>(file, name, "F32", size, path), size);
}

void AddMoments(const std::string& name, const Moments& moments, TensorFile& file) {
  file.tensors[name + ".mean"] = FromVector(moments.mean);
  file.tensors[name + ".sum_square"] = FromVector(moments.sum_square);
  file.tensors[name + ".count"] = MakeTensor(&moments.count, {1});
}

Moments ReadMoments(const TensorFile& file, const std::string& name, Eigen::Index size,
                    const std::filesystem::path& path) {
  Moments moments(static_cast<int>(size));
  moments.mean = Eigen::Map<const Eigen::VectorXd>(
      Values<double>(file, name + ".mean", "F64", size, path), size);
  moments.sum_square = Eigen::Map<const Eigen::VectorXd>(
      Values<double>(file, name + ".sum_square", "F64", size, path), size);
  moments.count = *Values<double>(file, name + ".count", "F64", 1, path);
  return moments;
}

}  // namespace

void Trainer::SaveCheckpoint(const std::filesystem::path& path, const Notes& notes) const {
  TensorFile file;
  file.metadata["format"] = kFormat;
  for (const auto& [name, text] : notes) file.metadata[kNote + name] = text;
  const int64_t counters[] = {state_.iteration, state_.env_steps, state_.epochs, state_.optimizer.t,
                              static_cast<int64_t>(seed_)};
  file.tensors["counters"] = MakeTensor(counters, {std::ssize(counters)});
  file.tensors["rate"] = MakeTensor(&state_.rate, {1});
  file.tensors["theta"] = FromVector(state_.theta);
  file.metadata["optimizer"] = config_.optimizer.method;
  file.tensors["optimizer.first"] = FromVector(state_.optimizer.first);
  file.tensors["optimizer.second"] = FromVector(state_.optimizer.second);
  AddMoments("policy_moments", state_.policy_moments, file);
  AddMoments("critic_moments", state_.critic_moments, file);
  if (config_.ppo.form == "penalty")
    file.tensors["kl_penalty"] = MakeTensor(&state_.kl_penalty, {1});
  if (config_.normalize_returns) AddMoments("return_moments", state_.return_moments, file);
  for (size_t k = 0; k < shards_.size(); ++k) {
    std::ostringstream bytes;
    env_.Save(static_cast<int>(k), bytes);
    const std::string text = bytes.str();
    file.tensors[fmt::format("environments.{}", k)] = MakeTensor(text.data(), {std::ssize(text)});
    if (config_.normalize_returns)
      file.tensors[fmt::format("discounted.{}", k)] = FromVector(shards_[k].discounted);
    file.tensors[fmt::format("policy_obs.{}", k)] =
        MakeTensor(shards_[k].batch.policy_obs.data(), {shards_[k].batch.policy_obs.size()});
    file.tensors[fmt::format("critic_obs.{}", k)] =
        MakeTensor(shards_[k].batch.critic_obs.data(), {shards_[k].batch.critic_obs.size()});
  }
  WriteTensorFile(file, path);
}

void Trainer::LoadCheckpoint(const std::filesystem::path& path) {
  const TensorFile file = ReadCheckpoint(path);
  const int64_t* counters = Values<int64_t>(file, "counters", "I64", 5, path);

  const auto optimizer = file.metadata.find("optimizer");
  const std::string method = optimizer == file.metadata.end() ? "" : optimizer->second;
  if (method != config_.optimizer.method) {
    throw std::runtime_error(
        fmt::format("{}: was trained with the optimizer '{}' and cannot go on with '{}': set "
                    "optimizer.method to '{}'",
                    path.string(), method, config_.optimizer.method, method));
  }

  LearnerState loaded = state_;
  const Eigen::Index n = state_.theta.size();
  loaded.theta = ReadVector(file, "theta", n, path);
  loaded.optimizer.first = ReadVector(file, "optimizer.first", state_.optimizer.first.size(), path);
  loaded.optimizer.second =
      ReadVector(file, "optimizer.second", state_.optimizer.second.size(), path);
  loaded.iteration = counters[0];
  loaded.env_steps = counters[1];
  loaded.epochs = counters[2];
  loaded.optimizer.t = counters[3];
  loaded.rate = *Values<double>(file, "rate", "F64", 1, path);
  loaded.policy_moments =
      ReadMoments(file, "policy_moments", state_.policy_moments.mean.size(), path);
  loaded.critic_moments =
      ReadMoments(file, "critic_moments", state_.critic_moments.mean.size(), path);

  if (config_.ppo.form == "penalty")
    loaded.kl_penalty = *Values<double>(file, "kl_penalty", "F64", 1, path);
  if (config_.normalize_returns)
    loaded.return_moments = ReadMoments(file, "return_moments", 1, path);

  // sizes of every shard before the first is touched
  for (size_t k = 0; k < shards_.size(); ++k) {
    Values<float>(file, fmt::format("policy_obs.{}", k), "F32", shards_[k].batch.policy_obs.size(),
                  path);
    Values<float>(file, fmt::format("critic_obs.{}", k), "F32", shards_[k].batch.critic_obs.size(),
                  path);
    if (config_.normalize_returns)
      Values<double>(file, fmt::format("discounted.{}", k), "F64", shards_[k].discounted.size(),
                     path);
    std::ostringstream bytes;
    env_.Save(static_cast<int>(k), bytes);
    Values<char>(file, fmt::format("environments.{}", k), "U8",
                 static_cast<int64_t>(bytes.str().size()), path);
  }
  for (size_t k = 0; k < shards_.size(); ++k) {
    Batch& policy_obs = shards_[k].batch.policy_obs;
    Batch& critic_obs = shards_[k].batch.critic_obs;
    Eigen::VectorXd& discounted = shards_[k].discounted;
    if (config_.normalize_returns)
      discounted = Eigen::Map<const Eigen::VectorXd>(
          Values<double>(file, fmt::format("discounted.{}", k), "F64", discounted.size(), path),
          discounted.size());
    const Tensor& environments = file.tensors.at(fmt::format("environments.{}", k));
    std::istringstream bytes(std::string(environments.bytes.begin(), environments.bytes.end()));
    env_.Load(static_cast<int>(k), bytes);
    policy_obs = Eigen::Map<const Batch>(
        Values<float>(file, fmt::format("policy_obs.{}", k), "F32", policy_obs.size(), path),
        policy_obs.rows(), policy_obs.cols());
    critic_obs = Eigen::Map<const Batch>(
        Values<float>(file, fmt::format("critic_obs.{}", k), "F32", critic_obs.size(), path),
        critic_obs.rows(), critic_obs.cols());
  }
  state_ = std::move(loaded);
  seed_ = static_cast<uint64_t>(counters[4]);
  PrepareNormalizers();
}

void Trainer::StartFromCheckpoint(const std::filesystem::path& path) {
  const TensorFile file = ReadCheckpoint(path);
  const Vector theta = ReadVector(file, "theta", state_.theta.size(), path);
  Moments policy_moments =
      ReadMoments(file, "policy_moments", state_.policy_moments.mean.size(), path);
  state_.critic_moments =
      ReadMoments(file, "critic_moments", state_.critic_moments.mean.size(), path);
  state_.policy_moments = std::move(policy_moments);
  const Vector log_std = nets_.LogStdPart(state_.theta);
  state_.theta = theta;
  nets_.LogStdPart(state_.theta) = log_std;
  PrepareNormalizers();
}

Trainer::Notes ReadCheckpointNotes(const std::filesystem::path& path) {
  Trainer::Notes notes;
  for (const auto& [name, text] : ReadCheckpoint(path).metadata)
    if (name.starts_with(kNote)) notes[name.substr(std::size(kNote) - 1)] = text;
  return notes;
}

}  // namespace doggo::agent
