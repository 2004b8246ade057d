#include "app/training/event_file.h"

#include <array>
#include <bit>

namespace doggo::app {
namespace {

// The remainders of all bytes, for the reflected polynomial 0x1EDC6F41.
constexpr std::array<uint32_t, 256> kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0u);
    table[byte] = crc;
  }
  return table;
}();

template <typename T>
void AddLittleEndian(T number, std::string& out) {
  for (size_t k = 0; k < sizeof(T); ++k) out += static_cast<char>(number >> 8 * k & 0xff);
}

// ---- Protocol Buffers: a field is a key, (number << 3 | wire type), and its value

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void AddVarint(uint64_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) out += static_cast<char>(number | 0x80);
  out += static_cast<char>(number);
}

void AddKey(int field, WireType type, std::string& out) {
  AddVarint(static_cast<uint64_t>(field << 3 | type), out);
}

void AddBytes(int field, std::string_view bytes, std::string& out) {
  AddKey(field, kBytes, out);
  AddVarint(bytes.size(), out);
  out += bytes;
}

std::string EventAt(double wall_time) {
  std::string event;
  AddKey(1, kFixed64, event);
  AddLittleEndian(std::bit_cast<uint64_t>(wall_time), event);
  return event;
}

std::string Record(std::string_view bytes) {
  std::string length, record;
  AddLittleEndian(uint64_t{bytes.size()}, length);
  record = length;
  AddLittleEndian(MaskedCrc32c(length), record);
  record += bytes;
  AddLittleEndian(MaskedCrc32c(bytes), record);
  return record;
}

}  // namespace

uint32_t Crc32c(std::string_view bytes) {
  uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = crc >> 8 ^ kCrcTable[(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

uint32_t MaskedCrc32c(std::string_view bytes) { return std::rotr(Crc32c(bytes), 15) + 0xa282ead8u; }

std::string EventFileHead(double wall_time) {
  std::string event = EventAt(wall_time);
  AddBytes(3, "brain.Event:2", event);
  return Record(event);
}

std::string EventRecord(double wall_time, int64_t step, std::span<const Scalar> scalars) {
  std::string summary;
  for (const Scalar& scalar : scalars) {
    std::string value;
    AddBytes(1, scalar.tag, value);
    AddKey(2, kFixed32, value);
    AddLittleEndian(std::bit_cast<uint32_t>(static_cast<float>(scalar.value)), value);
    AddBytes(1, value, summary);
  }
  std::string event = EventAt(wall_time);
  AddKey(2, kVarint, event);
  AddVarint(static_cast<uint64_t>(step), event);
  AddBytes(5, summary, event);
  return Record(event);
}

}  // namespace doggo::app
