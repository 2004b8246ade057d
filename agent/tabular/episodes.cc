#include "agent/tabular/episodes.h"

namespace doggo::agent {
namespace {

template <typename Distribution>
int Draw(const Distribution& p, Random& random) {
  double left = random.Uniform();
  const int last = static_cast<int>(p.size()) - 1;
  for (int k = 0; k < last; ++k) {
    left -= p[k];
    if (left < 0) return k;
  }
  return last;
}

}  // namespace

std::vector<TabularStep> DrawEpisode(const Mdp& mdp, const Eigen::MatrixXd& policy, int most_steps,
                                     Random random) {
  std::vector<TabularStep> steps;
  int s = Draw(mdp.start, random);
  while (std::ssize(steps) < most_steps && !mdp.terminal[s]) {
    const int a = Draw(policy.row(s), random);
    const int next = Draw(mdp.P[a].row(s), random);
    steps.push_back({s, a, next, mdp.R(s, a), mdp.terminal[next]});
    s = next;
  }
  return steps;
}

}  // namespace doggo::agent
