#include "providers/azure/connecting.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "providers/azure/arm/error.h"

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
  if (has(error.message, "AADSTS70021") || has(error.message, "AADSTS700213"))
    return refused(Code::NotFederated, "the tenant knows no federated credential for this subject", error.message,
                   "add one to the app registration, with the subject and the issuer that the message names");
  return refused(Code::CredentialRefused, "Azure gives no token for this credential", error.message,
                 error.help.empty() ? "renew the secret, or use a federated credential" : error.help);
}

std::string until_when(const ProviderError& error) {
  if (!error.retry_after) return "later";
  const auto at = std::chrono::system_clock::now() + *error.retry_after;
  return fmt::format("after {:%H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

}  // namespace

Diagnostic vault_unreadable(const ProviderError& error, const AzureSettings& settings) {
  const bool tokenless = error.code == k_no_token || error.code == k_nobody_signed_in;
  // Who gives tokens may be out of reach, too: then nothing is known of the credential.
  if (tokenless && error.kind == ErrorKind::Denied) return no_token(error);
  const std::string words =
      error.code.empty() || tokenless ? error.message : fmt::format("{}: {}", error.code, error.message);
  if (error.code == k_throttled_for_long)
    return refused(Code::CloudThrottled, "Azure takes no more requests for now", words, error.help);
  switch (error.kind) {
    case ErrorKind::Denied:
      return refused(
          Code::VaultDenied, fmt::format("vault {} may not be read", settings.vault), words,
          fmt::format("az role assignment create --assignee PRINCIPAL --role \"Site Recovery Reader\" --scope {}",
                      settings.vault_id()));
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

std::optional<Diagnostic> read_vault(Session& session, const CallLimits& limits) {
  const AzureSettings& settings = session.settings;
  const auto asked = request(Call::ReadVault, settings, settings.vault_id());
  ArmResult result = session.arm().read(*asked, limits);
  if (const auto* error = std::get_if<ProviderError>(&result)) return vault_unreadable(*error, settings);
  const auto& answer = std::get<HttpAnswer>(result);
  if (answer.status == 200) return std::nullopt;
  if (says_absent(answer))
    return refused(Code::NoSuchVault, fmt::format("there is no vault {}", settings.vault),
                   fmt::format("nothing answers to {}", settings.vault_id()),
                   "put right vault, resource_group and subscription of [provider.azure]");
  return vault_unreadable(read_failure(answer), settings);
}

}  // namespace pairform::azure
