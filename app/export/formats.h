// The files that a policy can be exported as: a table. Adding one is a row and its functions.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/policy/policy.h"
#include "app/export/recorded.h"

namespace doggo::app {

// The greatest difference of an action that is let through: float32 rounding over the longest sums
// of a policy stays ten times below.
inline constexpr double kLargestDifference = 1e-5;

struct ExportFormat {
  std::string_view name, extension, meaning;
  // name: of the C function
  void (*write)(const agent::Policy& policy, const std::string& name,
                const std::filesystem::path& file);
  // The file's own actions, read and computed anew; none where this system cannot run it.
  std::optional<Batch> (*act)(const std::filesystem::path& file, const Batch& obs);
  // agent::PolicyHash of what it was made from; "" where it does not tell.
  std::string (*hash)(const std::filesystem::path& file);
};

// onnx, header, safetensors.
std::span<const ExportFormat> ExportFormats();

// By the file's extension. Throws std::runtime_error naming those that there are.
const ExportFormat& FormatOf(const std::filesystem::path& file);

// What was found of a file.
struct CheckedFile {
  std::filesystem::path file;
  std::string_view format;
  uint64_t bytes = 0;
  std::optional<double> difference;  // the greatest of an action; none: it could not be run here
};

// Runs the file over the recorded observations. Throws std::runtime_error in one sentence where it
// is cut short, damaged, of another policy, or too far from it.
CheckedFile CheckExported(const std::filesystem::path& file, const ExportFormat& format,
                          const agent::Policy& policy, const Recorded& recorded);

// Writes the file elsewhere, checks it there, and only then puts it in its place, atomically.
// Throws as CheckExported, and where it cannot be written.
CheckedFile WriteExported(const std::filesystem::path& file, const ExportFormat& format,
                          const agent::Policy& policy, const std::string& name,
                          const Recorded& recorded);

}  // namespace doggo::app
