// The pictures of an evaluation, as SVG.
#pragma once

#include <string>

#include "app/evaluation/results.h"

namespace doggo::app {

// Cells with their numbers, the darker the greater; a cross where there is none.
std::string Svg(const evaluation::Grid& grid);

std::string Svg(const evaluation::Curves& curves);
std::string Svg(const evaluation::Bars& bars);

// A row for each leg, dark where its foot is on the ground.
std::string Svg(const evaluation::Stance& stance);

}  // namespace doggo::app
