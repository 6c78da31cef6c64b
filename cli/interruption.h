// Ctrl-C, SIGTERM and SIGHUP (a closed terminal), from the moment a command begins to work.
//
// As long as nothing was sent that changes the cloud (a plan always, an apply until its first step), the first signal
// ends the run: it is asked to stop, and where it does not end by itself within a moment, because a call of the
// provider or a prompt holds it up, the process is left with the last words: "Nothing was changed."
// Once steps run, the first signal only asks the run to stop: what was sent is waited for. A second one leaves at once,
// with a word on the requests that have no answer; the journal is intact at any instant.
// The exit code is 130 in every case. Where SIGHUP was ignored when pairform started (nohup) it stays ignored; SIGINT
// does not, because a shell ignores it for whatever a script starts in the background.
//
// Of the process, once: there is one set of signals.
// Threads: one more, which waits for the signals; it must be started before any other thread is, because the others
// take over the blocked signals.
#pragma once
#include <cstddef>
#include <functional>
#include <stop_token>

namespace pairform {

// The token is that of CloudSession::stop. `last_words` is called by the other thread before it leaves; by default it
// says "Nothing was changed." on standard error.
std::stop_token catch_interrupts(std::function<void()> last_words = {});

// From now on the first signal waits for what runs. False: there was one already, and nothing may be sent.
bool begin_steps();
// How many requests were sent and have no answer yet.
void note_unanswered(std::size_t requests);

// The run ends by itself and is about to say that nothing was changed. Does not come back where the other thread has
// said it already.
void claim_last_words();

}  // namespace pairform
