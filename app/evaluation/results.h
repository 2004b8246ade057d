// What a suite found, as data: the table, the JSON and the page are made from nothing else.
#pragma once

#include <Eigen/Core>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/evaluation/drill.h"
#include "app/evaluation/statistics.h"

namespace doggo::evaluation {

// A number that a suite always gives: its key is its place in the JSON, and its name in thresholds.
struct FigureInfo {
  std::string_view key, unit, meaning;
};
struct Figure {
  double value = std::numeric_limits<double>::quiet_NaN();  // NaN: could not be measured
  Interval interval;                                        // 95 %; NaN where there is none
};

struct Series {
  std::string name;
  std::vector<double> x, y;
};
struct Curves {
  std::string key, title, x_label, y_label;
  std::vector<Series> series;
};

// A value for each of a grid of commands, a cell each. Rows may be names in place of numbers.
struct Grid {
  std::string key, title, x_label, y_label;
  std::vector<double> x, y;                 // of the columns, of the rows
  Eigen::MatrixXd values;                   // (y x x); NaN: none
  std::vector<std::string> row_names = {};  // of the rows, where y is empty
};

struct Bars {
  std::string key, title, x_label;
  double bin = 1;              // bars stand on [k bin, (k + 1) bin]
  std::vector<double> shares;  // of all
};

// When each foot was on the ground.
struct Stance {
  std::string key, title;
  double dt = 0;                            // s
  std::vector<std::vector<char>> grounded;  // of each leg, of each control step
};

struct TextRows {
  std::string key, title;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

struct SuiteResult {
  std::string name, meaning;
  std::span<const FigureInfo> infos;
  std::vector<Figure> figures;  // one for each of infos
  std::vector<Curves> curves;
  std::vector<Grid> grids;
  std::vector<Bars> bars;
  std::vector<Stance> stances;
  std::vector<TextRows> tables;
  std::vector<std::string> notes;
  std::vector<Failure> failures;

  // Throws std::logic_error for a key that is not in infos.
  void Set(std::string_view key, double value, Interval interval = {});
};

// One policy, judged.
struct Report {
  std::string policy;  // the file
  std::string task;
  int64_t steps_trained = 0;
  EvaluationConfig protocol;
  std::vector<SuiteResult> suites;
  std::vector<std::string> missing;  // suites that were stopped
};

// The figure of this key; nullptr where its suite was not run.
const Figure* Find(const Report& report, std::string_view key);

}  // namespace doggo::evaluation
