// The outcome of ./doggo fit as a page.
#include <fmt/format.h>

#include <cmath>

#include "agent/analysis/toy_surfaces.h"
#include "app/chart.h"
#include "app/config_file.h"
#include "app/fit_outcome.h"
#include "app/heat_map.h"
#include "app/page.h"
#include "app/progress.h"

namespace doggo::app {
namespace {

constexpr int kSurfacePoints = 81;  // of the picture of a surface, each way

std::string Yaml(FittingConfig config) { return PrintConfig(Fields(config), false); }

std::string Number(double value) { return fmt::format("{:.4g}", value); }

Line Curve(const char* name, const std::vector<agent::EpochReport>& epochs,
           double (*value)(const agent::EpochReport&)) {
  Line line = {.name = name, .x = {}, .y = {}};
  for (const agent::EpochReport& report : epochs) {
    line.x.push_back(report.epoch);
    line.y.push_back(value(report));
  }
  return line;
}

Table EndTable(const agent::CriticalPoint& end) {
  return {{"loss", "gradient norm", "smallest curvature", "largest curvature", "that is"},
          {{Number(end.loss), Number(end.gradient_norm), Number(end.smallest_eigenvalue),
            Number(end.largest_eigenvalue), end.kind}}};
}

Table FoldTable(const agent::CrossValidation& cv) {
  Table table = {{"fold", "loss", "right", "rms error", "explained"}, {}};
  const auto add = [&](const std::string& name, const agent::Score& score) {
    table.rows.push_back({name});
    for (const double value : {score.loss, score.accuracy, score.rmse, score.explained})
      table.rows.back().push_back(std::isfinite(value) ? Number(value) : "-");
  };
  for (size_t k = 0; k < cv.folds.size(); ++k) add(fmt::format("{}", k + 1), cv.folds[k]);
  add("mean", cv.mean);
  add("deviation", cv.deviation);
  return table;
}

}  // namespace

std::string Report(const FittingConfig& config, const FitOutcome& o, const std::string& command) {
  const std::vector<agent::EpochReport>& epochs = o.fit.epochs;
  const agent::Score& score = o.held_out > 0 ? o.validation : o.training;
  Page page;
  page.title = config.name;
  page.verdict = fmt::format("After {} epochs: {} on {} {} examples.", o.fit.best_epoch,
                             InWords(score), o.held_out > 0 ? o.held_out : o.trained_on,
                             o.held_out > 0 ? "held-out" : "training");
  page.configuration = Yaml(config);
  page.command = command;

  Chart loss = {.title = "Loss", .x_label = "epoch", .y_label = config.fit.loss, .lines = {}};
  loss.lines.push_back(
      Curve("training", epochs, [](const agent::EpochReport& r) { return r.training_loss; }));
  if (o.held_out > 0) {
    loss.lines.push_back(
        Curve("held out", epochs, [](const agent::EpochReport& r) { return r.validation.loss; }));
  }
  bool positive = true;
  for (const agent::EpochReport& r : epochs) positive = positive && !(r.training_loss <= 0);
  loss.log_y = positive;
  page.picture = Svg(loss);

  const bool of_classes = std::isfinite(score.accuracy);
  page.figures = {of_classes ? Figure{fmt::format("{:.1f}", 100 * score.accuracy), "%", "right"}
                             : Figure{Number(score.rmse), "", "rms error"},
                  {Number(score.loss), "", "loss"},
                  {fmt::format("{}", o.fit.model.network.num_parameters()), "", "parameters"},
                  {fmt::format("{} of {}", o.fit.best_epoch, epochs.size()), "", "epoch kept"},
                  {Duration(epochs.back().seconds), "", "to fit"}};

  Section curves = {"Curves", {}};
  if (of_classes && o.held_out > 0) {
    curves.blocks.push_back(
        Picture{Svg(Chart{.title = "Right answers",
                          .x_label = "epoch",
                          .y_label = "share",
                          .lines = {Curve("held out", epochs, [](const agent::EpochReport& r) {
                            return r.validation.accuracy;
                          })}})});
  }
  curves.blocks.push_back(Picture{Svg(Chart{
      .title = "Learning rate",
      .x_label = "epoch",
      .y_label = "rate of the last update",
      .lines = {Curve("rate", epochs, [](const agent::EpochReport& r) { return r.rate; })}})});
  curves.blocks.push_back(Picture{Svg(Chart{
      .title = "Gradient",
      .x_label = "epoch",
      .y_label = "mean norm",
      .lines = {Curve("norm", epochs, [](const agent::EpochReport& r) { return r.gradient_norm; })},
      .log_y = true})});
  page.sections.push_back(std::move(curves));

  if (o.cross_validation) {
    page.sections.push_back(
        {"Cross-validation",
         {Paragraph{"Each fold is judged by a model that was fitted without it."},
          FoldTable(*o.cross_validation)}});
  }

  const agent::Slice2D& slice = o.slice;
  page.sections.push_back(
      {"Where it ended",
       {EndTable(o.end),
        Paragraph{"The training loss around the model, along two random directions in which every "
                  "unit's weights are as long as the model's own (Li et al. 2018). Contours are "
                  "evenly spaced in the logarithm."},
        Picture{Svg(HeatMap{.title = "Loss around the model",
                            .x_label = "first direction",
                            .y_label = "second direction",
                            .x_low = slice.a[0],
                            .x_high = slice.a[slice.a.size() - 1],
                            .y_low = slice.b[0],
                            .y_high = slice.b[slice.b.size() - 1],
                            .values = slice.values.transpose(),
                            .paths = {{"the model", {0}, {0}}}})}}});
  return Html(page);
}

std::string Report(const FittingConfig& config, const DescentOutcome& o,
                   const std::string& command) {
  const agent::ToySurface& surface = agent::FindToySurface(config.surface.name);
  HeatMap map = {.title = fmt::format("Ways down {}", surface.name),
                 .x_label = "x",
                 .y_label = "y",
                 .x_low = surface.low[0],
                 .x_high = surface.high[0],
                 .y_low = surface.low[1],
                 .y_high = surface.high[1],
                 .values = Eigen::MatrixXd(kSurfacePoints, kSurfacePoints),
                 .paths = {}};
  for (int i = 0; i < kSurfacePoints; ++i) {
    for (int j = 0; j < kSurfacePoints; ++j) {
      Eigen::Vector2d gradient;
      map.values(i, j) =
          surface.evaluate(std::lerp(map.x_low, map.x_high, j / (kSurfacePoints - 1.0)),
                           std::lerp(map.y_low, map.y_high, i / (kSurfacePoints - 1.0)), gradient);
    }
  }
  Chart losses = {.title = "Loss", .x_label = "step", .y_label = "loss", .lines = {}};
  Table table = {{"method", "x", "y", "loss", "steps"}, {}};
  const DescentOutcome::Way* best = nullptr;
  for (const DescentOutcome::Way& way : o.ways) {
    Path path = {.name = way.method, .x = {}, .y = {}};
    Line line = {.name = way.method, .x = {}, .y = {}};
    for (Eigen::Index t = 0; t < way.iterates.cols(); ++t) {
      const double x = way.iterates(0, t), y = way.iterates(1, t);
      Eigen::Vector2d gradient;
      path.x.push_back(x);
      path.y.push_back(y);
      line.x.push_back(static_cast<double>(t));
      line.y.push_back(surface.evaluate(x, y, gradient));
    }
    table.rows.push_back({way.method, Number(path.x.back()), Number(path.y.back()),
                          Number(way.loss), fmt::format("{}", way.iterates.cols() - 1)});
    map.paths.push_back(std::move(path));
    losses.lines.push_back(std::move(line));
    if (best == nullptr || way.loss < best->loss) best = &way;
  }

  Page page;
  page.title = fmt::format("{}: optimisers on {}", config.name, surface.name);
  page.picture = Svg(map);
  page.configuration = Yaml(config);
  page.command = command;
  if (best != nullptr) {
    page.verdict = fmt::format("After {} steps at the rate {:g}, {} is lowest: {}, at a {}.",
                               config.surface.steps, config.fit.rate.rate, best->method,
                               Number(best->loss), o.end.kind);
  }
  page.sections = {
      {"Every method", {Paragraph{std::string(surface.meaning)}, table, Picture{Svg(losses)}}},
      {"Where the lowest ended", {EndTable(o.end)}}};
  return Html(page);
}

}  // namespace doggo::app
