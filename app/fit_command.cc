// ./doggo fit: a network fitted to examples, or optimisers sent down a surface.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>

#include "agent/analysis/directions.h"
#include "agent/analysis/toy_surfaces.h"
#include "agent/data/csv.h"
#include "agent/data/digits.h"
#include "agent/data/one_hot.h"
#include "agent/fitting/descent.h"
#include "app/commands.h"
#include "app/config.h"
#include "app/config_file.h"
#include "app/fit_outcome.h"
#include "app/fitted_model_file.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/run_folder.h"

namespace doggo::app {
namespace {

using agent::Dataset;

// Enough examples to see the shape of the loss by.
constexpr int kAnalysedExamples = 512;

Dataset Examples(const ExamplesConfig& config, int seed) {
  if (config.source == "digits")
    return agent::MakeDigits(config.examples, static_cast<uint64_t>(seed));
  if (!config.label.empty())
    return agent::ReadCsvOfClasses(config.file, config.inputs, config.label);
  return agent::ReadCsv(config.file, config.inputs, config.targets);
}

// Classes stay in proportion.
agent::Fold Split(const FittingConfig& config, const Dataset& data, bool of_classes) {
  const auto seed = static_cast<uint64_t>(config.seed);
  if (config.data.validation_share == 0) {
    agent::Fold all;
    for (int k = 0; k < data.size(); ++k) all.train.push_back(k);
    return all;
  }
  if (of_classes)
    return agent::SplitByShare(agent::LabelsOf(data.targets), config.data.validation_share, seed);
  return agent::SplitByShare(data.size(), config.data.validation_share, seed);
}

std::vector<agent::Fold> Folds(const FittingConfig& config, const Dataset& data, bool of_classes) {
  const auto seed = static_cast<uint64_t>(config.seed);
  if (of_classes) return agent::KFolds(agent::LabelsOf(data.targets), config.data.folds, seed);
  return agent::KFolds(data.size(), config.data.folds, seed);
}

// One line that redraws itself, or one line every few seconds where the output is piped.
class EpochLine {
 public:
  EpochLine(bool quiet, int max_epochs)
      : quiet_(quiet), live_(isatty(STDOUT_FILENO) != 0), max_epochs_(max_epochs) {}

  void Show(const agent::EpochReport& report) {
    const double every = live_ ? 0.1 : 5;
    if (quiet_ || (report.epoch > 1 && report.seconds - shown_ < every)) return;
    shown_ = report.seconds;
    const double left = report.seconds / report.epoch * (max_epochs_ - report.epoch);
    std::string line = fmt::format("  epoch {} of {}, loss {:.4g}", report.epoch, max_epochs_,
                                   report.training_loss);
    if (std::isfinite(report.validation.loss))
      line += fmt::format(", held out {:.4g}", report.validation.loss);
    if (std::isfinite(report.validation.accuracy))
      line += fmt::format(" ({:.1f} % right)", 100 * report.validation.accuracy);
    line += fmt::format(", at most {} left", Duration(left));
    fmt::print("{}{}{}", live_ ? "\r\033[K" : "", line.substr(0, 79), live_ ? "" : "\n");
    std::fflush(stdout);
  }
  void Finish() const {
    if (!quiet_ && live_) fmt::print("\r\033[K");
  }

