// AlarmBell: the alarms of a training as it goes on.
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "app/training/alarms.h"

namespace doggo::app {
namespace {

constexpr double kRaised = 1, kOver = 0.8;  // levels

constexpr std::array kNumbers = {
    &AlarmSample::kl,          &AlarmSample::target_kl,    &AlarmSample::std,
    &AlarmSample::initial_std, &AlarmSample::value_loss,   &AlarmSample::explained_variance,
    &AlarmSample::episodes,    &AlarmSample::seconds,      &AlarmSample::fell,
    &AlarmSample::diverged,    &AlarmSample::linear_error,
};

}  // namespace

std::vector<AlarmEvent> AlarmBell::Hear(AlarmSample sample) {
  history_.Add(std::move(sample));
  std::vector<AlarmEvent> events;
  for (const Alarm& alarm : Alarms()) {
    const double level = alarm.level(history_);
    const auto found = std::find(raised_.begin(), raised_.end(), alarm.name);
    if (found == raised_.end() && level >= kRaised) {
      raised_.emplace_back(alarm.name);
      events.push_back({alarm.name, false, alarm.sentence(history_)});
    } else if (found != raised_.end() && level < kOver) {
      raised_.erase(found);
      events.push_back({alarm.name, true, ""});
    }
  }
  return events;
}

std::string AlarmBell::Save() const {
  nlohmann::json samples = nlohmann::json::array();
  for (const AlarmSample& sample : history_.samples) {
    nlohmann::json numbers = sample.rewards;
    for (const auto number : kNumbers) numbers.push_back(sample.*number);
    samples.push_back(std::move(numbers));
  }
  return nlohmann::json{{"samples", samples}, {"raised", raised_}}.dump();
}

void AlarmBell::Load(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    const size_t terms = history_.reward_names.size();
    std::deque<AlarmSample> samples;
    for (const auto& numbers : json.at("samples")) {
      // JSON has no other way to say that something is no number
      const auto number = [&](size_t k) {
        return numbers.at(k).is_null() ? NAN : numbers.at(k).get<double>();
      };
      AlarmSample sample;
      for (size_t k = 0; k < terms; ++k) sample.rewards.push_back(number(k));
      for (size_t k = 0; k < kNumbers.size(); ++k) sample.*kNumbers[k] = number(terms + k);
      samples.push_back(std::move(sample));
    }
    raised_ = json.at("raised").get<std::vector<std::string>>();
    history_.samples = std::move(samples);
  } catch (const nlohmann::json::exception&) {
    throw std::runtime_error("does not tell which alarms were raised");
  }
}

}  // namespace doggo::app
