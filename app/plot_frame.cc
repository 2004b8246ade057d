#include "app/plot_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace doggo::app {
namespace {

// Pixels.
constexpr int kFont = 12, kTitleFont = 14, kLine = 18, kEdge = 4;
constexpr int kSwatch = 22, kGap = 14;  // of a legend's line; between its entries
constexpr int kRight = 14,
              kTickSpace = 36;  // right of the plot; least height per tick of the y axis

constexpr const char* kInk = "var(--ink,#222)";
constexpr const char* kFaint = "var(--faint,#ddd)";

// Okabe and Ito 2008, "Color Universal Design": without their yellow, too pale on paper.
constexpr std::array kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                 "#e69f00", "#56b4e9", "#222222"};

bool BeginsLetter(char c) { return (c & 0xC0) != 0x80; }  // UTF-8

// A generous guess: letters of common fonts are 0.5 to 0.64 of the font size on average.
double TextWidth(std::string_view text, double font) {
  return 0.62 * font * static_cast<double>(std::count_if(text.begin(), text.end(), BeginsLetter));
}

// Cut to the width, with an ellipsis where something was lost.
std::string Fit(const std::string& text, double width, double font) {
  if (TextWidth(text, font) <= width) return text;
  const int letters = std::max(0, static_cast<int>(width / (0.62 * font)) - 1);
  int seen = 0;
  size_t end = 0;
  while (end < text.size() && (seen += BeginsLetter(text[end])) <= letters) ++end;
  return text.substr(0, end) + "…";
}

std::string Text(double x, double y, const char* anchor, const std::string& text,
                 const char* more = "") {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y,
                     anchor, more, Escape(text));
}

// Entries from left to right in as many lines as they need; y is moved below them.
std::string Legend(const PlotFrame& frame, double& y) {
  std::string svg;
  double x = kEdge;
  bool any = false;
  for (size_t k = 0; k < frame.legend.size(); ++k) {
    if (frame.legend[k].empty()) continue;
    const std::string name = Fit(frame.legend[k], frame.width - 2 * kEdge - kSwatch, kFont);
    const double end = x + kSwatch + TextWidth(name, kFont);
    if (any && end > frame.width - kEdge) x = kEdge, y += kLine;
    svg += fmt::format("<path d=\"M{:.1f} {:.1f}h16\" stroke-width=\"2.5\" {}/>\n", x, y + 9,
                       Stroke(static_cast<int>(k)));
    svg += Text(x + kSwatch, y + 13, "start", name);
    x += kSwatch + TextWidth(name, kFont) + kGap;
    any = true;
  }
  if (any) y += kLine;
  return svg;
}

struct Marks {
  std::vector<double> ticks;
  std::vector<std::string> labels;
  double widest = 0;                                         // label
  double closest = std::numeric_limits<double>::infinity();  // two ticks
};

Marks MarksOf(const Axis& axis, int most) {
  Marks marks;
  marks.ticks = Ticks(axis, std::max(most, 1));
  marks.labels = TickLabels(axis, marks.ticks);
  for (const std::string& label : marks.labels)
    marks.widest = std::max(marks.widest, TextWidth(label, kFont));
  for (size_t k = 1; k < marks.ticks.size(); ++k)
    marks.closest = std::min(
        marks.closest, std::abs(axis.Position(marks.ticks[k]) - axis.Position(marks.ticks[k - 1])));
  return marks;
}

// As many ticks as there is room for their labels side by side.
Marks MarksBelow(const Axis& axis) {
  int most = static_cast<int>((axis.to - axis.from) / 60);
  Marks marks = MarksOf(axis, most);
  while (most > 1 && marks.closest < marks.widest + kGap) marks = MarksOf(axis, --most);
  return marks;
}

}  // namespace

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        // the other control characters may not stand in XML at all
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') escaped += c;
    }
  }
  return escaped;
}

