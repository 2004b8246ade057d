#include "agent/policy/safetensors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "agent/policy/atomic_file.h"
#include "agent/policy/fnv1a.h"

namespace doggo::agent {
namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

constexpr size_t kLengthBytes = 8;
constexpr uint64_t kMaxHeaderBytes = 16'000'000;  // thousands of times what ours have
constexpr char kMetadata[] = "__metadata__";
constexpr char kChecksum[] = "checksum";

template <typename T>
constexpr std::string_view kDtype = "";
template <>
constexpr std::string_view kDtype<float> = "F32";
template <>
constexpr std::string_view kDtype<double> = "F64";
template <>
constexpr std::string_view kDtype<int64_t> = "I64";
template <>
constexpr std::string_view kDtype<char> = "U8";

// Bytes of one number; 0 where the type is not known.
size_t NumberBytes(std::string_view dtype) {
  if (dtype == "F64" || dtype == "I64") return 8;
  if (dtype == "F32") return 4;
  return dtype == "U8" ? 1 : 0;
}

// Nothing where a dimension is negative or the product is beyond 64 bits.
std::optional<uint64_t> NumBytes(std::string_view dtype, const std::vector<int64_t>& shape) {
  uint64_t bytes = NumberBytes(dtype);
  for (const int64_t n : shape) {
    if (n < 0 || __builtin_mul_overflow(bytes, static_cast<uint64_t>(n), &bytes)) return {};
  }
  return bytes;
}

// Over everything but the checksum itself, in the order of the names.
std::string Checksum(const TensorFile& file) {
  Fnv1a hash;
  for (const auto& [key, text] : file.metadata) {
    if (key == kChecksum) continue;
    hash.Add(key);
    hash.Add(text);
  }
  for (const auto& [name, tensor] : file.tensors) {
    hash.Add(name);
    hash.Add(tensor.dtype);
    hash.Add(tensor.shape.size());
    for (const int64_t n : tensor.shape) hash.Add(static_cast<uint64_t>(n));
    hash.Add(std::string_view(tensor.bytes.data(), tensor.bytes.size()));
  }
  return fmt::format("{:016x}", hash.value());
}

// Names in the order of their bytes in the file.
std::vector<std::string> Layout(const TensorFile& file) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : file.tensors) names.push_back(name);
  std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return NumberBytes(file.tensors.at(a).dtype) > NumberBytes(file.tensors.at(b).dtype);
  });
  return names;
}

void CheckTensor(const std::string& name, const Tensor& tensor) {
  if (name == kMetadata || NumberBytes(tensor.dtype) == 0 ||
      NumBytes(tensor.dtype, tensor.shape) != tensor.bytes.size()) {
    throw std::invalid_argument(fmt::format("tensor '{}': {} bytes do not fill {} ({})", name,
                                            tensor.bytes.size(), tensor.dtype,
                                            fmt::join(tensor.shape, ", ")));
  }
}

