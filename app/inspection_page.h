// An inspection for people: one page of plain text, and JSON for programs.
#pragma once

#include <string>

#include "app/inspection.h"

namespace doggo::app {

std::string InspectionPage(const Inspection& inspection);

// The parts of it that are there when asked for, "" where they were not.
std::string TrialPage(const Inspection& inspection);
std::string EpisodePage(const Inspection& inspection);

// An object with a list for every table, whose rows are objects with name, meaning, unit and what
// the table adds.
std::string ToJson(const Inspection& inspection);

}  // namespace doggo::app
