// The outcome of a fit on the terminal and as JSON; its page is fit_report.cc.
#include "app/fit_outcome.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "app/config.h"
#include "app/text_table.h"

namespace doggo::app {
namespace {

using Json = nlohmann::ordered_json;
using agent::Score;

Json ToJson(const Score& score) {
  Json json;
  for (const auto& [key, value] : {std::pair{"loss", score.loss},
                                   {"accuracy", score.accuracy},
                                   {"rmse", score.rmse},
                                   {"explained", score.explained}}) {
    if (std::isfinite(value)) json[key] = value;
  }
  return json;
}

Json ToJson(const agent::CriticalPoint& point) {
  return {{"loss", point.loss},
          {"gradient_norm", point.gradient_norm},
          {"smallest_eigenvalue", point.smallest_eigenvalue},
          {"largest_eigenvalue", point.largest_eigenvalue},
          {"kind", point.kind}};
}

Json Head(const FittingConfig& config) {
  return {{"name", config.name}, {"version", Version()}, {"seed", config.seed}};
}

std::string InWords(const agent::CriticalPoint& point) {
  return fmt::format("{} (gradient {:.2g}, curvature {:.3g} to {:.3g})",
                     point.kind == "not critical" ? "no critical point" : "a " + point.kind,
                     point.gradient_norm, point.smallest_eigenvalue, point.largest_eigenvalue);
}

}  // namespace

std::string InWords(const Score& score) {
  if (std::isfinite(score.accuracy))
    return fmt::format("{:.1f} % right, loss {:.4g}", 100 * score.accuracy, score.loss);
  if (std::isfinite(score.rmse))
    return fmt::format("rms error {:.4g}, {:.2f} % explained, loss {:.4g}", score.rmse,
                       100 * score.explained, score.loss);
  return "-";
}

std::string Summary(const FitOutcome& o) {
  std::string text = fmt::format("  stopped    {}; kept: epoch {} of {}\n", o.fit.why_stopped,
                                 o.fit.best_epoch, o.fit.epochs.size());
  text += fmt::format("  training   {}\n", InWords(o.training));
  if (o.held_out > 0) text += fmt::format("  held out   {}\n", InWords(o.validation));
  if (o.cross_validation) {
    const auto& [folds, mean, deviation] = *o.cross_validation;
    const bool of_classes = std::isfinite(mean.accuracy);
    text += fmt::format("  {} folds    {:.4g} +- {:.2g} {}, loss {:.4g} +- {:.2g}\n", folds.size(),
                        of_classes ? 100 * mean.accuracy : mean.rmse,
                        of_classes ? 100 * deviation.accuracy : deviation.rmse,
                        of_classes ? "% right" : "rms error", mean.loss, deviation.loss);
  }
  return text + fmt::format("  ended at   {}\n", InWords(o.end));
}

std::string Summary(const FittingConfig& config, const DescentOutcome& o) {
  TextTable table({{"method"}, {"x", true}, {"y", true}, {"loss", true}, {"steps", true}});
  for (const DescentOutcome::Way& way : o.ways) {
    const auto last = way.iterates.rightCols(1);
    table.Add({way.method, fmt::format("{:.6f}", last(0)), fmt::format("{:.6f}", last(1)),
               fmt::format("{:.6g}", way.loss), fmt::format("{}", way.iterates.cols() - 1)});
  }
  return fmt::format("{}\n  the lowest on {} ended at {}\n", table.Print(), config.surface.name,
                     InWords(o.end));
}

std::string ToJson(const FittingConfig& config, const FitOutcome& o) {
  Json json = Head(config);
  json["examples"] = {{"training", o.trained_on}, {"held_out", o.held_out}};
  json["network"] = {{"inputs", o.fit.model.network.num_inputs()},
                     {"layers", o.fit.model.network.texts()},
                     {"parameters", o.fit.model.network.num_parameters()}};
  json["epochs"] = o.fit.epochs.size();
  json["best_epoch"] = o.fit.best_epoch;
  json["stopped"] = o.fit.why_stopped;
  json["seconds"] = o.fit.epochs.back().seconds;
  json["training"] = ToJson(o.training);
  if (o.held_out > 0) json["validation"] = ToJson(o.validation);
  if (o.cross_validation) {
    Json& cv = json["cross_validation"];
    for (const Score& fold : o.cross_validation->folds) cv["folds"].push_back(ToJson(fold));
    cv["mean"] = ToJson(o.cross_validation->mean);
    cv["deviation"] = ToJson(o.cross_validation->deviation);
  }
  json["end"] = ToJson(o.end);
  return json.dump(2) + "\n";
}

std::string ToJson(const FittingConfig& config, const DescentOutcome& o) {
  Json json = Head(config);
  json["surface"] = config.surface.name;
  json["rate"] = config.fit.rate.rate;
  for (const DescentOutcome::Way& way : o.ways) {
    Json path = Json::array();
    for (Eigen::Index t = 0; t < way.iterates.cols(); ++t)
      path.push_back({way.iterates(0, t), way.iterates(1, t)});
    json["methods"].push_back({{"name", way.method}, {"loss", way.loss}, {"path", path}});
  }
  json["end"] = ToJson(o.end);
  return json.dump(2) + "\n";
}

std::string EpochsAsCsv(const agent::FitResult& fit) {
  std::string text =
      "epoch,updates,training_loss,validation_loss,validation_accuracy,validation_rmse,rate,"
      "gradient_norm,seconds\n";
  const auto cell = [](double value) {
    return std::isfinite(value) ? fmt::format("{:.9g}", value) : std::string();
  };
  for (const agent::EpochReport& r : fit.epochs) {
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{}\n", r.epoch, r.updates, cell(r.training_loss),
                    cell(r.validation.loss), cell(r.validation.accuracy), cell(r.validation.rmse),
                    cell(r.rate), cell(r.gradient_norm), cell(r.seconds));
  }
  return text;
}

}  // namespace doggo::app
