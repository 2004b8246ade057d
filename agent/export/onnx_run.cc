// RunOnnx: the operators of MakeOnnxModel by their definitions, with the standard library's
// functions, so that it shares nothing with Act. A value of the graph is (batch x features), row by
// row: in memory a Batch, (features x batch).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "agent/export/onnx_model.h"

namespace doggo::agent {
namespace {

[[noreturn]] void DoesNotFit(const OnnxNode& node) {
  throw std::runtime_error(fmt::format("has a node '{}' that does not fit its inputs", node.op));
}

float Attribute(const OnnxNode& node, std::string_view name, float otherwise) {
  for (const OnnxAttribute& attribute : node.attributes) {
    if (attribute.name == name) return attribute.number;
  }
  return otherwise;
}

// In place: all values of one example.
using Function = void (*)(const OnnxNode& node, Eigen::Ref<Eigen::VectorXf> y);

template <float (*kFunction)(float)>
void ForEach(const OnnxNode&, Eigen::Ref<Eigen::VectorXf> y) {
  for (float& number : y) number = kFunction(number);
}

float LogSumExp(const Eigen::Ref<Eigen::VectorXf>& z) {
  const float max = z.maxCoeff();
  float sum = 0;
  for (const float number : z) sum += std::exp(number - max);
  return max + std::log(sum);
}

struct OperatorRow {
  std::string_view op;
  Function apply;
};

const OperatorRow kFunctions[] = {
    {"Identity", ForEach<[](float z) { return z; }>},
    {"Tanh", ForEach<[](float z) { return std::tanh(z); }>},
    {"Relu", ForEach<[](float z) { return std::max(z, 0.0f); }>},
    {"Sigmoid", ForEach<[](float z) { return 1 / (1 + std::exp(-z)); }>},
    {"Softsign", ForEach<[](float z) { return z / (1 + std::abs(z)); }>},
    {"Elu",
     [](const OnnxNode& node, Eigen::Ref<Eigen::VectorXf> y) {
       const float alpha = Attribute(node, "alpha", 1);
       for (float& z : y) z = z < 0 ? alpha * std::expm1(z) : z;
     }},
    {"LeakyRelu",
     [](const OnnxNode& node, Eigen::Ref<Eigen::VectorXf> y) {
       const float alpha = Attribute(node, "alpha", 0.01f);
       for (float& z : y) z = z < 0 ? alpha * z : z;
     }},
    {"Softmax",
     [](const OnnxNode&, Eigen::Ref<Eigen::VectorXf> y) {
       const float log_sum = LogSumExp(y);
       for (float& z : y) z = std::exp(z - log_sum);
     }},
    {"LogSoftmax",
     [](const OnnxNode&, Eigen::Ref<Eigen::VectorXf> y) { y.array() -= LogSumExp(y); }},
};

class Runner {
 public:
  Runner(const OnnxModel& model, const Batch& obs) : num_examples_(obs.cols()) {
    values_["observation"] = obs;
    for (const OnnxTensor& tensor : model.constants) constants_[tensor.name] = &tensor;
  }

  void Run(const OnnxNode& node) { values_[node.output] = Output(node); }

  const Batch& Value(const std::string& name) const { return values_.at(name); }
  bool Has(const std::string& name) const { return values_.contains(name); }

 private:
  const Batch& Input(const OnnxNode& node, size_t k) const {
    const auto found = k < node.inputs.size() ? values_.find(node.inputs[k]) : values_.end();
    if (found == values_.end()) DoesNotFit(node);
    return found->second;
  }

  const OnnxTensor& Constant(const OnnxNode& node, size_t k) const {
    const auto found = k < node.inputs.size() ? constants_.find(node.inputs[k]) : constants_.end();
    if (found == constants_.end()) DoesNotFit(node);
    return *found->second;
  }

