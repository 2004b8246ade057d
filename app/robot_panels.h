// What can be shown of a robot beside its picture, a table: each row a panel, and the key F3, F4,
// ... of its place that shows and hides it.
#pragma once

#include <span>
#include <string_view>

#include "app/show.h"
#include "sim/viewer/overlay.h"

namespace doggo::app {

struct Panel {
  std::string_view name, meaning;
  int (*rows)(const ShownRobot&);  // how high it is
  void (*draw)(sim::Overlay&, const sim::Viewport&, std::string_view name, const ShownRobot&);
};

std::span<const Panel> Panels();

// Those that are on, along the right edge from the top, then along the left.
void DrawPanels(sim::Overlay& overlay, const sim::Viewport& picture,
                const std::array<bool, kMaxPanels>& on, const ShownRobot& robot);

}  // namespace doggo::app
