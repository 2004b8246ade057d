#include "agent/training/worker_pool.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

namespace doggo::agent {
namespace {

// Waits until the value differs from `old`: looks for a while first, because the next piece of work
// mostly comes within microseconds.
template <class T>
void AwaitChange(std::atomic<T>& value, T old) {
  for (int look = 0; look < 2000; ++look) {
    if (value.load(std::memory_order_acquire) != old) return;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

WorkerPool::WorkerPool(int num_threads) : shares_(std::max(1, num_threads)) {
  for (int worker = 1; worker < num_threads; ++worker) {
    threads_.emplace_back([this, worker] { Serve(worker); });
  }
}

WorkerPool::~WorkerPool() {
  stop_ = true;
  round_.fetch_add(1);
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::RunPieces(int count, const void* work, Call call) {
  work_ = work;
  call_ = call;
  errors_.assign(count, nullptr);
  const int workers = num_threads();
  for (int w = 0; w < workers; ++w) {
    shares_[w].next = count * w / workers;
    shares_[w].end = count * (w + 1) / workers;
  }
  busy_ = static_cast<int>(threads_.size());
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();

  TakePieces(0);
  for (int busy = busy_; busy != 0; busy = busy_) AwaitChange(busy_, busy);
  for (const std::exception_ptr& error : errors_) {
    if (error) std::rethrow_exception(error);
  }
}

void WorkerPool::Serve(int worker) {
  uint32_t seen = 0;
  while (true) {
    AwaitChange(round_, seen);
    ++seen;
    if (stop_) return;
    TakePieces(worker);
    busy_.fetch_sub(1, std::memory_order_acq_rel);
    busy_.notify_one();
  }
}

void WorkerPool::TakePieces(int worker) {
  const int workers = num_threads();
  for (int k = 0; k < workers; ++k) {
    Share& share = shares_[(worker + k) % workers];
    while (true) {
      const int piece = share.next.fetch_add(1, std::memory_order_relaxed);
      if (piece >= share.end) break;
      try {
        call_(work_, piece, worker);
      } catch (...) {
        errors_[piece] = std::current_exception();
      }
    }
  }
}

int AvailableProcessors() {
  cpu_set_t set;
  int processors = static_cast<int>(std::thread::hardware_concurrency());
  if (sched_getaffinity(0, sizeof(set), &set) == 0) processors = CPU_COUNT(&set);

  // control group v2: "quota period" in microseconds, or "max"
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string quota;
  double period = 0;
  if (file >> quota >> period && quota != "max" && period > 0) {
    processors = std::min(processors, static_cast<int>(std::ceil(std::stod(quota) / period)));
  }
  return std::max(1, processors);
}

}  // namespace doggo::agent
