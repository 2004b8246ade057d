// PrintConfig: a configuration as YAML for a person's eye.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "app/config_file.h"
#include "app/config_value.h"

namespace doggo::app {
namespace {

// Lines longer than this push their own comment aside instead of everybody's.
constexpr size_t kMaxValueColumn = 36;
constexpr size_t kMaxRangeColumn = 56;  // counted from the '#'

struct Line {
  std::string text;  // "  gamma: 0.99"
  std::string meaning, range;
};

// A list whose parts have something to note stands part by part.
void AppendValue(const ConfigField& field, const std::string& head, int indent,
                 std::vector<Line>& lines) {
  const std::string unit = field.unit.empty() ? "" : fmt::format(" ({})", field.unit);
  const std::vector<std::string> items =
      field.notes ? PrintItems(field) : std::vector<std::string>();
  if (items.empty()) {
    lines.push_back({head + " " + PrintValue(field), field.meaning + unit, RangeInSigns(field)});
    return;
  }
  lines.push_back({head, field.meaning + unit, RangeInSigns(field)});
  const std::vector<std::string> notes =
      field.notes(*std::get<std::vector<std::string>*>(field.value));
  for (size_t i = 0; i < items.size(); ++i)
    lines.push_back({fmt::format("{:{}}- {}", "", indent + 2, items[i]), notes[i], ""});
}

// The fields, whose keys agree up to `prefix`, grouped by the next part of their keys in order of
// first appearance.
void AppendLines(const std::vector<const ConfigField*>& fields, size_t prefix, int indent,
                 std::vector<Line>& lines) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<const ConfigField*>> groups;
  for (const ConfigField* field : fields) {
    const std::string name = field->key.substr(prefix, field->key.find('.', prefix) - prefix);
    if (!groups.contains(name)) names.push_back(name);
    groups[name].push_back(field);
  }
  for (const std::string& name : names) {
    const ConfigField& first = *groups[name][0];
    const std::string head = fmt::format("{:{}}{}:", "", indent, name);
    const bool is_section = first.key.size() > prefix + name.size();
    if (is_section) {
      lines.push_back({head, "", ""});
      AppendLines(groups[name], prefix + name.size() + 1, indent + 2, lines);
    } else {
      AppendValue(first, head, indent, lines);
    }
  }
}

// Letters, where each may be several bytes of UTF-8.
size_t Width(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

// The widest text that is no wider than `most`.
size_t CommonWidth(const std::vector<Line>& lines, std::string Line::*part, size_t most) {
  size_t widest = 0;
  for (const Line& line : lines) {
    const size_t width = Width(line.*part);
    if (width <= most && !line.meaning.empty()) widest = std::max(widest, width);
  }
  return widest;
}

void Pad(size_t width, std::string& text) {
  if (const size_t present = Width(text); present < width) text.append(width - present, ' ');
}

}  // namespace

std::string PrintConfig(const ConfigFields& fields, bool with_comments) {
  std::vector<const ConfigField*> all;
  for (const ConfigField& field : fields) all.push_back(&field);
  std::vector<Line> lines;
  AppendLines(all, 0, 0, lines);

  const size_t comment_column = CommonWidth(lines, &Line::text, kMaxValueColumn) + 2;
  const size_t range_column = CommonWidth(lines, &Line::meaning, kMaxRangeColumn) + 2;
  std::string text;
  for (Line& line : lines) {
    if (with_comments && !line.meaning.empty()) {
      Pad(comment_column, line.text);
      if (!line.range.empty()) Pad(range_column, line.meaning);
      line.text += (line.text.ends_with(' ') ? "# " : "  # ") + line.meaning;
      if (!line.range.empty()) line.text += (line.meaning.ends_with(' ') ? "" : "  ") + line.range;
    }
    text += line.text + '\n';
  }
  return text;
}

}  // namespace doggo::app
