#include "app/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace doggo::app {
namespace {

constexpr int kIndent = 2, kGap = 2;
constexpr int kNarrowest = 20;  // of a column that is wrapped

std::string WithoutTrailingSpaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

std::vector<std::string> Wrap(const std::string& text, int width) {
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    std::string& line = lines.back();
    if (line.empty()) {
      line = word;
    } else if (static_cast<int>(line.size() + 1 + word.size()) <= width) {
      line += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string TextTable::Print(int width) const {
  // how wide each column is; 0: left out
  const size_t last = columns_.size() - 1;
  std::vector<int> widths(columns_.size(), 0);
  for (size_t c = 0; c < columns_.size(); ++c) {
    for (const auto& row : rows_) widths[c] = std::max(widths[c], static_cast<int>(row[c].size()));
    if (widths[c] > 0) widths[c] = std::max(widths[c], static_cast<int>(columns_[c].head.size()));
  }
  int before_last = kIndent;
  for (size_t c = 0; c < last; ++c) before_last += widths[c] > 0 ? widths[c] + kGap : 0;
  widths[last] = std::min(widths[last], std::max(kNarrowest, width - before_last));

  std::string text;
  const auto add_line = [&](const std::vector<std::string>& cells) {
    std::string line(kIndent, ' ');
    for (size_t c = 0; c < last; ++c) {
      if (widths[c] == 0) continue;
      line += columns_[c].right ? fmt::format("{:>{}}", cells[c], widths[c])
                                : fmt::format("{:{}}", cells[c], widths[c]);
      line.append(kGap, ' ');
    }
    std::vector<std::string> parts(1);
    if (widths[last] > 0) parts = Wrap(cells[last], widths[last]);
    for (size_t k = 0; k < parts.size(); ++k) {
      if (k > 0) line = std::string(static_cast<size_t>(before_last), ' ');
      line += columns_[last].right ? fmt::format("{:>{}}", parts[k], widths[last]) : parts[k];
      text += WithoutTrailingSpaces(line) + '\n';
    }
  };
  std::vector<std::string> heads;
  for (const Column& column : columns_) heads.push_back(column.head);
  const bool named =
      std::any_of(heads.begin(), heads.end(), [](const auto& h) { return !h.empty(); });
  if (named) add_line(heads);
  for (const auto& row : rows_) add_line(row);
  return text;
}

}  // namespace doggo::app
