#include "app/evaluation_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "app/config.h"
#include "app/config_file.h"

namespace doggo::app {

std::vector<evaluation::Criterion> ReadCriteria(const std::filesystem::path& file) {
  const std::vector<std::string> keys = evaluation::FigureKeys();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  std::vector<Range> ranges(keys.size(), Range{kNone, kNone});
  ConfigFields fields;
  for (size_t k = 0; k < keys.size(); ++k)
    fields.push_back({keys[k], &ranges[k], "", "the range that is good enough"});
  const bool in_sources =
      !std::filesystem::exists(file) && std::filesystem::exists(SourceRoot() / file);
  ReadConfigFile(in_sources ? SourceRoot() / file : file, fields);
  std::vector<evaluation::Criterion> criteria;
  for (size_t k = 0; k < keys.size(); ++k)
    if (!std::isnan(ranges[k].low)) criteria.push_back({keys[k], ranges[k].low, ranges[k].high});
  return criteria;
}

std::string Text(const evaluation::Criterion& criterion) {
  return fmt::format("[{:g}, {:g}]", criterion.low, criterion.high);
}

std::string VerdictText(const std::vector<evaluation::Verdict>& verdicts) {
  std::string text;
  for (const evaluation::Verdict& v : verdicts)
    text += fmt::format("  {:<7}{:<36}{:>9}   {}\n", v.passed ? "met" : "FAILED", v.criterion.key,
                        evaluation::Number(v.value), Text(v.criterion));
  const auto met = std::count_if(verdicts.begin(), verdicts.end(),
                                 [](const evaluation::Verdict& v) { return v.passed; });
  return text + fmt::format("{} of {} criteria are met.\n", met, verdicts.size());
}

bool AllPassed(const std::vector<evaluation::Verdict>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const evaluation::Verdict& v) { return v.passed; });
}

}  // namespace doggo::app
