// A program that was built for a newer processor than it runs on would end by an illegal
// instruction, without a word. This runs before everything else, in the oldest instructions.
#include <unistd.h>

#if defined(__x86_64__) && defined(__GNUC__)
namespace {

[[gnu::constructor(101), gnu::target("no-avx")]] void CheckProcessor() {
  __builtin_cpu_init();
  bool able = true;
#if defined(__AVX512F__)
  able = able && __builtin_cpu_supports("avx512f");
#endif
#if defined(__AVX2__)
  able = able && __builtin_cpu_supports("avx2");
#endif
#if defined(__FMA__)
  able = able && __builtin_cpu_supports("fma");
#endif
#if defined(__AVX__)
  able = able && __builtin_cpu_supports("avx");
#endif
  if (able) return;
  static const char message[] =
      "doggo was built for a processor with more vector instructions than this one has; build it "
      "here (./doggo does so), or for any processor with -DDOGGO_NATIVE=OFF\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, message, sizeof(message) - 1);
  _exit(1);
}

}  // namespace
#endif
