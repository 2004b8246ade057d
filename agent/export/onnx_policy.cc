// MakeOnnxModel: Act (agent/policy) as a graph.
#include <fmt/format.h>

#include <stdexcept>

#include "agent/export/onnx_model.h"

namespace doggo::agent {
namespace {

struct Operator {
  std::string_view activation, op;
  std::vector<OnnxAttribute> attributes;
};

// What an activation is called there, and the settings in which its defaults are not ours.
const std::vector<Operator>& Operators() {
  const OnnxAttribute over_features = {.name = "axis", .integer = 1};
  static const std::vector<Operator> operators = {
      {"identity", "Identity", {}},
      {"elu", "Elu", {{.name = "alpha", .is_float = true, .number = 1}}},
      {"tanh", "Tanh", {}},
      {"relu", "Relu", {}},
      {"leaky_relu", "LeakyRelu", {{.name = "alpha", .is_float = true, .number = 0.01f}}},
      {"sigmoid", "Sigmoid", {}},
      {"softsign", "Softsign", {}},
      {"softmax", "Softmax", {over_features}},
      {"log_softmax", "LogSoftmax", {over_features}},
  };
  return operators;
}

class Builder {
 public:
  explicit Builder(const Policy& policy) : policy_(policy) {
    model_.policy_dim = policy.network.num_inputs();
    model_.action_dim = policy.network.num_outputs();
    model_.metadata = ProvenanceOf(policy);
  }

  OnnxModel Build() {
    EnterFrame();
    Normalize();
    for (size_t l = 0; l < policy_.network.layers().size(); ++l) AddLayer(l);
    LeaveFrame();
    if (model_.nodes.empty()) Add("Identity", {x_}, "copy");
    model_.nodes.back().output = "action";
    return std::move(model_);
  }

 private:
  // A node whose output is the new x.
  void Add(std::string_view op, std::vector<std::string> inputs, std::string output,
           std::vector<OnnxAttribute> attributes = {}) {
    x_ = output;
    model_.nodes.push_back(
        {std::string(op), std::move(inputs), std::move(output), std::move(attributes)});
  }

  std::string Constant(std::string name, std::vector<int64_t> shape, std::vector<float> numbers) {
    model_.constants.push_back({name, std::move(shape), std::move(numbers), {}});
    return name;
  }
  std::string Vector(std::string name, const float* numbers, int64_t size) {
    return Constant(std::move(name), {size}, {numbers, numbers + size});
  }
  std::string Indices(std::string name, const std::vector<int>& rows) {
    const auto size = static_cast<int64_t>(rows.size());
    model_.constants.push_back({name, {size}, {}, {rows.begin(), rows.end()}});
    return name;
  }

  // x = y, which is x mirrored, in those examples of the batch where `negative` holds.
  void MirrorWhere(const std::string& negative, const Mirror& mirror, const std::string& name) {
    const std::string before = x_;
    const OnnxAttribute axis = {.name = "axis", .integer = 1};
    Add("Gather", {x_, Indices(name + "_from", mirror.from)}, name + "_exchanged", {axis});
    const auto size = static_cast<int64_t>(mirror.sign.size());
    Add("Mul", {x_, Vector(name + "_sign", mirror.sign.data(), size)}, name + "_image");
    Add("Where", {negative, x_, before}, name);
  }

  // The rules in order, each reading what those before it left; a zero is not negative.
  void EnterFrame() {
    const auto& rules = policy_.frame.rules();
    for (size_t r = 0; r < rules.size(); ++r) {
      const std::string before = x_, rule = fmt::format("rule_{}", r);
      const OnnxAttribute axis = {.name = "axis", .integer = 1};
      if (r == 0) Constant("zero", {1}, {0});
      Add("Gather", {before, Indices(rule + "_row", {rules[r].policy_row})}, rule + "_value",
          {axis});
      Add("Less", {x_, "zero"}, rule + "_negative");
      x_ = before;
      MirrorWhere(rule + "_negative", policy_.frame.symmetries()[rules[r].symmetry].policy_obs,
                  rule + "_observation");
    }
  }

  // The inverse mirrors in reverse order.
  void LeaveFrame() {
    const auto& rules = policy_.frame.rules();
    for (size_t r = rules.size(); r-- > 0;) {
      const std::string rule = fmt::format("rule_{}", r);
      MirrorWhere(rule + "_negative", Inverse(policy_.frame.symmetries()[rules[r].symmetry].action),
                  rule + "_action");
    }
  }

  void Normalize() {
    const Normalizer& normalizer = policy_.normalizer;
    const auto size = normalizer.mean.size();
    if (size == 0) return;
    Add("Sub", {x_, Vector("mean", normalizer.mean.data(), size)}, "centred");
    Add("Mul", {x_, Vector("scale", normalizer.scale.data(), size)}, "scaled");
    Add("Clip",
        {x_, Constant("lowest", {}, {-normalizer.limit}),
         Constant("highest", {}, {normalizer.limit})},
        "normalized");
  }

  void AddLayer(size_t l) {
    const Layer& layer = policy_.network.layers()[l];
    const std::string name = fmt::format("layer_{}", l);
    if (layer.activation == nullptr) {
      const float* W = policy_.theta.data() + layer.parameters.begin;
      const int64_t in = layer.in, out = layer.out;
      Add("Gemm",
          {x_, Constant(name + "_weight", {out, in}, {W, W + in * out}),
           Vector(name + "_bias", W + in * out, out)},
          name, {{.name = "transB", .integer = 1}});
      return;
    }
    for (const Operator& candidate : Operators()) {
      if (candidate.activation != layer.activation->name) continue;
      return Add(candidate.op, {x_}, name, candidate.attributes);
    }
    throw std::invalid_argument(
        fmt::format("the activation '{}' has no ONNX operator; the other files can have it",
                    layer.activation->name));
  }

  const Policy& policy_;
  OnnxModel model_;
  std::string x_ = "observation";
};

}  // namespace

OnnxModel MakeOnnxModel(const Policy& policy) { return Builder(policy).Build(); }

}  // namespace doggo::agent
