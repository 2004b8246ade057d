// How a robot walks, from when and where its feet touched the ground. Legs LF RF LH RH.
//
// A foot is grounded where it touches or touched one control step ago: the flicker of a contact is
// no flight. A cycle of a leg is the time from one touchdown to the next.
#pragma once

#include <span>
#include <string>

#include "app/evaluation/trajectory.h"

namespace doggo::evaluation {

struct Gait {
  sim::LegScalars duty = sim::LegScalars::Zero();  // share of the time on the ground
  sim::LegScalars clearance = duty;  // m, highest point of a flight, mean over flights
  sim::LegScalars slip = duty;       // m/s, horizontal speed of a foot on the ground, mean
  sim::LegScalars impact = duty;     // m/s, downward speed in the step before touchdown, mean
  sim::LegScalars phase = duty;  // share of LF's cycle, from LF's touchdown to this leg's: [0, 1)
  double stride_frequency = 0;   // Hz, cycles a second, mean over the legs; 0 where none stepped
  double strides = 0;            // cycles of all legs
  std::string name = "none";     // "trot", "pace", "bound", "pronk", "walk", "none"
};

// From sample `first` on. What was not seen (a flight of a foot that never left the ground) is 0.
Gait GaitOf(const Trajectory& trajectory, int first);

// Means over robots; phases as angles.
Gait MeanGait(std::span<const Gait> gaits);

// The gait of these phases: that whose offsets all lie within 0.1 of them (Hildebrand 1965,
// "Symmetrical gaits of horses"); "none" where none does. A walk's legs land one after another, a
// quarter apart, and are on the ground for more than half of the time.
std::string NameOf(const sim::LegScalars& phase, double duty);

// Difference between left and right, the largest of front and hind, of duty and clearance:
// |L - R| / ((L + R) / 2) (Robinson et al. 1987, the symmetry index).
double Asymmetry(const Gait& gait);

// Is each leg grounded, sample by sample.
std::vector<sim::LegFlags> Grounded(const Trajectory& trajectory);

}  // namespace doggo::evaluation
