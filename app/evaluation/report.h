// A whole evaluation: the suites that were asked for, in their order; as JSON, as text, against
// thresholds.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "app/evaluation/results.h"
#include "app/evaluation/suites.h"

namespace doggo::evaluation {

// Runs the suites; where it is stopped, those that are whole are in the report, the others in
// `missing`. `begin` is called before each.
Report Judge(
    Context& context, const std::vector<const Suite*>& suites,
    const std::function<void(const Suite&)>& begin = [](const Suite&) {});

// README.md has the schema. The second: of several policies.
inline constexpr int kSchema = 2;
nlohmann::ordered_json Json(const Report& report);
nlohmann::ordered_json Json(const std::vector<Report>& reports);

// What a person reads: a line for every figure, the policies side by side.
std::string Text(const std::vector<Report>& reports);

// "0.039", "-", "12": as a person reads a figure; with its interval where it has one.
std::string Number(double value);
std::string Number(const Figure& figure);

// --- thresholds

struct Criterion {
  std::string key;   // of a figure
  double low, high;  // it is to be within, both ends included
};

struct Verdict {
  Criterion criterion;
  double value;  // NaN: could not be measured, which fails
  bool passed;
};

// Of the criteria whose suites were run.
std::vector<Verdict> Verdicts(const Report& report, const std::vector<Criterion>& criteria);

// Every key that a figure has.
std::vector<std::string> FigureKeys();

}  // namespace doggo::evaluation
