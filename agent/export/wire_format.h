// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as much as ONNX
// models and TensorBoard's event files need. A message is fields one after another, each a key,
// (number << 3 | wire type), and a value. A handful of messages in two formats is less than a
// dependency with generated code would be.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace doggo::agent {

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// Least byte first.
template <typename T>
void AddLittleEndian(T number, std::string& out) {
  for (size_t k = 0; k < sizeof(T); ++k) out += static_cast<char>(number >> 8 * k & 0xff);
}

// ---- writing: each appends one field

void AddVarint(int field, uint64_t number, std::string& out);
void AddBytes(int field, std::string_view bytes, std::string& out);  // text or another message
void AddFloat(int field, float number, std::string& out);
void AddDouble(int field, double number, std::string& out);

// ---- reading

struct WireField {
  int number = 0;
  WireType type = WireType::kVarint;
  uint64_t value = 0;      // of all types but kBytes, bit by bit
  std::string_view bytes;  // of kBytes

  float AsFloat() const { return std::bit_cast<float>(static_cast<uint32_t>(value)); }
};

// The fields of a message, in order; the bytes must outlive it.
class WireReader {
 public:
  explicit WireReader(std::string_view message) : rest_(message) {}

  // None at the end. Throws std::runtime_error where the bytes are no message, or cut short.
  std::optional<WireField> Next();

 private:
  uint64_t ReadVarint();
  uint64_t ReadFixed(size_t size);
  std::string_view Take(uint64_t size);

  std::string_view rest_;
};

}  // namespace doggo::agent
