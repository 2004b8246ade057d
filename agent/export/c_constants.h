// A JSON text as constants of a C header (see c_header.h).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace doggo::agent {

// Of every value in `json`, an object; "" for what is none.
std::string CConstants(const std::string& json, const std::string& name);

// As C writes them: shortest, and exact when read again; text as it may stand in a comment, or
// between quotes.
std::string CNumber(float number);
std::string CComment(std::string text);
std::string CText(std::string_view text);
std::string UpperCase(std::string text);

// static const TYPE NAME[size] = {...};
std::string CArray(std::string_view type, std::string_view name, std::span<const float> numbers);
std::string CArray(std::string_view type, std::string_view name, std::span<const int> numbers);

}  // namespace doggo::agent
