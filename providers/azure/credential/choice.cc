// Which sources are configured.
#include <fmt/format.h>

#include <cstdlib>

#include "providers/azure/credential/source.h"

namespace pairform::azure {
namespace {

using Chosen = std::variant<std::vector<SourceChoice>, CredentialError>;

// AZURE_TENANT_ID, or ARM_TENANT_ID for people who come from Terraform.
std::string either(const Environment& environment, const char* azure, const char* arm) {
  std::string value = environment(azure);
  return value.empty() ? environment(arm) : value;
}

struct Configured {
  std::string tenant, client, secret, certificate, federated_file, github_url, github_token, identity_endpoint;
  bool is_client_named = false;  // with its tenant, in the environment: more than what selects a machine's identity
};

Configured read_configured(const SignIn& sign_in, const Environment& environment) {
  Configured out{either(environment, "AZURE_TENANT_ID", "ARM_TENANT_ID"),
                 either(environment, "AZURE_CLIENT_ID", "ARM_CLIENT_ID"),
                 either(environment, "AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"),
                 either(environment, "AZURE_CLIENT_CERTIFICATE_PATH", "ARM_CLIENT_CERTIFICATE_PATH"),
                 environment("AZURE_FEDERATED_TOKEN_FILE"),
                 environment("ACTIONS_ID_TOKEN_REQUEST_URL"),
                 environment("ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
                 environment("IDENTITY_ENDPOINT"),
                 false};
  out.is_client_named = !out.tenant.empty() && !out.client.empty();
  if (out.tenant.empty()) out.tenant = sign_in.tenant;
  return out;
}

CredentialError incomplete(std::string_view source, std::string_view given, std::string_view lacks) {
  return {CredentialError::Kind::Refused, fmt::format("{} is set, and {} is not", given, lacks),
          fmt::format("set both, or neither, for credential = \"{}\"", source)};
}

// A client and its tenant, and nothing that it proves itself with: a pipeline whose secret is missing must not act as whoever
// is signed in with `az` on its machine.
CredentialError no_proof() {
  return {CredentialError::Kind::Refused,
          "AZURE_TENANT_ID and AZURE_CLIENT_ID are set, and nothing proves that client: AZURE_CLIENT_SECRET, "
          "AZURE_FEDERATED_TOKEN_FILE and GitHub's token are missing",
          "set one of them; or write credential = \"cli\" or \"managed\" into [provider.azure] to sign in that way"};
}

CredentialError unsupported(std::string_view variable, std::string_view what) {
  return {CredentialError::Kind::Refused, fmt::format("{} is set: {} is not supported in this version", variable, what),
          "unset it, and use a client secret, a workload identity, a virtual machine's identity or the Azure CLI"};
}

// One source by its name, if it is configured; an error if it is configured by half.
std::variant<std::monostate, SourceChoice, CredentialError> configured(const std::string& name,
                                                                       const Configured& given) {
  if (name == "environment" && !given.secret.empty()) {
    if (given.tenant.empty()) return incomplete(name, "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID");
    if (given.client.empty()) return incomplete(name, "AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID");
    return SourceChoice{name, ClientSecret{given.tenant, given.client, Secret(given.secret)}};
  }
  if (name == "environment" && !given.certificate.empty())
    return unsupported("AZURE_CLIENT_CERTIFICATE_PATH", "a client certificate");
  if (name == "workload" && !given.federated_file.empty()) {
    if (given.tenant.empty()) return incomplete(name, "AZURE_FEDERATED_TOKEN_FILE", "AZURE_TENANT_ID");
    if (given.client.empty()) return incomplete(name, "AZURE_FEDERATED_TOKEN_FILE", "AZURE_CLIENT_ID");
    return SourceChoice{name, ClientAssertion{given.tenant, given.client, given.federated_file, {}, {}}};
  }
  // A GitHub job has the two variables as soon as it may ask for tokens; without a client it does not mean Azure.
  if (name == "github" && !given.github_url.empty() && !given.client.empty()) {
    if (given.tenant.empty()) return incomplete(name, "AZURE_CLIENT_ID", "AZURE_TENANT_ID");
    if (given.github_token.empty())
      return incomplete(name, "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN");
    return SourceChoice{name,
                        ClientAssertion{given.tenant, given.client, {}, given.github_url, Secret(given.github_token)}};
  }
  if (name == "managed" && !given.identity_endpoint.empty())
    return unsupported("IDENTITY_ENDPOINT", "the identity of App Service and Container Apps");
  return std::monostate();
}

const char* what_is_needed(const std::string& name) {
  if (name == "environment") return "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET";
  if (name == "workload") return "set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE";
  return "set AZURE_TENANT_ID and AZURE_CLIENT_ID, and give the job `permissions: id-token: write`";
}

}  // namespace

std::string process_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return value == nullptr ? std::string() : std::string(value);
}

Chosen choose_sources(const SignIn& sign_in, const Environment& environment) {
  const Configured given = read_configured(sign_in, environment);
  const SourceChoice cli{"cli", AzureCli{}}, machine{"managed", ManagedIdentity{given.client}};
  const bool any = sign_in.pinned == "auto";
  for (const std::string name : {"environment", "workload", "github", "managed"}) {
    if (!any && name != sign_in.pinned) continue;
    auto found = configured(name, given);
    if (auto* error = std::get_if<CredentialError>(&found)) return std::move(*error);
    if (auto* choice = std::get_if<SourceChoice>(&found)) return std::vector{std::move(*choice)};
  }
  if (any && given.is_client_named) return no_proof();
  if (any) return std::vector{cli, machine};
  if (sign_in.pinned == "cli") return std::vector{cli};
  if (sign_in.pinned == "managed") return std::vector{machine};
  return CredentialError{CredentialError::Kind::Refused,
                         fmt::format("credential = \"{}\" is not configured", sign_in.pinned),
                         what_is_needed(sign_in.pinned)};
}

}  // namespace pairform::azure
