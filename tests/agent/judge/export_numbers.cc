// Writes what doggo's learner computes as one JSON file, for judge.py.
//
//   export_numbers FILE

#include <cstdio>
#include <fstream>

#include "agent/nn/initializer.h"
#include "agent/nn/layer.h"
#include "agent/nn/loss.h"
#include "agent/optim/optimizer.h"
#include "agent/optim/schedule.h"
#include "tests/agent/judge/numbers.h"

namespace doggo::agent {
namespace {

Json AllNumbers() {
  return {{"names",
           {{"layers", LayerNames()},
            {"losses", LossNames()},
            {"optimizers", OptimizerNames()},
            {"schedules", ScheduleNames()},
            {"initializers", InitializerNames()}}},
          {"networks", NetworkNumbers()},
          {"courses", CourseNumbers()},
          {"schedules", ScheduleNumbers()},
          {"fits", FitNumbers()},
          {"initializers", InitializerNumbers()},
          {"gaussian", GaussianNumbers()},
          {"categorical", CategoricalNumbers()}};
}

}  // namespace
}  // namespace doggo::agent

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: export_numbers FILE\n", stderr);
    return 2;
  }
  std::ofstream file(argv[1]);
  file << doggo::agent::AllNumbers();  // every number with the digits that give it back exactly
  return file.flush() ? 0 : 1;
}
