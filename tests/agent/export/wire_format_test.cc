#include "agent/export/wire_format.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace doggo::agent {
namespace {

// The examples of protobuf.dev/programming-guides/encoding.
TEST(WireFormat, WritesTheDocumentationsExamples) {
  std::string number, text;
  AddVarint(1, 150, number);
  EXPECT_EQ(number, "\x08\x96\x01");
  AddBytes(2, "testing", text);
  EXPECT_EQ(text, "\x12\x07testing");
}

TEST(WireFormat, ReadsWhatItWrites) {
  std::string message;
  AddVarint(1, ~uint64_t{0}, message);
  AddFloat(2, -1.5f, message);
  AddDouble(3, 0.1, message);
  AddBytes(14, std::string_view("a\0b", 3), message);
  WireReader reader(message);
  const auto varint = reader.Next();
  EXPECT_EQ(varint->number, 1);
  EXPECT_EQ(varint->value, ~uint64_t{0});
  EXPECT_EQ(reader.Next()->AsFloat(), -1.5f);
  EXPECT_EQ(std::bit_cast<double>(reader.Next()->value), 0.1);
  const auto bytes = reader.Next();
  EXPECT_EQ(bytes->number, 14);
  EXPECT_EQ(bytes->bytes, std::string_view("a\0b", 3));
  EXPECT_FALSE(reader.Next());
}

TEST(WireFormat, EveryCutInsideAFieldIsNoticed) {
  std::string message;
  AddBytes(1, "text", message);
  AddFloat(2, 1, message);
  for (const size_t size : {1u, 2u, 5u, 7u, 10u}) {
    WireReader reader(std::string_view(message).substr(0, size));
    EXPECT_THROW(while (reader.Next()){}, std::runtime_error) << size;
  }
}

TEST(WireFormat, AVarintOfMoreThanTenBytesIsDamaged) {
  std::string message(12, '\xff');
  message[0] = '\x08';
  EXPECT_THROW(WireReader(message).Next(), std::runtime_error);
}

}  // namespace
}  // namespace doggo::agent
