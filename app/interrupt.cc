#include "app/interrupt.h"

#include <unistd.h>

#include <csignal>

namespace doggo::app {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void OnSignal(int) {
  if (interrupted)
    _exit(130);  // files have their final names only when they are whole: nothing to tidy up
  interrupted = 1;
}

}  // namespace

void HandleInterrupts() {
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  // a terminal that is closed stops it as well, unless the caller said otherwise (nohup); a reader
  // of the output that goes away does not
  if (std::signal(SIGHUP, OnSignal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

bool Interrupted() { return interrupted != 0; }

}  // namespace doggo::app
