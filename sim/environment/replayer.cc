#include "sim/environment/replayer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace doggo::sim {
namespace {

void CheckSize(std::string_view what, size_t replay, size_t task) {
  if (replay == task) return;
  throw std::runtime_error(
      fmt::format("the replay was made with another configuration: the size of its {} is {}, here "
                  "it is {}",
                  what, replay, task));
}

}  // namespace

Replayer::Replayer(const Task& task, Replay replay)
    : replay_(std::move(replay)),
      sims_(task, replay_.environment, /*size=*/1, replay_.seed),
      model_(mj_copyModel(nullptr, &task.model())),
      data_(MakeData(task.model())) {
  CheckSize("state", replay_.state.size(), sims_.state(0).size());
  CheckSize("record", replay_.record.size(), sims_.record(0).size());
  CheckSize("randomised fields", replay_.fields.size(), sims_.num_field_values());
  CheckSize("action", replay_.action_dim, task.spec().action_dim);

  sims_.SetFields(0, replay_.fields);
  if (sims_.RenewConstants(sims_.all()) > 0) throw std::runtime_error(sims_.error(0));
  sims_.CopyModel(0, *model_);
  Restart();
  Show();
}

Outcome Replayer::Step() {
  if (at_end()) throw std::out_of_range("the replay has no further step");
  const Outcome outcome = TakeAction();
  Show();
  return outcome;
}

void Replayer::Seek(int step) {
  step = std::clamp(step, 0, replay_.steps());
  if (step < step_) Restart();
  while (step_ < step) TakeAction();
  Show();
}

void Replayer::Restart() {
  std::copy(replay_.state.begin(), replay_.state.end(), sims_.state(0).begin());
  std::copy_n(reinterpret_cast<const std::byte*>(replay_.record.data()), replay_.record.size(),
              sims_.record(0).begin());
  step_ = 0;
}

Outcome Replayer::TakeAction() {
  const float* action = &replay_.actions[static_cast<size_t>(step_) * replay_.action_dim];
  Outcome outcome;
  sims_.Apply(sims_.all(), [&](const EnvView& env, int) { outcome = sims_.StepTask(env, action); });
  ++step_;
  return sims_.failed(0) ? Simulations::kGaveUp : outcome;
}

void Replayer::Show() {
  const auto finite = [](double x) { return std::isfinite(x); };
  const std::span<const mjtNum> state = sims_.state(0);
  sims_.CopyData(0, *data_);
  if (!std::all_of(state.begin(), state.end(), finite)) return;

  // where MuJoCo raises an error the state alone is shown
  sims_.Look(sims_.all(), [&](const EnvView& env, int) {
    mj_forward(env.model, env.data);
    mj_copyData(data_.get(), env.model, env.data);
  });
}

}  // namespace doggo::sim
