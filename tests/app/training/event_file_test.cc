#include "app/training/event_file.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <string>
#include <vector>

namespace doggo::app {
namespace {

std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

template <typename T>
T Read(const std::string& bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

// RFC 3720, B.4, and the check value of the CRC catalogue.
TEST(EventFile, Crc32cOfThePublishedExamples) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8a9136aau);
  EXPECT_EQ(Crc32c(std::string(32, '\xff')), 0x62a8ab43u);
}

// One bit after another instead of by a table.
uint32_t SlowCrc32c(const std::string& bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int k = 0; k < 8; ++k) crc = (crc >> 1) ^ (0x82f63b78u & (0u - (crc & 1)));
  }
  return ~crc;
}

TEST(EventFile, ARecordIsItsLengthAndItsBytesEachWithItsMaskedChecksum) {
  const std::vector<Scalar> scalars = {{"loss/policy", -0.25}, {"policy/kl", 0.01}};
  const std::string record = EventRecord(1.5, 4096, scalars);
  const auto length = Read<uint64_t>(record, 0);
  ASSERT_EQ(record.size(), 8 + 4 + length + 4);
  const auto masked = [](uint32_t crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8u; };
  EXPECT_EQ(Read<uint32_t>(record, 8), masked(SlowCrc32c(record.substr(0, 8))));
  EXPECT_EQ(Read<uint32_t>(record, 12 + length), masked(SlowCrc32c(record.substr(12, length))));
}

// Worked out by hand from event.proto: wall_time = 1.0 as a double, step = 300 as a varint (0xac
// 0x02), summary { value { tag "ab", simple_value 0.5f = 0x3f000000 } }.
TEST(EventFile, AnEventIsTheProtocolBuffer) {
  const std::vector<Scalar> scalars = {{"ab", 0.5}};
  const std::string record = EventRecord(1.0, 300, scalars);
  const std::string expected =
      Bytes({0x09, 0,    0,    0,    0,    0,   0,   0xf0, 0x3f, 0x10, 0xac, 0x02, 0x2a,
             0x0b, 0x0a, 0x09, 0x0a, 0x02, 'a', 'b', 0x15, 0,    0,    0,    0x3f});
  EXPECT_EQ(record.substr(12, record.size() - 16), expected);
}

TEST(EventFile, TheFirstRecordNamesTheVersion) {
  const std::string head = EventFileHead(2.0);
  EXPECT_EQ(head.substr(12, head.size() - 16),
            Bytes({0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x1a, 13}) + "brain.Event:2");
}

}  // namespace
}  // namespace doggo::app
