// What the tests of this room share: a folder of their own, sentences of errors, and the symmetry
// group of an ANYmal-like robot built by hand.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "agent/policy/canonical_frame.h"
#include "sim/interface/vec_env.h"
#include "tests/support/random_matrix.h"

namespace doggo::test {

// An empty folder that goes away with its contents; in memory where the system has such a place,
// since these tests write thousands of files.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = "/dev/shm/doggo_policy_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
      name = (std::filesystem::temp_directory_path() / "doggo_policy_XXXXXX").string();
      if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    }
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  int NumFiles() const {
    return static_cast<int>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::filesystem::path path_;
};

inline std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void WriteBytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// The message with which `call` throws an Error; "" where it does not throw.
template <typename Error, typename Call>
std::string Message(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// One sentence: names the file, is one line, and holds `part`.
inline void ExpectSentence(const std::string& message, const std::filesystem::path& file,
                           const std::string& part) {
  EXPECT_NE(message.find(file.string()), std::string::npos) << message;
  EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

inline void Append(Mirror& mirror, int from, float sign) {
  mirror.from.push_back(from);
  mirror.sign.push_back(sign);
}

// Joints LF RF LH RH x HAA HFE KFE (anymal.md 9): lr swaps left and right, HAA changes sign; fb
// swaps front and hind, HFE and KFE change sign.
inline void AppendJoints(Mirror& mirror, bool lr) {
  const int first = static_cast<int>(mirror.from.size());
  for (int leg = 0; leg < 4; ++leg) {
    for (int joint = 0; joint < 3; ++joint) {
      const bool is_haa = joint == 0;
      Append(mirror, first + 3 * (lr ? leg ^ 1 : leg ^ 2) + joint, is_haa == lr ? -1.f : 1.f);
    }
  }
}

inline void AppendSigns(Mirror& mirror, std::initializer_list<float> signs) {
  for (const float sign : signs) Append(mirror, static_cast<int>(mirror.from.size()), sign);
}

// The 52 rows of recipe.md 2.3: v, omega, gravity, command, q, qd, last action, sin phi, cos phi,
// moving, fore-aft.
inline void AppendObservation(Mirror& mirror, bool lr) {
  if (lr) {
    AppendSigns(mirror, {1, -1, 1, -1, 1, -1, 1, -1, 1, 1, -1, -1});
  } else {
    AppendSigns(mirror, {-1, 1, 1, 1, -1, -1, -1, 1, 1, -1, 1, -1});
  }
  for (int block = 0; block < 3; ++block) AppendJoints(mirror, lr);
  AppendSigns(mirror, {-1, -1, 1, lr ? 1.f : -1.f});
}

constexpr int kPolicyDim = 52, kCriticDim = 57, kActionDim = 12;
constexpr int kCommandRow = 9, kPhaseRow = 48;  // vx*, sin phi
constexpr int kCriticShift = 5;                 // the critic sees friction and 4 contacts before

inline Symmetry AnymalSymmetry(bool lr) {
  Symmetry symmetry{.name = lr ? "lr" : "fb", .policy_obs = {}, .critic_obs = {}, .action = {}};
  AppendObservation(symmetry.policy_obs, lr);
  AppendSigns(symmetry.critic_obs, {1});
  for (int leg = 0; leg < 4; ++leg) Append(symmetry.critic_obs, 1 + (lr ? leg ^ 1 : leg ^ 2), 1);
  Mirror shared;
  AppendObservation(shared, lr);
  for (int k = 0; k < kPolicyDim; ++k) {
    Append(symmetry.critic_obs, kCriticShift + shared.from[k], shared.sign[k]);
  }
  AppendJoints(symmetry.action, lr);
  return symmetry;
}

// fb where the command points backwards, then lr where sin phi is negative.
inline agent::CanonicalFrame AnymalFrame() {
  return agent::CanonicalFrame(
      {AnymalSymmetry(true), AnymalSymmetry(false)},
      {{.policy_row = kCommandRow, .critic_row = kCriticShift + kCommandRow, .symmetry = 1},
       {.policy_row = kPhaseRow, .critic_row = kCriticShift + kPhaseRow, .symmetry = 0}},
      kPolicyDim, kCriticDim, kActionDim);
}

inline bool SameNumbers(const Batch& a, const Batch& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && (a.array() == b.array()).all();
}

}  // namespace doggo::test
