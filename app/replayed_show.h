// A recorded stretch of a robot's life, run again bit for bit, with a timeline to scrub.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "app/show.h"
#include "sim/environment/replayer.h"

namespace doggo::app {

class ReplayedShow : public Show {
 public:
  // `name`: of the file, for messages and the title. Throws std::runtime_error where the replay was
  // made in another world.
  ReplayedShow(const sim::LocomotionTask& task, const sim::Replay& replay, std::string name);

  int steps() const { return static_cast<int>(instants_.size()) - 1; }
  int step() const;
  // To where so many control steps have been taken, or the nearest of these.
  void Seek(int step);
  // "1.20 s until joint RH_KFE at 412 rad/s"
  std::string End() const;

  int num_robots() const override { return 1; }
  ShownRobot robot(int) const override;
  double step_dt() const { return task_.spec().step_dt; }
  double share() const override;
  int64_t episode(int) const override { return 0; }
  void Heed(const sim::Input& input, const std::vector<std::string>& buttons,
            const sim::Scene& scene, double dt, Onlooker& onlooker) override;
  void Advance(double dt, Onlooker& onlooker) override;
  std::vector<sim::Control> Controls(Onlooker& onlooker) override;
  std::vector<HelpLine> Help() const override;
  void Draw(sim::Scene&, const Eigen::Vector3d&, int) const override {}
  std::string Title() const override;

 private:
  struct Instant {  // after a control step; the first: before any
    sim::Episode episode;
    std::vector<double> reward_sums;
    std::vector<float> observation;
  };

  void Note(const sim::Replayer& replayer);
  void RememberUpToNow();

  const sim::LocomotionTask& task_;
  std::string name_, message_;
  std::vector<Instant> instants_;
  double time_ = 0;  // s; the timeline's slider moves it
  Trail trail_;      // up to `remembered_`
  int remembered_ = -1;
};

// The configuration of the world that a replay was made in: it stands in the replay. Throws
// ConfigError where it stands there no longer, or is of another version.
Config ConfigOf(const sim::Replay& replay, const std::string& name);

}  // namespace doggo::app
