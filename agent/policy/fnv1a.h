// FNV-1a, 64 bits: a checksum against damage (not against malice) that is the same on every
// machine. (Fowler, Noll, Vo; RFC 9923)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doggo::agent {

class Fnv1a {
 public:
  void Add(const void* data, size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (size_t i = 0; i < size; ++i) hash_ = (hash_ ^ bytes[i]) * 0x100000001b3;
  }
  void Add(uint64_t number) { Add(&number, sizeof(number)); }

  // With its length: so ("ab", "c") and ("a", "bc") differ.
  void Add(std::string_view text) {
    Add(text.size());
    Add(text.data(), text.size());
  }

  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace doggo::agent
