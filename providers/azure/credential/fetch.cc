// Tokens over HTTP: the tenant's endpoint, GitHub's, the metadata service of a virtual machine.
#include <fmt/format.h>
#include <simdjson.h>

#include <fstream>
#include <iterator>

#include "providers/azure/credential/answer.h"
#include "providers/azure/credential/cli.h"
#include "providers/azure/credential/source.h"
#include "providers/azure/http/pacing.h"

namespace pairform::azure {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using Kind = CredentialError::Kind;

// "a b/c" -> "a%20b%2Fc": a value of a form or of a query.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

CredentialError unreachable(const TransportError& error) {
  if (error.kind == TransportFailure::NotTrusted) return {Kind::Unreachable, error.message, std::string(k_trust_help)};
  return {error.kind == TransportFailure::Stopped ? Kind::Stopped : Kind::Unreachable, error.message, {}};
}

// What is wrong is the tenant or the client, not what proves it: learn.microsoft.com, "Microsoft Entra authentication and
// authorization error codes".
std::string help_for(const std::string& refusal, std::string proof) {
  const auto says = [&](std::string_view code) { return refusal.find(code) != refusal.npos; };
  if (says("AADSTS90002:") || says("AADSTS900023:"))
    return "correct AZURE_TENANT_ID, or tenant of [provider.azure]: there is no such tenant";
  if (says("AADSTS700016:")) return "correct AZURE_CLIENT_ID, or the tenant: that tenant has no such application";
  return proof;
}

class Fetcher {
 public:
  Fetcher(const SignIn& sign_in, HttpClient& client, const HttpLimits& limits)
      : sign_in_(sign_in), client_(client), limits_(limits) {}

  TokenResult operator()(const ClientSecret& who) const {
    return from_tenant(who.tenant, who.client, "client_secret=" + escaped(who.secret.reveal()),
                       "correct AZURE_CLIENT_SECRET, or make a new secret for that client");
  }
  TokenResult operator()(const ClientAssertion& who) const;
  TokenResult operator()(const ManagedIdentity& who) const;
  TokenResult operator()(const AzureCli&) const { return fetch_cli_token(sign_in_, limits_); }

 private:
  TokenResult from_tenant(const std::string& tenant, const std::string& client, const std::string& proof,
                          std::string help) const;
  std::variant<Secret, CredentialError> assertion(const ClientAssertion& who) const;
  HttpResult read(const HttpRequest& request) const {
    return read_with_retries([&](int) { return client_.send(request, limits_); }, sign_in_.retries, limits_);
  }

