// "Did you mean ...?": which known name a mistyped one is nearest to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doggo::app {

// The fewest insertions, deletions, substitutions and exchanges of neighbours that turn a into b
// (optimal string alignment: Damerau 1964, each place edited once). Case and '-' against '_' count
// for nothing.
int EditDistance(std::string_view a, std::string_view b);

// Near enough to be a slip of the fingers: about one edit for every three letters.
bool IsNear(std::string_view typed, std::string_view known);

// The nearest known name; "" where none is near.
std::string NearestName(std::string_view typed, const std::vector<std::string>& known);

// The nearest known dotted key, compared as a whole and by its last part: so 'gama' and
// 'train.gamma' both lead to 'ppo.gamma'. "" where none is near.
std::string NearestKey(std::string_view typed, const std::vector<std::string>& known);

// " (did you mean 'name'?)", or nothing for "".
std::string DidYouMean(std::string_view name);

}  // namespace doggo::app
