// From values to pixels, straight or logarithmic, with round ticks and short numbers.
#pragma once

#include <string>
#include <vector>

namespace doggo::app {

struct Axis {
  double low = 0, high = 1;  // values; low < high, and 0 < low where log
  bool log = false;
  double from = 0, to = 1;  // pixels of low and high

  // Can this value be drawn at all: a finite number, positive where log.
  bool Takes(double value) const;
  double Position(double value) const;
};

// An axis over the values that it takes, wider than them by `margin` of their span on both sides;
// never empty: one value alone gets some room, none at all the range 0 to 1 (log: 1 to 10).
Axis AxisOver(const std::vector<double>& values, bool log, double margin);

// At most `most` + 1 values from low to high, rising. Straight: multiples of 1, 2 or 5 times a
// power of ten. Logarithmic: powers of ten, on short axes 1, 2 and 5 times them.
std::vector<double> Ticks(const Axis& axis, int most);

// As short as they may be and still tell neighbours apart: "0.5 M", "20 k", "1e-3".
std::vector<std::string> TickLabels(const Axis& axis, const std::vector<double>& ticks);

// Four digits: "12.35 k", "0.3333", "-2.5e-3", "nan".
std::string ShortNumber(double value);

}  // namespace doggo::app
