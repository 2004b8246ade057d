// Standing: twenty robots that are to stand still for twenty seconds.
#include <algorithm>
#include <vector>

#include "app/evaluation/calm_metrics.h"
#include "app/evaluation/suites.h"

namespace doggo::evaluation {
namespace {

constexpr int kRobots = 20;
constexpr double kSeconds = 20, kSettled = 10;

constexpr FigureInfo kFigures[] = {
    {"standing.drift_cm", "cm", "from the first second to the last, the worst robot"},
    {"standing.drift_median_cm", "cm", "likewise, the median robot"},
    {"standing.joint_motion_rad", "rad", "rms of the joints about their means, last 10 s, worst"},
    {"standing.trembling_radps", "rad/s", "rms of joint speeds above 5 Hz, last 10 s, worst"},
    {"standing.falls", "", "of 20 robots"},
};

void RunStanding(Context& context, SuiteResult& result) {
  std::vector<Calm> calm(kRobots);
  std::vector<char> fell(kRobots, false);
  Run(context,
      {.name = "standing",
       .world = JudgedWorld(context.trained, Constant({0, 0, 0})),
       .robots = kRobots,
       .seconds = kSeconds},
      [&](int robot, const Trajectory& t) {
        calm[robot] = CalmOf(t, kSettled);
        fell[robot] = t.fell;
      });
  std::vector<double> drift, motion, trembling;
  for (const Calm& c : calm) {
    drift.push_back(100 * c.drift);
    motion.push_back(c.joint_motion);
    trembling.push_back(c.trembling);
  }
  result.Set("standing.drift_cm", Quantile(drift, 1));
  result.Set("standing.drift_median_cm", Quantile(drift, 0.5));
  result.Set("standing.joint_motion_rad", Quantile(motion, 1));
  result.Set("standing.trembling_radps", Quantile(trembling, 1));
  result.Set("standing.falls", static_cast<double>(std::count(fell.begin(), fell.end(), true)));
}

}  // namespace

Suite StandingSuite() { return {"standing", "how still it stands", false, kFigures, RunStanding}; }

}  // namespace doggo::evaluation
