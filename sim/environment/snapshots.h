// What every environment of a shard was a second or two ago, and the actions since: enough to step
// through its last second again.
//
// Each environment has two slots. The newer one is filled a period after the older; another period
// later the older one is overwritten. So there is always one to begin at that lies at least a
// period back, or at the beginning of the episode.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/environment/replay.h"

namespace doggo::sim {

class Snapshots {
 public:
  // period: control steps between snapshots.
  Snapshots(int size, int state_size, size_t record_size, int action_dim, int period);

  // What is remembered of the column belongs to an episode that ended.
  void Forget(int column) { tracks_[column] = {}; }

  // Before a control step: remembers the action, and state and record if it is time to.
  void Note(int column, std::span<const double> state, std::span<const std::byte> record,
            std::span<const float> action);

  // Writes the replay's state, record and actions: from the older slot to the last action noted.
  // Where nothing was noted they are empty.
  void Recall(int column, Replay& replay) const;

 private:
  // The slots of one environment; both are empty where an episode begins.
  struct Track {
    int newest = 0, filled = 0;       // slots
    std::array<int, 2> actions = {};  // noted since each was filled, until the other was
  };
  // Where they begin in the vectors below.
  ptrdiff_t StateAt(int column, int slot) const { return (2 * column + slot) * state_size_; }
  ptrdiff_t RecordAt(int column, int slot) const { return (2 * column + slot) * record_size_; }
  ptrdiff_t ActionAt(int column, int slot, int step) const {
    return ((2 * column + slot) * period_ + step) * action_dim_;
  }

  ptrdiff_t state_size_, record_size_, action_dim_, period_;
  std::vector<double> states_;      // (size x 2 x state_size)
  std::vector<std::byte> records_;  // (size x 2 x record_size)
  std::vector<float> actions_;      // (size x 2 x period x action_dim)
  std::vector<Track> tracks_;
};

}  // namespace doggo::sim
