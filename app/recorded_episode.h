// A policy at work, kept so that it can be run again bit for bit and looked at from every side.
#pragma once

#include "agent/policy/policy.h"
#include "app/config.h"
#include "sim/environment/replay.h"

namespace doggo::app {

// The first so many seconds of a robot in config.world, or what there is of them until its episode
// ends. The replay carries the configuration.
sim::Replay RecordEpisode(const agent::Policy& policy, const Config& config, uint64_t seed,
                          double seconds, const std::string& root);

// Throws std::runtime_error in one sentence where it cannot be written.
void WriteReplayFile(const sim::Replay& replay, const std::filesystem::path& path);

}  // namespace doggo::app
