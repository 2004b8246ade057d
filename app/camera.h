// How a camera goes along with a robot, over ground that rises and falls.
#pragma once

#include "sim/locomotion/transition.h"
#include "sim/terrain/ground.h"
#include "sim/viewer/scene.h"

namespace doggo::app {

// From where a robot is looked at first, in the scene's elevation: on the plane in the scene's
// azimuth, counted from its heading; on rough ground from behind, so that what it walks towards is
// seen.
sim::View FirstView(const mjModel& model, const sim::Ground& ground, const sim::Transition& t);

// Height of what the camera looks at (m, W): as much above the ground under the robot as above the
// plane, where it is `above_plane`.
inline double LookHeight(double above_plane, const sim::Transition& t) {
  return above_plane + t.ground.mean_height;
}

// The elevation (degrees) that is nearest to the view's own and shows what it looks at: no ground
// between the two nor at the camera. On the plane, the view's own.
double ClearElevation(const sim::Ground& ground, const sim::View& view);

// Goes towards the clear elevation, quickly where ground comes into view and slowly back. `turned`:
// degrees that the picture's camera is below the view's elevation; returns the picture's view.
sim::View ClearView(const sim::Ground& ground, const sim::View& view, double dt, double& turned);

}  // namespace doggo::app
