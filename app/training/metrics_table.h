// metrics.csv, read again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace doggo::app {

struct MetricsTable {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;  // NaN where a cell is empty

  size_t rows() const { return columns.empty() ? 0 : columns[0].size(); }
  // NaN in every row where there is no such column.
  std::vector<double> Column(const std::string& name) const;
};

// Whole lines only; an empty table where the file is not there.
MetricsTable ReadMetrics(const std::filesystem::path& file);

}  // namespace doggo::app
