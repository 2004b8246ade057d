#include "sim/environment/snapshots.h"

#include <algorithm>

namespace doggo::sim {

Snapshots::Snapshots(int size, int state_size, size_t record_size, int action_dim, int period)
    : state_size_(state_size),
      record_size_(record_size),
      action_dim_(action_dim),
      period_(period),
      states_(2 * size * state_size_),
      records_(2 * size * record_size_),
      actions_(2 * size * period_ * action_dim_),
      tracks_(size) {}

void Snapshots::Note(int column, std::span<const double> state, std::span<const std::byte> record,
                     std::span<const float> action) {
  Track& t = tracks_[column];
  if (t.filled == 0 || t.actions[t.newest] == static_cast<int>(period_)) {
    t.newest = 1 - t.newest;
    t.filled = std::min(t.filled + 1, 2);
    t.actions[t.newest] = 0;
    std::copy(state.begin(), state.end(), states_.begin() + StateAt(column, t.newest));
    std::copy(record.begin(), record.end(), records_.begin() + RecordAt(column, t.newest));
  }
  std::copy(action.begin(), action.end(),
            actions_.begin() + ActionAt(column, t.newest, t.actions[t.newest]));
  ++t.actions[t.newest];
}

void Snapshots::Recall(int column, Replay& replay) const {
  const Track& t = tracks_[column];
  replay.action_dim = static_cast<int>(action_dim_);
  replay.state.clear();
  replay.record.clear();
  replay.actions.clear();
  if (t.filled == 0) return;

  const int older = t.filled == 2 ? 1 - t.newest : t.newest;
  const auto state = states_.begin() + StateAt(column, older);
  replay.state.assign(state, state + state_size_);
  const auto record = reinterpret_cast<const char*>(records_.data()) + RecordAt(column, older);
  replay.record.assign(record, record + record_size_);
  for (int k = 0; k < t.filled; ++k) {
    const int slot = k == 0 ? older : t.newest;
    const auto first = actions_.begin() + ActionAt(column, slot, 0);
    replay.actions.insert(replay.actions.end(), first, first + t.actions[slot] * action_dim_);
  }
}

}  // namespace doggo::sim