std::string Colour(int k) {
  const size_t colour = static_cast<size_t>(k) % kColours.size();
  return fmt::format("var(--line-{},{})", colour + 1, kColours[colour]);
}

std::string Stroke(int k) {
  const char* const dash =
      static_cast<size_t>(k) < kColours.size() ? "" : " stroke-dasharray=\"5 3\"";
  return fmt::format("fill=\"none\" style=\"stroke:{}\" stroke-linejoin=\"round\"{}", Colour(k),
                     dash);
}

std::string Hover(double x, double y, const std::string& text) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"><title>{}</title></circle>\n", x,
                     y, Escape(text));
}

std::string Open(PlotFrame& frame) {
  std::string svg;
  const double right = frame.width - kEdge;

  // above the plot: title, legend, what the y axis shows
  double y = kEdge;
  if (!frame.title.empty()) {
    svg += Text(kEdge, y + kTitleFont, "start", Fit(frame.title, right - kEdge, kTitleFont),
                " font-size=\"14\" font-weight=\"600\"");
    y += kLine + kEdge;
  }
  const double above_legend = y;
  svg += Legend(frame, y);
  const double height = frame.height + (y - above_legend);
  if (!frame.y_label.empty()) {
    svg += Text(kEdge, y + 13, "start", Fit(frame.y_label, right - kEdge, kFont));
    y += kLine;
  }
  const double top = y + 6;

  // below it: tick labels, what the x axis shows, the note
  double bottom = height - kEdge;
  if (!frame.x_label.empty() || !frame.note.empty()) {
    const double note_width = frame.note.empty() ? 0 : TextWidth(frame.note, kFont) + kGap;
    svg += Text(kEdge, bottom - 3, "start", Fit(frame.x_label, right - kEdge - note_width, kFont));
    svg +=
        Text(right, bottom - 3, "end", Fit(frame.note, right - kEdge, kFont), " opacity=\"0.75\"");
    bottom -= kLine;
  }
  bottom = std::max(bottom - kLine, top + 1);

  frame.y.from = bottom, frame.y.to = top;
  const Marks left = MarksOf(frame.y, static_cast<int>((bottom - top) / kTickSpace));
  frame.x.from = std::min(kEdge + left.widest + 8, frame.width / 2.0),
  frame.x.to = frame.width - kRight;
  const Marks below = MarksBelow(frame.x);

  std::string grid;
  for (size_t k = 0; k < left.ticks.size(); ++k) {
    const double at = frame.y.Position(left.ticks[k]);
    grid += fmt::format("M{:.1f} {:.1f}H{:.1f}", frame.x.from, at, frame.x.to);
    svg += Text(frame.x.from - 6, at + 4, "end", left.labels[k]);
  }
  for (size_t k = 0; k < below.ticks.size(); ++k) {
    const double at = frame.x.Position(below.ticks[k]),
                 half = TextWidth(below.labels[k], kFont) / 2;
    grid += fmt::format("M{:.1f} {:.1f}V{:.1f}", at, top, bottom);
    svg += Text(std::clamp(at, kEdge + half, std::max(right - half, kEdge + half)), bottom + 15,
                "middle", below.labels[k]);
  }
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {:.0f}\" width=\"{}\" "
      "height=\"{:.0f}\" role=\"img\" "
      "aria-label=\"{}\" style=\"font:{}px system-ui,sans-serif;fill:{}\">\n"
      "{}<path class=\"grid\" d=\"{}\" fill=\"none\" style=\"stroke:{}\"/>\n"
      "<rect class=\"frame\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "fill=\"none\" style=\"stroke:{}\" "
      "stroke-opacity=\"0.5\"/>\n",
      frame.width, height, frame.width, height, Escape(frame.title), kFont, kInk, svg, grid, kFaint,
      frame.x.from, top, frame.x.to - frame.x.from, bottom - top, kInk);
}

}  // namespace doggo::app
