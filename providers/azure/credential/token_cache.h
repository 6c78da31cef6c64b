// One token for all calls of a provider, in memory. While it is fetched anew, the others go on with the old one if it is
// still valid, and wait for the new one if it is not. Threads: any number.
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>

#include "providers/azure/credential/source.h"

namespace pairform::azure {

class TokenCache {
 public:
  // How a token is fetched: fetch_token() of the sources in their order; in tests anything.
  using Fetch = std::function<TokenResult(const HttpLimits&)>;
  explicit TokenCache(Fetch fetch) : fetch_(std::move(fetch)) {}

  // A valid token. `limits` are those of the caller that fetches; others wait as long as theirs allow.
  TokenResult get(const HttpLimits& limits);
  // What time it is, as an answer of the service says: a token that expires at a time instead of after one is judged by that
  // clock, where this machine's is more than a minute off.
  void learn_clock(std::chrono::system_clock::time_point service, std::chrono::system_clock::time_point here);
  // By how much this machine's clock is ahead (negative: behind), where that is more than a minute; else 0.
  std::chrono::seconds ahead() const;
  // The same where a token had to be judged by the service's clock because of it; else 0.
  std::chrono::seconds corrected() const;
  // The service did not take this one: the next get() fetches another.
  void reject(const Secret& token);

 private:
  void correct();  // token_, by ahead_; under the mutex

  const Fetch fetch_;
  mutable std::mutex mutex_;  // of what follows
  std::condition_variable_any fetched_;
  Token token_;
  bool is_fetching_ = false;
  std::chrono::seconds ahead_{0};  // more than a minute, else 0
  bool is_corrected_ = false;
};

// Asks the sources one after the other, until one is there.
TokenResult first_token(const std::vector<SourceChoice>& sources, const SignIn& sign_in, HttpClient& client,
                        const HttpLimits& limits);

}  // namespace pairform::azure
