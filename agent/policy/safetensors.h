// The safetensors file format: 8 bytes little-endian header length, a JSON header
// {"name": {"dtype", "shape", "data_offsets"}, "__metadata__": {text}}, then the tensors' bytes
// without gaps. Python reads it with the `safetensors` package.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace doggo::agent {

struct Tensor {
  std::string dtype;           // "F32", "F64", "I64", "U8"
  std::vector<int64_t> shape;  // row-major
  std::vector<char> bytes;

  bool operator==(const Tensor&) const = default;
};

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
  std::filesystem::path path;  // where it was read from, for messages; not written
};

// Tensors are laid out by falling size of their numbers, then by name: so each is aligned, without
// gaps (which the format forbids). The metadata gets a "checksum" (FNV-1a, 64 bits, hexadecimal)
// over everything that the file says: metadata, names, types, shapes and bytes.
// Atomic (atomic_file.h). Throws std::runtime_error naming the file and the reason, and
// std::invalid_argument where bytes do not fill a tensor's shape.
void WriteTensorFile(const TensorFile& file, const std::filesystem::path& path);

// Throws std::runtime_error in one sentence: not there, cut short, not safetensors, checksum
// differs (where the file has one; it is not part of the result).
TensorFile ReadTensorFile(const std::filesystem::path& path);

// A tensor of these numbers, as many as the shape says. T: float, double, int64_t, char (U8).
template <typename T>
Tensor MakeTensor(const T* values, std::vector<int64_t> shape);

// The numbers of one tensor, as many as the shape says. Throws std::runtime_error naming the file
// where it has no such tensor, or one of another type or shape.
template <typename T>
void ReadTensor(const TensorFile& file, const std::string& name, const std::vector<int64_t>& shape,
                T* values);

}  // namespace doggo::agent
