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
  // The service did not take this one: the next get() fetches another.
  void reject(const Secret& token);

 private:
  const Fetch fetch_;
  std::mutex mutex_;  // of the two below
  std::condition_variable_any fetched_;
  Token token_;
  bool is_fetching_ = false;
};

// Asks the sources one after the other, until one is there.
TokenResult first_token(const std::vector<SourceChoice>& sources, const SignIn& sign_in, HttpClient& client,
                        const HttpLimits& limits);

}  // namespace pairform::azure