// What stands in the header of one tensor.
struct Entry {
  std::string name;
  Tensor tensor;  // without its bytes
  uint64_t begin = 0, end = 0;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) {}

  TensorFile Read() {
    bytes_ = ReadBytes();
    const Json header = ParseHeader();

    TensorFile file;
    file.path = path_;
    std::vector<Entry> entries;
    for (const auto& [name, value] : header.items()) {
      if (name == kMetadata) {
        file.metadata = ParseMetadata(value);
      } else {
        entries.push_back(ParseEntry(name, value));
      }
    }
    TakeBytes(entries, file);
    CheckChecksum(file);
    return file;
  }

 private:
  [[noreturn]] void Fail(const std::string& reason, std::string_view mend) const {
    throw std::runtime_error(fmt::format("{}: {}; {}", path_.string(), reason, mend));
  }
  [[noreturn]] void FailCut(uint64_t needed) const {
    Fail(fmt::format("cut short ({} of at least {} bytes)", bytes_.size(), needed),
         "use another copy of it");
  }
  [[noreturn]] void FailFormat(const std::string& reason) const {
    Fail("not a safetensors file (" + reason + ")", "give one, or use another copy of it");
  }

  std::string ReadBytes() const {
    std::error_code error;
    const auto status = std::filesystem::status(path_, error);
    if (!std::filesystem::exists(status)) Fail("not there", "check the name and the folder");
    if (!std::filesystem::is_regular_file(status)) Fail("not a file", "give the file itself");

    std::ifstream in(path_, std::ios::binary);
    std::string bytes;
    const uintmax_t size = std::filesystem::file_size(path_, error);
    if (!error) bytes.resize(size);
    if (error || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
      Fail("cannot be read", "check that you may read it");
    }
    return bytes;
  }

  Json ParseHeader() {
    if (bytes_.size() < kLengthBytes) FailCut(kLengthBytes);
    uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), kLengthBytes);
    if (length > kMaxHeaderBytes) FailFormat("it does not begin with the length of a header");
    data_begin_ = kLengthBytes + length;
    if (data_begin_ > bytes_.size()) FailCut(data_begin_);

    const char* begin = bytes_.data() + kLengthBytes;
    Json header = Json::parse(begin, begin + length, nullptr, /*allow_exceptions=*/false);
    if (!header.is_object()) FailFormat("its header is not a JSON object");
    return header;
  }

  std::map<std::string, std::string> ParseMetadata(const Json& value) const {
    std::map<std::string, std::string> metadata;
    if (!value.is_object()) FailFormat("its metadata is not a JSON object");
    for (const auto& [key, text] : value.items()) {
      if (!text.is_string()) FailFormat("its metadata is not all text");
      metadata[key] = text.get<std::string>();
    }
    return metadata;
  }

  Entry ParseEntry(const std::string& name, const Json& value) const {
    Entry entry;
    entry.name = name;
    const auto fail = [&](std::string_view what) {
      FailFormat(fmt::format("tensor '{}' has {}", name, what));
    };
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") ||
        !value.contains("shape") || !value.contains("data_offsets")) {
      fail("no proper dtype, shape and data_offsets");
    }

    const Json& dtype = value["dtype"];
    if (!dtype.is_string()) fail("a dtype that is no text");
    entry.tensor.dtype = dtype.get<std::string>();
    if (NumberBytes(entry.tensor.dtype) == 0) {
      fail(fmt::format("the dtype '{}'; known are F64, F32, I64 and U8", entry.tensor.dtype));
    }

    const auto numbers = [&](const Json& list, std::string_view what) {
      std::vector<int64_t> result;
      if (!list.is_array()) fail(what);
      for (const Json& n : list) {
        if (!n.is_number_unsigned() || n.get<uint64_t>() > uint64_t{INT64_MAX}) fail(what);
        result.push_back(n.get<int64_t>());
      }
      return result;
    };
    entry.tensor.shape = numbers(value["shape"], "a shape that is no list of sizes");
    const auto offsets = numbers(value["data_offsets"], "data_offsets that are no two positions");
    if (offsets.size() != 2) fail("data_offsets that are no two positions");
    entry.begin = static_cast<uint64_t>(offsets[0]);
    entry.end = static_cast<uint64_t>(offsets[1]);

    const auto num_bytes = NumBytes(entry.tensor.dtype, entry.tensor.shape);
    if (entry.end < entry.begin || num_bytes != entry.end - entry.begin) {
      fail("data_offsets that do not fit its shape");
    }
    return entry;
  }

  // The format allows neither gaps nor overlaps: each tensor begins where the one before it ends.
  void TakeBytes(std::vector<Entry>& entries, TensorFile& file) const {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    const uint64_t num_data = bytes_.size() - data_begin_;
    uint64_t position = 0;
    for (Entry& entry : entries) {
      if (entry.begin != position) {
        FailFormat(fmt::format("tensor '{}' leaves a gap or overlaps another", entry.name));
      }
      if (entry.end > num_data) FailCut(data_begin_ + entry.end);
      const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(data_begin_ + entry.begin);
      entry.tensor.bytes.assign(begin,
                                begin + static_cast<std::ptrdiff_t>(entry.end - entry.begin));
      file.tensors[entry.name] = std::move(entry.tensor);
      position = entry.end;
    }
    if (position != num_data) {
      FailFormat(fmt::format("{} bytes at its end belong to no tensor", num_data - position));
    }
  }

  void CheckChecksum(TensorFile& file) const {
    const auto found = file.metadata.find(kChecksum);
    if (found == file.metadata.end()) return;
    if (found->second != Checksum(file)) {
      Fail("damaged (its checksum does not match its content)", "use another copy of it");
    }
    file.metadata.erase(found);
  }

  const std::filesystem::path& path_;
  std::string bytes_;
  uint64_t data_begin_ = 0;
};

}  // namespace

