// The arrows between the rooms of the source tree, kept: who may include whom is one table, and
// every #include of sim/, agent/ and app/ is held against it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

namespace doggo {
namespace {

using Texts = std::vector<std::string>;

// A folder, the folders that it may include from beside itself, and the libraries beside the
// standard one.
struct Room {
  std::string folder;
  Texts rooms;
  Texts libraries;
};

const std::vector<Room> kRooms = {
    {"sim/interface", {}, {"Eigen"}},
    {"sim/mujoco", {"sim/interface"}, {"Eigen", "MuJoCo", "fmt"}},
    {"sim/environment", {"sim/mujoco", "sim/interface"}, {"Eigen", "MuJoCo", "fmt"}},
    {"sim/robot", {"sim/mujoco", "sim/interface"}, {"Eigen", "MuJoCo", "fmt", "nlohmann"}},
    {"sim/terrain", {"sim/mujoco", "sim/interface"}, {"Eigen", "MuJoCo", "fmt"}},
    {"sim/locomotion",
     {"sim/environment", "sim/robot", "sim/terrain", "sim/mujoco", "sim/interface"},
     {"Eigen", "MuJoCo", "fmt", "nlohmann"}},
    {"sim/classic", {"sim/environment", "sim/mujoco", "sim/interface"}, {"Eigen", "MuJoCo", "fmt"}},
    {"sim/viewer", {"sim/mujoco"}, {"Eigen", "MuJoCo", "fmt", "GLFW", "EGL", "POSIX"}},

    {"agent/nn", {"sim/interface"}, {"Eigen", "fmt"}},
    {"agent/optim", {"agent/nn", "sim/interface"}, {"Eigen", "fmt"}},
    {"agent/data", {"agent/nn", "sim/interface"}, {"Eigen", "fmt"}},
    {"agent/analysis", {"agent/nn", "sim/interface"}, {"Eigen", "fmt"}},
    {"agent/fitting",
     {"agent/nn", "agent/optim", "agent/data", "agent/analysis", "sim/interface"},
     {"Eigen", "fmt"}},
    {"agent/algorithms", {"agent/nn", "agent/optim", "sim/interface"}, {"Eigen", "fmt"}},
    {"agent/tabular", {"sim/interface"}, {"Eigen", "fmt"}},
    {"agent/policy", {"agent/nn", "sim/interface"}, {"Eigen", "fmt", "nlohmann", "POSIX"}},
    {"agent/export", {"agent/nn", "agent/policy", "sim/interface"}, {"Eigen", "fmt", "nlohmann"}},
    {"agent/training",
     {"agent/nn", "agent/optim", "agent/data", "agent/algorithms", "agent/policy", "sim/interface"},
     {"Eigen", "fmt", "nlohmann", "POSIX"}},

    {"app/bench",
     {"sim/interface", "sim/mujoco", "sim/environment", "sim/robot", "sim/locomotion",  //
      "agent/nn", "agent/optim", "agent/data", "agent/algorithms", "agent/policy",
      "agent/training"},
     {"Eigen", "MuJoCo", "fmt", "POSIX"}},
    {"app/export",
     {"app/bench", "agent/export", "agent/policy", "agent/nn", "sim/locomotion", "sim/environment",
      "sim/robot", "sim/mujoco", "sim/interface"},
     {"Eigen", "fmt"}},
    {"app/evaluation",
     {"sim/interface", "sim/mujoco", "sim/environment", "sim/robot", "sim/terrain",
      "sim/locomotion",  //
      "agent/nn", "agent/policy", "agent/training"},
     {"Eigen", "fmt", "nlohmann"}},
    {"app/training",
     {"sim/interface", "agent/nn", "agent/optim", "agent/data", "agent/algorithms", "agent/policy",
      "agent/export", "agent/training"},
     {"Eigen", "fmt", "nlohmann", "POSIX"}},
    {"app/compare", {"sim/interface"}, {"Eigen", "fmt"}},
    {"app",
     {"app/export",       "app/bench",      "app/compare",   "app/evaluation",  "app/training",
      "agent/export",     "sim/interface",  "sim/mujoco",    "sim/environment", "sim/robot",
      "sim/terrain",      "sim/locomotion", "sim/classic",   "sim/viewer",  //
      "agent/nn",         "agent/optim",    "agent/data",    "agent/fitting",   "agent/analysis",
      "agent/algorithms", "agent/policy",   "agent/training"},
     {"Eigen", "MuJoCo", "fmt", "nlohmann", "yaml-cpp", "CLI11", "POSIX"}},
};

// How the headers of a library are named between < and >; the first row that matches counts.
const std::vector<std::pair<std::string, std::regex>> kLibraries = {
    {"Eigen", std::regex("(unsupported/)?Eigen/.*")},
    {"MuJoCo", std::regex("mujoco/.*")},
    {"fmt", std::regex("fmt/.*")},
    {"nlohmann", std::regex("nlohmann/.*")},
    {"yaml-cpp", std::regex("yaml-cpp/.*")},
    {"CLI11", std::regex("CLI/.*")},
    {"GLFW", std::regex("GLFW/.*")},
    {"EGL", std::regex("EGL/.*")},
    {"std", std::regex("[a-z_0-9]+")},
    {"POSIX", std::regex("(sys/)?[a-z_0-9]+\\.h")},  // C's own are written <cmath>, not <math.h>
};

const std::filesystem::path kRoot = DOGGO_SOURCE_DIR;

std::string Read(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Contains(const Texts& texts, const std::string& text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

const Room* FindRoom(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const auto room =
      std::find_if(kRooms.begin(), kRooms.end(), [&](const Room& r) { return r.folder == folder; });
  return room == kRooms.end() ? nullptr : &*room;
}

std::string LibraryOf(const std::string& header) {
  for (const auto& [library, pattern] : kLibraries) {
    if (std::regex_match(header, pattern)) return library;
  }
  return "an unknown library";
}

std::string AllowedIn(const Room& room) {
  std::string allowed = room.folder;
  for (const std::string& other : room.rooms) allowed += ", " + other;
  allowed += "; std";
  for (const std::string& library : room.libraries) allowed += ", " + library;
  return allowed;
}

// Why a file of this room may not include that, or "". what: <header> or "header", as it stands in
// the file.
std::string Objection(const Room& room, const std::string& what) {
  const std::string header = what.substr(1, what.size() - 2);
  if (what.front() == '<') {
    const std::string library = LibraryOf(header);
    return library == "std" || Contains(room.libraries, library) ? "" : "that is " + library;
  }
  if (what.front() != '"') return "not a file name";
  if (!std::filesystem::exists(kRoot / header))
    return "there is no such file (\"...\" is a path from the root of the repository; libraries "
           "stand in <...>)";
  const Room* other = FindRoom(header);
  if (other == nullptr) return "that is in no room";
  return other == &room || Contains(room.rooms, other->folder) ? "" : "that is " + other->folder;
}

// One message for each #include of a file that the table does not allow.
Texts CheckIncludes(const std::string& path, const std::string& text) {
  static const std::regex kInclude(R"(\s*#\s*include\s*(<[^>]*>|"[^"]*"|\S+).*)");
  const Room* room = FindRoom(path);
  if (room == nullptr) return {path + ": this folder is in no room"};
  Texts messages;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::smatch match;
    if (!std::regex_match(line, match, kInclude)) continue;
    const std::string objection = Objection(*room, match[1]);
    if (!objection.empty()) {
      std::ostringstream message;
      message << path << ":" << number << ": includes " << match[1] << ": " << objection
              << ". This room may include " << AllowedIn(*room);
      messages.push_back(message.str());
    }
  }
  return messages;
}

// Every C++ file of the three folders, from the root.
Texts SourceFiles() {
  static const std::regex kSource(R"(.*\.(c|cc|cpp|cxx|h|hh|hpp|hxx|inc|inl|ipp|tcc))");
  Texts files;
  for (const char* folder : {"sim", "agent", "app"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / folder)) {
      const std::string path = std::filesystem::relative(entry.path(), kRoot).string();
      if (entry.is_regular_file() && std::regex_match(path, kSource)) files.push_back(path);
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The rooms that CMake builds, and those that it lets each use.
std::map<std::string, Texts> RoomsOfCMake() {
  static const std::regex kCall(R"(\n\s*doggo_room\(([^)]*)\))");
  const std::string text = Read(kRoot / "CMakeLists.txt");
  std::map<std::string, Texts> rooms;
  for (std::sregex_iterator match(text.begin(), text.end(), kCall); match != std::sregex_iterator();
       ++match) {
    std::istringstream words((*match)[1]);
    std::string folder, word;
    words >> folder;
    bool uses = false;
    rooms[folder];
    while (words >> word) {
      const bool keyword = word == "USES" || word == "LIBRARIES" || word == "TWIN_IN_DOUBLE";
      if (keyword) uses = word == "USES";
      if (!keyword && uses) rooms[folder].push_back(word);
    }
  }
  return rooms;
}

// ---- the source tree

TEST(Architecture, EveryIncludeIsAllowed) {
  for (const std::string& path : SourceFiles()) {
    for (const std::string& message : CheckIncludes(path, Read(kRoot / path)))
      ADD_FAILURE() << message;
  }
}

TEST(Architecture, EveryFileIsAHeaderOrASourceInARoomThatCMakeBuilds) {
  const auto built = RoomsOfCMake();
  for (const std::string& path : SourceFiles()) {
    const std::filesystem::path file = path;
    EXPECT_TRUE(file.extension() == ".h" || file.extension() == ".cc")
        << path << ": files end in .h or .cc";
    EXPECT_TRUE(built.count(file.parent_path().string()))
        << path << ": CMakeLists.txt has no doggo_room for this folder";
  }
}

TEST(Architecture, EveryRoomThatCMakeBuildsHasFiles) {
  const Texts files = SourceFiles();
  for (const auto& room : RoomsOfCMake()) {
    const auto is_in_room = [&](const std::string& path) {
      return std::filesystem::path(path).parent_path() == room.first;
    };
    EXPECT_TRUE(std::any_of(files.begin(), files.end(), is_in_room)) << room.first;
  }
}

TEST(Architecture, CMakeLinksNoMoreThanTheTableAllows) {
  const auto built = RoomsOfCMake();
  EXPECT_GE(built.size(), 11u);
  for (const auto& [folder, uses] : built) {
    const Room* room = FindRoom(folder + "/any.h");
    ASSERT_NE(room, nullptr) << "CMakeLists.txt: " << folder << " is not in the table of this test";
    for (const std::string& other : uses) {
      EXPECT_TRUE(Contains(room->rooms, other)) << "CMakeLists.txt: " << folder << " uses " << other
                                                << ", and may use " << AllowedIn(*room);
    }
  }
}

TEST(Architecture, EveryHeaderIsReadOnce) {
  for (const std::string& path : SourceFiles()) {
    if (!path.ends_with(".h")) continue;
    EXPECT_NE(Read(kRoot / path).find("#pragma once\n"), std::string::npos)
        << path << ": has no #pragma once";
  }
}

TEST(Architecture, OneFileReadsYaml) {
  Texts readers;
  for (const std::string& path : SourceFiles()) {
    if (Read(kRoot / path).find("#include <yaml-cpp/") != std::string::npos)
      readers.push_back(path);
  }
  EXPECT_LE(readers.size(), 1u) << ::testing::PrintToString(readers);
}

// ---- the checker itself, on files that are made up

TEST(IncludeChecker, AllowsWhatTheTableAllows) {
  EXPECT_EQ(
      CheckIncludes(
          "sim/mujoco/any.cc",
          "#include <mujoco/mujoco.h>\n#include <vector>\n\n#include \"sim/interface/random.h\"\n"),
      Texts{});
  EXPECT_EQ(CheckIncludes("agent/nn/any.h", "#pragma once\n#include <Eigen/Core>\n"), Texts{});
}

TEST(IncludeChecker, CatchesALearnerThatKnowsMuJoCo) {
  const Texts messages =
      CheckIncludes("agent/nn/any.cc", "// a file\n#include <mujoco/mujoco.h>\n");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0],
            "agent/nn/any.cc:2: includes <mujoco/mujoco.h>: that is MuJoCo. This room may include "
            "agent/nn, sim/interface; std, Eigen, fmt");
}

TEST(IncludeChecker, CatchesAnArrowThatPointsBack) {
  const Texts messages = CheckIncludes("sim/interface/any.h", "#include \"agent/nn/real.h\"\n");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(
      messages[0].find("sim/interface/any.h:1: includes \"agent/nn/real.h\": that is agent/nn."),
      std::string::npos)
      << messages[0];
}

TEST(IncludeChecker, CatchesOtherSpellings) {
  EXPECT_EQ(CheckIncludes("agent/nn/any.cc", "  #  include<mujoco/mujoco.h> // why\n").size(), 1u)
      << "spaces";
  EXPECT_EQ(CheckIncludes("agent/nn/any.cc", "#include \"real.h\"\n").size(), 1u)
      << "not from the root";
  EXPECT_EQ(CheckIncludes("agent/nn/any.cc", "#include \"../../sim/robot/robot.h\"\n").size(), 1u)
      << "out and in again";
  EXPECT_EQ(CheckIncludes("agent/nn/any.cc", "#include <sim/robot/robot.h>\n").size(), 1u)
      << "a room between < and >";
  EXPECT_EQ(CheckIncludes("agent/nn/any.cc", "#include MUJOCO_HEADER\n").size(), 1u) << "a macro";
  EXPECT_EQ(CheckIncludes("agent/nn/any.cc", "#include <boost/any.hpp>\n").size(), 1u)
      << "a library that nobody knows";
}

TEST(IncludeChecker, CatchesAFolderOutsideTheTable) {
  EXPECT_EQ(CheckIncludes("agent/somewhere/any.cc", "").size(), 1u);
}

}  // namespace
}  // namespace doggo
