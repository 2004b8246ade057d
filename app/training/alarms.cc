#include "app/training/alarms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace doggo::app {
namespace {

using History = AlarmHistory;
using Samples = std::span<const AlarmSample>;

constexpr size_t kRecent = 5;    // iterations that a jump must last
constexpr size_t kSettled = 20;  // before which nothing is known to compare with

// The newest so many, from a copy that lies in one piece.
std::vector<AlarmSample> Newest(const History& history, size_t count) {
  const auto& all = history.samples;
  return {all.end() - static_cast<std::ptrdiff_t>(std::min(count, all.size())), all.end()};
}

template <typename Value>
double Sum(Samples samples, const Value& value) {
  return std::accumulate(samples.begin(), samples.end(), 0.0,
                         [&](double sum, const AlarmSample& s) { return sum + value(s); });
}

double Share(double part, double of) { return of > 0 ? part / of : 0; }

// ---- update health

// The mean over a few iterations against ten times what the rate is steered to; an absolute floor
// keeps small targets from crying wolf: healthy trainings of 8 to 128 robots stay below 0.11 nats.
constexpr double kKlFactor = 10, kKlFloor = 0.2;

double MeanKl(const History& history) {
  const auto recent = Newest(history, kRecent);
  return Share(Sum(recent, [](auto& s) { return s.kl; }), static_cast<double>(recent.size()));
}

double KlLevel(const History& history) {
  if (history.samples.size() < kRecent) return 0;
  return MeanKl(history) / std::max(kKlFloor, kKlFactor * history.samples.back().target_kl);
}

std::string KlSentence(const History& history) {
  return fmt::format(
      "the policy jumps: KL {:.2g} nats an update (wanted {:.3f}); try a smaller rate.max or fewer "
      "ppo.epochs",
      MeanKl(history), history.samples.back().target_kl);
}

// A healthy training keeps half of its initial standard deviation and more.
constexpr double kStdShare = 0.2;

double StdLevel(const History& history) {
  const AlarmSample& now = history.samples.back();
  return Share(kStdShare * now.initial_std, now.std);
}

std::string StdSentence(const History& history) {
  const AlarmSample& now = history.samples.back();
  return fmt::format(
      "the policy hardly explores any more: standard deviation {:.3f}, {:.0f} % of what it began "
      "with; try a larger ppo.entropy_coefficient or network.min_std",
      now.std, 100 * Share(now.std, now.initial_std));
}

// Twenty times the median of before, by a critic that explains less than nothing.
constexpr double kLossFactor = 20;

double LossBefore(const History& history) {
  std::vector<double> losses;
  for (size_t k = 0; k + kRecent < history.samples.size(); ++k)
    losses.push_back(history.samples[k].value_loss);
  const auto middle = losses.begin() + static_cast<std::ptrdiff_t>(losses.size() / 2);
  std::nth_element(losses.begin(), middle, losses.end());
  return *middle;
}

double MeanLoss(const History& history) {
  return Sum(Newest(history, kRecent), [](auto& s) { return s.value_loss; }) / kRecent;
}

double LossLevel(const History& history) {
  if (history.samples.size() < kSettled + kRecent) return 0;
  const double explained =
      Sum(Newest(history, kRecent), [](auto& s) { return s.explained_variance; });
  if (!(explained < 0)) return 0;
  return Share(MeanLoss(history), kLossFactor * LossBefore(history));
}

std::string LossSentence(const History& history) {
  return fmt::format(
      "the critic's loss explodes: {:.3g}, where {:.3g} was usual; try a smaller rate.max, or look "
      "for a reward that has no bound",
      MeanLoss(history), LossBefore(history));
}

// ---- what the robots do

constexpr double kDivergedShare = 0.02, kDivergedFew = 3;  // of episodes; fewer are chance

double DivergedLevel(const History& history) {
  const auto recent = Newest(history, kSettled);
  const double diverged = Sum(recent, [](auto& s) { return s.diverged; });
  if (diverged < kDivergedFew) return 0;
  return Share(diverged, kDivergedShare * Sum(recent, [](auto& s) { return s.episodes; }));
}

std::string DivergedSentence(const History& history) {
  const auto recent = Newest(history, kSettled);
  return fmt::format(
      "robots keep ending in numerical trouble: {:.0f} of {:.0f} episodes lately; try a smaller "
      "physics.timestep or action.scale, and see the replays in diverged/",
      Sum(recent, [](auto& s) { return s.diverged; }),
      Sum(recent, [](auto& s) { return s.episodes; }));
}

// Means over the episodes of some iterations: per second of them, and per episode.
struct Behaviour {
  std::vector<double> rewards;  // per second
  double reward = 0, objective = 0;
  double fell = 0, linear_error = 0;
  double episodes = 0;
};

// The terms that say what the robot is there for; all others say how it should go about it.
bool IsObjective(const std::string& term) { return term.starts_with("track_"); }

Behaviour BehaviourIn(const History& history, Samples samples) {
  Behaviour b;
  b.episodes = Sum(samples, [](auto& s) { return s.episodes; });
  b.fell = Share(Sum(samples, [](auto& s) { return s.fell; }), b.episodes);
  b.linear_error = Share(Sum(samples, [](auto& s) { return s.linear_error; }), b.episodes);
  const double seconds = Sum(samples, [](auto& s) { return s.seconds; });
  for (size_t k = 0; k < history.reward_names.size(); ++k) {
    b.rewards.push_back(Share(Sum(samples, [k](auto& s) { return s.rewards[k]; }), seconds));
    b.reward += b.rewards[k];
    if (IsObjective(history.reward_names[k])) b.objective += b.rewards[k];
  }
  return b;
}

struct Halves {
  Behaviour before, now;
};

Halves HalvesOf(const History& history) {
  const auto all = Newest(history, History::kLength);
  const Samples samples = all;
  const size_t half = samples.size() / 2;
  return {BehaviourIn(history, samples.first(half)), BehaviourIn(history, samples.subspan(half))};
}

// Reward rises by a tenth, most of it by terms that are no objective, while tracking does not get
// better and robots do not fall less. The way to the first steps rises on the objective. A penalty
// that shrinks is progress as long as tracking does not get worse for it.
constexpr double kRise = 0.1, kSameTracking = 0.97, kWorseTracking = 1.1, kSameFalls = 0.05;
constexpr double kFewEpisodes = 20;  // in a half: below, means are chance

struct Gaming {
  double gain = 0;    // of all terms, reward per second
  double gained = 0;  // by those that may be gamed
  size_t most = 0;    // the term that gained most of it
  double by_most = 0;
};

Gaming GamingOf(const History& history, const Behaviour& before, const Behaviour& now) {
  const bool tracks_worse = now.linear_error > kWorseTracking * before.linear_error;
  Gaming gaming = {.gain = now.reward - before.reward};
  for (size_t k = 0; k < now.rewards.size(); ++k) {
    const double gain = now.rewards[k] - before.rewards[k];
    const bool earns = now.rewards[k] > 0;
    if (IsObjective(history.reward_names[k]) || gain <= 0 || !(earns || tracks_worse)) continue;
    gaming.gained += gain;
    if (gain <= gaming.by_most) continue;
    gaming.most = k;
    gaming.by_most = gain;
  }
  return gaming;
}

double HackingLevel(const History& history) {
  if (history.samples.size() < History::kLength) return 0;
  const auto [before, now] = HalvesOf(history);
  if (before.episodes < kFewEpisodes || now.episodes < kFewEpisodes) return 0;
  const bool tracks_better = now.linear_error < kSameTracking * before.linear_error;
  const bool falls_less = now.fell < before.fell - kSameFalls;
  const Gaming gaming = GamingOf(history, before, now);
  if (tracks_better || falls_less || gaming.gain <= 0 || gaming.gained < 0.5 * gaming.gain)
    return 0;
  return gaming.gain / (kRise * std::max(std::abs(before.reward), 1e-9));
}

std::string HackingSentence(const History& history) {
  const auto [before, now] = HalvesOf(history);
  const Gaming gaming = GamingOf(history, before, now);
  const std::string& term = history.reward_names[gaming.most];
  return fmt::format(
      "reward rises ({:+.0f} %) while tracking does not get better ({:.2f} -> {:.2f} m/s): the "
      "robot may be gaming '{}' ({:+.2f} of {:+.2f} /s); try a smaller rewards.{}",
      100 * Share(gaming.gain, std::abs(before.reward)), before.linear_error, now.linear_error,
      term, gaming.by_most, gaming.gain, term);
}

// A penalty that takes most of what all else earns drowns the rest. Configurations that train well
// stay below 0.4 (Hwangbo et al. 2019's torque) once the first second of falling is over.
constexpr double kPenaltyShare = 0.6;

struct LargestPenalty {
  size_t term = 0;
  double share = 0;  // of what is earned
};

LargestPenalty PenaltyIn(const History& history) {
  const Behaviour now = HalvesOf(history).now;
  LargestPenalty largest;
  double earned = 0;
  for (const double reward : now.rewards) earned += std::max(0.0, reward);
  for (size_t k = 0; k < now.rewards.size(); ++k) {
    const double share = Share(-now.rewards[k], earned);
    if (share > largest.share) largest = {k, share};
  }
  return now.episodes < kFewEpisodes ? LargestPenalty{} : largest;
}

double PenaltyLevel(const History& history) {
  if (history.samples.size() < History::kLength) return 0;
  return PenaltyIn(history).share / kPenaltyShare;
}

std::string PenaltySentence(const History& history) {
  const LargestPenalty penalty = PenaltyIn(history);
  return fmt::format(
      "the penalty '{}' takes {:.0f} % of what the robots earn: they may learn to do nothing; try "
      "a "
      "smaller rewards.{}",
      history.reward_names[penalty.term], 100 * penalty.share, history.reward_names[penalty.term]);
}

constexpr Alarm kAlarms[] = {
    {"kl_blow_up", KlLevel, KlSentence},
    {"std_collapse", StdLevel, StdSentence},
    {"loss_explosion", LossLevel, LossSentence},
    {"divergence", DivergedLevel, DivergedSentence},
    {"reward_hacking", HackingLevel, HackingSentence},
    {"penalty_dominates", PenaltyLevel, PenaltySentence},
};

}  // namespace

