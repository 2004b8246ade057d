// One value of a configuration as text: read and checked against its field, and printed.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sim/interface/config_field.h"

namespace doggo::app {

using ConfigValue =
    std::variant<bool, int, double, std::string, Range, std::vector<int>, std::vector<std::string>>;

// What stands for a value in a file or on the command line: one text, or a list of texts.
struct ValueText {
  bool is_list = false;
  std::vector<std::string> parts;  // exactly one where it is no list
};

// Thrown where a text is no value of its field.
struct BadValue {
  std::string text;     // what was found; "" where `problem` says it all
  std::string problem;  // "not a whole number": completes "'<text>' is ..."
  int part = -1;        // which part of a list is meant; -1: the whole
};

// Whole numbers may be written 200000 or 2e5, never 0.3 or inf; yes/no values true or false; texts
// as they are; a Range [low, high] with low <= high. Throws BadValue.
ConfigValue ParseValue(const ConfigField& field, const ValueText& text);

void Assign(const ConfigField& field, const ConfigValue& value);

// The field's present value as YAML, which reads back to the same bits. (An infinite or undefined
// number prints as .inf or .nan, which no configuration accepts.)
std::string PrintValue(const ConfigField& field);

// Of a list of texts: each of them as YAML.
std::vector<std::string> PrintItems(const ConfigField& field);

bool IsList(const ConfigField& field);

// For sentences: "1 to 256", "at least 0 s", "elu, tanh or relu"; "" where all is allowed.
std::string RangeInWords(const ConfigField& field);

// For tables: "[1, 256]", ">= 0", "elu | tanh | relu"; "" where all is allowed.
std::string RangeInSigns(const ConfigField& field);

}  // namespace doggo::app
