// An evaluation as a page: verdicts first, then suite by suite.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/evaluation/report.h"

namespace doggo::app {

struct EvaluationPageInput {
  std::vector<evaluation::Report> reports = {};
  std::vector<std::vector<evaluation::Verdict>> verdicts = {};  // of each report
  std::string criteria = {};                                    // the file that they are from
  std::vector<std::string> replays = {};  // of each report: the folder of its episodes
  // how some of the episodes ended, as PNG in base64: of each report, by the episode's id
  std::vector<std::map<std::string, std::string>> stills = {};
  std::string command = {};  // that makes all this again
};

std::string EvaluationPage(const EvaluationPageInput& input);

}  // namespace doggo::app
