// Texts, bars, stripes and curves over a picture, in panels.
//
// Like a Scene, it draws with the OpenGL context that is current and must end before that does.
// Panels are as wide as panel_width() and as high as their rows; the caller lays them out.
#pragma once

#include <mujoco/mujoco.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/viewer/scene.h"

namespace doggo::sim {

struct Bar {
  std::string label;
  double value;      // in [-1, 1]: from the middle to either end; beyond, it is cut off, and red
  std::string text;  // behind it
};

// Of one row of stripes: what is true of each of the latest moments, the oldest first.
struct Stripe {
  std::string label;
  std::vector<char> on;
};

// A line of a table.
struct Line {
  std::string label, text;
};

struct Curve {
  Color color;
  std::vector<float> y;  // as many as there are moments, the oldest first
};

class Overlay {
 public:
  // scale: of all sizes; 1 on an ordinary screen.
  explicit Overlay(double scale);

  int panel_width() const;
  int panel_height(int rows) const;  // title included

  // Two columns of lines in a corner.
  void Write(const Viewport& viewport, mjtGridPos corner, const std::string& left,
             const std::string& right = "") const;

  // Panels fill their viewport: a row each, under a title.
  void Bars(const Viewport& viewport, const std::string& title, std::span<const Bar> bars) const;
  void Stripes(const Viewport& viewport, const std::string& title,
               std::span<const Stripe> stripes) const;
  void Lines(const Viewport& viewport, const std::string& title, std::span<const Line> lines) const;
  // Over `seconds` up to now.
  void Curves(const Viewport& viewport, const std::string& title, double seconds,
              std::span<const Curve> curves);

  mjrContext& context() { return *context_; }

 private:
  struct ContextDeleter {
    void operator()(mjrContext* context) const;
  };

  int row_height() const;
  void Text(const Viewport& viewport, double x, double y, const std::string& text) const;
  void Panel(const Viewport& viewport, const std::string& title) const;

  double scale_;
  std::unique_ptr<mjrContext, ContextDeleter> context_;  // of the letters
  std::unique_ptr<mjvFigure> figure_;
};

}  // namespace doggo::sim