 private:
  bool quiet_, live_;
  int max_epochs_;
  double shown_ = 0;
};

FitOutcome FitNetwork(const FittingConfig& config, const Dataset& data, const Dataset& training,
                      const Dataset& held_out, bool quiet) {
  const auto seed = static_cast<uint64_t>(config.seed);
  FitOutcome outcome;
  outcome.trained_on = training.size();
  outcome.held_out = held_out.size();
  EpochLine line(quiet, config.fit.stop.max_epochs);
  outcome.fit = agent::Fit(config.fit, training, held_out, seed, [&](const auto& report) {
    line.Show(report);
    return !Interrupted();
  });
  line.Finish();
  outcome.training = Judge(outcome.fit.model, training);
  outcome.validation = Judge(outcome.fit.model, held_out);
  if (config.data.folds > 0 && !Interrupted()) {
    outcome.cross_validation = agent::CrossValidate(
        config.fit, data, Folds(config, data, outcome.fit.model.loss->of_probabilities), seed,
        [&](int fold, const agent::Score& score) {
          if (!quiet)
            fmt::print("  fold {} of {}: {}\n", fold + 1, config.data.folds, InWords(score));
          std::fflush(stdout);
          return !Interrupted();
        });
  }

  // the loss around where it ended
  std::vector<int> some(std::min(kAnalysedExamples, training.size()));
  for (size_t k = 0; k < some.size(); ++k) some[k] = static_cast<int>(k);
  const agent::FittedModel& model = outcome.fit.model;
  const agent::Objective loss = LossOver(model, Select(training, some));
  outcome.end = agent::DescribePoint(loss, model.theta, Random(seed, Stream::kAnalysis, 1));
  const auto direction = [&](uint32_t index) {
    const agent::Vector gaussian =
        agent::GaussianDirection(model.theta.size(), Random(seed, Stream::kAnalysis, index));
    return agent::FilterNormalized(model.theta, gaussian, agent::Filters(model.network));
  };
  constexpr agent::SliceAxis kAxis = {.points = 31};
  outcome.slice = agent::SliceAcross(loss, model.theta, direction(2), direction(3), kAxis, kAxis);
  return outcome;
}

DescentOutcome DescendSurface(const FittingConfig& config) {
  const agent::ToySurface& surface = agent::FindToySurface(config.surface.name);
  const agent::Objective objective = ObjectiveOf(surface);
  const agent::Vector start = Eigen::Map<const Eigen::Vector2d>(surface.start).cast<agent::Real>();
  DescentOutcome outcome;
  const DescentOutcome::Way* best = nullptr;
  outcome.ways.reserve(config.surface.methods.size());
  for (const std::string& method : config.surface.methods) {
    agent::OptimizerConfig optimizer = config.fit.optimizer;
    optimizer.method = method;
    DescentOutcome::Way way = {
        method, agent::Descend(objective, optimizer, config.fit.rate, start, config.surface.steps),
        0};
    way.loss = objective(way.iterates.rightCols(1), nullptr);
    outcome.ways.push_back(std::move(way));
    if (best == nullptr || outcome.ways.back().loss < best->loss) best = &outcome.ways.back();
  }
  if (best != nullptr)
    outcome.end =
        agent::DescribePoint(objective, best->iterates.rightCols(1),
                             Random(static_cast<uint64_t>(config.seed), Stream::kAnalysis, 1));
  return outcome;
}

std::string Command(const FitOptions& options) {
  std::string command = "./doggo fit " + options.config;
  for (const std::string& override : options.overrides) command += " " + override;
  return command;
}

void Tell(const FitOptions& options, const std::filesystem::path& folder,
          const std::string& summary, const std::string& json, const std::string& report) {
  WriteTextFile(folder / "fit.json", json);
  WriteTextFile(folder / "report.html", report);
  if (options.json == "-") {
    fmt::print("{}", json);
    return;
  }
  if (!options.json.empty()) WriteTextFile(options.json, json);
  fmt::print("\n{}\nReport: {}\n", summary, (folder / "report.html").string());
}

}  // namespace

int Fit(const FitOptions& options) {
  if (options.config.empty())
    throw ConfigError("fit: give a configuration, e.g. configs/fit/digits.yaml");
  FittingConfig config = LoadFittingConfig(options.config, options.overrides);
  const bool quiet = options.json == "-";
  const std::string yaml = PrintConfig(Fields(config), /*with_comments=*/false);
  const auto new_folder = [&] {
    return CreateRunFolder(config.folder, "folder", config.name, config.seed, /*threads=*/1, yaml);
  };
  HandleInterrupts();

  if (config.surface.name != "none") {
    const std::filesystem::path folder = new_folder();
    const DescentOutcome outcome = DescendSurface(config);
    Tell(options, folder, Summary(config, outcome), ToJson(config, outcome),
         Report(config, outcome, Command(options)));
    return 0;
  }

  const Dataset data = Examples(config.data, config.seed);
  const bool of_classes = agent::FindLoss(config.fit.loss).of_probabilities;
  if (!config.data.label.empty() && !of_classes)
    throw ConfigError(
        fmt::format("loss: '{}' is for numbers, data.label gives classes; take "
                    "softmax_cross_entropy",
                    config.fit.loss));
  const agent::Fold split = Split(config, data, of_classes);
  const Dataset training = Select(data, split.train), held_out = Select(data, split.validation);
  const std::filesystem::path folder = new_folder();
  if (!quiet) {
    fmt::print("{}: {} examples to train on, {} held out; {} inputs, {} outputs. Ctrl-C stops.\n",
               config.name, training.size(), held_out.size(), data.inputs.rows(),
               data.targets.rows());
    std::fflush(stdout);
  }
  const FitOutcome outcome = FitNetwork(config, data, training, held_out, quiet);
  SaveModel(outcome.fit.model, data, folder / "model.safetensors");
  WriteTextFile(folder / "epochs.csv", EpochsAsCsv(outcome.fit));
  Tell(options, folder, Summary(outcome), ToJson(config, outcome),
       Report(config, outcome, Command(options)));
  return 0;
}

}  // namespace doggo::app
