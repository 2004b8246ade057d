#include "app/training/event_file.h"

#include <array>
#include <bit>

#include "agent/export/wire_format.h"

namespace doggo::app {

using agent::AddBytes, agent::AddDouble, agent::AddFloat, agent::AddLittleEndian, agent::AddVarint;

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

std::string EventAt(double wall_time) {
  std::string event;
  AddDouble(1, wall_time, event);
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
    AddFloat(2, static_cast<float>(scalar.value), value);
    AddBytes(1, value, summary);
  }
  std::string event = EventAt(wall_time);
  AddVarint(2, static_cast<uint64_t>(step), event);
  AddBytes(5, summary, event);
  return Record(event);
}

}  // namespace doggo::app
