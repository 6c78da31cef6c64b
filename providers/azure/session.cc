#include "providers/azure/session.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>

namespace pairform::azure {
namespace {

using std::chrono::milliseconds;

// Polls and reads after a write come no closer than this, whatever a service or a test asks for: 25 a second.
constexpr milliseconds k_least_pause{40};

double time_scale(const std::string& text) {
  double scale = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), scale);
  return error == std::errc() && end == text.data() + text.size() && scale >= 0 && scale <= 1 ? scale : 1;
}

RetryPolicy retries(double scale) {
  RetryPolicy out;
  out.first_pause = milliseconds(static_cast<milliseconds::rep>(static_cast<double>(out.first_pause.count()) * scale));
  return out;
}

SignIn sign_in_of(const AzureSettings& settings, const std::string& metadata, double scale) {
  SignIn out;
  out.authority = settings.authority;
  out.audience = settings.arm_endpoint;
  out.tenant = settings.tenant;
  out.subscription = settings.subscription;
  out.pinned = settings.credential;
  if (!metadata.empty()) out.metadata = metadata;
  out.retries = retries(scale);
  return out;
}

ArmSettings arm_of(const AzureSettings& settings, double scale) {
  ArmSettings out;
  out.endpoint = settings.arm_endpoint;
  out.timeout = settings.timeout;
  out.retries = retries(scale);
  return out;
}

}  // namespace

Session::Session(AzureSettings given, const Environment& environment)
    : settings(std::move(given)),
      environment_(environment),
      time_scale_(time_scale(environment("PAIRFORM_AZURE_TIME_SCALE"))),
      sign_in_(sign_in_of(settings, environment("PAIRFORM_AZURE_METADATA"), time_scale_)),
      http_("pairform/" PAIRFORM_VERSION),
      tokens_([this](const HttpLimits& limits) { return token(limits); }),
      trace_(environment("PAIRFORM_AZURE_TRACE"), environment("PAIRFORM_AZURE_TRACE_BODIES") == "1"),
      arm_(arm_of(settings, time_scale_), http_, tokens_, trace_) {}

TokenResult Session::token(const HttpLimits& limits) {
  auto sources = choose_sources(sign_in_, environment_);
  if (auto* error = std::get_if<CredentialError>(&sources)) return std::move(*error);
  return first_token(std::get<std::vector<SourceChoice>>(sources), sign_in_, http_, limits);
}

std::variant<Session::SignedIn, CredentialError> Session::signed_in(const CallLimits& limits) {
  TokenResult result = tokens_.get({limits.stop, limits.deadline, true});
  if (auto* error = std::get_if<CredentialError>(&result)) return std::move(*error);
  const auto& token = std::get<Token>(result);
  return SignedIn{token.source, read_claims(token.text)};
}

bool Session::await_poll_turn(const std::stop_token& stop) {
  std::unique_lock lock(turns_);
  const auto turn = std::max(std::chrono::steady_clock::now(), next_turn_);
  next_turn_ = turn + k_least_pause;
  std::condition_variable_any never;
  never.wait_until(lock, stop, turn, [] { return false; });
  return !stop.stop_requested();
}

milliseconds Session::scaled(milliseconds pause) const {
  const auto scaled = static_cast<double>(pause.count()) * time_scale_;
  return std::max(milliseconds(static_cast<milliseconds::rep>(scaled)), k_least_pause);
}

}  // namespace pairform::azure
