#include "agent/export/c_constants.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "agent/export/c_header.h"

namespace doggo::agent {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLongestText =
    60;  // C99 guarantees no long literals; they read better as comments
constexpr int kNumbersPerLine = 10;

// Lines of at most 100 letters.
std::string Wrapped(const std::string& text, std::string_view indent) {
  std::string lines;
  size_t column = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    if (column > 0 && column + 1 + end - begin > 96) {
      lines += fmt::format("\n{}", indent);
      column = 0;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += text.substr(begin, end - begin);
    column += end - begin;
    begin = end + 1;
  }
  return lines;
}

// A number of JSON; null is one that has no limit.
std::string Number(const Json& json) {
  if (json.is_null()) return "INFINITY";
  if (json.is_boolean()) return json.get<bool>() ? "1" : "0";
  return json.dump();
}

bool IsNumber(const Json& json) { return json.is_number() || json.is_null() || json.is_boolean(); }

// "[4][3]" of a regular array of numbers; "" of anything else.
std::string Extents(const Json& json) {
  if (!json.is_array() || json.empty()) return "";
  const bool are_numbers = std::all_of(json.begin(), json.end(), IsNumber);
  if (are_numbers) return fmt::format("[{}]", json.size());
  const std::string inner = Extents(json[0]);
  const bool alike =
      std::all_of(json.begin(), json.end(), [&](const Json& row) { return Extents(row) == inner; });
  return inner.empty() || !alike ? "" : fmt::format("[{}]{}", json.size(), inner);
}

std::string Braces(const Json& json) {
  if (!json.is_array()) return Number(json);
  std::string text = "{";
  for (const Json& value : json) text += (text.size() > 1 ? ", " : "") + Braces(value);
  return text + "}";
}

class Writer {
 public:
  std::string Take() { return std::move(text_); }

  // path: the name of the value in C
  void Add(const std::string& path, const Json& value) {
    if (value.is_object()) {
      for (const auto& [key, part] : value.items()) Add(path + "_" + CName(key), part);
    } else if (value.is_null()) {
      return;
    } else if (IsNumber(value)) {
      text_ += fmt::format("#define {} {}\n", UpperCase(path), Number(value));
    } else if (value.is_string()) {
      AddText(path, value.get<std::string>());
    } else if (const std::string extents = Extents(value); !extents.empty()) {
      text_ += fmt::format("static const double {}{} = {};\n", path, extents,
                           Wrapped(Braces(value), "    "));
    } else if (value.is_array()) {
      AddRows(path, value);
    }
  }

 private:
  void AddText(const std::string& path, const std::string& text) {
    if (text.size() <= kLongestText) {
      text_ += fmt::format("#define {} {}\n", UpperCase(path), CText(text));
    } else {
      text_ += fmt::format("/* {}: {} */\n", path, Wrapped(CComment(text), "   "));
    }
  }

  // Texts are an array; what has a name goes by it; anything else is left out.
  void AddRows(const std::string& path, const Json& rows) {
    if (std::all_of(rows.begin(), rows.end(), [](const Json& row) { return row.is_string(); })) {
      std::string list;
      for (const Json& row : rows)
        list += (list.empty() ? "" : ", ") + CText(row.get<std::string>());
      text_ += fmt::format("static const char *const {}[{}] = {{{}}};\n", path, rows.size(),
                           Wrapped(list, "    "));
      return;
    }
    for (const Json& row : rows) {
      if (!row.is_object() || !row.contains("name") || !row["name"].is_string()) continue;
      const std::string name = row["name"].get<std::string>();
      std::string comment = name;
      for (const auto& [key, part] : row.items()) {
        if (part.is_string() && key != "name" && !part.get<std::string>().empty())
          comment += fmt::format("; {}: {}", key, part.get<std::string>());
      }
      text_ += fmt::format("/* {} */\n", Wrapped(CComment(comment), "   "));
      for (const auto& [key, part] : row.items()) {
        if (IsNumber(part)) Add(path + "_" + CName(name) + "_" + CName(key), part);
      }
    }
  }

  std::string text_;
};

template <typename Numbers, typename Text>
std::string Array(std::string_view type, std::string_view name, const Numbers& numbers, Text text) {
  std::string out = fmt::format("static const {} {}[{}] = {{", type, name, numbers.size());
  for (size_t k = 0; k < numbers.size(); ++k) {
    out += k == 0 ? "\n    " : k % kNumbersPerLine == 0 ? ",\n    " : ", ";
    out += text(numbers[k]);
  }
  return out + "};\n";
}

}  // namespace

std::string CConstants(const std::string& json, const std::string& name) {
  const Json values = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  Writer writer;
  if (values.is_object()) writer.Add(name, values);
  return writer.Take();
}

std::string CNumber(float number) {
  std::string text = fmt::format("{}", number);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text + "f";
}

std::string CComment(std::string text) {
  for (char& c : text) {
    if (!std::isprint(static_cast<unsigned char>(c))) c = ' ';
  }
  for (const std::string_view mark : {"*/", "/*"}) {
    for (size_t at; (at = text.find(mark)) != std::string::npos;) text[at] = ' ';
  }
  return text;
}

std::string CText(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += std::isprint(static_cast<unsigned char>(c)) ? c : ' ';
  }
  return quoted + "\"";
}

std::string UpperCase(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string CArray(std::string_view type, std::string_view name, std::span<const float> numbers) {
  return Array(type, name, numbers, CNumber);
}

std::string CArray(std::string_view type, std::string_view name, std::span<const int> numbers) {
  return Array(type, name, numbers, [](int number) { return fmt::format("{}", number); });
}

}  // namespace doggo::agent
