// SavePolicy and LoadPolicy: a policy as tensors and metadata of a safetensors file.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "agent/policy/policy.h"
#include "agent/policy/safetensors.h"

namespace doggo::agent {
namespace {

using Json = nlohmann::json;

// The first version told widths and one activation, and counted the dense layers by themselves.
constexpr char kFormat[] = "doggo policy 2", kFirstFormat[] = "doggo policy 1";

// What belongs to a network is called after it: the actor's is the policy's own.
struct Names {
  std::string_view tensors, prefix;

  std::string Weight(size_t layer) const { return fmt::format("{}.{}.weight", tensors, layer); }
  std::string Bias(size_t layer) const { return fmt::format("{}.{}.bias", tensors, layer); }
  std::string Of(std::string_view part) const { return fmt::format("{}{}", prefix, part); }
};
constexpr Names kActor = {"actor", ""}, kCritic = {"critic", "critic."};

// ---- mirrors and rules as JSON

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);  // of bytes that are no UTF-8
}

Json ToJson(const Mirror& mirror) { return {{"from", mirror.from}, {"sign", mirror.sign}}; }

Json ToJson(const CanonicalFrame& frame) {
  Json symmetries = Json::array(), rules = Json::array();
  for (const Symmetry& symmetry : frame.symmetries()) {
    symmetries.push_back({{"name", symmetry.name},
                          {"policy_obs", ToJson(symmetry.policy_obs)},
                          {"critic_obs", ToJson(symmetry.critic_obs)},
                          {"action", ToJson(symmetry.action)}});
  }
  for (const CanonicalRule& rule : frame.rules()) {
    rules.push_back({{"policy_row", rule.policy_row},
                     {"critic_row", rule.critic_row},
                     {"symmetry", rule.symmetry}});
  }
  return {{"symmetries", symmetries}, {"rules", rules}};
}

Mirror MirrorFromJson(const Json& json) {
  return {.from = json.at("from").get<std::vector<int>>(),
          .sign = json.at("sign").get<std::vector<float>>()};
}

CanonicalFrame FrameFromJson(const Json& json, int policy_dim, int action_dim) {
  std::vector<Symmetry> symmetries;
  std::vector<CanonicalRule> rules;
  for (const Json& symmetry : json.at("symmetries")) {
    symmetries.push_back({.name = symmetry.at("name").get<std::string>(),
                          .policy_obs = MirrorFromJson(symmetry.at("policy_obs")),
                          .critic_obs = MirrorFromJson(symmetry.at("critic_obs")),
                          .action = MirrorFromJson(symmetry.at("action"))});
  }
  for (const Json& rule : json.at("rules")) {
    rules.push_back({.policy_row = rule.at("policy_row").get<int>(),
                     .critic_row = rule.at("critic_row").get<int>(),
                     .symmetry = rule.at("symmetry").get<int>()});
  }
  const int critic_dim =
      symmetries.empty() ? 0 : static_cast<int>(symmetries[0].critic_obs.from.size());
  return CanonicalFrame(std::move(symmetries), std::move(rules), policy_dim, critic_dim,
                        action_dim);
}

// A policy is a list of dense layers and activations: whatever runs it has to know no more.
void CheckLayers(const Network& network) {
  for (const Layer& layer : network.layers()) {
    if (layer.activation != nullptr || layer.kind->name == "dense") continue;
    throw std::invalid_argument(
        fmt::format("a policy's network has no layer '{}'", layer.kind->name));
  }
}

// ---- saving

void CheckSizes(const Policy& policy) {
  const auto check = [](bool fits, std::string_view part) {
    if (!fits) {
      throw std::invalid_argument(
          fmt::format("a policy cannot be saved: its {} does not fit its network", part));
    }
  };
  const auto check_network = [&](const Network& network, const Vector& theta,
                                 const Normalizer& normalizer, const Names& names) {
    CheckLayers(network);
    check(network.num_inputs() > 0 && theta.size() == network.num_parameters(), names.Of("theta"));
    check(normalizer.mean.size() == normalizer.scale.size() &&
              (normalizer.mean.size() == 0 || normalizer.mean.size() == network.num_inputs()),
          names.Of("normalizer"));
  };
  check_network(policy.network, policy.theta, policy.normalizer, kActor);
  check(policy.choices == 0 || policy.choices == policy.network.num_outputs(), "choices");
  check(policy.log_std.size() == (policy.choices > 0 ? 0 : policy.network.num_outputs()),
        "log_std");
  if (policy.critic)
    check_network(policy.critic->network, policy.critic->theta, policy.critic->normalizer, kCritic);
  for (const Symmetry& symmetry : policy.frame.symmetries()) {
    check(static_cast<int>(symmetry.policy_obs.from.size()) == policy.network.num_inputs() &&
              static_cast<int>(symmetry.action.from.size()) == policy.network.num_outputs(),
          "canonical frame");
  }
}

