#include "app/replayed_show.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/config_file.h"

namespace doggo::app {
namespace {

constexpr double kPauseAtEnd = 1;  // s, before it begins again

struct ReplayDeed {
  Deed deed;
  void (*act)(ReplayedShow&, Onlooker&);
};
constexpr ReplayDeed kDeeds[] = {
    {{{sim::kKeyRight, 'D'}, kNoButton, "right", "a control step on", ""},
     [](ReplayedShow& show, Onlooker& onlooker) {
       onlooker.paused = true;
       show.Seek(show.step() + 1);
     }},
    {{{sim::kKeyLeft, 'A'}, kNoButton, "left", "a control step back", ""},
     [](ReplayedShow& show, Onlooker& onlooker) {
       onlooker.paused = true;
       show.Seek(show.step() - 1);
     }},
    {{{sim::kKeyHome, 'R'}, kNoButton, "home, R", "to the beginning", "start  R"},
     [](ReplayedShow& show, Onlooker&) { show.Seek(0); }},
    {{{sim::kKeyEnd, 0}, kNoButton, "end", "to the end", "end"},
     [](ReplayedShow& show, Onlooker& onlooker) {
       onlooker.paused = true;
       show.Seek(show.steps());
     }},
    {{{sim::kKeySpace, 0}, sim::kButtonA, "space", "stop, or go on", ""},
     [](ReplayedShow&, Onlooker& onlooker) { onlooker.paused = !onlooker.paused; }},
};

}  // namespace

ReplayedShow::ReplayedShow(const sim::LocomotionTask& task, const sim::Replay& replay,
                           std::string name)
    : task_(task), name_(std::move(name)), message_(replay.message) {
  sim::Replayer replayer(task, replay);
  Note(replayer);
  while (!replayer.at_end()) {
    replayer.Step();
    Note(replayer);
  }
  Seek(0);
}

// A record is an Episode, and behind it the sums of the rewards (LocomotionTask).
void ReplayedShow::Note(const sim::Replayer& replayer) {
  const auto& episode = *static_cast<const sim::Episode*>(replayer.record());
  const auto* sums = reinterpret_cast<const double*>(&episode + 1);
  instants_.push_back({episode,
                       {sums, sums + task_.rewards().size()},
                       std::vector<float>(task_.spec().policy_dim)});
  // what is seen passes through the record's memory of delays: a copy, the replay's own stays as it
  // is
  const auto* bytes = static_cast<const std::byte*>(replayer.record());
  std::vector<std::byte> record(bytes, bytes + task_.record_size());
  const sim::EnvView seen{.record = record.data(),
                          .environment = replayer.replay().environment,
                          .seed = replayer.replay().seed};
  task_.Observe(seen, instants_.back().observation.data(), nullptr);
}

int ReplayedShow::step() const {
  return std::clamp(static_cast<int>(std::ceil(time_ / step_dt() - 1e-6)), 0, steps());
}

double ReplayedShow::share() const {
  return std::clamp(1 - (step() - time_ / step_dt()), 0.0, 1.0);
}

void ReplayedShow::Seek(int step) {
  time_ = std::clamp(step, 0, steps()) * step_dt();
  RememberUpToNow();
}

std::string ReplayedShow::End() const {
  return message_.empty() ? fmt::format("{:.2f} s", steps() * step_dt())
                          : fmt::format("{:.2f} s until {}", steps() * step_dt(), message_);
}

ShownRobot ReplayedShow::robot(int) const {
  const Instant& instant = instants_[step()];
  return {task_, instant.episode, trail_, instant.observation,
          [] { return std::optional<double>(); }};
}

void ReplayedShow::Heed(const sim::Input& input, const std::vector<std::string>& buttons,
                        const sim::Scene&, double, Onlooker& onlooker) {
  for (const ReplayDeed& row : kDeeds) {
    if (IsDone(row.deed, input, buttons)) row.act(*this, onlooker);
  }
}

void ReplayedShow::Advance(double dt, Onlooker& onlooker) {
  const double end = steps() * step_dt();
  if (!onlooker.paused) time_ += onlooker.speed * dt;
  if (onlooker.single_step) time_ = (step() + 1) * step_dt();
  onlooker.single_step = false;
  if (time_ > end + (onlooker.paused ? 0 : kPauseAtEnd)) time_ = onlooker.paused ? end : 0;
  RememberUpToNow();
}

// What was seen is remembered in order; after a jump backwards, anew.
void ReplayedShow::RememberUpToNow() {
  if (step() < remembered_) {
    trail_ = {};
    remembered_ = -1;
  }
  while (remembered_ < step()) {
    const Instant& instant = instants_[++remembered_];
    Remember(instant.episode, instant.reward_sums, trail_);
  }
}

std::vector<sim::Control> ReplayedShow::Controls(Onlooker&) {
  std::vector<sim::Control> rows = {
      {sim::Control::kSection, "Replay"},
      {sim::Control::kSlider, "time, s", &time_, 0, steps() * step_dt()}};
  for (const ReplayDeed& row : kDeeds)
    if (!row.deed.control.empty())
      rows.push_back({sim::Control::kButton, std::string(row.deed.control)});
  return rows;
}

std::vector<HelpLine> ReplayedShow::Help() const {
  std::vector<HelpLine> lines;
  for (const ReplayDeed& row : kDeeds) lines.push_back({row.deed.shown, row.deed.meaning});
  return lines;
}

std::string ReplayedShow::Title() const {
  return fmt::format("{}, {:.2f} of {:.2f} s", name_, std::min(time_, steps() * step_dt()),
                     steps() * step_dt());
}

Config ConfigOf(const sim::Replay& replay, const std::string& name) {
  if (replay.configuration.empty())
    throw ConfigError(fmt::format("{}: the configuration of its world is not in it", name));
  Config config;
  ReadConfigText(replay.configuration, name, Fields(config));
  return config;
}

}  // namespace doggo::app
