// What pictures of a robot have in common, in a file and in a window.
#pragma once

#include <string>

#include "sim/locomotion/locomotion_task.h"
#include "sim/viewer/scene.h"

namespace doggo::app {

inline const sim::Color kCommandColor = {0.15f, 0.45f, 0.95f, 1},
                        kMeasuredColor = {0.95f, 0.55f, 0.1f, 1};

// The robot with everything that is to be seen; the one that is simulated has been stripped. A path
// that does not exist as given is looked up under `root`. Ground with relief takes the floor's
// place. Throws as sim::LoadModel.
sim::ModelPtr LoadVisibleModel(const sim::PhysicsConfig& physics, const std::string& root,
                               const sim::Ground& ground = {});

// Positions, as MuJoCo orders them, of which `share` of a control step has passed: 0 is the state
// before it, 1 the state after.
void PoseWithin(const sim::RobotIds& ids, const sim::Transition& t, double share,
                Eigen::VectorXd& qpos);

// Above a base at p_W: what is asked and what is done, vx and vy in the heading frame (m/s), as
// arrows; what is asked the higher.
void AddVelocityArrows(sim::Scene& scene, const Eigen::Vector3d& p_W, double heading,
                       const Eigen::Vector3d& command, const Eigen::Vector3d& velocity);

// The mean force of the ground on each foot in the last control step; as long as the robot is high
// where a foot carries all of it. `offset` shifts the robot.
void AddForceArrows(sim::Scene& scene, const sim::Robot& robot, const sim::Transition& t,
                    const Eigen::Vector3d& offset);

// Where feet stand, as dots: in place of MuJoCo's contacts, which a scene has with a plane only.
void AddContactDots(sim::Scene& scene, const sim::Robot& robot, const sim::Transition& t,
                    const Eigen::Vector3d& offset);

// Where the policy sees the ground, as dots on it.
void AddScanDots(sim::Scene& scene, const sim::LocomotionTask& task, const sim::Transition& t,
                 const Eigen::Vector3d& offset);

// "+0.50 -0.10 m/s  +1.00 rad/s": vx, vy, yaw rate.
std::string VelocityText(const Eigen::Vector3d& velocity);

// The share of the way from old to new that an exponential mean of this time goes in dt.
double SmoothingShare(double dt, double time);

}  // namespace doggo::app
