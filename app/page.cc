#include "app/page.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/plot_frame.h"

namespace doggo::app {
namespace {

// Okabe and Ito's colours, the pale ones darker on paper and the dark ones paler on black.
// Wide tables and pictures scroll in their own box, so that a phone shows them at a size to read.
constexpr const char* kStyle = R"(
:root { color-scheme: light dark; --ink: #1d2025; --soft: #5a606a; --paper: #fff; --card: #f4f5f7; --faint: #e1e4e8; --shade: #0072b2;
  --line-1: #0072b2; --line-2: #d55e00; --line-3: #009e73; --line-4: #c4629a; --line-5: #c98500; --line-6: #3a9bd6; --line-7: #222; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e4e6ea; --soft: #a2a8b3; --paper: #15171b; --card: #1f2228; --faint: #33373f; --shade: #56b4e9;
    --line-1: #56b4e9; --line-2: #f0813a; --line-3: #21bf92; --line-4: #dd93bb; --line-5: #e69f00; --line-6: #4a8fe0; --line-7: #e4e6ea; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1rem; font-weight: 600; color: var(--soft); }
h2 { margin: 2.5rem 0 0.5rem; font-size: 1.2rem; }
p { max-width: 45rem; }
.verdict { margin: 0.25rem 0 1rem; font-size: 1.45rem; line-height: 1.3; font-weight: 600; }
.box { overflow-x: auto; margin: 1rem 0; }
.box svg { display: block; min-width: 36rem; max-width: 100%; height: auto; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
.figures div { padding: 0.6rem 0.8rem; border-radius: 6px; background: var(--card); font-size: 0.85rem; line-height: 1.35; color: var(--soft); }
.figures b { font-size: 1.5rem; line-height: 1.3; color: var(--ink); }
.figures span { display: block; }
figure { margin: 0.75rem 0; }
figure img { max-width: 100%; border-radius: 6px; }
figcaption { font-size: 0.85rem; color: var(--soft); }
table { border-collapse: collapse; font-size: 0.9rem; overflow-wrap: normal; }
th, td { padding: 0.3rem 0.8rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--faint); }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
pre { overflow-x: auto; padding: 0.8rem; border-radius: 6px; background: var(--card); font: 0.82rem/1.45 ui-monospace, monospace; }
summary { cursor: pointer; font-weight: 600; }
.hover circle:hover { fill-opacity: 0.8; }
.contour:hover { stroke-opacity: 1; stroke-width: 16; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  pre { white-space: pre-wrap; }
  .box { overflow: visible; }
  .box svg { min-width: 0; }
  .box, .figures, tr, pre { break-inside: avoid; }
  h2 { break-after: avoid; }
  * { print-color-adjust: exact; }
}
)";

// "-1.5 %", "12/20", "0.1 ± 0.02", "nan", or nothing to say.
bool IsNumber(const std::string& cell) {
  if (cell.empty() || cell == "-" || cell == "nan" || cell == "inf" || cell == "-inf") return true;
  const size_t first = cell.find_first_not_of("+-.<>~ ");
  return first != std::string::npos && cell[first] >= '0' && cell[first] <= '9';
}

// A column of numbers, its head with it, stands at the right.
std::string Html(const Table& table) {
  size_t columns = table.head.size();
  for (const auto& row : table.rows) columns = std::max(columns, row.size());
  std::vector<bool> numbers(columns, !table.rows.empty());
  for (const auto& row : table.rows)
    for (size_t k = 0; k < row.size(); ++k) numbers[k] = numbers[k] && IsNumber(row[k]);

  const auto line = [&](const std::vector<std::string>& cells, const char* tag) {
    std::string html = "<tr>";
    for (size_t k = 0; k < columns; ++k)
      html += fmt::format("<{0}{1}>{2}</{0}>", tag, numbers[k] ? " class=\"number\"" : "",
                          k < cells.size() ? Escape(cells[k]) : "");
    return html + "</tr>\n";
  };
  std::string html = "<div class=\"box\"><table>\n";
  if (!table.head.empty()) html += "<thead>" + line(table.head, "th") + "</thead>\n";
  html += "<tbody>\n";
  for (const auto& row : table.rows) html += line(row, "td");
  return html + "</tbody></table></div>\n";
}

std::string Html(const Paragraph& paragraph) {
  return fmt::format("<p>{}</p>\n", Escape(paragraph.text));
}

std::string Html(const Picture& picture) {
  return fmt::format("<div class=\"box\">{}</div>\n", picture.svg);
}

std::string Html(const Still& still) {
  return fmt::format(
      "<figure><img alt=\"{0}\" "
      "src=\"data:image/png;base64,{1}\"/><figcaption>{0}</figcaption></figure>\n",
      Escape(still.title), still.png);
}

std::string Html(const Preformatted& block) {
  return fmt::format("<pre>{}</pre>\n", Escape(block.text));
}

std::string Html(const Figure& figure) {
  return fmt::format("<div><b>{}</b> {}<span>{}</span></div>\n", Escape(figure.number),
                     Escape(figure.unit), Escape(figure.meaning));
}

}  // namespace

std::string Html(const Page& page) {
  // the content policy holds even a browser to "no network"
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<header>\n<h1>{0}</h1>\n",
      Escape(page.title), kStyle);
  if (!page.verdict.empty())
    html += fmt::format("<p class=\"verdict\">{}</p>\n", Escape(page.verdict));
  html += "</header>\n<main>\n";
  if (!page.picture.empty()) html += Html(Picture{page.picture});
  if (!page.figures.empty()) {
    html += "<div class=\"figures\">\n";
    for (const Figure& figure : page.figures) html += Html(figure);
    html += "</div>\n";
  }
  for (const Section& section : page.sections) {
    html += fmt::format("<section>\n<h2>{}</h2>\n", Escape(section.heading));
    for (const Block& block : section.blocks)
      html += std::visit([](const auto& b) { return Html(b); }, block);
    html += "</section>\n";
  }
  if (!page.configuration.empty() || !page.command.empty()) html += "<section>\n<h2>Again</h2>\n";
  if (!page.command.empty()) html += Html(Preformatted{page.command});
  if (!page.configuration.empty())
    html += fmt::format("<details>\n<summary>Configuration</summary>\n{}</details>\n",
                        Html(Preformatted{page.configuration}));
  if (!page.configuration.empty() || !page.command.empty()) html += "</section>\n";
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace doggo::app
