// Aligned columns for people.
#pragma once

#include <string>
#include <vector>

namespace doggo::app {

// Columns as wide as their widest cell; those without any text in their rows are left out. What is
// too wide in the last column goes on below.
class TextTable {
 public:
  struct Column {
    std::string head;
    bool right = false;  // numbers
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns.
  void Add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Lines of at most `width` letters where the last column can be wrapped to that, each indented by
  // two; the first names the columns.
  std::string Print(int width = 80) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Lines of at most `width` letters, broken between words.
std::vector<std::string> Wrap(const std::string& text, int width);

}  // namespace doggo::app
