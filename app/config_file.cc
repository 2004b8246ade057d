#include "app/config_file.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include "app/config_keys.h"
#include "app/config_value.h"
#include "app/text_distance.h"

namespace doggo::app {
namespace {

// " (worker threads; 1 to 256)"
std::string Explanation(const ConfigField& field, std::string_view before,
                        std::string_view between) {
  const std::string range = RangeInWords(field);
  return fmt::format(" ({}{}{}{})", before, field.meaning, range.empty() ? "" : between, range);
}

// The texts of a value's node. Throws BadValue where a section or a list in a list stands there.
ValueText TextOf(const YAML::Node& node) {
  if (node.IsNull()) throw BadValue{"", "has no value"};
  if (node.IsMap()) throw BadValue{"", "a section stands where one value is expected"};
  if (node.IsScalar()) return {.is_list = false, .parts = {node.Scalar()}};
  ValueText text{.is_list = true, .parts = {}};
  for (const YAML::Node& part : node) {
    if (!part.IsScalar()) {
      throw BadValue{"", "a list holds something else than plain values",
                     static_cast<int>(text.parts.size())};
    }
    text.parts.push_back(part.Scalar());
  }
  return text;
}

// A message stays on one line, whatever text it repeats.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text;
}

std::string Sentence(const BadValue& bad) {
  return bad.text.empty() ? bad.problem : fmt::format("'{}' is {}", bad.text, bad.problem);
}

// ---- a file

bool HasTabIndent(const std::string& text, int line_number) {
  std::istringstream lines(text);
  std::string line;
  for (int i = 0; i <= line_number; ++i) std::getline(lines, line);
  return line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string::npos;
}

// Hears the events of a parse; remembers where the document that it hears last begins.
class DocumentStart : public YAML::EventHandler {
 public:
  YAML::Mark mark;

