// Threads that share out numbered pieces of work. Each begins with pieces of its own, the same at
// every call with as many pieces, so that what a piece works on is mostly in its core's cache; who
// has done his helps the others. So which thread does a piece is left open, and a piece must depend
// on its number alone.
#pragma once

#include <atomic>
#include <exception>
#include <thread>
#include <vector>

namespace doggo::agent {

class WorkerPool {
 public:
  // num_threads counts the calling thread.
  explicit WorkerPool(int num_threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  int num_threads() const { return static_cast<int>(threads_.size()) + 1; }

  // Calls work(piece, worker) for every piece in 0 .. count-1, worker in 0 .. num_threads-1, and
  // returns when all are done. If pieces throw, the exception of the lowest of them is thrown here.
  template <class Work>
  void Run(int count, const Work& work) {
    RunPieces(count, &work, [](const void* it, int piece, int worker) {
      (*static_cast<const Work*>(it))(piece, worker);
    });
  }

 private:
  // `call` calls `work`: a std::function would allocate.
  using Call = void (*)(const void* work, int piece, int worker);
  void RunPieces(int count, const void* work, Call call);
  void Serve(int worker);
  void TakePieces(int worker);

  std::vector<std::thread> threads_;
  std::atomic<uint32_t> round_{0};  // a new number starts the workers
  struct alignas(64) Share {
    std::atomic<int> next{0};
    int end = 0;
  };
  std::vector<Share> shares_;  // of the pieces, one per worker
  std::atomic<int> busy_{0};   // workers that have not finished the round
  std::atomic<bool> stop_{false};
  const void* work_ = nullptr;
  Call call_ = nullptr;
  std::vector<std::exception_ptr> errors_;  // one per piece
};

// How many threads this process may really use: its processors, by affinity and by the limit of its
// control group.
int AvailableProcessors();

}  // namespace doggo::agent
