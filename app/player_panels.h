// What can be shown of a robot beside its picture, a table: each row a panel, and the key 1, 2, ...
// of its place that shows and hides it.
#pragma once

#include <bitset>
#include <span>
#include <string_view>

#include "app/driven_robots.h"
#include "sim/viewer/overlay.h"

namespace doggo::app {

struct Panel {
  std::string_view name, meaning;
  int (*rows)(const DrivenRobots&);  // how high it is
  void (*draw)(sim::Overlay&, const sim::Viewport&, std::string_view name, const DrivenRobots&,
               int robot);
};

std::span<const Panel> Panels();

// Those that are on, along the right edge from the top, then along the left.
void DrawPanels(sim::Overlay& overlay, const sim::Viewport& window, std::bitset<9> on,
                const DrivenRobots& robots, int robot);

}  // namespace doggo::app