  void OnDocumentStart(const YAML::Mark& start) override { mark = start; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Reads the whole text before it sets anything.
class Reader {
 public:
  Reader(const std::string& name, const ConfigFields& fields) : name_(name), fields_(fields) {}

  void Read(const std::string& text) {
    const YAML::Node root = Parse(text);
    if (!root.IsNull()) {
      if (!root.IsMap()) {
        Fail(root.Mark(), "not a configuration: lines 'key: value' are expected");
      }
      ReadSection(root, "");
    }
    for (const auto& [field, value] : values_) Assign(*field, value);
  }

 private:
  [[noreturn]] void Fail(const YAML::Mark& mark, const std::string& what) const {
    const std::string place =
        mark.is_null() ? "" : fmt::format("{}:{}:", mark.line + 1, mark.column + 1);
    throw ConfigError(OneLine(fmt::format("{}:{} {}", name_, place, what)));
  }

  YAML::Node Parse(const std::string& text) const {
    try {
      CheckSingleDocument(text);
      return YAML::Load(text);
    } catch (const YAML::Exception& error) {
      Fail(error.mark, fmt::format("not valid YAML: {}; check the {}", error.msg,
                                   HasTabIndent(text, error.mark.line)
                                       ? "indentation, which must be spaces, not tabs"
                                       : "indentation, the quotes and the brackets"));
    }
  }

  // YAML::LoadAll of yaml-cpp 0.7 never ends on a stray ',', and a quote that stays open is no
  // error to it where line ends follow: hence documents one by one, and without the line ends.
  void CheckSingleDocument(const std::string& text) const {
    std::istringstream in(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
    YAML::Parser parser(in);
    DocumentStart document;
    if (!parser.HandleNextDocument(document) || !parser.HandleNextDocument(document)) return;
    Fail(document.mark, "not valid YAML: something follows where the configuration has ended");
  }

  void ReadSection(const YAML::Node& map, const std::string& prefix) {
    for (const auto& entry : map) {
      const YAML::Node &key_node = entry.first, &value = entry.second;
      if (!key_node.IsScalar()) Fail(key_node.Mark(), "a key must be a plain word");
      const std::string key = prefix + key_node.Scalar();

      const auto [first, is_new] = lines_.try_emplace(key, key_node.Mark().line + 1);
      if (!is_new) {
        Fail(key_node.Mark(),
             fmt::format("'{}' is given twice (first in line {})", key, first->second));
      }
      if (const ConfigField* field = FindField(fields_, key)) {
        ReadValue(*field, key_node, value);
      } else if (const ConfigField* member = FirstInSection(fields_, key)) {
        if (value.IsNull()) continue;  // all its lines are commented out
        if (!value.IsMap()) FailNoSection(key, value, *member);
        ReadSection(value, key + ".");
      } else {
        FailUnknown(key_node, value, key);
      }
    }
  }

  void ReadValue(const ConfigField& field, const YAML::Node& key, const YAML::Node& value) {
    try {
      values_.emplace_back(&field, ParseValue(field, TextOf(value)));
    } catch (const BadValue& bad) {
      const bool in_part = value.IsSequence() && bad.part >= 0;
      const YAML::Mark mark = value.IsNull() ? key.Mark()
                              : in_part      ? value[bad.part].Mark()
                                             : value.Mark();
      Fail(mark, field.key + ": " + Sentence(bad) + Explanation(field, "", "; "));
    }
  }

  [[noreturn]] void FailNoSection(const std::string& key, const YAML::Node& value,
                                  const ConfigField& member) const {
    const std::string found = value.IsScalar() ? fmt::format("'{}'", value.Scalar()) : "a list";
    Fail(value.Mark(), fmt::format("{}: {} stands where a section is expected (with keys such as "
                                   "'{}')",
                                   key, found, member.key.substr(key.size() + 1)));
  }

  [[noreturn]] void FailUnknown(const YAML::Node& node, const YAML::Node& value,
                                const std::string& key) const {
    const bool is_section = value.IsMap();
    const std::string nearest = NearestKey(key, is_section ? SectionsOf(fields_) : KeysOf(fields_));
    Fail(node.Mark(), fmt::format("unknown {} '{}'{}", is_section ? "section" : "key", key,
                                  DidYouMean(nearest)));
  }

  const std::string& name_;
  const ConfigFields& fields_;
  std::map<std::string, int> lines_;  // where each key stands
  std::vector<std::pair<const ConfigField*, ConfigValue>> values_;
};

// A configuration of a similar name, in the same folder or in configs/; "" where there is none.
std::string SimilarFile(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::vector<std::string> stems, paths;
  for (const fs::path& folder : {path.parent_path(), fs::path("configs")}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
      if (entry.path().extension() != ".yaml" && entry.path().extension() != ".yml") continue;
      stems.push_back(entry.path().stem().string());
      paths.push_back((folder / entry.path().filename()).string());
    }
  }
  const std::string nearest = NearestName(path.stem().string(), stems);
  const auto found = std::find(stems.begin(), stems.end(), nearest);
  return found == stems.end() ? "" : paths[found - stems.begin()];
}

// ---- an override

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

ValueText OverrideText(const ConfigField& field, std::string_view value) {
  if (std::holds_alternative<std::string*>(field.value)) {
    return {.is_list = false, .parts = {std::string(value)}};
  }
  if (Trimmed(value).empty()) throw BadValue{"", "has no value"};
  const std::string text(Trimmed(value));
  if (!IsList(field)) return {.is_list = false, .parts = {text}};
  try {
    return TextOf(YAML::Load(text));
  } catch (const YAML::Exception&) {
    throw BadValue{text, "not a list [a, b]"};
  }
}

}  // namespace

void ReadConfigFile(const std::filesystem::path& path, const ConfigFields& fields) {
  const std::string name = path.string();
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    throw ConfigError(fmt::format("{}: no such file{}", name, DidYouMean(SimilarFile(path))));
  }
  if (std::filesystem::is_directory(status)) {
    throw ConfigError(fmt::format("{}: a folder, not a configuration file", name));
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) throw ConfigError(fmt::format("{}: cannot be read", name));
  ReadConfigText(text, name, fields);
}

void ReadConfigText(std::string_view text, const std::string& name, const ConfigFields& fields) {
  Reader(name, fields).Read(std::string(text));
}

void ApplyOverride(std::string_view assignment, const ConfigFields& fields) {
  const auto fail = [&](const std::string& what) {
    throw ConfigError(OneLine(fmt::format("{}: {}", assignment, what)));
  };
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) fail("no override; write key=value");
  const std::string key(Trimmed(assignment.substr(0, equals)));
  const std::string_view value = assignment.substr(equals + 1);
  if (key.empty()) fail("no key before '='; write key=value");

  const ConfigField* field = FindField(fields, key);
  if (field == nullptr) {
    if (const ConfigField* member = FirstInSection(fields, key)) {
      fail(fmt::format("'{}' is a section; set one of its keys, such as {}=...", key, member->key));
    }
    fail(fmt::format("unknown key '{}'{}", key, DidYouMean(NearestKey(key, KeysOf(fields)))));
  }
  try {
    Assign(*field, ParseValue(*field, OverrideText(*field, value)));
  } catch (const BadValue& bad) {
    fail((bad.text == Trimmed(value) ? bad.problem : Sentence(bad)) +
         Explanation(*field, key + ": ", ", "));
  }
}

}  // namespace doggo::app
