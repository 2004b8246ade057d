// What a function that must fail says.
#pragma once

#include <string>

namespace doggo::sim {

// The message of the Error that `function` throws; what else it throws goes through.
template <typename Error, typename Function>
std::string MessageOf(const Function& function) {
  try {
    function();
  } catch (const Error& error) {
    return error.what();
  }
  return "(nothing was thrown)";
}

}  // namespace doggo::sim
