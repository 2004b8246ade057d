#include "app/config.h"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <utility>

#include "agent/training/algorithm.h"
#include "agent/training/worker_pool.h"
#include "app/config_file.h"
#include "app/task_choice.h"

namespace doggo::app {

int Config::threads() const {
  return train.threads > 0 ? train.threads : agent::AvailableProcessors();
}

namespace {

// What every task has.
ConfigFields CommonFields(Config& c) {
  return Except(
      {"seed", "task", "train.environments", "train.shard_size", "train.steps_per_iteration"},
      Changeable({
          {"name", &c.name, "", "what the run is called"},
          {"seed", &c.seed, "", "of every random number in training", 0, 2147483647},
          {"task", &c.task, "", "the world to train in", 0, 0, TaskNames()},
          {"run.folder", &c.run.folder, "", "where the run is written; empty: runs/<time>_<name>"},
          {"train.environments", &c.train.environments, "",
           "robots that train at once; a multiple of shard_size", 1, 1000000},
          {"train.shard_size", &c.train.shard_size, "", "robots that one thread steps together", 1,
           1024},
          {"train.iterations", &c.train.iterations, "", "collect and update so many times", 1,
           100000000},
          {"train.steps_per_iteration", &c.learner.steps_per_iteration, "",
           "control steps of each robot between two updates", 1, 100000},
          {"train.threads", &c.train.threads, "",
           "worker threads; 0: one per core. The result does not depend on it", 0, 256},
          {"train.checkpoint_every", &c.train.checkpoint_every, "",
           "iterations between two checkpoints", 1, 100000000},
          {"train.test_every", &c.train.test_every, "",
           "environment steps between two tests on the way; 0: none", 0, 1e15},
          {"train.tensorboard", &c.train.tensorboard, "",
           "write the metrics as TensorBoard events too"},
      }));
}

void Append(ConfigFields part, ConfigFields& fields) {
  for (ConfigField& field : part) fields.push_back(std::move(field));
}

// The keys of every task, to find out which it is.
ConfigFields FieldsOfAllTasks(Config& c) {
  ConfigFields fields = CommonFields(c);
  Append(Fields(c.world), fields);
  AddSection(fields, "classic", Fields(c.classic));
  Append(Fields(c.learner), fields);
  AddSection(fields, "evaluation", Fields(c.evaluation));
  return fields;
}

// Reads twice: which task it is, and then the keys of that task alone.
void ReadForTask(const std::function<void(const ConfigFields&)>& read, Config& config) {
  Config any;
  read(FieldsOfAllTasks(any));
  config.task = any.task;
  read(Fields(config));
}

}  // namespace

ConfigFields Fields(Config& c) {
  ConfigFields fields = CommonFields(c);
  if (!IsQuadruped(c)) {
    AddSection(fields, "classic", Fields(c.classic));
    Append(Fields(c.learner), fields);
    return fields;
  }
  Append(Fields(c.world), fields);
  Append(Fields(c.learner), fields);
  AddSection(fields, "evaluation", Changeable(Fields(c.evaluation)));
  return fields;
}

namespace {

// What no key can tell by itself.
void CheckTogether(const Config& config) {
  if (config.train.environments % config.train.shard_size != 0) {
    throw ConfigError("train.environments=" + std::to_string(config.train.environments) +
                      ": must be a multiple of train.shard_size (" +
                      std::to_string(config.train.shard_size) + ")");
  }
  const int64_t batch = int64_t{config.train.environments} * config.learner.steps_per_iteration;
  if (batch > std::numeric_limits<int>::max()) {
    throw ConfigError("train.environments * train.steps_per_iteration is " + std::to_string(batch) +
                      ": more than an iteration can hold; take fewer of either");
  }
  const agent::Algorithm& algorithm = agent::FindAlgorithm(config.learner.algorithm);
  const agent::UpdatePlan plan = algorithm.plan(config.learner);
  if (plan.gamma >= 1)
    throw ConfigError(
        fmt::format("{}.gamma={:g}: must be below 1, or rewards without end have no "
                    "sum",
                    algorithm.name, plan.gamma));
  if (batch % plan.minibatches != 0) {
    throw ConfigError(fmt::format("{}={}", algorithm.minibatches_key, plan.minibatches) +
                      ": must divide train.environments * train.steps_per_iteration (" +
                      std::to_string(batch) + ")");
  }
  if (config.learner.network.min_std > config.learner.network.max_std)
    throw ConfigError("network.min_std: must not be above network.max_std");
}

}  // namespace

Config LoadConfig(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  const bool in_sources =
      !std::filesystem::exists(file) && std::filesystem::exists(SourceRoot() / file);
  Config config;
  ReadForTask(
      [&](const ConfigFields& fields) {
        if (!file.empty()) ReadConfigFile(in_sources ? SourceRoot() / file : file, fields);
        for (const std::string& override : overrides) ApplyOverride(override, fields);
      },
      config);
  CheckTogether(config);
  return config;
}

Config ReadConfig(std::string_view text, const std::string& name) {
  Config config;
  ReadForTask([&](const ConfigFields& fields) { ReadConfigText(text, name, fields); }, config);
  CheckTogether(config);
  return config;
}

std::filesystem::path SourceRoot() { return DOGGO_SOURCE_DIR; }

std::string Version() {
  return std::string("doggo ") + DOGGO_VERSION + " (" + DOGGO_GIT_COMMIT + ")";
}

}  // namespace doggo::app
