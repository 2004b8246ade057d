#include "app/config_value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "app/text_distance.h"

namespace doggo::app {
namespace {

constexpr double kMinInt = std::numeric_limits<int>::min();
constexpr double kMaxInt = std::numeric_limits<int>::max();

// ---- text -> number

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string Lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool IsNotFinite(const std::string& text) {
  std::string name = Lower(text);
  name.erase(0, name.find_first_not_of("+-."));
  return name == "inf" || name == "infinity" || name == "nan";
}

double ParseDouble(const std::string& text, std::string_view what = "a number") {
  if (text.empty()) throw BadValue{"", "has no value"};
  if (IsNotFinite(text)) throw BadValue{text, "not a finite number"};
  const bool has_plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  const char* begin = text.data() + (has_plus ? 1 : 0);
  const char* end = text.data() + text.size();
  double number = 0;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error == std::errc::result_out_of_range) {
    throw BadValue{text, "beyond the reach of a 64-bit number"};
  }
  if (error != std::errc() || stop != end) throw BadValue{text, fmt::format("not {}", what)};
  return number;
}

// At most 15 digits: then the nearest double is a whole number only if the text is one.
bool IsWhole(const std::string& text, double number) {
  const bool plain = text.find_first_of(".eE") == std::string::npos;
  return plain ||
         (std::trunc(number) == number && std::count_if(text.begin(), text.end(), IsDigit) <= 15);
}

void CheckLimits(const std::string& text, double number, double min, double max) {
  if (number < min) throw BadValue{text, fmt::format("below {}", min)};
  if (number > max) throw BadValue{text, fmt::format("above {}", max)};
}

// ---- text -> one value

double ReadDouble(const ConfigField& field, const std::string& text) {
  const double number = ParseDouble(text);
  CheckLimits(text, number, field.min, field.max);
  return number;
}

int ReadInt(const ConfigField& field, const std::string& text) {
  const double number = ParseDouble(text, "a whole number");
  if (!IsWhole(text, number)) throw BadValue{text, "not a whole number"};
  CheckLimits(text, number, std::max(field.min, kMinInt), std::min(field.max, kMaxInt));
  return static_cast<int>(number);
}

bool ReadBool(const std::string& text) {
  if (text != "true" && text != "false") throw BadValue{text, "neither true nor false"};
  return text == "true";
}

std::string ReadText(const ConfigField& field, const std::string& text) {
  if (field.check) {
    const std::string problem = field.check(text);
    if (problem.empty()) return text;
    const std::string name = text.substr(0, text.find(' '));
    const std::string nearest = NearestName(name, field.choices);
    throw BadValue{
        "", fmt::format("'{}': {}{}", text, problem, nearest == name ? "" : DidYouMean(nearest))};
  }
  const auto& choices = field.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    throw BadValue{text, "none of its choices"};
  }
  return text;
}

// ---- text -> value

std::string Joined(const ValueText& text) {
  return text.is_list ? fmt::format("[{}]", fmt::join(text.parts, ", ")) : text.parts.at(0);
}

const std::string& Single(const ValueText& text) {
  if (text.is_list) throw BadValue{Joined(text), "a list where one value is expected"};
  return text.parts.at(0);
}

template <typename ReadPart>
auto ReadList(const ValueText& text, ReadPart read) {
  if (!text.is_list)
    throw BadValue{Joined(text), fmt::format("not a list; write [{}]", Joined(text))};
  std::vector<decltype(read(text.parts[0]))> list;
  for (size_t i = 0; i < text.parts.size(); ++i) {
    try {
      list.push_back(read(text.parts[i]));
    } catch (BadValue& bad) {
      bad.part = static_cast<int>(i);
      throw;
    }
  }
  return list;
}

Range ReadRange(const ConfigField& field, const ValueText& text) {
  if (!text.is_list || text.parts.size() != 2) {
    throw BadValue{Joined(text), "not a pair of numbers [low, high]"};
  }
  const auto ends =
      ReadList(text, [&](const std::string& part) { return ReadDouble(field, part); });
  if (ends[0] > ends[1]) throw BadValue{Joined(text), "the wrong way round; low comes first"};
  return {.low = ends[0], .high = ends[1]};
}

// ---- value -> text

// The shortest text that reads back to the same double: 0.0003, 1e-5, 1e16.
std::string PrintDouble(double number) {
  if (std::isnan(number)) return ".nan";
  if (std::isinf(number)) return number > 0 ? ".inf" : "-.inf";
  std::string text = fmt::format("{}", number);
  const size_t e = text.find('e');
  if (e == std::string::npos) return text;
  if (text[e + 1] == '+') text.erase(e + 1, 1);
  const size_t digits = text[e + 1] == '-' ? e + 2 : e + 1;
  text.erase(digits, text.find_first_not_of('0', digits) - digits);
  return text;
}

