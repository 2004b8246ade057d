// What a bench found: figures by name, each with its spread, or the reason why there is none.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/bench/statistics.h"

namespace doggo::bench {

struct Figure {
  std::optional<Spread> value;
  std::string reason;  // where there is no value
};

struct Results {
  std::map<std::string, Figure, std::less<>> figures;  // "env.ratio_one_thread", ...
  std::string behaviour_hash;                          // "": not computed

  // The median and quartiles of some readings; where `trouble` is not empty, it instead.
  void Add(const std::string& name, const std::vector<double>& readings,
           const std::string& trouble = "");
  void Refuse(const std::string& name, const std::string& reason);
  // The figure's median where it is there.
  std::optional<double> Find(std::string_view name) const;
};

}  // namespace doggo::bench
