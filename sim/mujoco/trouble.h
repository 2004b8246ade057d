// Numerical trouble: a state that physics cannot go on from, or that MuJoCo itself complained of.
#pragma once

#include <mujoco/mujoco.h>

#include <array>
#include <cstdint>
#include <string>

namespace doggo::sim {

enum class TroubleKind : signed char {
  kNone,
  kNotFinite,        // a coordinate or speed is no number
  kTooFast,          // a speed beyond the limit
  kContactsFull,     // MuJoCo had no room for all contacts
  kConstraintsFull,  // or for all constraints
  kWarning,          // MuJoCo warned of something else
  kError,            // MuJoCo gave up (mju_error)
};
inline constexpr int kNumTroubleKinds = 7;

// How often each kind was met; index: the kind.
using TroubleCounts = std::array<int64_t, kNumTroubleKinds>;

struct Trouble {
  TroubleKind kind = TroubleKind::kNone;
  int dof = -1;  // degree of freedom that shows it, -1 where none does
  double value =
      0;  // its speed (m/s, rad/s) or the number that is none; of kWarning: the mjtWarning

  explicit operator bool() const { return kind != TroubleKind::kNone; }
};

// Looks at positions, speeds and the warnings counted in `data` since they were last cleared. Of
// several troubles the most telling, of several speeds the greatest.
Trouble FindTrouble(const mjModel& model, const mjData& data, double speed_limit);

// "joint RH_KFE at 412 rad/s", "no room for all contacts", ...
std::string Describe(const mjModel& model, const Trouble& trouble);

}  // namespace doggo::sim
