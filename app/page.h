// A report as one HTML file: opens from disk, asks the network for nothing, light or dark as its
// reader has it, prints.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace doggo::app {

// A number of the first screen: {"0.12", "m/s", "mean speed error, last tenth of the run"}.
struct Figure {
  std::string number, unit, meaning;
};

struct Paragraph {
  std::string text;
};
struct Picture {
  std::string svg;  // of Svg(Chart) or Svg(HeatMap): the only thing that is not escaped
};
struct Still {
  std::string png;    // base64
  std::string title;  // what it shows
};
struct Table {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>>
      rows;  // short rows are filled up; numbers stand at the right
};
struct Preformatted {
  std::string text;
};
using Block = std::variant<Paragraph, Picture, Still, Table, Preformatted>;

struct Section {
  std::string heading;
  std::vector<Block> blocks;  // in order
};

// What is empty is left out.
struct Page {
  std::string title;
  std::string verdict;          // one sentence
  std::string picture;          // SVG
  std::vector<Figure> figures;  // up to five
  std::vector<Section> sections;
  std::string configuration;  // YAML, folded away
  std::string command;        // that makes all this again
};

std::string Html(const Page& page);

}  // namespace doggo::app
