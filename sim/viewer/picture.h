// A picture: three bytes a pixel (red, green, blue), rows from the top.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace doggo::sim {

struct Picture {
  int width = 0, height = 0;
  std::vector<uint8_t> rgb;  // (height x width x 3)

  const uint8_t* pixel(int x, int y) const { return &rgb[3 * (size_t{1} * y * width + x)]; }
  uint8_t* pixel(int x, int y) { return &rgb[3 * (size_t{1} * y * width + x)]; }
};

inline Picture BlackPicture(int width, int height) {
  return {width, height, std::vector<uint8_t>(size_t{3} * width * height)};
}

// Copies a picture into a larger one, its upper left corner at (left, top); it must fit.
inline void Paste(const Picture& from, int left, int top, Picture& into) {
  assert(left >= 0 && top >= 0 && left + from.width <= into.width &&
         top + from.height <= into.height);
  for (int y = 0; y < from.height; ++y)
    std::copy_n(from.pixel(0, y), size_t{3} * from.width, into.pixel(left, top + y));
}

// Pictures of one size in a row.
inline Picture SideBySide(std::span<const Picture> pictures) {
  const int width = pictures[0].width;
  Picture row = BlackPicture(width * static_cast<int>(pictures.size()), pictures[0].height);
  for (size_t k = 0; k < pictures.size(); ++k)
    Paste(pictures[k], static_cast<int>(k) * width, 0, row);
  return row;
}

}  // namespace doggo::sim
