// Where a token comes from. Which sources are configured is decided without a call, from the environment; the first one
// that is configured is used, and its failure is an error: to fall through to the next would act as somebody else. Only
// the Azure CLI that is not there or not signed in, and a metadata service that does not answer, let the next one be asked.
//
// The order is that of the C++ SDK (azure-identity-cpp, DefaultAzureCredential: environment, workload identity, CLI,
// managed identity): to probe a link-local address first would cost a second on every laptop.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "providers/azure/credential/secret.h"
#include "providers/azure/http/client.h"
#include "providers/azure/http/retry.h"

namespace pairform::azure {

// The value of a variable; "" where it is not set.
using Environment = std::function<std::string(const char*)>;
std::string process_environment(const char* name);

// Who is to be signed in, where.
struct SignIn {
  std::string authority;        // "https://login.microsoftonline.com"
  std::string audience;         // "https://management.azure.com", without a "/" at its end
  std::string tenant;           // of the settings; empty: of the environment
  std::string subscription;     // for the CLI
  std::string pinned = "auto";  // credential = "environment", "workload", "github", "managed", "cli"
  std::string metadata = "http://169.254.169.254";
  RetryPolicy retries{};
  std::chrono::milliseconds cli_limit{30'000};
  std::chrono::milliseconds not_ready_limit{70'000};  // of a metadata service that answers "not ready yet"
};

// A client that proves itself to the tenant with a secret.
struct ClientSecret {
  std::string tenant, client;
  Secret secret;
};
// A client that proves itself with a token of somebody the tenant trusts: of Kubernetes, in a file that is written anew;
// of GitHub, from an address.
struct ClientAssertion {
  std::string tenant, client;
  std::string file;  // empty: from the address
  std::string url;
  Secret bearer;  // for the address
};
struct ManagedIdentity {
  std::string client;  // empty: the machine's own
};
struct AzureCli {};

struct SourceChoice {
  std::string name;  // as `credential` calls it: "environment"
  std::variant<ClientSecret, ClientAssertion, ManagedIdentity, AzureCli> how;
};

// Why there is no token.
struct CredentialError {
  enum class Kind {
    NotThere,  // this source is not there: the next one may be asked
    Refused,   // it is there, and gives none
    Stopped,
    Unreachable,  // the service that gives tokens does not answer: another try may help
  };
  Kind kind = Kind::Refused;
  std::string message;  // a sentence without secrets
  std::string help;
};

// The sources to ask, in order, or what is wrong with what is configured ("AZURE_CLIENT_ID is set and AZURE_TENANT_ID is
// not").
std::variant<std::vector<SourceChoice>, CredentialError> choose_sources(const SignIn& sign_in,
                                                                        const Environment& environment);

struct Token {
  Secret text;
  std::chrono::steady_clock::time_point expires{};
  std::chrono::steady_clock::time_point refresh{};  // from then on a new one is fetched
  // Of the Azure CLI, which gives a time instead of a lifetime: when it expires by a clock that is right.
  std::optional<std::chrono::system_clock::time_point> expires_at{};
  std::string source{};  // who gave it, as SourceChoice::name
};
using TokenResult = std::variant<Token, CredentialError>;

// Fetches a token, now. Credentials go to `authority`, to the metadata service or to the address given, and nowhere else.
TokenResult fetch_token(const SourceChoice& source, const SignIn& sign_in, HttpClient& client,
                        const HttpLimits& limits);

}  // namespace pairform::azure
