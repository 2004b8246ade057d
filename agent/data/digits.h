// Made-up handwriting: the ten digits as 16 x 16 grey images, for classification without a
// download. Each image is a glyph of pen strokes, shifted, turned, scaled and sheared at random,
// drawn with a pen of random width, with noise in every pixel.
#pragma once

#include <cstdint>

#include "agent/data/dataset.h"

namespace doggo::agent {

inline constexpr int kDigitSide = 16;  // pixels
inline constexpr int kDigitClasses = 10;

// inputs (256 x examples): grey values in [0, 1], 1 is ink, row by row from the top; targets
// (10 x examples): one-hot. Example k is a function of (seed, k) alone.
Dataset MakeDigits(int examples, uint64_t seed);

}  // namespace doggo::agent
