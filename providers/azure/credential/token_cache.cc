#include "providers/azure/credential/token_cache.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "providers/azure/credential/answer.h"

namespace pairform::azure {

using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {
constexpr seconds k_next_refresh{30};  // after one that failed
constexpr seconds k_most_skew{60};     // of two clocks that count as one
}  // namespace

TokenResult TokenCache::get(const HttpLimits& limits) {
  {
    std::unique_lock lock(mutex_);
    const auto until = std::min(limits.deadline, steady_clock::now() + std::chrono::hours(24));
    const auto settled = [&] { return !is_fetching_ || steady_clock::now() < token_.expires; };
    if (!fetched_.wait_until(lock, limits.stop, until, settled)) {
      if (limits.stop.stop_requested())
        return CredentialError{CredentialError::Kind::Stopped, "stopped while a token was fetched", {}};
      return CredentialError{CredentialError::Kind::Unreachable, "there was no token in time", {}};
    }
    const auto now = steady_clock::now();
    if (now < token_.expires && (now < token_.refresh || is_fetching_)) return token_;
    is_fetching_ = true;
  }
  // Whatever comes of it, an exception among that: the others do not wait for it any more.
  const auto end = [this](const TokenCache*) {
    {
      const std::lock_guard lock(mutex_);
      is_fetching_ = false;
    }
    fetched_.notify_all();
  };
  const std::unique_ptr<TokenCache, decltype(end)> fetching(this, end);
  TokenResult result = fetch_(limits);
  {
    const std::lock_guard lock(mutex_);
    const auto now = steady_clock::now();
    if (const auto* token = std::get_if<Token>(&result)) {
      token_ = *token;
      correct();
      result = token_;
    } else if (now < token_.expires) {  // the old one still serves; not every call is to try again
      token_.refresh = now + k_next_refresh;
      result = token_;
    }
  }
  return result;
}

void TokenCache::correct() {
  if (!token_.expires_at || ahead_ == seconds(0)) return;
  set_times(token_, steady_clock::now(), std::chrono::system_clock::now() - ahead_);
  is_corrected_ = true;
}

void TokenCache::learn_clock(std::chrono::system_clock::time_point service,
                             std::chrono::system_clock::time_point here) {
  const auto difference = std::chrono::duration_cast<seconds>(here - service);
  const seconds ahead = std::chrono::abs(difference) > k_most_skew ? difference : seconds(0);
  const std::lock_guard lock(mutex_);
  if (std::chrono::abs(ahead - ahead_) <= k_most_skew) return;
  ahead_ = ahead;
  correct();
}

seconds TokenCache::ahead() const {
  const std::lock_guard lock(mutex_);
  return ahead_;
}

seconds TokenCache::corrected() const {
  const std::lock_guard lock(mutex_);
  return is_corrected_ ? ahead_ : seconds(0);
}

void TokenCache::reject(const Secret& token) {
  const std::lock_guard lock(mutex_);
  if (token_.text.reveal() == token.reveal()) token_.expires = token_.refresh = {};
}

TokenResult first_token(const std::vector<SourceChoice>& sources, const SignIn& sign_in, HttpClient& client,
                        const HttpLimits& limits) {
  std::vector<std::string> absent;
  for (const SourceChoice& source : sources) {
    TokenResult result = fetch_token(source, sign_in, client, limits);
    if (auto* token = std::get_if<Token>(&result)) token->source = source.name;
    const auto* error = std::get_if<CredentialError>(&result);
    if (error == nullptr || error->kind != CredentialError::Kind::NotThere) return result;
    absent.push_back(error->message);
  }
  return CredentialError{CredentialError::Kind::NotThere, fmt::format("no credentials: {}", fmt::join(absent, "; ")),
                         "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"};
}

}  // namespace pairform::azure
