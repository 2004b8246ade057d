// That what runs in every mini-batch and every epoch takes no memory from the heap.
#include <gtest/gtest.h>

#include "agent/data/batches.h"
#include "agent/data/early_stopping.h"
#include "agent/data/standardizer.h"
#include "tests/support/allocations.h"
#include "tests/support/random_matrix.h"

namespace doggo::agent {
namespace {

TEST(Allocation, NoneInAnEpochAfterTheFirst) {
  if (!test::kCountsAllocations) GTEST_SKIP() << "allocations cannot be counted in this build";
  constexpr int kExamples = 100;
  const Matrix x = test::RandomMatrix(6, kExamples, 1);
  const Standardizer standardizer = MakeStandardizer(MomentsOf(x));
  const Vector theta = test::RandomVector(50, 2);
  Matrix batch(6, 32);
  Epoch pass;
  EarlyStopping stopping;
  const auto run_epoch = [&](int epoch) {
    StartEpoch({.batch_size = 32, .shuffle = true}, kExamples, 1, static_cast<uint64_t>(epoch),
               pass);
    for (int b = 0; b < pass.num_batches(); ++b) {
      auto columns = batch.leftCols(static_cast<Eigen::Index>(pass.Batch(b).size()));
      Gather(x, pass.Batch(b), columns);
      Standardize(standardizer, columns);
      Unstandardize(standardizer, columns);
    }
    Update({}, 1.0 / (1 + epoch), epoch, theta, stopping);
  };
  run_epoch(0);
  EXPECT_EQ(test::CountAllocations([&] { run_epoch(1); }), 0);
}

}  // namespace
}  // namespace doggo::agent
