// A policy as an ONNX model (onnx.ai/onnx/repo-docs/IR.html, and Operators.html for what each node
// does): one graph from the world's observation to the action, canonical frame and normaliser
// inside, which ONNX Runtime and others load.
//   input   observation (batch x policy_dim, float32), any batch size
//   output  action      (batch x action_dim, float32)
//   metadata: provenance.h
//
// What is read back and run here is what is written here: a dozen operators. A file is checked by
// them without ONNX Runtime, which the tests ask besides.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agent/export/provenance.h"
#include "agent/policy/policy.h"

namespace doggo::agent {

// Any runtime since 2021 (ONNX 1.8, ONNX Runtime 1.6) reads these.
inline constexpr int kOnnxOpset = 13, kOnnxIrVersion = 7;

// A constant: either floats or integers, as many as the shape says, row by row.
struct OnnxTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> floats;
  std::vector<int64_t> integers;
};

struct OnnxAttribute {
  std::string name;
  bool is_float = false;
  float number = 0;
  int64_t integer = 0;
};

struct OnnxNode {
  std::string op;  // "Gemm"
  std::vector<std::string> inputs;
  std::string output;
  std::vector<OnnxAttribute> attributes;
};

struct OnnxModel {
  int policy_dim = 0, action_dim = 0;
  std::vector<OnnxNode> nodes;  // in an order in which they can be run
  std::vector<OnnxTensor> constants;
  Provenance metadata;
};

// Throws std::invalid_argument for an activation that has no operator here.
OnnxModel MakeOnnxModel(const Policy& policy);

// The file. FromOnnx throws std::runtime_error, without a file's name, in words that follow one:
// "is cut short", "is damaged", "holds no graph ...".
std::string ToOnnx(const OnnxModel& model);
OnnxModel FromOnnx(std::string_view bytes);

// obs (policy_dim x n) -> action (action_dim x n). Throws std::runtime_error for an operator that
// MakeOnnxModel does not use, or tensors that do not fit it.
Batch RunOnnx(const OnnxModel& model, const Batch& obs);

}  // namespace doggo::agent