std::span<const Alarm> Alarms() { return kAlarms; }

AlarmSample SampleOf(const agent::IterationReport& report,
                     const std::vector<std::string>& metric_names) {
  AlarmSample sample = {.kl = report.loss.kl,
                        .std = report.mean_std,
                        .value_loss = report.loss.value,
                        .explained_variance = report.explained_variance,
                        .episodes = static_cast<double>(report.episodes),
                        .rewards = {}};
  for (size_t k = 0; k < metric_names.size(); ++k) {
    const std::string& name = metric_names[k];
    const double sum =
        report.episode_metrics.empty() ? 0 : report.episodes * report.episode_metrics[k];
    if (name == "length_s") sample.seconds = sum;
    if (name == "fell") sample.fell = sum;
    if (name == "diverged") sample.diverged = sum;
    if (name == "linear_error") sample.linear_error = sum;
    if (name.starts_with("reward/")) sample.rewards.push_back(sum);
  }
  return sample;
}

AlarmHistory::AlarmHistory(const std::vector<std::string>& metric_names) {
  constexpr std::string_view kReward = "reward/";
  for (const std::string& name : metric_names)
    if (name.starts_with(kReward)) reward_names.push_back(name.substr(kReward.size()));
}

void AlarmHistory::Add(AlarmSample sample) {
  samples.push_back(std::move(sample));
  if (samples.size() > kLength) samples.pop_front();
}

}  // namespace doggo::app
