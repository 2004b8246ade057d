// Training with a window beside it: robots in environments of their own that take up the weights
// after every iteration. The training neither sees nor waits for the window.
#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <optional>

#include "agent/policy/policy.h"
#include "app/config.h"
#include "app/show_window.h"

namespace doggo::app {

// Hands the newest policy from the thread that trains to the one that draws.
class NewestPolicy {
 public:
  void Put(agent::Policy policy);
  // Is there one that was not taken yet? Rethrows what the training has failed with.
  bool Take(agent::Policy& policy);
  void Fail(std::exception_ptr error);

 private:
  std::mutex mutex_;
  std::optional<agent::Policy> policy_;
  std::exception_ptr error_;
};

// Runs `train` in a thread of its own, and shows `robots` under the policies that it puts, from
// `first` on, until the person closes the window; then waits for the end of the training. Throws
// what `train` throws.
void Watch(ShowWindow& window, const Config& config, int robots, const agent::Policy& first,
           const std::function<void(NewestPolicy&)>& train);

}  // namespace doggo::app
