// Counts the calls for memory, of every thread and library of the program, while someone asks.
//
// The program's malloc and its relatives pass through a counter to the C library's: one look at a
// flag per call, and a loop that calls for no memory never comes here.
#pragma once

namespace doggo::bench {

// Is there such a counter? Only with glibc; the sanitizers bring an own malloc.
bool CanCountAllocations();

// Calls from now on until the end of its life. One at a time.
class AllocationCounter {
 public:
  AllocationCounter();
  ~AllocationCounter();
  AllocationCounter(const AllocationCounter&) = delete;
  AllocationCounter& operator=(const AllocationCounter&) = delete;

  long count() const;
};

}  // namespace doggo::bench
