// What policy and critic see: a table of rows, each of which writes a few numbers of one control
// step; and lists of rows, chosen by the configuration, with noise, delay, history, scale and clip.
//
// A list is written one text per row:  joint_position scale=1 noise=0.01 delay=0..2 history=3
//   noise=W    uniform within +-W, in the row's own unit, drawn anew at every step
//   offset=W   uniform within +-W, drawn for every episode, the same for all numbers of the row
//   missing=P  every number is zero with probability P, drawn anew at every step
//   delay=D    seen D control steps late; delay=A..B: drawn from A to B for every episode
//   history=K  the last K values, the newest first
//   scale=S    what is written is the value times S (left out: a scale of the row's own, that makes
//              it of the order of 1)
//   clip=C     and cut off at +-C
#pragma once

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/interface/random.h"
#include "sim/locomotion/symmetry.h"
#include "sim/locomotion/transition.h"
#include "sim/terrain/ground.h"

namespace doggo::sim {

struct ObservationTerm {
  std::string_view name;
  Quantity quantity;  // gives its size and its mirror images
  double scale;       // unless the list says another
  void (*write)(const Transition&, const Ground&, double* out);
  std::string_view unit, meaning;

  int size() const { return Size(quantity); }
};

// Height scans are written less this, about the base's height over flat ground: so they are near
// zero there.
inline constexpr double kScanOffset = 0.53;  // m

std::span<const ObservationTerm> ObservationTerms();

// Throws std::invalid_argument where there is none.
const ObservationTerm& FindObservationTerm(std::string_view name);

// One row of a list.
struct ObservationRow {
  const ObservationTerm* term = nullptr;
  double scale = 1, noise = 0, offset = 0, missing = 0;
  double clip = std::numeric_limits<double>::infinity();
  int min_delay = 0, max_delay = 0;  // control steps
  int history = 1;
  int width = 0;  // numbers of one value

  int size() const { return width * history; }
};

// The longest that a row can look back: delay and history together, control steps.
inline constexpr int kMaxLookBack = 100;

// Throws std::invalid_argument: what is wrong with the text, in words.
ObservationRow ParseObservationRow(const std::string& text);

struct ObservationConfig {
  std::vector<std::string> policy;
  std::vector<std::string> critic;
  double noise_level = 1;  // factor of all noise, offsets and missing numbers

  ObservationConfig();
};
ConfigFields Fields(ObservationConfig& config);

// When an observation is made: together with the list it gives every random number.
struct ObservationTime {
  uint64_t seed = 0;
  int environment = 0;
  int64_t episode = 0;      // of the environment
  int64_t total_steps = 0;  // of the environment, over all its episodes
  int64_t steps = 0;        // since the episode began
};

// A list of rows, laid out one after another.
class ObservationLayout {
 public:
  // noise_level multiplies noise, offset and missing of every row. Lists of different `stream` (0,
  // 1) get noise and delays of their own. Throws std::invalid_argument for a text that is no row.
  ObservationLayout(const std::vector<std::string>& rows, double noise_level, uint64_t stream);

  const std::vector<ObservationRow>& rows() const { return rows_; }
  // Does it write just what `other` does?
  bool IsSameAs(const ObservationLayout& other) const;
  int size() const { return size_; }

  // What an environment must remember between steps, in floats: past values of the rows that look
  // back. Its contents mean nothing before the first Write of an episode (steps = 0).
  int memory_size() const { return memory_size_; }

  // Writes size() numbers. Called again at the same time, it writes the same.
  void Write(const Transition& t, const Ground& ground, const ObservationTime& time, float* memory,
             float* out) const;

  Mirror MirrorBy(Reflection reflection) const;
  // First number of the named term's newest value, -1 if it is not in the list.
  int Row(std::string_view name) const;

 private:
  std::vector<ObservationRow> rows_;
  int size_ = 0, memory_size_ = 0;
  bool noisy_ = false;
  uint64_t stream_;
};

}  // namespace doggo::sim
