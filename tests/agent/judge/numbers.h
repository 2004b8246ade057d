// Random problems, and what doggo's learner (in double) makes of them, as JSON. judge.py computes
// the same from the formulas; nothing here knows the right answer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "agent/nn/real.h"
#include "sim/interface/config_field.h"

namespace doggo::agent {

using Json = nlohmann::json;
static_assert(std::is_same_v<Real, double>, "the judge computes in double");

// Networks of every layer and every loss: outputs and gradients, in training and in evaluation.
Json NetworkNumbers();
// Every optimiser on a small problem, its iterate after every step.
Json CourseNumbers();
// The rates of every schedule, with warm-up and without.
Json ScheduleNumbers();
// Whole fits, all examples in one batch.
Json FitNumbers();
// The weights that every initialiser draws.
Json InitializerNumbers();
// log p, entropy and KL divergence of the distributions, with their gradients.
Json GaussianNumbers();
Json CategoricalNumbers();

inline Json List(const ConstVectorRef& x) { return std::vector<Real>(x.begin(), x.end()); }

inline Json Rows(const ConstMatrixRef& x) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < x.rows(); ++i) rows.push_back(List(x.row(i).transpose()));
  return rows;
}

// A configuration: {key: value}.
template <typename Config>
Json Values(Config config) {
  Json values;
  for (const ConfigField& field : Fields(config)) {
    std::visit(
        [&](const auto* value) {
          if constexpr (!std::is_same_v<decltype(value), const Range*>) values[field.key] = *value;
        },
        field.value);
  }
  return values;
}

}  // namespace doggo::agent
