#include "agent/training/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>

namespace doggo::agent {
namespace {

TEST(WorkerPool, DoesEveryPieceOnceRoundAfterRound) {
  for (const int threads : {1, 2, 5}) {
    WorkerPool pool(threads);
    EXPECT_EQ(pool.num_threads(), threads);
    for (int round = 0; round < 500; ++round) {
      std::vector<std::atomic<int>> done(round % 7);
      pool.Run(static_cast<int>(done.size()), [&](int piece, int worker) {
        ++done[piece];
        EXPECT_GE(worker, 0);
        EXPECT_LT(worker, threads);
      });
      for (const auto& count : done) EXPECT_EQ(count, 1);
    }
  }
}

TEST(WorkerPool, HelpsAWorkerThatIsSlow) {
  WorkerPool pool(2);
  std::atomic<int> done = 0;
  std::atomic<bool> helped = false;
  pool.Run(10, [&](int piece, int) {
    // the first piece waits until all others are done: those behind it are its worker's own
    if (piece == 0) {
      while (done < 9) std::this_thread::yield();
      helped = true;
    }
    ++done;
  });
  EXPECT_TRUE(helped);
  EXPECT_EQ(done, 10);
}

TEST(WorkerPool, ThrowsTheExceptionOfTheLowestPieceAndGoesOn) {
  WorkerPool pool(3);
  const auto fail = [](int piece, int) {
    if (piece >= 4) throw std::runtime_error(std::to_string(piece));
  };
  for (int round = 0; round < 50; ++round) {
    try {
      pool.Run(10, fail);
      FAIL() << "nothing thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "4");
    }
  }
  std::atomic<int> done = 0;
  pool.Run(10, [&](int, int) { ++done; });
  EXPECT_EQ(done, 10);
}

TEST(WorkerPool, ThisMachineHasAProcessor) { EXPECT_GE(AvailableProcessors(), 1); }

}  // namespace
}  // namespace doggo::agent
