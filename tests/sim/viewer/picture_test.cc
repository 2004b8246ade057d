#include "sim/viewer/picture.h"

#include <gtest/gtest.h>

namespace doggo::sim {
namespace {

Picture Plain(int width, int height, uint8_t value) {
  return {width, height, std::vector<uint8_t>(size_t{3} * width * height, value)};
}

TEST(Picture, PasteWritesTheRectangleAndNothingElse) {
  Picture into = BlackPicture(5, 4);
  Paste(Plain(2, 2, 7), /*left=*/3, /*top=*/1, into);
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 5; ++x)
      EXPECT_EQ(*into.pixel(x, y), x >= 3 && y >= 1 && y <= 2 ? 7 : 0) << x << " " << y;
  }
}

TEST(Picture, SideBySideKeepsTheOrder) {
  const std::vector<Picture> pictures = {Plain(2, 3, 1), Plain(2, 3, 2), Plain(2, 3, 3)};
  const Picture row = SideBySide(pictures);
  EXPECT_EQ(row.width, 6);
  EXPECT_EQ(row.height, 3);
  for (int x = 0; x < 6; ++x) EXPECT_EQ(*row.pixel(x, 2), 1 + x / 2);
}

}  // namespace
}  // namespace doggo::sim
