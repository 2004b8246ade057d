// Driving robots by hand: what keys, sticks, sliders and mouse change, and how much time passes.
#pragma once

#include <functional>

#include "app/driven_robots.h"
#include "app/show.h"

namespace doggo::app {

// A newer policy of the same shape, where there is one.
using PolicySource = std::function<bool(agent::Policy&)>;

class DrivenShow : public Show {
 public:
  // `ranges`: how far commands go. `wanders`: are they drawn, until somebody drives? The robots
  // must outlive it.
  DrivenShow(DrivenRobots& robots, std::string name, const agent::Policy& policy,
             const sim::CommandConfig& ranges, PolicySource newer, bool wanders);

  const Eigen::Vector3d& command() const { return command_; }
  // s of wall clock that the steps of a frame may take; where they would take longer, simulated
  // time is lost instead.
  void set_longest_stepping(double seconds) { longest_stepping_ = seconds; }

  int num_robots() const override { return robots_.size(); }
  ShownRobot robot(int k) const override { return robots_.shown(k); }
  double step_dt() const { return robots_.step_dt(); }
  double share() const override;
  int64_t episode(int robot) const override {
    return robots_.episode(robot).episode + (robots_.moves() << 16);
  }
  void Heed(const sim::Input& input, const std::vector<std::string>& buttons,
            const sim::Scene& scene, double dt, Onlooker& onlooker) override;
  void Advance(double dt, Onlooker& onlooker) override;
  std::vector<sim::Control> Controls(Onlooker& onlooker) override;
  std::vector<HelpLine> Help() const override;
  void Draw(sim::Scene& scene, const Eigen::Vector3d& offset, int robot) const override;
  std::string Title() const override;

 private:
  friend struct DrivingDeed;

  void BeginAnew();
  void HeedTileKeys(const sim::Input& input, Onlooker& onlooker);
  void Step();
  void Wander(double dt);
  void RampCommand(const Eigen::Vector3d& shares, double dt);
  void Pull(const sim::Input& input, const sim::Scene& scene, int robot);
  double Limit(int axis, double share) const;

  DrivenRobots& robots_;
  std::string name_;
  agent::Policy policy_;
  sim::CommandConfig ranges_;
  PolicySource newer_;
  Eigen::Vector3d command_ = Eigen::Vector3d::Zero();  // that the robots follow
  Eigen::Vector3d asked_ = Eigen::Vector3d::Zero();    // while no key is held
  bool wanders_;
  double longest_stepping_ = 0.05;
  double wandered_ = 0;  // s, with this command
  int64_t wanderings_ = 0;
  double owed_ = 0;  // s of simulated time that is to pass, less than a control step
  int pulled_ = -1;  // which robot the mouse pulls
  Eigen::Vector3d pull_W_ = Eigen::Vector3d::Zero();  // m, where to, of where it was taken
  Eigen::Vector3d taken_W_ = Eigen::Vector3d::Zero();
};

}  // namespace doggo::app
