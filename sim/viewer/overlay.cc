#include "sim/viewer/overlay.h"

#include <algorithm>
#include <cmath>

#include "sim/mujoco/model.h"

namespace doggo::sim {
namespace {

// Pixels at scale 1.
constexpr double kPanelWidth = 330, kRowHeight = 16, kMargin = 8;
// Shares of a panel's width: where bars begin, end, and how wide the column of their texts is.
constexpr double kLabelShare = 0.48, kTextShare = 0.18;
constexpr double kLineShare = 0.51;  // where the texts of a table's lines begin

const Color kBackground = {0.06f, 0.07f, 0.09f, 0.72f}, kGroove = {1, 1, 1, 0.08f};
const Color kPositive = {0.30f, 0.75f, 0.45f, 1}, kNegative = {0.95f, 0.55f, 0.20f, 1},
            kBeyond = {0.92f, 0.25f, 0.25f, 1}, kOn = {0.35f, 0.62f, 0.95f, 1};

void Fill(const Viewport& part, const Color& color) {
  if (part.width > 0 && part.height > 0)
    mjr_rectangle(part, color[0], color[1], color[2], color[3]);
}

int Round(double x) { return static_cast<int>(std::lround(x)); }

}  // namespace

void Overlay::ContextDeleter::operator()(mjrContext* context) const {
  mjr_freeContext(context);
  delete context;
}

// A model of nothing: the letters are all that is wanted of the context.
Overlay::Overlay(double scale)
    : scale_(scale), context_(new mjrContext), figure_(std::make_unique<mjvFigure>()) {
  const ModelPtr nothing = LoadModelFromText(
      "<mujoco><visual><global offwidth='16' offheight='16'/><quality shadowsize='0' "
      "offsamples='0'/></visual></mujoco>");
  const int font_percent = std::clamp(50 * Round(2 * scale), 50, 300);  // in steps of 50
  mjr_defaultContext(context_.get());
  mjr_makeContext(nothing.get(), context_.get(), font_percent);
  mjr_setBuffer(mjFB_WINDOW, context_.get());
}

int Overlay::panel_width() const { return Round(kPanelWidth * scale_); }
int Overlay::row_height() const { return Round(kRowHeight * scale_); }
int Overlay::panel_height(int rows) const {
  return (rows + 1) * row_height() + Round(2 * kMargin * scale_);
}

void Overlay::Write(const Viewport& viewport, mjtGridPos corner, const std::string& left,
                    const std::string& right) const {
  mjr_overlay(mjFONT_NORMAL, corner, viewport, left.c_str(), right.c_str(), context_.get());
}

// (x, y): of the text's lower left corner, pixels from that of the viewport.
void Overlay::Text(const Viewport& viewport, double x, double y, const std::string& text) const {
  Fill(viewport, {0, 0, 0, 0});  // MuJoCo's texts are placed in the part that was drawn last
  mjr_text(mjFONT_NORMAL, text.c_str(), context_.get(), static_cast<float>(x / viewport.width),
           static_cast<float>(y / viewport.height), 0.95f, 0.95f, 0.95f);
}

void Overlay::Panel(const Viewport& viewport, const std::string& title) const {
  Fill(viewport, kBackground);
  const double margin = kMargin * scale_;
  Text(viewport, margin, viewport.height - margin - row_height() + 3 * scale_, title);
}

void Overlay::Bars(const Viewport& viewport, const std::string& title,
                   std::span<const Bar> bars) const {
  Panel(viewport, title);
  const int margin = Round(kMargin * scale_), row = row_height();
  const int left = Round(kLabelShare * viewport.width);
  const int width = viewport.width - left - Round(kTextShare * viewport.width);
  const int gap = std::max(1, row / 6), middle = viewport.left + left + width / 2;
  for (size_t k = 0; k < bars.size(); ++k) {
    const Bar& bar = bars[k];
    const int y = viewport.height - margin - (static_cast<int>(k) + 2) * row;
    const int bottom = viewport.bottom + y + gap, height = row - 2 * gap;
    Fill({viewport.left + left, bottom, width, height}, kGroove);
    const int length = Round(0.5 * width * std::min(1.0, std::abs(bar.value)));
    Fill({bar.value < 0 ? middle - length : middle, bottom, length, height},
         std::abs(bar.value) > 1 ? kBeyond
         : bar.value < 0         ? kNegative
                                 : kPositive);
    Text(viewport, margin, y, bar.label);
    Text(viewport, left + width + 0.5 * margin, y, bar.text);
  }
}

void Overlay::Lines(const Viewport& viewport, const std::string& title,
                    std::span<const Line> lines) const {
  Panel(viewport, title);
  const double margin = kMargin * scale_;
  for (size_t k = 0; k < lines.size(); ++k) {
    const double y = viewport.height - margin - (static_cast<double>(k) + 2) * row_height();
    Text(viewport, margin, y, lines[k].label);
    Text(viewport, kLineShare * viewport.width, y, lines[k].text);
  }
}

void Overlay::Stripes(const Viewport& viewport, const std::string& title,
                      std::span<const Stripe> stripes) const {
  Panel(viewport, title);
  const int margin = Round(kMargin * scale_), row = row_height(), gap = std::max(1, row / 6);
  const int left = Round(0.12 * viewport.width), width = viewport.width - left - margin;
  for (size_t k = 0; k < stripes.size(); ++k) {
    const std::vector<char>& on = stripes[k].on;
    const int y = viewport.height - margin - (static_cast<int>(k) + 2) * row;
    const int bottom = viewport.bottom + y + gap, height = row - 2 * gap;
    Fill({viewport.left + left, bottom, width, height}, kGroove);
    const auto x = [&](auto moment) {
      return viewport.left + left +
             static_cast<int>(static_cast<double>(width) * (moment - on.begin()) / on.size());
    };
    // as many rectangles as there are stretches of "on"
    for (auto begin = std::find(on.begin(), on.end(), true); begin != on.end();) {
      const auto end = std::find(begin, on.end(), false);
      Fill({x(begin), bottom, x(end) - x(begin), height}, kOn);
      begin = std::find(end, on.end(), true);
    }
    Text(viewport, margin, y, stripes[k].label);
  }
}

void Overlay::Curves(const Viewport& viewport, const std::string& title, double seconds,
                     std::span<const Curve> curves) {
  mjvFigure& figure = *figure_;
  mjv_defaultFigure(&figure);
  std::copy_n(kBackground.data(), 4, figure.figurergba);
  title.copy(figure.title, sizeof(figure.title) - 1);
  figure.flg_ticklabel[0] = figure.flg_ticklabel[1] = true;
  figure.gridsize[0] = 6, figure.gridsize[1] = 3;
  std::string("%.1f").copy(figure.xformat, sizeof(figure.xformat));
  std::string("%.1f").copy(figure.yformat, sizeof(figure.yformat));
  figure.range[0][0] = static_cast<float>(-seconds), figure.range[0][1] = 0;
  figure.range[1][0] = -0.2f, figure.range[1][1] = 0.2f;  // at least
  figure.flg_extend = true;
  for (size_t k = 0; k < curves.size(); ++k) {
    const Curve& curve = curves[k];
    std::copy_n(curve.color.data(), 3, figure.linergb[k]);
    const int points = std::min(static_cast<int>(curve.y.size()), mjMAXLINEPNT);
    figure.linepnt[k] = points;
    for (int i = 0; i < points; ++i) {
      figure.linedata[k][2 * i] = static_cast<float>(-seconds * (points - 1 - i) / (points - 1.0));
      figure.linedata[k][2 * i + 1] = curve.y[i];
    }
  }
  mjr_figure(viewport, &figure, context_.get());
}

}  // namespace doggo::sim
