#include "agent/export/wire_format.h"

#include <stdexcept>

namespace doggo::agent {
namespace {

void AddNumber(uint64_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void AddKey(int field, WireType type, std::string& out) {
  AddNumber(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(type), out);
}

}  // namespace

void AddVarint(int field, uint64_t number, std::string& out) {
  AddKey(field, WireType::kVarint, out);
  AddNumber(number, out);
}

void AddBytes(int field, std::string_view bytes, std::string& out) {
  AddKey(field, WireType::kBytes, out);
  AddNumber(bytes.size(), out);
  out += bytes;
}

void AddFloat(int field, float number, std::string& out) {
  AddKey(field, WireType::kFixed32, out);
  AddLittleEndian(std::bit_cast<uint32_t>(number), out);
}

void AddDouble(int field, double number, std::string& out) {
  AddKey(field, WireType::kFixed64, out);
  AddLittleEndian(std::bit_cast<uint64_t>(number), out);
}

std::string_view WireReader::Take(uint64_t size) {
  if (size > rest_.size()) throw std::runtime_error("is cut short");
  const std::string_view taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

uint64_t WireReader::ReadVarint() {
  uint64_t number = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<uint8_t>(Take(1)[0]);
    number |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  throw std::runtime_error("is damaged");
}

uint64_t WireReader::ReadFixed(size_t size) {
  const std::string_view bytes = Take(size);
  uint64_t number = 0;
  for (size_t k = 0; k < size; ++k)
    number |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[k])) << 8 * k;
  return number;
}

std::optional<WireField> WireReader::Next() {
  if (rest_.empty()) return {};
  const uint64_t key = ReadVarint();
  WireField field{.number = static_cast<int>(key >> 3 & 0x1fffffff),
                  .type = static_cast<WireType>(key & 7),
                  .value = 0,
                  .bytes = {}};
  switch (field.type) {
    case WireType::kVarint:
      field.value = ReadVarint();
      return field;
    case WireType::kFixed64:
      field.value = ReadFixed(8);
      return field;
    case WireType::kBytes:
      field.bytes = Take(ReadVarint());
      return field;
    case WireType::kFixed32:
      field.value = ReadFixed(4);
      return field;
  }
  throw std::runtime_error("is damaged");
}

}  // namespace doggo::agent
