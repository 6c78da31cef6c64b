// Ctrl-C and SIGTERM, from the moment a command begins to speak to the cloud. The first asks it to stop: what is read
// ends within a second, and nothing new starts. A second one leaves the process at once; the journal is intact at any
// instant. The exit code is 130 in either case.
// Threads: one more, which waits for the signals; it must be started before any other thread is, because the others
// take over the blocked signals.
#pragma once
#include <stop_token>

namespace pairform {

enum class OnInterrupt {
  Leave,   // a command that changes nothing: the process ends within a second, whatever it does
  Finish,  // an apply: what was sent is waited for
};

// Once a process. The token is that of Run::stop.
std::stop_token catch_interrupts(OnInterrupt what);

}  // namespace pairform
