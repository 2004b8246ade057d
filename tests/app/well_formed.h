// What a test reads out of the SVG and HTML that the program writes.
#pragma once

#include <cctype>
#include <cstdlib>
#include <string>
#include <vector>

namespace doggo::app {

// The values of `attribute` in all elements that begin with `start`: "<path class=\"line\"".
inline std::vector<std::string> Attributes(const std::string& text, const std::string& start,
                                           const std::string& attribute) {
  std::vector<std::string> values;
  for (size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const std::string element = text.substr(at, text.find('>', at) - at);
    const size_t begin = element.find(' ' + attribute + "=\"");
    if (begin == std::string::npos) continue;
    const size_t value = begin + attribute.size() + 3;
    values.push_back(element.substr(value, element.find('"', value) - value));
  }
  return values;
}

// The numbers in a text, whatever stands between them.
inline std::vector<double> Numbers(const std::string& text) {
  std::vector<double> numbers;
  for (const char* c = text.c_str(); *c != '\0';) {
    char* end = nullptr;
    const double number =
        (*c == '-' || *c == '.' || (*c >= '0' && *c <= '9')) ? std::strtod(c, &end) : 0;
    if (end != nullptr && end != c)
      numbers.push_back(number), c = end;
    else
      ++c;
  }
  return numbers;
}

inline int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// "" where the text is well-formed XML (one root, every element closed in order, attributes quoted
// and once each, only known entities), else what is wrong.
inline std::string Malformed(const std::string& text) {
  std::vector<std::string> open;
  int roots = 0;
  size_t at = text.rfind("<!DOCTYPE html>", 0) == 0 ? 15 : 0;
  const auto entity = [&](size_t k) {
    for (const char* known : {"&lt;", "&gt;", "&amp;", "&quot;"})
      if (text.compare(k, std::string(known).size(), known) == 0) return true;
    return false;
  };
  while (at < text.size()) {
    if (text[at] == '&' && !entity(at)) return "a bare & at " + text.substr(at, 20);
    if (text[at] != '<') {
      const bool blank = text[at] == '\n' || text[at] == ' ';
      if (open.empty() && !blank) return "text outside the root";
      ++at;
      continue;
    }
    if (text[at + 1] == '/') {
      const size_t end = text.find('>', at);
      const std::string name = text.substr(at + 2, end - at - 2);
      if (open.empty() || open.back() != name) return "</" + name + "> closes nothing";
      open.pop_back();
      at = end + 1;
      continue;
    }
    size_t k = at + 1;
    while (k < text.size() && (std::isalnum(static_cast<unsigned char>(text[k])) != 0)) ++k;
    const std::string name = text.substr(at + 1, k - at - 1);
    if (name.empty()) return "a bare < at " + text.substr(at, 20);
    std::vector<std::string> attributes;
    while (k < text.size() && text[k] == ' ') {
      const size_t equals = text.find('=', k);
      const std::string attribute = text.substr(k + 1, equals - k - 1);
      for (const std::string& other : attributes)
        if (other == attribute) return attribute + " twice in " + name;
      attributes.push_back(attribute);
      if (text[equals + 1] != '"') return attribute + " without quotes";
      const size_t end = text.find('"', equals + 2);
      const std::string value = text.substr(equals + 2, end - equals - 2);
      if (value.find('<') != std::string::npos) return "< in " + attribute;
      for (size_t v = equals + 2; v < end; ++v)
        if (text[v] == '&' && !entity(v)) return "a bare & in " + attribute;
      k = end + 1;
    }
    if (open.empty() && ++roots > 1) return "a second root " + name;
    if (text.compare(k, 2, "/>") == 0) {
      at = k + 2;
    } else if (text[k] == '>') {
      open.push_back(name);
      at = k + 1;
    } else {
      return "an unfinished <" + name;
    }
  }
  if (!open.empty()) return "<" + open.back() + "> stays open";
  return roots == 1 ? "" : "no root";
}

}  // namespace doggo::app
