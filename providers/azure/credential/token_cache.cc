#include "providers/azure/credential/token_cache.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace pairform::azure {

using std::chrono::steady_clock;

namespace {
constexpr std::chrono::seconds k_next_refresh{30};  // after one that failed
}

TokenResult TokenCache::get(const HttpLimits& limits) {
  {
    std::unique_lock lock(mutex_);
    const auto until = std::min(limits.deadline, steady_clock::now() + std::chrono::hours(24));
    const auto settled = [&] { return !is_fetching_ || steady_clock::now() < token_.expires; };
    if (!fetched_.wait_until(lock, limits.stop, until, settled))
      return CredentialError{CredentialError::Kind::Stopped, "stopped while a token was fetched", {}};
    const auto now = steady_clock::now();
    if (now < token_.expires && (now < token_.refresh || is_fetching_)) return token_;
    is_fetching_ = true;
  }
  TokenResult result = fetch_(limits);
  {
    const std::lock_guard lock(mutex_);
    is_fetching_ = false;
    const auto now = steady_clock::now();
    if (const auto* token = std::get_if<Token>(&result)) {
      token_ = *token;
    } else if (now < token_.expires) {  // the old one still serves; not every call is to try again
      token_.refresh = now + k_next_refresh;
      result = token_;
    }
  }
  fetched_.notify_all();
  return result;
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
    const auto* error = std::get_if<CredentialError>(&result);
    if (error == nullptr || error->kind != CredentialError::Kind::NotThere) return result;
    absent.push_back(error->message);
  }
  return CredentialError{CredentialError::Kind::NotThere, fmt::format("no credentials: {}", fmt::join(absent, "; ")),
                         "sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"};
}

}  // namespace pairform::azure