void WriteTensorFile(const TensorFile& file, const std::filesystem::path& path) {
  // header: where each tensor will lie
  Json header = Json::object();
  header[kMetadata] = file.metadata;
  header[kMetadata][kChecksum] = Checksum(file);
  std::vector<std::string_view> parts(2);  // the first two: the header's length, the header
  size_t end = 0;
  for (const std::string& name : Layout(file)) {
    const Tensor& tensor = file.tensors.at(name);
    CheckTensor(name, tensor);
    parts.emplace_back(tensor.bytes.data(), tensor.bytes.size());
    const size_t begin = std::exchange(end, end + tensor.bytes.size());
    header[name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
  }

  // spaces bring the data to a multiple of 8 bytes
  std::string text;
  try {
    text = header.dump();
  } catch (const Json::type_error&) {
    throw std::runtime_error(fmt::format(
        "{}: cannot be written: its metadata or a name is not UTF-8 text; use plain letters there",
        path.string()));
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const uint64_t length = text.size();
  parts[0] = {reinterpret_cast<const char*>(&length), kLengthBytes};
  parts[1] = text;
  WriteFileAtomically(path, parts);
}

TensorFile ReadTensorFile(const std::filesystem::path& path) { return Reader(path).Read(); }

template <typename T>
Tensor MakeTensor(const T* values, std::vector<int64_t> shape) {
  Tensor tensor{.dtype = std::string(kDtype<T>), .shape = std::move(shape), .bytes = {}};
  const auto num_bytes = NumBytes(tensor.dtype, tensor.shape);
  if (!num_bytes) throw std::invalid_argument("a tensor needs sizes of 0 or more");
  const char* begin = reinterpret_cast<const char*>(values);
  tensor.bytes.assign(begin, begin + *num_bytes);
  return tensor;
}

template <typename T>
void ReadTensor(const TensorFile& file, const std::string& name, const std::vector<int64_t>& shape,
                T* values) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end()) {
    throw std::runtime_error(fmt::format("{}: has no tensor '{}'; use a file of the right kind",
                                         file.path.string(), name));
  }
  const Tensor& tensor = found->second;
  if (tensor.dtype != kDtype<T> || tensor.shape != shape) {
    throw std::runtime_error(fmt::format(
        "{}: tensor '{}' is {} ({}) instead of {} ({}); use a file that fits the configuration",
        file.path.string(), name, tensor.dtype, fmt::join(tensor.shape, ", "), kDtype<T>,
        fmt::join(shape, ", ")));
  }
  std::copy_n(tensor.bytes.data(), tensor.bytes.size(), reinterpret_cast<char*>(values));
}

// the number types of the format
template Tensor MakeTensor(const float*, std::vector<int64_t>);
template Tensor MakeTensor(const double*, std::vector<int64_t>);
template Tensor MakeTensor(const int64_t*, std::vector<int64_t>);
template Tensor MakeTensor(const char*, std::vector<int64_t>);
template void ReadTensor(const TensorFile&, const std::string&, const std::vector<int64_t>&,
                         float*);
template void ReadTensor(const TensorFile&, const std::string&, const std::vector<int64_t>&,
                         double*);
template void ReadTensor(const TensorFile&, const std::string&, const std::vector<int64_t>&,
                         int64_t*);
template void ReadTensor(const TensorFile&, const std::string&, const std::vector<int64_t>&, char*);

}  // namespace doggo::agent
