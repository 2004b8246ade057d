// Counts calls of malloc, through which operator new and Eigen allocate, to test that a loop
// allocates nothing. Include it in one file of a test program only.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace doggo::test {

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
inline constexpr bool kCountsAllocations = true;
#else
inline constexpr bool kCountsAllocations = false;  // the sanitizers bring their own malloc
#endif

inline thread_local long num_allocations = 0;

// Calls of malloc by this thread while `function` runs.
template <typename Function>
long CountAllocations(const Function& function) {
  const long before = num_allocations;
  function();
  return num_allocations - before;
}

}  // namespace doggo::test

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
extern "C" {
void* __libc_malloc(size_t size);
void* malloc(size_t size) {
  ++doggo::test::num_allocations;
  return __libc_malloc(size);
}
}
#endif
