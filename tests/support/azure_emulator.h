// The emulator of Azure (tests/azure_emulator) as a process beside the tests of one program. It takes a second to start, so
// there is one for all of them: each test begins with reset(). It ends with this process, however that ends.
// PAIRFORM_TEST_AZURE names a ready.json: then that one is used, be it the emulator or a judge in front of it.
// One thread drives it; what it answers to clients is the same for any number of them.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "providers/azure/http/client.h"
#include "tests/support/temporary_directory.h"

namespace pairform {

// Who may sign in, and what stands in an emulator that was reset.
inline constexpr const char* k_azure_tenant = "11111111-0000-4000-8000-000000000001";
inline constexpr const char* k_azure_client = "22222222-0000-4000-8000-000000000001";
inline constexpr const char* k_azure_secret = "s3cret~of.the-emulated-client";
inline constexpr const char* k_azure_subscription = "00000000-0000-4000-8000-000000000001";
inline constexpr const char* k_azure_vault =
    "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-dr/providers/Microsoft.RecoveryServices/"
    "vaults/"
    "Vault-Dr";

// "…/resourceGroups/GROUP", and "…/resourceGroups/GROUP/providers/Microsoft.Network/virtualNetworks/NAME".
std::string azure_group_id(std::string_view group);
std::string azure_network_id(std::string_view group, std::string_view name);

// A request that it got, of the log.
struct EmulatedRequest {
  std::string method, path, body;
  int status = 0;
  std::string raw_path;  // as it came, percent-encoded
  bool is_lost = false;  // carried out, and no answer came
};

class AzureEmulator {
 public:
  // Started by the first call. Throws std::runtime_error, with what it said, where it does not start.
  static AzureEmulator& shared();
  AzureEmulator(const AzureEmulator&) = delete;
  AzureEmulator& operator=(const AzureEmulator&) = delete;
  ~AzureEmulator();

  const std::string& url() const { return url_; }            // of ARM, and of the tenant
  const std::string& http_url() const { return http_url_; }  // of the metadata service

  // What makes a client sign in here, and take pauses of a thousandth: SSL_CERT_FILE, AZURE_CLIENT_SECRET, …
  std::map<std::string, std::string> environment() const;

  // An empty vault Vault-Dr in rg-dr of southeastasia, groups rg-net-eastasia and rg-net-southeastasia, and the client of
  // above; nothing denied, no behaviour, operations over when they are next looked at.
  void reset();
  // POST /_control/VERB; `body` is JSON. The answer, which must be 200.
  std::string control(std::string_view verb, const std::string& body = "{}");
  // {"name": NAME, …}: `parameters` are members, '"match": "vnet"', or nothing.
  void behave(std::string_view name, std::string_view parameters = {});

  // Keeps what there is; puts it back, as after a reset.
  void keep() { control("keep"); }
  void again() { control("again"); }
  // How many requests the behaviour `hold` holds now.
  std::size_t held();
  // What a GET shows of groups, networks, and what the vault holds but jobs, without ETags, times and GUIDs.
  std::string things() { return ask("GET", "/_control/things", {}); }

  // What clients asked for since the last reset or forget().
  std::vector<EmulatedRequest> log();
  void forget();
  std::vector<std::string> tokens();  // that it issued since the last reset
  // Mistakes of the emulator itself; "" where there were none.
  std::string mistakes() const;

 private:
  AzureEmulator();
  void start();
  void await_ready();
  void read_ready(const std::filesystem::path& ready);
  std::string ask(const std::string& method, const std::string& path, std::optional<std::string> body);

  TemporaryDirectory directory_{"azure"};
  pid_t process_ = 0;
  int stdin_ = -1;  // it ends where this is closed
  std::string url_, http_url_, ca_;
  std::unique_ptr<azure::HttpClient> client_;
};

}  // namespace pairform
