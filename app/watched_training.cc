#include "app/watched_training.h"

#include <thread>

#include "app/driven_show.h"

namespace doggo::app {

void NewestPolicy::Put(agent::Policy policy) {
  const std::lock_guard lock(mutex_);
  policy_ = std::move(policy);
}

bool NewestPolicy::Take(agent::Policy& policy) {
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(error_);
  if (!policy_) return false;
  policy = std::move(*policy_);
  policy_.reset();
  return true;
}

void NewestPolicy::Fail(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  error_ = error;
}

void Watch(ShowWindow& window, const Config& config, int robots, const agent::Policy& first,
           const std::function<void(NewestPolicy&)>& train) {
  DrivenRobots driven(first, config.world, robots, SourceRoot().string(),
                      ChooseTile(config.world.terrain, {}));
  NewestPolicy newest;
  DrivenShow show(
      driven, config.name, first, config.world.commands,
      [&](agent::Policy& policy) { return newest.Take(policy); }, /*wanders=*/true);
  {
    const std::jthread trainer([&] {
      try {
        train(newest);
      } catch (...) {
        newest.Fail(std::current_exception());
      }
    });
    window.Run(show, config.world.physics, SourceRoot().string(), {});
  }
  agent::Policy last;
  newest.Take(last);  // throws where the training has failed
}

}  // namespace doggo::app
