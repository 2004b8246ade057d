// What the rest of the program uses of the evaluation: the protocol that trainings end with.
// app/evaluation has all of it.
#pragma once

#include "app/evaluation/standard_protocol.h"

namespace doggo::app {

using evaluation::Evaluate;
using evaluation::EvaluateTracking;
using evaluation::Evaluation;
using evaluation::EvaluationConfig;
using evaluation::JudgedWorld;
using evaluation::ToJson;
using evaluation::Tracking;
using evaluation::UpperBound95;

}  // namespace doggo::app
