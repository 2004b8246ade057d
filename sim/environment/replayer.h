// Steps through a replay again, forwards and backwards, as it happened bit for bit.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "sim/environment/replay.h"
#include "sim/environment/simulations.h"
#include "sim/environment/task.h"

namespace doggo::sim {

class Replayer {
 public:
  // Stands at the replay's beginning. The task must outlive it; it must be the one of which the
  // replay was made: where the sizes of record, state, action or randomised fields differ this
  // throws std::runtime_error.
  Replayer(const Task& task, Replay replay);

  const Replay& replay() const { return replay_; }
  int step() const { return step_; }  // control steps taken
  bool at_end() const { return step_ == replay_.steps(); }

  // Takes the next recorded action. Where MuJoCo raises an error, state and data are those before.
  // Throws std::out_of_range at the end.
  Outcome Step();
  // Goes to where so many control steps have been taken: 0 .. replay().steps(), the nearest of
  // these.
  void Seek(int step);

  // This instant, to be drawn: MuJoCo's data with everything that mj_forward computes (of a state
  // that is not finite: the state only), and the model with the environment's own values.
  const mjModel& model() const { return *model_; }
  const mjData& data() const { return *data_; }
  const void* record() const { return sims_.record(0).data(); }

 private:
  void Restart();
  Outcome TakeAction();
  void Show();

  Replay replay_;
  Simulations sims_;
  ModelPtr model_;
  DataPtr data_;
  int step_ = 0;
};

}  // namespace doggo::sim