  // So many floats.
  Eigen::Map<const Eigen::VectorXf> Floats(const OnnxNode& node, size_t k,
                                           Eigen::Index size) const {
    const OnnxTensor& tensor = Constant(node, k);
    if (static_cast<Eigen::Index>(tensor.floats.size()) != size) DoesNotFit(node);
    return {tensor.floats.data(), size};
  }

  Batch Output(const OnnxNode& node) const {
    const Batch& x = Input(node, node.op == "Where" ? 1 : 0);
    if (node.op == "Gather") return Gather(node, x);
    if (node.op == "Less") return (x.array() < Floats(node, 1, 1)[0]).cast<float>();
    if (node.op == "Where") return Where(node, x);
    if (node.op == "Sub") return x.colwise() - Floats(node, 1, x.rows());
    if (node.op == "Mul") return x.array().colwise() * Floats(node, 1, x.rows()).array();
    if (node.op == "Clip") return x.cwiseMax(Floats(node, 1, 1)[0]).cwiseMin(Floats(node, 2, 1)[0]);
    if (node.op == "Gemm") return Gemm(node, x);
    for (const OperatorRow& row : kFunctions) {
      if (row.op != node.op) continue;
      Batch y = x;
      for (Eigen::Index i = 0; i < y.cols(); ++i) row.apply(node, y.col(i));
      return y;
    }
    throw std::runtime_error(fmt::format("has a node '{}', which doggo does not write", node.op));
  }

  Batch Gather(const OnnxNode& node, const Batch& x) const {
    const std::vector<int64_t>& rows = Constant(node, 1).integers;
    Batch y(static_cast<Eigen::Index>(rows.size()), num_examples_);
    for (size_t k = 0; k < rows.size(); ++k) {
      if (rows[k] < 0 || rows[k] >= x.rows()) DoesNotFit(node);
      y.row(static_cast<Eigen::Index>(k)) = x.row(rows[k]);
    }
    return y;
  }

  Batch Where(const OnnxNode& node, const Batch& x) const {
    const Batch &condition = Input(node, 0), &otherwise = Input(node, 2);
    if (condition.rows() != 1 || x.rows() != otherwise.rows()) DoesNotFit(node);
    Batch y = otherwise;
    for (Eigen::Index i = 0; i < num_examples_; ++i) {
      if (condition(0, i) != 0) y.col(i) = x.col(i);
    }
    return y;
  }

  // x W^T + b of every row, as transB = 1 says.
  Batch Gemm(const OnnxNode& node, const Batch& x) const {
    const OnnxTensor& W = Constant(node, 1);
    if (W.shape.size() != 2 || W.shape[1] != x.rows()) DoesNotFit(node);
    const Eigen::Index out = W.shape[0];
    const auto b = Floats(node, 2, out);
    Batch y(out, num_examples_);
    for (Eigen::Index i = 0; i < num_examples_; ++i) {
      for (Eigen::Index k = 0; k < out; ++k) {
        const float* w = W.floats.data() + k * x.rows();
        double sum = b[k];
        for (Eigen::Index j = 0; j < x.rows(); ++j) sum += static_cast<double>(w[j]) * x(j, i);
        y(k, i) = static_cast<float>(sum);
      }
    }
    return y;
  }

  Eigen::Index num_examples_;
  std::map<std::string, Batch> values_;
  std::map<std::string, const OnnxTensor*> constants_;
};

}  // namespace

Batch RunOnnx(const OnnxModel& model, const Batch& obs) {
  if (obs.rows() != model.policy_dim) {
    throw std::runtime_error(
        fmt::format("takes {} observations, not {}", model.policy_dim, obs.rows()));
  }
  Runner runner(model, obs);
  for (const OnnxNode& node : model.nodes) runner.Run(node);
  if (!runner.Has("action") || runner.Value("action").rows() != model.action_dim)
    throw std::runtime_error("holds no graph that ends in the action");
  return runner.Value("action");
}

}  // namespace doggo::agent
