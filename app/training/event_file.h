// TensorBoard's event files, scalars only: a TFRecord file whose records are `Event` messages.
//   TFRecord (tensorflow/core/lib/io/record_writer.h): uint64 length, uint32 masked CRC-32C of it,
//   the bytes, uint32 masked CRC-32C of them; little-endian.
//   Event (tensorflow/core/util/event.proto): 1 double wall_time, 2 int64 step, 3 string
//   file_version, 5 Summary { repeated 1 Value { 1 string tag, 2 float simple_value } }.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace doggo::app {

struct Scalar {
  std::string_view tag;
  double value;
};

// CRC-32C (Castagnoli; RFC 3720, B.4), and as TFRecord stores it: rotated by 15 bits to the right,
// plus 0xa282ead8.
uint32_t Crc32c(std::string_view bytes);
uint32_t MaskedCrc32c(std::string_view bytes);

// What an event file begins with. wall_time: s since 1970.
std::string EventFileHead(double wall_time);

// One record: all scalars of a step.
std::string EventRecord(double wall_time, int64_t step, std::span<const Scalar> scalars);

}  // namespace doggo::app