void CheckFinite(const Policy& policy, const std::filesystem::path& path) {
  const auto check = [&](bool finite, std::string_view part) {
    if (!finite) {
      throw std::runtime_error(
          fmt::format("{}: not written: a number of {} is not finite; the training has diverged, "
                      "go back to an earlier checkpoint",
                      path.string(), part));
    }
  };
  const auto finite = [](const Normalizer& normalizer) {
    return normalizer.mean.allFinite() && normalizer.scale.allFinite() &&
           std::isfinite(normalizer.limit);
  };
  check(policy.theta.allFinite(), "the network");
  check(policy.log_std.allFinite(), "log_std");
  check(finite(policy.normalizer), "the normalizer");
  if (!policy.critic) return;
  check(policy.critic->theta.allFinite(), "the critic");
  check(finite(policy.critic->normalizer), "the critic's normalizer");
}

void AddNetwork(const Names& names, const Network& network, const Vector& theta,
                const Normalizer& normalizer, TensorFile& file) {
  for (size_t l = 0; l < network.layers().size(); ++l) {
    const Layer& layer = network.layers()[l];
    if (layer.activation != nullptr) continue;
    const float* W = theta.data() + layer.parameters.begin;
    file.tensors[names.Weight(l)] = MakeTensor(W, {layer.out, layer.in});
    file.tensors[names.Bias(l)] = MakeTensor(W + layer.out * layer.in, {layer.out});
  }
  file.metadata[names.Of("network")] =
      Dump({{"inputs", network.num_inputs()}, {"layers", network.texts()}});

  if (normalizer.mean.size() == 0) return;
  file.tensors[names.Of("normalizer.mean")] =
      MakeTensor(normalizer.mean.data(), {normalizer.mean.size()});
  file.tensors[names.Of("normalizer.scale")] =
      MakeTensor(normalizer.scale.data(), {normalizer.scale.size()});
  file.metadata[names.Of("normalizer")] = Dump({{"limit", normalizer.limit}});
}

