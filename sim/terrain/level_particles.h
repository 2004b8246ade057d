// The adaptive terrain curriculum of Lee, Hwangbo, Wellhausen, Koltun, Hutter 2020 ("Learning
// quadrupedal locomotion over challenging terrain", Science Robotics; supplement, algorithm S1): a
// particle filter that keeps the robots on levels which they can traverse, but not easily.
//
// The robots of a type of terrain are its particles; a particle's parameter is its level. Measured
// is a robot's traversability Tr: the share of control steps in which it moved along its command
// and did not fall. A level is as desirable as the share of its measurements that lie in a range
// of Tr; particles are drawn anew by that, and then walk at random to neighbouring levels.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/interface/config_field.h"
#include "sim/interface/random.h"

namespace doggo::sim {

// Lee's numbers, but for fewest_steps, which takes the place of a count of trajectories: robots
// here are measured while they live on.
struct LevelFilterConfig {
  int iterations = 10;           // of the training, between updates
  double speed = 0.2;            // m/s along the command
  Range desirable = {0.5, 0.9};  // of Tr
  int fewest_steps = 50;         // control steps
  double transition_probability = 0.8;
  double replay_probability = 0.05;
};
ConfigFields Fields(LevelFilterConfig& config);

// What a robot remembers for the filter. Plain data, part of its environment's record.
struct LevelParticle {
  int64_t next_level;  // that its next episode begins on
  int64_t counted;     // control steps on its level since it was last measured, of those whose
                       // command was faster than LevelFilterConfig::speed
  int64_t traversed;   // of these
  int64_t updates;     // of the filter that it has been through
  int64_t memory;      // the level after one of these, each as likely as any other
};

// A robot on its level.
struct Measurement {
  int level = 0;
  double traversability = 0;  // Tr
};

// A measurement's weight: the share of the measurements on its level whose Tr is in the range. They
// add up to one, or are all zero where no measurement is desirable.
std::vector<double> LevelWeights(std::span<const Measurement> measured, const Range& desirable);

// Systematic resampling (Kitagawa 1996): as many indices as there are weights; index i stands there
// floor(n w_i) or ceil(n w_i) times, n w_i on average. Ascending. offset: uniform in [0, 1). The
// weights add up to one.
std::vector<int> SystematicResampling(std::span<const double> weights, double offset);

// To a neighbouring level with transition_probability, up or down where there are both.
int RandomWalk(const LevelFilterConfig& config, int levels, int level, Random& random);

// Where nothing is desirable there is nothing to draw: towards what is, with the same probability.
int WalkTowardsDesirable(const LevelFilterConfig& config, int levels, const Measurement& measured,
                         Random& random);

// Adds a level to those that memory stands for (reservoir sampling, Vitter 1985).
void Remember(int level, Random& random, LevelParticle& particle);

// A robot of the type at work.
struct LevelRobot {
  int environment = 0;
  int level = 0;  // that it walks on
  LevelParticle* particle = nullptr;
};

// An update of one type's levels: who counted fewest_steps is measured, drawn anew together with
// the others who are, and begins to count from zero; the rest waits for the next update. The same
// numbers for the same seed, iteration, type and robots.
void UpdateLevels(const LevelFilterConfig& config, int levels, int type,
                  std::span<const LevelRobot> robots, uint64_t seed, int64_t iteration);

}  // namespace doggo::sim
