// ToOnnx and FromOnnx: field by field as the public schema numbers them (onnx/onnx.proto). Each
// message that is used stands above its function, with the fields that are.
#include <stdexcept>

#include "agent/export/onnx_model.h"
#include "agent/export/wire_format.h"

namespace doggo::agent {
namespace {

constexpr int kFloatType = 1, kIntegerType = 7;            // TensorProto.DataType
constexpr int kFloatAttribute = 1, kIntegerAttribute = 2;  // AttributeProto.AttributeType

[[noreturn]] void Damaged() { throw std::runtime_error("is damaged"); }

void AddText(int field, std::string_view text, std::string& out) { AddBytes(field, text, out); }

// TensorProto: 1 dims, 2 data_type, 8 name, 9 raw_data (little-endian)
std::string Write(const OnnxTensor& tensor) {
  std::string out, raw;
  for (const int64_t size : tensor.shape) AddVarint(1, static_cast<uint64_t>(size), out);
  const bool is_integer = !tensor.integers.empty();
  AddVarint(2, is_integer ? kIntegerType : kFloatType, out);
  AddText(8, tensor.name, out);
  for (const float number : tensor.floats) AddLittleEndian(std::bit_cast<uint32_t>(number), raw);
  for (const int64_t number : tensor.integers) AddLittleEndian(static_cast<uint64_t>(number), raw);
  AddBytes(9, raw, out);
  return out;
}

template <typename Bits>
Bits FromLittleEndian(std::string_view bytes) {
  Bits bits = 0;
  for (size_t k = 0; k < sizeof(Bits); ++k)
    bits |= static_cast<Bits>(static_cast<uint8_t>(bytes[k])) << 8 * k;
  return bits;
}

OnnxTensor ReadTensorProto(std::string_view message) {
  OnnxTensor tensor;
  uint64_t type = 0;
  std::string_view raw;
  for (WireReader reader(message); const auto field = reader.Next();) {
    if (field->number == 1) tensor.shape.push_back(static_cast<int64_t>(field->value));
    if (field->number == 2) type = field->value;
    if (field->number == 8) tensor.name = field->bytes;
    if (field->number == 9) raw = field->bytes;
  }
  const size_t width = type == kFloatType ? 4 : type == kIntegerType ? 8 : 0;
  if (width == 0) Damaged();
  uint64_t size = 1;
  for (const int64_t extent : tensor.shape) {
    if (extent < 0 || (extent > 0 && size > raw.size() / static_cast<uint64_t>(extent))) Damaged();
    size *= static_cast<uint64_t>(extent);
  }
  if (raw.size() != size * width) Damaged();
  for (size_t k = 0; k < raw.size(); k += width) {
    if (type == kFloatType) {
      tensor.floats.push_back(std::bit_cast<float>(FromLittleEndian<uint32_t>(raw.substr(k, 4))));
    } else {
      tensor.integers.push_back(static_cast<int64_t>(FromLittleEndian<uint64_t>(raw.substr(k, 8))));
    }
  }
  return tensor;
}

// AttributeProto: 1 name, 2 f, 3 i, 20 type
std::string Write(const OnnxAttribute& attribute) {
  std::string out;
  AddText(1, attribute.name, out);
  if (attribute.is_float) {
    AddFloat(2, attribute.number, out);
  } else {
    AddVarint(3, static_cast<uint64_t>(attribute.integer), out);
  }
  AddVarint(20, attribute.is_float ? kFloatAttribute : kIntegerAttribute, out);
  return out;
}

OnnxAttribute ReadAttribute(std::string_view message) {
  OnnxAttribute attribute;
  for (WireReader reader(message); const auto field = reader.Next();) {
    if (field->number == 1) attribute.name = field->bytes;
    if (field->number == 2) attribute.number = field->AsFloat();
    if (field->number == 3) attribute.integer = static_cast<int64_t>(field->value);
    if (field->number == 20) attribute.is_float = field->value == kFloatAttribute;
  }
  return attribute;
}

// NodeProto: 1 input, 2 output, 3 name, 4 op_type, 5 attribute
std::string Write(const OnnxNode& node) {
  std::string out;
  for (const std::string& input : node.inputs) AddText(1, input, out);
  AddText(2, node.output, out);
  AddText(3, node.output, out);
  AddText(4, node.op, out);
  for (const OnnxAttribute& attribute : node.attributes) AddBytes(5, Write(attribute), out);
  return out;
}

OnnxNode ReadNode(std::string_view message) {
  OnnxNode node;
  for (WireReader reader(message); const auto field = reader.Next();) {
    if (field->number == 1) node.inputs.emplace_back(field->bytes);
    if (field->number == 2) node.output = field->bytes;
    if (field->number == 4) node.op = field->bytes;
    if (field->number == 5) node.attributes.push_back(ReadAttribute(field->bytes));
  }
  return node;
}

// ValueInfoProto: 1 name, 2 type; TypeProto: 1 tensor_type; its Tensor: 1 elem_type, 2 shape;
// TensorShapeProto: 1 dim; its Dimension: 1 dim_value, 2 dim_param
std::string WriteValue(std::string_view name, int features) {
  std::string batch, width, shape, tensor, type, out;
  AddText(2, "batch", batch);
  AddVarint(1, static_cast<uint64_t>(features), width);
  AddBytes(1, batch, shape);
  AddBytes(1, width, shape);
  AddVarint(1, kFloatType, tensor);
  AddBytes(2, shape, tensor);
  AddBytes(1, tensor, type);
  AddText(1, name, out);
  AddBytes(2, type, out);
  return out;
}

// The only field of that number in a message that is one itself.
std::string_view Inside(std::string_view message, int number) {
  std::string_view found;
  for (WireReader reader(message); const auto field = reader.Next();) {
    if (field->number == number) found = field->bytes;
  }
  return found;
}

int ReadWidth(std::string_view value) {
  const std::string_view shape = Inside(Inside(Inside(value, 2), 1), 2);
  uint64_t width = 0;
  for (WireReader reader(Inside(shape, 1)); const auto field = reader.Next();) {
    if (field->number == 1) width = field->value;
  }
  if (width > static_cast<uint64_t>(kMostUnits)) Damaged();
  return static_cast<int>(width);
}

// GraphProto: 1 node, 2 name, 5 initializer, 11 input, 12 output
std::string WriteGraph(const OnnxModel& model) {
  std::string out;
  for (const OnnxNode& node : model.nodes) AddBytes(1, Write(node), out);
  AddText(2, "policy", out);
  for (const OnnxTensor& tensor : model.constants) AddBytes(5, Write(tensor), out);
  AddBytes(11, WriteValue("observation", model.policy_dim), out);
  AddBytes(12, WriteValue("action", model.action_dim), out);
  return out;
}

void ReadGraph(std::string_view message, OnnxModel& model) {
  for (WireReader reader(message); const auto field = reader.Next();) {
    if (field->number == 1) model.nodes.push_back(ReadNode(field->bytes));
    if (field->number == 5) model.constants.push_back(ReadTensorProto(field->bytes));
    if (field->number == 11) model.policy_dim = ReadWidth(field->bytes);
    if (field->number == 12) model.action_dim = ReadWidth(field->bytes);
  }
}

// StringStringEntryProto: 1 key, 2 value
std::string WriteEntry(std::string_view key, std::string_view value) {
  std::string out;
  AddText(1, key, out);
  AddText(2, value, out);
  return out;
}

}  // namespace

// ModelProto: 1 ir_version, 2 producer_name, 3 producer_version, 7 graph, 8 opset_import
// (OperatorSetIdProto: 1 domain, 2 version), 14 metadata_props
std::string ToOnnx(const OnnxModel& model) {
  std::string out, opset;
  AddText(1, "", opset);
  AddVarint(2, kOnnxOpset, opset);
  AddVarint(1, kOnnxIrVersion, out);
  AddText(2, "doggo", out);
  for (const auto& [key, value] : model.metadata) {
    if (key == "version") AddText(3, value, out);
  }
  AddBytes(7, WriteGraph(model), out);
  AddBytes(8, opset, out);
  for (const auto& [key, value] : model.metadata) AddBytes(14, WriteEntry(key, value), out);
  return out;
}

OnnxModel FromOnnx(std::string_view bytes) {
  OnnxModel model;
  for (WireReader reader(bytes); const auto field = reader.Next();) {
    if (field->number == 7) ReadGraph(field->bytes, model);
    if (field->number != 14) continue;
    model.metadata.emplace_back(Inside(field->bytes, 1), Inside(field->bytes, 2));
  }
  if (model.nodes.empty() || model.policy_dim == 0 || model.action_dim == 0)
    throw std::runtime_error("holds no graph from an observation to an action");
  return model;
}

}  // namespace doggo::agent