// ---- loading

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path), file_(ReadTensorFile(path)) {}

  Policy Read() {
    try {
      return ReadParts();
    } catch (const Json::exception&) {
      Fail(fmt::format("the '{}' of its metadata is not as doggo writes it", part_), kOtherCopy);
    } catch (const std::invalid_argument& error) {
      Fail(fmt::format("the '{}' of its metadata is wrong: {}", part_, error.what()), kOtherCopy);
    }
  }

 private:
  static constexpr std::string_view kOtherCopy = "use another copy of it, or train it again";

  [[noreturn]] void Fail(const std::string& reason, std::string_view mend) const {
    throw std::runtime_error(fmt::format("{}: {}; {}", path_.string(), reason, mend));
  }

  Policy ReadParts() {
    if (const std::string& format = Text("format"); format != kFormat && format != kFirstFormat) {
      Fail(fmt::format("is a '{}' where a '{}' is expected", format, kFormat),
           "use the version of doggo that wrote it");
    }
    Policy policy;
    policy.contract = Text("contract");
    policy.task = Text("task");
    policy.version = Text("version");
    policy.steps_trained = ParseJson("steps_trained").get<int64_t>();
    policy.seed = ParseJson("seed").get<uint64_t>();
    ReadNetwork(kActor, policy.network, policy.theta);
    ReadNormalizer(kActor, policy.network.num_inputs(), policy.normalizer);
    if (file_.metadata.contains("choices")) policy.choices = ParseJson("choices").get<int>();
    policy.log_std =
        NumbersAsVector("log_std", policy.choices > 0 ? 0 : policy.network.num_outputs());
    if (file_.metadata.contains(kCritic.Of("network"))) {
      Critic& critic = policy.critic.emplace();
      ReadNetwork(kCritic, critic.network, critic.theta);
      ReadNormalizer(kCritic, critic.network.num_inputs(), critic.normalizer);
    }
    policy.frame = FrameFromJson(ParseJson("frame"), policy.network.num_inputs(),
                                 policy.network.num_outputs());
    if (file_.metadata.contains("equivariant"))
      policy.group = SymmetryGroup(policy.frame.symmetries());
    if (num_tensors_read_ != file_.tensors.size()) {
      Fail(fmt::format("has {} tensors where its network needs {}", file_.tensors.size(),
                       num_tensors_read_),
           kOtherCopy);
    }
    return policy;
  }

  const std::string& Text(const std::string& key) const {
    const auto found = file_.metadata.find(key);
    if (found == file_.metadata.end()) {
      Fail(fmt::format("not a policy (its metadata has no '{}')", key),
           "give a policy.safetensors that doggo has written");
    }
    return found->second;
  }

  // Throws Json::exception where it is no JSON; so may whatever reads it further (see Read).
  Json ParseJson(const std::string& key) {
    part_ = key;
    return Json::parse(Text(key));
  }

  // Sized by what the file holds: a width of a damaged file allocates nothing.
  std::vector<float> Numbers(const std::string& name, const std::vector<int64_t>& shape) {
    const auto found = file_.tensors.find(name);
    std::vector<float> numbers(
        found == file_.tensors.end() ? 0 : found->second.bytes.size() / sizeof(float));
    ReadTensor(file_, name, shape, numbers.data());
    for (const float number : numbers) {
      if (!std::isfinite(number)) {
        Fail(fmt::format("a number of tensor '{}' is not finite", name), kOtherCopy);
      }
    }
    ++num_tensors_read_;
    return numbers;
  }

  Vector NumbersAsVector(const std::string& name, int64_t size) {
    const std::vector<float> numbers = Numbers(name, {size});
    return Eigen::Map<const Vector>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
  }

  void ReadNetwork(const Names& names, Network& network, Vector& theta) {
    const Json json = ParseJson(names.Of("network"));
    const bool is_first_version = Text("format") == kFirstFormat;
    network = is_first_version ? Network(json.at("widths").get<std::vector<int>>(),
                                         json.at("activation").get<std::string>())
                               : Network(json.at("inputs").get<int>(),
                                         json.at("layers").get<std::vector<std::string>>());
    CheckLayers(network);
    std::vector<float> numbers;
    size_t num_dense = 0;
    for (size_t l = 0; l < network.layers().size(); ++l) {
      const Layer& layer = network.layers()[l];
      if (layer.activation != nullptr) continue;
      const size_t place = is_first_version ? num_dense++ : l;
      const std::vector<float> W = Numbers(names.Weight(place), {layer.out, layer.in});
      const std::vector<float> b = Numbers(names.Bias(place), {layer.out});
      numbers.insert(numbers.end(), W.begin(), W.end());
      numbers.insert(numbers.end(), b.begin(), b.end());
    }
    theta = Eigen::Map<const Vector>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
  }

  void ReadNormalizer(const Names& names, int num_inputs, Normalizer& normalizer) {
    if (!file_.metadata.contains(names.Of("normalizer"))) return;
    normalizer.mean = NumbersAsVector(names.Of("normalizer.mean"), num_inputs);
    normalizer.scale = NumbersAsVector(names.Of("normalizer.scale"), num_inputs);
    normalizer.limit = ParseJson(names.Of("normalizer")).at("limit").get<float>();
  }

  const std::filesystem::path& path_;
  const TensorFile file_;
  std::string part_;  // of the metadata that is being read
  size_t num_tensors_read_ = 0;
};

}  // namespace

void SavePolicy(const Policy& policy, const std::filesystem::path& path) {
  CheckSizes(policy);
  CheckFinite(policy, path);

  TensorFile file;
  AddNetwork(kActor, policy.network, policy.theta, policy.normalizer, file);
  file.tensors["log_std"] = MakeTensor(policy.log_std.data(), {policy.log_std.size()});
  if (const auto& critic = policy.critic)
    AddNetwork(kCritic, critic->network, critic->theta, critic->normalizer, file);
  file.metadata["format"] = kFormat;
  file.metadata["frame"] = Dump(ToJson(policy.frame));
  if (policy.choices > 0) file.metadata["choices"] = std::to_string(policy.choices);
  if (policy.group.size() > 1) file.metadata["equivariant"] = "true";
  file.metadata["contract"] = policy.contract;
  file.metadata["task"] = policy.task;
  file.metadata["version"] = policy.version;
  file.metadata["steps_trained"] = std::to_string(policy.steps_trained);
  file.metadata["seed"] = std::to_string(policy.seed);
  WriteTensorFile(file, path);
}

Policy LoadPolicy(const std::filesystem::path& path) { return Reader(path).Read(); }

}  // namespace doggo::agent
