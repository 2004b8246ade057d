// MuJoCo's warnings go to the console and to a file of its own; where a test provokes them they are
// expected.
#pragma once

#include <mujoco/mujoco.h>

namespace doggo::sim {

class Quiet {
 public:
  Quiet() : before_(mju_user_warning) {
    mju_user_warning = [](const char*) {};
  }
  ~Quiet() { mju_user_warning = before_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  void (*before_)(const char*);
};

}  // namespace doggo::sim
