// Ctrl-C: the first asks to finish what is being done and to save; the second ends the program at
// once.
#pragma once

namespace doggo::app {

// From here on SIGINT and SIGTERM set Interrupted(); a second one exits with 130.
void HandleInterrupts();
bool Interrupted();

}  // namespace doggo::app
