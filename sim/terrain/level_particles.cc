#include "sim/terrain/level_particles.h"

#include <algorithm>
#include <map>

namespace doggo::sim {

ConfigFields Fields(LevelFilterConfig& c) {
  return {
      {"iterations", &c.iterations, "", "updates of the levels are so many iterations apart", 1,
       1e6},
      {"speed", &c.speed, "m/s", "a step is traversed above this speed along the command", 0, 10},
      {"desirable", &c.desirable, "", "levels are wanted of which this share of steps is traversed",
       0, 1},
      {"fewest_steps", &c.fewest_steps, "",
       "who was told to move for fewer control steps is measured at a later update", 1, 1e6},
      {"transition_probability", &c.transition_probability, "",
       "an update moves a level to a neighbouring one with this probability", 0, 1},
      {"replay_probability", &c.replay_probability, "",
       "and to one that a robot of its type had before with this", 0, 1},
  };
}

std::vector<double> LevelWeights(std::span<const Measurement> measured, const Range& desirable) {
  struct Count {
    double all = 0, desirable = 0;
  };
  std::map<int, Count> counts;
  for (const Measurement& m : measured) {
    Count& count = counts[m.level];
    count.all += 1;
    if (desirable.low <= m.traversability && m.traversability <= desirable.high)
      count.desirable += 1;
  }

  std::vector<double> weights;
  double sum = 0;
  for (const Measurement& m : measured) {
    const Count& count = counts[m.level];
    weights.push_back(count.desirable / count.all);
    sum += weights.back();
  }
  if (sum > 0)
    for (double& weight : weights) weight /= sum;
  return weights;
}

std::vector<int> SystematicResampling(std::span<const double> weights, double offset) {
  const auto n = static_cast<int>(weights.size());
  int last = n - 1;  // with a weight: rounded sums may end below one
  while (last > 0 && weights[last] <= 0) --last;
  std::vector<int> drawn;
  int index = 0;
  double below = n > 0 ? weights[0] : 0;  // sum of the weights up to index
  for (int k = 0; k < n; ++k) {
    while (index < last && below <= (k + offset) / n) below += weights[++index];
    drawn.push_back(index);
  }
  return drawn;
}

int RandomWalk(const LevelFilterConfig& config, int levels, int level, Random& random) {
  const bool moves = random.Uniform() < config.transition_probability;
  const bool up = random.Below(2) == 1;
  if (!moves || levels < 2) return level;
  if (level == 0) return 1;
  if (level == levels - 1) return levels - 2;
  return up ? level + 1 : level - 1;
}

int WalkTowardsDesirable(const LevelFilterConfig& config, int levels, const Measurement& measured,
                         Random& random) {
  if (random.Uniform() >= config.transition_probability) return measured.level;
  if (measured.traversability < config.desirable.low) return std::max(0, measured.level - 1);
  return std::min(levels - 1, measured.level + 1);
}

void Remember(int level, Random& random, LevelParticle& particle) {
  ++particle.updates;
  if (random.Below(static_cast<uint32_t>(particle.updates)) == 0) particle.memory = level;
}

void UpdateLevels(const LevelFilterConfig& config, int levels, int type,
                  std::span<const LevelRobot> robots, uint64_t seed, int64_t iteration) {
  // who is measured
  std::vector<LevelRobot> particles;
  std::vector<Measurement> measured;
  for (const LevelRobot& robot : robots) {
    const LevelParticle& p = *robot.particle;
    if (p.counted < config.fewest_steps) continue;
    particles.push_back(robot);
    measured.push_back(
        {robot.level, static_cast<double>(p.traversed) / static_cast<double>(p.counted)});
  }
  if (particles.empty()) return;

  // drawn by how desirable their levels are
  const std::vector<double> weights = LevelWeights(measured, config.desirable);
  const bool any_desirable =
      std::any_of(weights.begin(), weights.end(), [](double w) { return w > 0; });
  Random of_type(seed, Stream::kResampling, static_cast<uint32_t>(type),
                 static_cast<uint64_t>(iteration));
  std::vector<int> drawn;
  if (any_desirable) drawn = SystematicResampling(weights, of_type.Uniform());

  // remembered before they walk on, so that what is replayed was desirable once
  const auto random_of = [&](const LevelRobot& robot) {
    return Random(seed, Stream::kTransition, static_cast<uint32_t>(robot.environment),
                  static_cast<uint64_t>(iteration));
  };
  for (size_t k = 0; k < particles.size(); ++k) {
    Random random = random_of(particles[k]);
    LevelParticle& particle = *particles[k].particle;
    const Measurement& own = measured[k];
    const int level = any_desirable ? measured[drawn[k]].level : own.level;
    Remember(level, random, particle);
    particle.next_level = any_desirable ? RandomWalk(config, levels, level, random)
                                        : WalkTowardsDesirable(config, levels, own, random);
    particle.counted = particle.traversed = 0;
  }
  for (const LevelRobot& robot : particles) {
    if (of_type.Uniform() >= config.replay_probability) continue;
    const uint32_t other = of_type.Below(static_cast<uint32_t>(particles.size()));
    robot.particle->next_level = particles[other].particle->memory;
  }
}

}  // namespace doggo::sim
