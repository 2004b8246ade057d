#include "app/text_distance.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace doggo::app {
namespace {

std::string Folded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return folded;
}

std::pair<std::string_view, std::string_view> SplitLast(std::string_view key) {
  const size_t dot = key.rfind('.');
  if (dot == std::string_view::npos) return {"", key};
  return {key.substr(0, dot), key.substr(dot + 1)};
}

bool IsNearKey(std::string_view typed, std::string_view known) {
  const auto [typed_section, typed_last] = SplitLast(typed);
  const auto [known_section, known_last] = SplitLast(known);
  // under the same section the whole key tells no more than the last part, and seems nearer
  return IsNear(typed_last, known_last) || (typed_section != known_section && IsNear(typed, known));
}

// The first of those with the lowest cost; "" where none is near.
template <typename Cost, typename Near>
std::string Cheapest(const std::vector<std::string>& known, Cost cost, Near is_near) {
  const std::string* best = nullptr;
  for (const std::string& name : known) {
    if (is_near(name) && (best == nullptr || cost(name) < cost(*best))) best = &name;
  }
  return best == nullptr ? "" : *best;
}

}  // namespace

// d(i, j): distance of the first i letters of a from the first j of b; three rows of it are kept.
//   d(i, j) = min{ d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + [a_i != b_j],
//                  d(i-2, j-2) + 1 where a_i = b_{j-1} and a_{i-1} = b_j }
int EditDistance(std::string_view a_text, std::string_view b_text) {
  const std::string a = Folded(a_text), b = Folded(b_text);
  std::vector<int> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    std::swap(before_last, last);
    std::swap(last, row);
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (exchanged) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

bool IsNear(std::string_view typed, std::string_view known) {
  const int letters = static_cast<int>(std::min(typed.size(), known.size()));
  return EditDistance(typed, known) <= std::min(letters / 3, 4);
}

std::string NearestName(std::string_view typed, const std::vector<std::string>& known) {
  const auto cost = [&](std::string_view name) { return EditDistance(typed, name); };
  return Cheapest(known, cost, [&](std::string_view name) { return IsNear(typed, name); });
}

std::string NearestKey(std::string_view typed, const std::vector<std::string>& known) {
  const auto cost = [&](std::string_view key) {
    return std::pair(EditDistance(typed, key), SplitLast(typed).first != SplitLast(key).first);
  };
  return Cheapest(known, cost, [&](std::string_view key) { return IsNearKey(typed, key); });
}

std::string DidYouMean(std::string_view name) {
  return name.empty() ? "" : fmt::format(" (did you mean '{}'?)", name);
}

}  // namespace doggo::app
