// What all pictures share: title, legend, axes, colours, and text that stays inside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/axis.h"

namespace doggo::app {

// Text for XML and HTML, between tags or in an attribute.
std::string Escape(std::string_view text);

// Colours are CSS variables, so that a page can be light or dark; alone, a picture is for white
// paper.
//   --ink text, --faint grid, --paper ground, --shade areas, --line-1 to --line-7 (Okabe and Ito
//   2008).
// Stroke of the k-th line as attributes; after seven colours they come again, dashed.
std::string Stroke(int k);
std::string Colour(int k);

struct PlotFrame {
  std::string title, x_label, y_label;
  int width = 640, height = 320;         // the legend's lines are added to the height
  Axis x = {}, y = {};                   // their pixels are set by Open
  std::string note = {};                 // below at the right
  std::vector<std::string> legend = {};  // name of the k-th line; "" is left out
};

// <svg> with everything but the data; the caller adds that and </svg>.
std::string Open(PlotFrame& frame);

// An invisible disc that says `text` under the mouse.
std::string Hover(double x, double y, const std::string& text);

}  // namespace doggo::app
