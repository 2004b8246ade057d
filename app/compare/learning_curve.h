// What a training measured along its way, and several of them brought onto one axis.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace doggo::app {

// x rises.
struct LearningCurve {
  std::vector<double> x, y;
};

// Two columns of a metrics.csv, without the lines in which one is empty. Throws std::runtime_error
// naming the file where it cannot be read or has no such column (and which it has).
LearningCurve ReadCurve(const std::filesystem::path& csv, const std::string& x,
                        const std::string& y);
bool HasColumn(const std::filesystem::path& csv, const std::string& column);

// So many points, evenly from 0 (without it) to the smallest of the curves' ends.
std::vector<double> CommonAxis(const std::vector<LearningCurve>& curves, int points);

// The mean of y between one point of the axis and the next; where nothing was measured, the last
// value; NaN before the first.
std::vector<double> OnAxis(const LearningCurve& curve, const std::vector<double>& axis);

// The interquartile mean at every point of the axis, and the interval around it.
struct Band {
  std::vector<double> x, mean, low, high;
};
Band BandOf(const std::vector<LearningCurve>& curves, int points = 100);

}  // namespace doggo::app
