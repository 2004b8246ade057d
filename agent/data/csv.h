// Examples from a file of comma-separated values (RFC 4180) with a header line: fields may stand in
// quotes, lines end in LF or CRLF, a UTF-8 byte-order mark and blank last lines are passed over.
// Blanks around a field without quotes do not count. Columns that are not named are not looked at.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "agent/data/dataset.h"

namespace doggo::agent {

// The named columns as inputs and targets, one example per row. Throws std::runtime_error, "FILE:
// ..." or "FILE:LINE:COLUMN: ...", on a file that cannot be read, a column that is not there, a row
// of another length than the header, and anything but a finite number.
Dataset ReadCsv(const std::filesystem::path& path, const std::vector<std::string>& inputs,
                const std::vector<std::string>& targets);

// The same with one target column of classes, whole numbers 0 .. classes-1, as one-hot targets.
// classes = 0: one more than the largest number there.
Dataset ReadCsvOfClasses(const std::filesystem::path& path, const std::vector<std::string>& inputs,
                         const std::string& label, int classes = 0);

}  // namespace doggo::agent
