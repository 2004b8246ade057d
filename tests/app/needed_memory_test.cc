#include "app/needed_memory.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace doggo::app {
namespace {

// The figure that ./doggo bench memory measures of 4,096 robots is the judge of the constants; this
// only keeps their order of magnitude.
TEST(NeededMemory, OfManyRobotsIsBetweenAHundredAndTwoHundredMegabytes) {
  Config config;
  config.train.environments = 4096;
  config.learner.steps_per_iteration = 32;
  EXPECT_GT(NeededMemory(config), 100e6);
  EXPECT_LT(NeededMemory(config), 200e6);
}

TEST(NeededMemory, WhatDoesNotFitIsRefusedByItsKeys) {
  Config config;
  config.train.environments = 1'000'000;
  EXPECT_NO_THROW(CheckMemory(config, 1e15));
  try {
    CheckMemory(config, 1e9);
    FAIL() << "accepted";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("train.environments 1000000"), std::string::npos);
  }
}

TEST(NeededMemory, ThisMachineHasSome) { EXPECT_GT(AvailableMemory(), 1e6); }

}  // namespace
}  // namespace doggo::app
