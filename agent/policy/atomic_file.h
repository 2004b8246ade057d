// Files that are either wholly there or not at all: whoever reads one, at any moment and after any
// crash, finds the old content or the new one, never a part.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <span>
#include <string_view>

namespace doggo::agent {

// Writes the parts one after another to a temporary name in the same folder, syncs the file,
// renames it to `path`, syncs the folder. Where anything fails, the temporary is removed, an older
// file stays as it was, and std::runtime_error says in one sentence which file and why.
void WriteFileAtomically(const std::filesystem::path& path,
                         std::span<const std::string_view> parts);
inline void WriteFileAtomically(const std::filesystem::path& path,
                                std::initializer_list<std::string_view> parts) {
  WriteFileAtomically(path, std::span(parts.begin(), parts.size()));
}

}  // namespace doggo::agent
