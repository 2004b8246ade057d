// Episodes drawn from a tabular Markov decision process.
#pragma once

#include <vector>

#include "agent/tabular/mdp.h"
#include "sim/interface/random.h"

namespace doggo::agent {

struct TabularStep {
  int state = 0, action = 0, next = 0;
  double reward = 0;
  bool terminated = false;  // next is terminal
};

// At most `most_steps`; R is paid as it is expected.
std::vector<TabularStep> DrawEpisode(const Mdp& mdp, const Eigen::MatrixXd& policy, int most_steps,
                                     Random random);

}  // namespace doggo::agent
