#include "sim/environment/replay.h"

#include <fmt/format.h>

#include <cstring>
#include <istream>
#include <ostream>
#include <span>
#include <stdexcept>
#include <type_traits>

namespace doggo::sim {
namespace {

struct Header {
  uint64_t magic = 0x646F67676F72706C;  // "doggorpl"
  uint64_t version = 2;
  uint64_t size = 0, checksum = 0;  // of the bytes that follow
};

// Far more than any replay has (two seconds of a robot are some 20 kB); memory for no more than
// this is asked for before the checksum is known to be right.
constexpr uint64_t kMaxBytes = 64 << 20;

// FNV-1a, 64 bits (Fowler, Noll, Vo).
uint64_t Checksum(std::span<const char> bytes) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const char byte : bytes) {
    hash ^= static_cast<unsigned char>(byte);
    hash *= 0x100000001B3;
  }
  return hash;
}

// The fields of a replay in the order of the file.
template <typename ReplayOrConst, typename Visitor>
void VisitFields(ReplayOrConst& replay, Visitor&& visit) {
  visit(replay.environment);
  visit(replay.seed);
  visit(replay.trouble.kind);
  visit(replay.trouble.dof);
  visit(replay.trouble.value);
  visit(replay.message);
  visit(replay.configuration);
  visit(replay.state);
  visit(replay.record);
  visit(replay.fields);
  visit(replay.action_dim);
  visit(replay.actions);
}

// Numbers as their bytes, arrays as their length and their bytes.
struct Writer {
  std::vector<char> bytes;

  template <typename T>
  void operator()(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      Append(&value, sizeof(value));
    } else {
      (*this)(static_cast<uint64_t>(value.size()));
      Append(value.data(), value.size() * sizeof(value[0]));
    }
  }
  void Append(const void* data, size_t count) {
    const char* first = static_cast<const char*>(data);
    bytes.insert(bytes.end(), first, first + count);
  }
};

struct Reader {
  std::span<const char> rest;
  bool complete = true;  // false from where an array would end beyond the bytes

  template <typename T>
  void operator()(T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      Take(&value, sizeof(value));
    } else {
      uint64_t count = 0;
      (*this)(count);
      complete = complete && count <= rest.size() / sizeof(value[0]);
      if (!complete) return;
      value.resize(count);
      Take(value.data(), count * sizeof(value[0]));
    }
  }
  void Take(void* data, size_t count) {
    complete = complete && count <= rest.size();
    if (!complete || count == 0) return;
    std::memcpy(data, rest.data(), count);
    rest = rest.subspan(count);
  }
};

bool IsConsistent(const Replay& replay) {
  const int kind = static_cast<int>(replay.trouble.kind);
  return kind >= 0 && kind < kNumTroubleKinds && replay.environment >= 0 &&
         replay.action_dim >= 0 &&
         replay.actions.size() == static_cast<size_t>(replay.steps()) * replay.action_dim;
}

}  // namespace

void WriteReplay(const Replay& replay, std::ostream& out) {
  Writer writer;
  VisitFields(replay, writer);
  const Header header = {.size = writer.bytes.size(), .checksum = Checksum(writer.bytes)};
  out.write(reinterpret_cast<const char*>(&header), sizeof(header));
  out.write(writer.bytes.data(), static_cast<std::streamsize>(writer.bytes.size()));
}

Replay ReadReplay(std::istream& in, const std::string& name) {
  const auto fail = [&](const char* what) {
    throw std::runtime_error(fmt::format("{}: {}", name, what));
  };
  const Header expected;
  Header header;
  in.read(reinterpret_cast<char*>(&header), sizeof(header));
  if (in.gcount() != sizeof(header) || header.magic != expected.magic) fail("not a replay");
  if (header.version != expected.version) {
    throw std::runtime_error(
        fmt::format("{}: a replay of version {}; this program reads version {}", name,
                    header.version, expected.version));
  }
  if (header.size > kMaxBytes) fail("the replay is damaged");

  std::vector<char> bytes(header.size);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.gcount() != static_cast<std::streamsize>(bytes.size())) fail("the replay is cut short");
  if (Checksum(bytes) != header.checksum) fail("the replay is damaged");

  Replay replay;
  Reader reader{bytes};
  VisitFields(replay, reader);
  if (!reader.complete || !reader.rest.empty() || !IsConsistent(replay)) {
    fail("the replay is damaged");
  }
  return replay;
}

}  // namespace doggo::sim
