#include "app/bench/allocations.h"

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace doggo::bench {
namespace {

TEST(AllocationCounter, CountsEveryWayToAskForMemory) {
  if (!CanCountAllocations()) GTEST_SKIP() << "malloc is not the C library's";
  const AllocationCounter counter;
  EXPECT_EQ(counter.count(), 0);
  std::vector<double> vector(100);  // operator new
  EXPECT_EQ(counter.count(), 1);
  Eigen::VectorXf aligned(100);
  EXPECT_EQ(counter.count(), 2);
  void* volatile memory = std::calloc(10, 10);
  memory = std::realloc(memory, 10000);
  EXPECT_EQ(counter.count(), 4);
  std::free(memory);
  memory = std::aligned_alloc(64, 640);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0u);
  std::free(memory);
  EXPECT_EQ(counter.count(), 5);
}

TEST(AllocationCounter, CountsOtherThreads) {
  if (!CanCountAllocations()) GTEST_SKIP() << "malloc is not the C library's";
  const AllocationCounter counter;
  std::thread([] { auto p = std::make_unique<double[]>(1000); }).join();
  EXPECT_GE(counter.count(), 1);
}

}  // namespace
}  // namespace doggo::bench
