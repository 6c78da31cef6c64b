#include "providers/azure/connecting.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "providers/azure/arm/error.h"
#include "providers/azure/http/curl_library.h"
#include "providers/azure/json_in.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

Diagnostic refused(Code code, std::string summary, std::string detail, std::string help) {
  return {code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

// The words of a tenant that gives no token: learn.microsoft.com, "Microsoft Entra authentication and authorization error
// codes".
Diagnostic no_token(const ProviderError& error) {
  if (error.code == k_nobody_signed_in)
    return refused(Code::NotSignedIn, "nobody is signed in to Azure", error.message, error.help);
  // AADSTS70021, AADSTS700211, 700212, 700213: no federated credential of that issuer, audience, subject.
  if (has(error.message, "AADSTS70021"))
    return refused(Code::NotFederated, "the tenant trusts no federated credential for this issuer and subject",
                   error.message, "add one to the app registration, with the issuer and the subject of that token");
  return refused(Code::CredentialRefused, "Azure gives no token for this credential", error.message,
                 error.help.empty() ? "renew the secret, or use a federated credential" : error.help);
}

std::string until_when(const ProviderError& error) {
  if (!error.retry_after) return "later";
  const auto at = std::chrono::system_clock::now() + *error.retry_after;
  return fmt::format("after {:%H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

// "AuthorizationFailed: The client …". Codes that are pairform's own say nothing more than the message.
std::string words_of(const ProviderError& error) {
  const bool own = error.code == "Unavailable" || error.code == k_throttled_for_long || error.code == k_no_token ||
                   error.code == "NotTrusted" || error.code.starts_with("Status");
  ProviderError told = error;
  if (own) told.code.clear();
  return error_detail(told);
}

// Who is signed in may not read the vault: another tenant's, a token that is not taken, or the role is missing.
std::string who_may(const ProviderError& error, const AzureSettings& settings) {
  if (error.code == "SubscriptionNotFound" || error.code == "InvalidAuthenticationTokenTenant")
    return "correct subscription of [provider.azure], or sign in to its tenant: az login --tenant TENANT";
  if (error.code == "InvalidAuthenticationToken" || error.code == "ExpiredAuthenticationToken" ||
      error.code == "AuthenticationFailed" || error.code == "Status401")
    return "sign in again: az login; see that cloud of [provider.azure] is the vault's";
  return fmt::format(
      "az role assignment create --assignee OBJECT-ID --role Reader --scope {}\n"
      "OBJECT-ID is that of who is signed in",
      settings.vault_id());
}

Diagnostic remark(Code code, std::string summary, std::string detail, std::string help) {
  return {code, Severity::Warning, std::move(summary), std::move(detail), std::move(help), {}, {}};
}

// "2 h 5 min". The service's Date has whole seconds, and an answer is under way for a while: 1 h 59 min 57 s is "2 h 0 min".
std::string span_text(std::chrono::seconds span) {
  const auto minutes = (std::chrono::abs(span).count() + 5) / 60;
  return minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

std::string clock_words(std::chrono::seconds ahead) {
  return fmt::format("the clock of this machine is {} {}", span_text(ahead), ahead.count() > 0 ? "fast" : "slow");
}

Diagnostic vault_unreadable(const ProviderError& error, const AzureSettings& settings) {
  // Who gives tokens may be out of reach, too: then nothing is known of the credential.
  const bool tokenless = error.code == k_no_token || error.code == k_nobody_signed_in;
  if (tokenless && error.kind == ErrorKind::Denied) return no_token(error);
  const std::string words = words_of(error);
  if (error.code == k_throttled_for_long)
    return refused(Code::CloudThrottled, "Azure takes no more requests for now", words, error.help);
  switch (error.kind) {
    case ErrorKind::Denied:
      return refused(Code::VaultDenied, fmt::format("vault {} may not be read", settings.vault), words,
                     who_may(error, settings));
    case ErrorKind::Throttled:
      return refused(Code::CloudThrottled, "Azure takes no more requests for now", words,
                     fmt::format("run it again {}", until_when(error)));
    case ErrorKind::Unavailable:
    case ErrorKind::Conflict:
    case ErrorKind::Lost:
    case ErrorKind::Stopped:
    case ErrorKind::Invalid: break;
  }
  return refused(Code::CloudUnreachable, fmt::format("vault {} cannot be read", settings.vault), words,
                 error.help.empty() ? "look at the network and the proxy, and at status.azure.com; then run it again"
                                    : error.help);
}

std::vector<Diagnostic> vault_remarks(const AzureSettings& settings, std::string_view body,
                                      std::chrono::seconds ahead) {
  std::vector<Diagnostic> out;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string wrong, state;
  if (parser.parse(body.data(), body.size()).get(root) == simdjson::SUCCESS)
    state = JsonIn(root, wrong).object("properties").text("provisioningState");
  if (!state.empty() && !same_word(state, "Succeeded"))
    out.push_back(remark(Code::VaultNotReady, fmt::format("vault {} is in state {}", settings.vault, state),
                         "the service may refuse what is written to it until it is in state Succeeded",
                         "look at the vault in the portal before anything is applied"));
  if (ahead != std::chrono::seconds(0))
    out.push_back(remark(Code::ClockWrong, clock_words(ahead),
                         "the token of the Azure CLI says when it expires by that clock; the time of the service is "
                         "taken instead",
                         std::string(k_set_clock)));
  return out;
}

std::vector<Diagnostic> read_vault(Session& session, const CallLimits& limits) {
  const AzureSettings& settings = session.settings;
  if (!why_no_libcurl().empty())
    return {refused(Code::CloudUnreachable,
                    fmt::format("vault {} cannot be read: libcurl cannot be used", settings.vault), why_no_libcurl(),
                    "install libcurl 7.85 or later (Debian: apt install libcurl4)")};
  const auto asked = request(Call::ReadVault, settings, settings.vault_id());
  ArmResult result = session.arm().read(*asked, limits);
  if (const auto* error = std::get_if<ProviderError>(&result)) return {vault_unreadable(*error, settings)};
  const auto& answer = std::get<HttpAnswer>(result);
  if (answer.status == 200) return vault_remarks(settings, answer.body, session.clock_corrected());
  if (says_absent(answer))
    return {refused(Code::NoSuchVault, fmt::format("there is no vault {}", settings.vault),
                    fmt::format("nothing answers to {}", settings.vault_id()),
                    "correct vault, resource_group and subscription of [provider.azure]")};
  return {vault_unreadable(read_failure(answer), settings)};
}

}  // namespace pairform::azure
