#include "agent/data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string_view>

#include "agent/data/one_hot.h"

namespace doggo::agent {
namespace {

using Names = std::vector<std::string>;

struct Place {
  int line = 1, column = 1;  // column: bytes from the start of the line
};

struct Field {
  std::string text;
  Place place;
};

// The text of a file and how far it has been read.
struct Cursor {
  std::string file, text;
  size_t at = 0, line_start = 0;
  int line = 1;

  bool AtEnd() const { return at == text.size(); }
  char Next() const { return AtEnd() ? '\0' : text[at]; }
  bool AtLineEnd() const { return AtEnd() || Next() == '\n' || text.compare(at, 2, "\r\n") == 0; }
  bool AtFieldEnd() const { return AtLineEnd() || Next() == ','; }
  Place Here() const { return {line, static_cast<int>(at - line_start) + 1}; }
};

[[noreturn]] void Fail(const Cursor& cursor, Place place, std::string problem) {
  // a message stays on one line, whatever text it repeats
  for (char& c : problem) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  throw std::runtime_error(
      fmt::format("{}:{}:{}: {}", cursor.file, place.line, place.column, problem));
}

// ---- text to fields

Cursor Open(const std::filesystem::path& path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  Cursor cursor = {.file = path.string(), .text = {}};
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    throw std::runtime_error(
        fmt::format("{}: there is no such file, or it cannot be read", cursor.file));
  }
  cursor.text.assign(std::istreambuf_iterator<char>(file), {});
  if (cursor.text.starts_with(kByteOrderMark))
    cursor.at = cursor.line_start = kByteOrderMark.size();
  return cursor;
}

void SkipBlanks(Cursor& cursor) {
  while (cursor.Next() == ' ' || cursor.Next() == '\t') ++cursor.at;
}

// Reads one character.
char Take(Cursor& cursor) {
  const char c = cursor.text[cursor.at++];
  if (c == '\n') {
    ++cursor.line;
    cursor.line_start = cursor.at;
  }
  return c;
}

// From an opening quote; a quote inside is written twice.
Field ReadQuoted(Cursor& cursor) {
  Field field = {.text = {}, .place = cursor.Here()};
  Take(cursor);
  for (;;) {
    if (cursor.AtEnd()) Fail(cursor, field.place, "this quote is never closed");
    const char c = Take(cursor);
    if (c == '"') {
      if (cursor.Next() != '"') break;
      Take(cursor);
    }
    field.text += c;
  }
  SkipBlanks(cursor);
  if (!cursor.AtFieldEnd())
    Fail(cursor, cursor.Here(), "text follows a closing quote; write quotes inside quotes twice");
  return field;
}

Field ReadPlain(Cursor& cursor) {
  Field field = {.text = {}, .place = cursor.Here()};
  while (!cursor.AtFieldEnd()) field.text += Take(cursor);
  field.text.erase(field.text.find_last_not_of(" \t") + 1);
  return field;
}

// The fields of the next line; false where only blank lines are left.
bool ReadRow(Cursor& cursor, std::vector<Field>& row) {
  row.clear();
  if (cursor.text.find_first_not_of(" \t\r\n", cursor.at) == std::string::npos) return false;
  for (bool more = true; more;) {
    SkipBlanks(cursor);
    row.push_back(cursor.Next() == '"' ? ReadQuoted(cursor) : ReadPlain(cursor));
    more = !cursor.AtLineEnd();
    if (more) Take(cursor);  // the comma
  }
  // LF or CRLF
  while (!cursor.AtEnd() && Take(cursor) != '\n') {
  }
  return true;
}

// ---- fields to numbers

// The columns of these names, in their order.
std::vector<size_t> FindColumns(const Cursor& cursor, const std::vector<Field>& header,
                                const Names& names) {
  std::vector<size_t> columns;
  for (const std::string& name : names) {
    const auto is_it = [&name](const Field& field) { return field.text == name; };
    const auto found = std::find_if(header.begin(), header.end(), is_it);
    if (found == header.end()) {
      std::string there;
      for (const Field& field : header)
        there += fmt::format("{}'{}'", there.empty() ? "" : ", ", field.text);
      Fail(cursor, header.front().place,
           fmt::format("there is no column '{}'; the columns are {}", name, there));
    }
    const auto again = std::find_if(found + 1, header.end(), is_it);
    if (again != header.end())
      Fail(cursor, again->place, fmt::format("a second column is named '{}'; rename one", name));
    columns.push_back(static_cast<size_t>(found - header.begin()));
  }
  return columns;
}

Real ReadNumber(const Cursor& cursor, const Field& field, const std::string& column, int row) {
  if (field.text.empty())
    Fail(cursor, field.place,
         fmt::format("no number in column '{}' of row {}; fill it in or remove the row", column,
                     row));
  double value = 0;
  const char* end = field.text.data() + field.text.size();
  const auto [stop, error] = std::from_chars(field.text.data(), end, value);
  if (error == std::errc::invalid_argument || stop != end)
    Fail(cursor, field.place,
         fmt::format("'{}' in column '{}' of row {} is not a number", field.text, column, row));
  if (error != std::errc() || !(std::abs(value) <= std::numeric_limits<Real>::max()))
    Fail(cursor, field.place,
         fmt::format("'{}' in column '{}' of row {} is not a finite number; remove the row",
                     field.text, column, row));
  return static_cast<Real>(value);
}

void CheckLabel(const Cursor& cursor, const Field& field, Real value, int classes) {
  if (!(value >= 0 && value < static_cast<Real>(classes) && value == std::floor(value)))
    Fail(cursor, field.place,
         fmt::format("'{}' is no class; classes are whole numbers from 0 to {}", field.text,
                     classes - 1));
}

// `classes` > 0: the targets are checked to be one of so many.
Dataset Read(const std::filesystem::path& path, const Names& inputs, const Names& targets,
             int classes) {
  Cursor cursor = Open(path);
  std::vector<Field> header, row;
  if (!ReadRow(cursor, header))
    Fail(cursor, {}, "the file is empty; a line with the names of the columns is expected");
  const std::vector<size_t> input_columns = FindColumns(cursor, header, inputs),
                            target_columns = FindColumns(cursor, header, targets);

  // example after example, which is column after column of the matrices
  std::vector<Real> x, y;
  int rows = 0;
  while (ReadRow(cursor, row)) {
    ++rows;
    if (row.size() != header.size())
      Fail(cursor, row.front().place,
           fmt::format("row {} has {} field(s) where the header has {}", rows, row.size(),
                       header.size()));
    for (size_t i = 0; i < inputs.size(); ++i)
      x.push_back(ReadNumber(cursor, row[input_columns[i]], inputs[i], rows));
    for (size_t i = 0; i < targets.size(); ++i) {
      y.push_back(ReadNumber(cursor, row[target_columns[i]], targets[i], rows));
      if (classes > 0) CheckLabel(cursor, row[target_columns[i]], y.back(), classes);
    }
  }
  if (rows == 0) Fail(cursor, header.front().place, "there are no rows below the header");

  const auto num_inputs = static_cast<Eigen::Index>(inputs.size()),
             num_targets = static_cast<Eigen::Index>(targets.size());
  return {.inputs = Eigen::Map<const Matrix>(x.data(), num_inputs, rows),
          .targets = Eigen::Map<const Matrix>(y.data(), num_targets, rows),
          .input_names = inputs,
          .target_names = targets};
}

}  // namespace

Dataset ReadCsv(const std::filesystem::path& path, const Names& inputs, const Names& targets) {
  return Read(path, inputs, targets, 0);
}

Dataset ReadCsvOfClasses(const std::filesystem::path& path, const Names& inputs,
                         const std::string& label, int classes) {
  constexpr int kMostClasses = 10000;  // more are a column of something else
  Dataset data = Read(path, inputs, {label}, classes > 0 ? classes : kMostClasses);
  std::vector<int> labels;
  for (const Real value : data.targets.row(0)) labels.push_back(static_cast<int>(value));
  if (classes == 0) classes = 1 + *std::max_element(labels.begin(), labels.end());
  data.targets = OneHot(labels, classes);
  data.target_names.clear();
  for (int c = 0; c < classes; ++c) data.target_names.push_back(fmt::format("{}_{}", label, c));
  return data;
}

}  // namespace doggo::agent
