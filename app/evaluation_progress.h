// What a person sees while an evaluation goes on: on a terminal a line that redraws itself, else
// nothing.
#pragma once

#include <chrono>
#include <string>

namespace doggo::app {

class EvaluationProgress {
 public:
  // `live`: is the output a terminal.
  EvaluationProgress(bool live, int suites);
  ~EvaluationProgress() { Erase(); }

  void Begin(const std::string& suite);
  void Show(const std::string& drill, double share);
  void Erase();

 private:
  bool live_, drawn_ = false;
  int suites_, begun_ = 0;
  std::string suite_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace doggo::app