// Texts that YAML 1.1 or 1.2 takes for something else where they stand without quotes.
bool IsReserved(const std::string& text) {
  const std::string lower = Lower(text);
  for (const char* word : {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}) {
    if (lower == word) return true;
  }
  return false;
}

bool IsPlainSafe(const std::string& text) {
  const auto is_safe = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' ||
           c == '/' || c == ' ' || c == '=';
  };
  return !text.empty() && text.back() != ' ' &&
         (std::isalpha(static_cast<unsigned char>(text[0])) || text[0] == '/') &&
         std::all_of(text.begin(), text.end(), is_safe) && !IsReserved(text);
}

std::string PrintText(const std::string& text) {
  if (IsPlainSafe(text)) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += fmt::format("\\{}", c);
    } else if (byte < 0x20 || byte == 0x7f) {
      quoted += fmt::format("\\x{:02x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string Print(bool value) { return value ? "true" : "false"; }
std::string Print(int value) { return fmt::format("{}", value); }
std::string Print(double value) { return PrintDouble(value); }
std::string Print(const std::string& value) { return PrintText(value); }
std::string Print(const Range& value) {
  return fmt::format("[{}, {}]", PrintDouble(value.low), PrintDouble(value.high));
}
template <typename T>
std::string Print(const std::vector<T>& values) {
  std::vector<std::string> texts;
  for (const T& value : values) texts.push_back(Print(value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

ConfigValue ParseValue(const ConfigField& field, const ValueText& text) {
  const auto read_int = [&](const std::string& part) { return ReadInt(field, part); };
  const auto read_text = [&](const std::string& part) { return ReadText(field, part); };
  const auto read = [&](auto* place) -> ConfigValue {
    using T = std::remove_pointer_t<decltype(place)>;
    if constexpr (std::is_same_v<T, bool>) return ReadBool(Single(text));
    if constexpr (std::is_same_v<T, int>) return ReadInt(field, Single(text));
    if constexpr (std::is_same_v<T, double>) return ReadDouble(field, Single(text));
    if constexpr (std::is_same_v<T, std::string>) return ReadText(field, Single(text));
    if constexpr (std::is_same_v<T, Range>) return ReadRange(field, text);
    if constexpr (std::is_same_v<T, std::vector<int>>) return ReadList(text, read_int);
    if constexpr (std::is_same_v<T, std::vector<std::string>>) return ReadList(text, read_text);
  };
  return std::visit(read, field.value);
}

void Assign(const ConfigField& field, const ConfigValue& value) {
  std::visit([&](auto* place) { *place = std::get<std::remove_pointer_t<decltype(place)>>(value); },
             field.value);
}

std::string PrintValue(const ConfigField& field) {
  return std::visit([](const auto* place) { return Print(*place); }, field.value);
}

std::vector<std::string> PrintItems(const ConfigField& field) {
  std::vector<std::string> items;
  if (const auto* texts = std::get_if<std::vector<std::string>*>(&field.value)) {
    for (const std::string& text : **texts) items.push_back(PrintText(text));
  }
  return items;
}

bool IsList(const ConfigField& field) {
  return std::holds_alternative<Range*>(field.value) ||
         std::holds_alternative<std::vector<int>*>(field.value) ||
         std::holds_alternative<std::vector<std::string>*>(field.value);
}

std::string RangeInWords(const ConfigField& field) {
  if (!field.choices.empty() && !field.check) {
    const auto last = field.choices.end() - 1;
    if (field.choices.size() == 1) return *last;
    return fmt::format("{} or {}", fmt::join(field.choices.begin(), last, ", "), *last);
  }
  const bool has_min = std::isfinite(field.min), has_max = std::isfinite(field.max);
  const std::string unit = field.unit.empty() ? "" : " " + field.unit;
  if (has_min && has_max) return fmt::format("{} to {}{}", field.min, field.max, unit);
  if (has_min) return fmt::format("at least {}{}", field.min, unit);
  if (has_max) return fmt::format("at most {}{}", field.max, unit);
  return field.unit.empty() ? "" : "in" + unit;
}

std::string RangeInSigns(const ConfigField& field) {
  if (!field.choices.empty() && !field.check)
    return fmt::format("{}", fmt::join(field.choices, " | "));
  const bool has_min = std::isfinite(field.min), has_max = std::isfinite(field.max);
  if (has_min && has_max) return fmt::format("[{}, {}]", field.min, field.max);
  if (has_min) return fmt::format(">= {}", field.min);
  return has_max ? fmt::format("<= {}", field.max) : "";
}

}  // namespace doggo::app
