// The report as JSON: every figure stands at its key, what is no finite number is null.
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/evaluation/report.h"

namespace doggo::evaluation {
namespace {

using Object = nlohmann::ordered_json;

// Whole numbers as such.
Object NumberOf(double value) {
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < 1e15) return static_cast<int64_t>(value);
  return value;
}

// Floating-point whatever the value: a reader's type does not change with it.
Object RealOf(double value) {
  if (!std::isfinite(value)) return nullptr;
  return value;
}

Object ListOf(const std::vector<double>& values) {
  Object list = Object::array();
  for (const double value : values) list.push_back(RealOf(value));
  return list;
}

Object& At(Object& json, std::string_view key) {
  Object* at = &json;
  for (size_t begin = 0; begin <= key.size();) {
    const size_t end = std::min(key.find('.', begin), key.size());
    at = &(*at)[std::string(key.substr(begin, end - begin))];
    begin = end + 1;
  }
  return *at;
}

Object RowOf(const Grid& grid, int row) {
  Object values = Object::array();
  for (int k = 0; k < grid.values.cols(); ++k) values.push_back(RealOf(grid.values(row, k)));
  return values;
}

// Rows that have names are at SUITE.GRID.NAME too.
void AddNamedRows(const std::string& suite, const Grid& grid, Object& json) {
  for (size_t row = 0; row < grid.row_names.size(); ++row)
    json[suite][grid.key][grid.row_names[row]] = RowOf(grid, static_cast<int>(row));
}

Object Details(const SuiteResult& suite) {
  Object json = Object::object();
  for (const Curves& c : suite.curves) {
    Object series = Object::object();
    for (const Series& s : c.series) series[s.name] = {{"x", ListOf(s.x)}, {"y", ListOf(s.y)}};
    json["curves"][c.key] = {{"x", c.x_label}, {"y", c.y_label}, {"series", series}};
  }
  for (const Grid& g : suite.grids) {
    Object rows = Object::array();
    for (int row = 0; row < g.values.rows(); ++row) rows.push_back(RowOf(g, row));
    json["grids"][g.key] = {{"what", g.title},
                            {"x", g.x_label},
                            {"columns", ListOf(g.x)},
                            {"y", g.y_label},
                            {"rows", g.row_names.empty() ? ListOf(g.y) : Object(g.row_names)},
                            {"values", rows}};
  }
  for (const Bars& b : suite.bars)
    json["histograms"][b.key] = {{"x", b.x_label}, {"bin", b.bin}, {"shares", ListOf(b.shares)}};
  for (const TextRows& t : suite.tables)
    json["tables"][t.key] = {{"head", t.head}, {"rows", t.rows}};
  for (const Failure& f : suite.failures)
    json["episodes"].push_back({{"id", f.id}, {"what", f.what}});
  if (!suite.notes.empty()) json["notes"] = suite.notes;
  return json;
}

}  // namespace

Object Json(const Report& report) {
  Object json;
  json["schema"] = kSchema;
  json["policy"] = report.policy;
  json["task"] = report.task;
  json["episodes"] = report.protocol.episodes;
  json["seed"] = report.protocol.seed;
  json["steps_trained"] = report.steps_trained;
  Object intervals = Object::object();
  for (const SuiteResult& suite : report.suites) {
    for (size_t k = 0; k < suite.infos.size(); ++k) {
      const Figure& figure = suite.figures[k];
      const FigureInfo& info = suite.infos[k];
      const bool counts = info.key == "falls.count" || info.key == "falls.episodes" ||
                          info.key == "falls.diverged" || info.key == "standing.falls";
      At(json, info.key) = counts ? NumberOf(figure.value) : RealOf(figure.value);
      if (std::isfinite(figure.interval.low))
        intervals[std::string(info.key)] = {RealOf(figure.interval.low),
                                            RealOf(figure.interval.high)};
    }
  }
  for (const SuiteResult& suite : report.suites)
    for (const Grid& grid : suite.grids) AddNamedRows(suite.name, grid, json);
  json["intervals_95"] = intervals;
  json["suites"] = Object::object();
  for (const SuiteResult& suite : report.suites) json["suites"][suite.name] = Details(suite);
  if (!report.missing.empty()) json["stopped_before"] = report.missing;
  return json;
}

Object Json(const std::vector<Report>& reports) {
  if (reports.size() == 1) return Json(reports[0]);
  Object json;
  json["schema"] = kSchema;
  for (const Report& report : reports) json["policies"].push_back(Json(report));
  return json;
}

}  // namespace doggo::evaluation
