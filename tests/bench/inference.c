/* How long one act of an exported header takes: policy.h, whose function is policy_act. Prints the median and the 99th percentile
 * of 20,000 calls, in microseconds; the observation changes with every call. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "policy.h"

enum { kCalls = 20000 };

static double Now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static int Compare(const void *a, const void *b) {
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(void) {
  static double took[kCalls];
  float observation[POLICY_POLICY_DIM], action[POLICY_ACTION_DIM], sum = 0;
  unsigned random = 1;
  for (int call = -1000; call < kCalls; ++call) {
    for (int i = 0; i < POLICY_POLICY_DIM; ++i) {
      random = 1664525u * random + 1013904223u;
      observation[i] = (float)(random >> 8) / 8388608.0f - 1.0f;
    }
    const double start = Now();
    policy_act(observation, action);
    if (call >= 0) took[call] = Now() - start;
    sum += action[0];
  }
  qsort(took, kCalls, sizeof took[0], Compare);
  printf("%d -> %d: median %.2f us, p99 %.2f us (%g)\n", POLICY_POLICY_DIM, POLICY_ACTION_DIM, took[kCalls / 2],
         took[kCalls * 99 / 100], (double)sum);
  return 0;
}
