// A policy as one C header, C99 and C++: for a controller that wants no library.
//
//   void NAME_act(const float observation[NAME_POLICY_DIM], float action[NAME_ACTION_DIM]);
//
// Canonical frame, normaliser and network are inside. It allocates nothing, keeps no state, calls
// nothing but <math.h>, and may run in several threads at once. Weights lie by input, so that the
// compiler's vectors run along the outputs. Where it comes from is NAME_HASH, NAME_FROM_TASK,
// NAME_FROM_VERSION, ... (provenance.h). What the contract says stands beside it as constants:
//   a number a.b      #define NAME_A_B           numbers  static const double NAME_a_b[][]
//   a short text      #define NAME_A_B "..."     texts    static const char *const NAME_a_b[]
//   a long text       a comment
//   rows with names   a comment each, and its numbers: #define NAME_A_ROW_B
#pragma once

#include <string>

#include "agent/policy/policy.h"

namespace doggo::agent {

// name: of function and constants, a C identifier. Throws std::invalid_argument where it is none.
std::string CHeader(const Policy& policy, const std::string& name);

// A C program to try a header with: `program IN OUT` reads observations, floats one after another,
// and writes the actions. header: what it includes.
std::string CTrial(const std::string& header, const std::string& name);

// "my walk 2" -> "my_walk_2": the name for a text.
std::string CName(std::string text);

// The hash (provenance.h) and the name in a header's text; "" where there is none.
std::string HashInCHeader(const std::string& text);
std::string NameInCHeader(const std::string& text);

}  // namespace doggo::agent
