#include "app/export/compiled_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "agent/export/c_header.h"
#include "app/bench/child_process.h"

namespace doggo::app {
namespace fs = std::filesystem;
namespace {

struct Ended {
  int code = 0;
  std::string message;  // its first error, else its first line
};

// Messages are read with the output: so the shell, which is handed the words one by one.
Ended RunToItsEnd(const std::vector<std::string>& words) {
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"};
  shell.insert(shell.end(), words.begin(), words.end());
  bench::ChildProcess process(shell);
  Ended ended;
  bool error = false;
  while (const auto line = process.ReadLine()) {
    const bool is_error = line->find("error") != std::string::npos;
    if (ended.message.empty() || (is_error && !error)) ended.message = *line;
    error = error || is_error;
  }
  ended.code = process.Wait();
  return ended;
}

void Write(const fs::path& file, const char* bytes, size_t size) {
  std::ofstream out(file, std::ios::binary);
  if (!out.write(bytes, static_cast<std::streamsize>(size)).flush()) {
    throw std::runtime_error(
        fmt::format("{}: cannot be written; name another place in TMPDIR", file.string()));
  }
}

}  // namespace

std::string CCompiler() {
  const char* named = std::getenv("CC");
  const std::string compiler = named != nullptr && *named != 0 ? named : "cc";
  return RunToItsEnd({compiler, "--version"}).code == 0 ? compiler : "";
}

std::optional<Batch> RunCHeader(const fs::path& file, const std::string& text, const Batch& obs) {
  const std::string name = agent::NameInCHeader(text);
  if (name.empty()) {
    throw std::runtime_error(fmt::format(
        "{}: holds no function of a policy, or is cut short; export it again", file.string()));
  }
  const std::string compiler = CCompiler();
  if (compiler.empty()) return {};

  const bench::TemporaryFolder folder;
  const fs::path program = folder.path() / "trial", code = folder.path() / "trial.c",
                 in = folder.path() / "in", out = folder.path() / "out";
  const std::string trial = agent::CTrial("header.h", name);
  Write(folder.path() / "header.h", text.data(), text.size());
  Write(code, trial.data(), trial.size());
  Write(in, reinterpret_cast<const char*>(obs.data()), sizeof(float) * size_t(obs.size()));
  const Ended compiled = RunToItsEnd({compiler, "-std=c99", "-O2", "-Wall", "-Wextra", "-Wpedantic",
                                      "-Werror", "-o", program, code, "-lm"});
  if (compiled.code != 0) {
    throw std::runtime_error(fmt::format("{}: {} does not compile it ({}); export it again",
                                         file.string(), compiler, compiled.message));
  }
  if (RunToItsEnd({program, in, out}).code != 0) {
    throw std::runtime_error(
        fmt::format("{}: what {} makes of it cannot be run in {}; name another place in TMPDIR",
                    file.string(), compiler, folder.path().string()));
  }
  std::ifstream result(out, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(result), {}};
  const auto rows = static_cast<Eigen::Index>(bytes.size() / sizeof(float) / size_t(obs.cols()));
  Batch action(rows, obs.cols());
  std::copy_n(bytes.data(), sizeof(float) * size_t(action.size()),
              reinterpret_cast<char*>(action.data()));
  return action;
}

}  // namespace doggo::app