  const SignIn& sign_in_;
  HttpClient& client_;
  const HttpLimits& limits_;
};

TokenResult Fetcher::from_tenant(const std::string& tenant, const std::string& client, const std::string& proof,
                                 std::string help) const {
  const HttpRequest request{
      .method = "POST",
      .url = fmt::format("{}/{}/oauth2/v2.0/token", sign_in_.authority, escaped(tenant)),
      .headers = {{"content-type", "application/x-www-form-urlencoded"}, {"accept", "application/json"}},
      .body = fmt::format("grant_type=client_credentials&client_id={}&scope={}&{}", escaped(client),
                          escaped(sign_in_.audience + "/.default"), proof)};
  const HttpResult result = read(request);
  if (const auto* error = std::get_if<TransportError>(&result)) return unreachable(*error);
  const auto& answer = std::get<HttpAnswer>(result);
  if (answer.status == 200) return read_token(answer.body, steady_clock::now());
  const Kind kind = is_worth_another_try(result) ? Kind::Unreachable : Kind::Refused;
  const std::string refusal = token_refusal(answer);
  return CredentialError{kind, fmt::format("tenant {} gives no token to client {}: {}", tenant, client, refusal),
                         help_for(refusal, std::move(help))};
}

// The token of the other issuer. A file is read at every refresh, because Kubernetes writes it anew every hour.
std::variant<Secret, CredentialError> Fetcher::assertion(const ClientAssertion& who) const {
  if (!who.file.empty()) {
    std::ifstream in(who.file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    if (in.bad() || text.empty())
      return CredentialError{Kind::Refused, fmt::format("{} cannot be read, or is empty", who.file),
                             "AZURE_FEDERATED_TOKEN_FILE names the token that Kubernetes mounts"};
    return Secret(std::move(text));
  }
  const auto origin = origin_of(who.url);
  if (!origin || (origin->scheme != "https" && !is_local_host(origin->host)))
    return CredentialError{Kind::Refused, "ACTIONS_ID_TOKEN_REQUEST_URL is no https address", {}};
  const HttpResult result = read(
      {.url = who.url + (who.url.find('?') == who.url.npos ? "?" : "&") + "audience=api%3A%2F%2FAzureADTokenExchange",
       .headers = {{"authorization", "Bearer " + who.bearer.reveal()}, {"accept", "application/json"}}});
  if (const auto* error = std::get_if<TransportError>(&result)) return unreachable(*error);
  const auto& answer = std::get<HttpAnswer>(result);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view value;
  if (answer.status == 200 && parser.parse(answer.body).get(root) == simdjson::SUCCESS &&
      root["value"].get(value) == simdjson::SUCCESS && !value.empty())
    return Secret(std::string(value));
  return CredentialError{is_worth_another_try(result) ? Kind::Unreachable : Kind::Refused,
                         fmt::format("GitHub gives no token for this job: status {}", answer.status),
                         "give the job `permissions: id-token: write`"};
}

TokenResult Fetcher::operator()(const ClientAssertion& who) const {
  std::variant<Secret, CredentialError> proof = assertion(who);
  if (auto* error = std::get_if<CredentialError>(&proof)) return std::move(*error);
  return from_tenant(who.tenant, who.client,
                     "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
                     "client_assertion=" +
                         escaped(std::get<Secret>(proof).reveal()),
                     "give that client a federated credential for this issuer and subject");
}

// At that address other clouds have their own, and proxies answer with a page or with 403. Azure's says what is wrong in
// JSON, or nothing where it is not ready yet.
bool answers_as_azure(const HttpAnswer& answer) {
  return answer.body.empty() ? answer.status != 403 : answer.body.front() == '{';
}

// The metadata service is asked once for a second whether it is there. 404 and 410 mean "not ready yet" while a machine
// starts (learn.microsoft.com, "How managed identities work with virtual machines": 410 within 70 seconds).
TokenResult Fetcher::operator()(const ManagedIdentity& who) const {
  HttpRequest request{
      .url = fmt::format("{}/metadata/identity/oauth2/token?api-version=2018-02-01&resource={}%2F{}", sign_in_.metadata,
                         escaped(sign_in_.audience), who.client.empty() ? "" : "&client_id=" + escaped(who.client)),
      .headers = {{"metadata", "true"}, {"accept", "application/json"}},
      .timeout = 1s};
  const auto began = steady_clock::now();
  for (int number = 1;; ++number) {
    const HttpResult result = number == 1 ? client_.send(request, limits_) : read(request);
    if (const auto* error = std::get_if<TransportError>(&result)) {
      if (error->kind == TransportFailure::Stopped || number > 1) return unreachable(*error);
      return CredentialError{
          Kind::NotThere, "this machine has no metadata service: it is no virtual machine of Azure", {}};
    }
    const auto& answer = std::get<HttpAnswer>(result);
    if (answer.status == 200) return read_token(answer.body, steady_clock::now());
    if (number == 1 && sign_in_.pinned != "managed" && !answers_as_azure(answer))
      return CredentialError{Kind::NotThere, "the metadata service of this machine is not that of Azure", {}};
    const bool not_ready = answer.status == 404 || answer.status == 410 || is_worth_another_try(result);
    request.timeout = 60s;
    const auto next = steady_clock::now() + *pause_before(std::min(number + 1, 5), sign_in_.retries, {HttpAnswer{}}, 0);
    if (!not_ready || next - began > sign_in_.not_ready_limit)
      return CredentialError{not_ready ? Kind::Unreachable : Kind::Refused,
                             fmt::format("the identity of this machine gets no token: {}", token_refusal(answer)),
                             "give the virtual machine a managed identity, or set AZURE_CLIENT_ID to one that it has"};
    if (!wait_until(next, limits_)) return CredentialError{Kind::Stopped, "stopped while a token was fetched", {}};
  }
}

}  // namespace

TokenResult fetch_token(const SourceChoice& source, const SignIn& sign_in, HttpClient& client,
                        const HttpLimits& limits) {
  return std::visit(Fetcher(sign_in, client, limits), source.how);
}

}  // namespace pairform::azure
