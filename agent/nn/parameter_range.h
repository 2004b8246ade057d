// A stretch of a flat parameter vector.
#pragma once

namespace doggo::agent {

struct ParameterRange {
  int begin = 0, size = 0;
};

}  // namespace doggo::agent
