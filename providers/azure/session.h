// What one run needs to talk to a vault: its settings, and the client with the token and the trace. Threads: any number.
#pragma once
#include <chrono>
#include <mutex>
#include <stop_token>
#include <string>
#include <variant>

#include "providers/azure/arm/arm_client.h"
#include "providers/azure/credential/claims.h"
#include "providers/azure/credential/source.h"
#include "providers/azure/requests.h"
#include "providers/azure/settings.h"

namespace pairform::azure {

class Session {
 public:
  // Of the environment: the credential; PAIRFORM_AZURE_TRACE and PAIRFORM_AZURE_TRACE_BODIES; and for tests alone
  // PAIRFORM_AZURE_TIME_SCALE ("0.01": own pauses take a hundredth) and PAIRFORM_AZURE_METADATA (where the metadata
  // service is). Throws std::runtime_error where the trace cannot be written.
  Session(AzureSettings settings, const Environment& environment);

  const AzureSettings settings;
  ArmClient& arm() { return arm_; }

  // Who is signed in: the source of the token, as `credential` calls it, and whom the token says it is for.
  struct SignedIn {
    std::string source;
    Claims claims;
  };
  std::variant<SignedIn, CredentialError> signed_in(const CallLimits& limits);

  // By how much this machine's clock is ahead of the service's, as its last answer says: more than a minute, else 0.
  std::chrono::seconds clock_ahead() const { return tokens_.ahead(); }
  // The same where a token's times had to be corrected because of it; else 0.
  std::chrono::seconds clock_corrected() const { return tokens_.corrected(); }

  // Waits until the next question after an operation may be asked: 25 a second of all threads, whatever the service allows.
  // So a thread waits for 40 ms, for each of the others. (A run with --wait 0s asks after each of its operations once: an
  // answer "not yet" would leave all but the first for the next run.) False: stopped.
  bool await_poll_turn(const std::stop_token& stop);

  // A pause of our own, between polls and reads after a write.
  std::chrono::milliseconds scaled(std::chrono::milliseconds pause) const;

 private:
  TokenResult token(const HttpLimits& limits);

  std::mutex turns_;  // of the next one
  std::chrono::steady_clock::time_point next_turn_{};
  const Environment environment_;
  const double time_scale_;
  const SignIn sign_in_;
  HttpClient http_;
  TokenCache tokens_;
  Trace trace_;
  ArmClient arm_;
};

}  // namespace pairform::azure
