#include "tests/support/azure_emulator.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace pairform {
namespace {

constexpr auto k_patience = std::chrono::seconds(60);

std::string whole(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace

std::string azure_group_id(std::string_view group) {
  return fmt::format("/subscriptions/{}/resourceGroups/{}", k_azure_subscription, group);
}
std::string azure_network_id(std::string_view group, std::string_view name) {
  return fmt::format("{}/providers/Microsoft.Network/virtualNetworks/{}", azure_group_id(group), name);
}

AzureEmulator& AzureEmulator::shared() {
  static AzureEmulator emulator;
  return emulator;
}

AzureEmulator::AzureEmulator() {
  if (const char* given = std::getenv("PAIRFORM_TEST_AZURE")) {
    read_ready(given);
  } else {
    start();
    await_ready();
  }
  // The clients of this process, too.
  for (const auto& [name, value] : environment()) ::setenv(name.c_str(), value.c_str(), 1);
  client_ = std::make_unique<azure::HttpClient>("pairform/tests");
}

AzureEmulator::~AzureEmulator() {
  if (process_ == 0) return;
  ::close(stdin_);
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

void AzureEmulator::start() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for the emulator of Azure");
  stdin_ = ends[1];
  ::setenv("PYTHONDONTWRITEBYTECODE", "1", 1);
  const std::string main = PAIRFORM_SOURCE_DIR "/tests/azure_emulator/main.py", at = directory_.path().string(),
                    said = (directory_.path() / "said").string();
  std::array<const char*, 7> words{PAIRFORM_PYTHON, main.c_str(), "--dir", at.c_str(), "--fast", "--http", nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, said.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int failed =
      ::posix_spawn(&process_, words[0], &actions, nullptr, const_cast<char* const*>(words.data()), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[0]);
  if (failed != 0) throw std::runtime_error(std::string("cannot start ") + words[0]);
}

void AzureEmulator::await_ready() {
  const auto ready = directory_.path() / "ready.json";
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (!std::filesystem::exists(ready)) {
    const bool ended = ::waitpid(process_, nullptr, WNOHANG) != 0;
    if (ended || std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the emulator of Azure does not start: " + mistakes());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  read_ready(ready);
}

void AzureEmulator::read_ready(const std::filesystem::path& ready) {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(whole(ready));
  ca_ = std::string(root["ca"].get_string().value());
  url_ = std::string(root["url"].get_string().value());
  http_url_ = std::string(root["http_url"].get_string().value());
}

std::map<std::string, std::string> AzureEmulator::environment() const {
  return {{"AZURE_TENANT_ID", k_azure_tenant},
          {"AZURE_CLIENT_ID", k_azure_client},
          {"AZURE_CLIENT_SECRET", k_azure_secret},
          {"SSL_CERT_FILE", ca_},
          {"PAIRFORM_AZURE_TIME_SCALE", "0.001"}};
}

void AzureEmulator::reset() {
  control("reset");
  control("put", fmt::format(R"({{"vault": {{"group": "rg-dr", "name": "Vault-Dr", "region": "southeastasia"}},
    "group": [{{"name": "rg-net-eastasia", "region": "eastasia"}},
              {{"name": "rg-net-southeastasia", "region": "southeastasia"}}],
    "application": {{"tenant": "{}", "client": "{}", "secret": "{}"}}}})",
                             k_azure_tenant, k_azure_client, k_azure_secret));
}

std::string AzureEmulator::ask(const std::string& method, const std::string& path, std::optional<std::string> body) {
  const azure::HttpResult result =
      client_->send({.method = method, .url = url_ + path, .headers = {}, .body = std::move(body)}, {});
  if (const auto* error = std::get_if<azure::TransportError>(&result)) {
    ADD_FAILURE() << path << ": " << error->message << mistakes();
    return "{}";
  }
  const auto& answer = std::get<azure::HttpAnswer>(result);
  EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
  return answer.body;
}

std::string AzureEmulator::control(std::string_view verb, const std::string& body) {
  return ask("POST", fmt::format("/_control/{}", verb), body);
}

void AzureEmulator::behave(std::string_view name, std::string_view parameters) {
  control("behave", fmt::format(R"({{"name": "{}"{}{}}})", name, parameters.empty() ? "" : ", ", parameters));
}

std::size_t AzureEmulator::held() {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(ask("GET", "/_control/held", {}));
  return root["held"].get_uint64().value();
}

std::vector<EmulatedRequest> AzureEmulator::log() {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(ask("GET", "/_control/log", {}));
  std::vector<EmulatedRequest> found;
  const simdjson::dom::array requests = root["requests"];
  for (const simdjson::dom::element each : requests) {
    const auto text = [&](const char* name) { return std::string(each[name].get_string().value()); };
    std::string_view transport;
    const bool is_lost = each["transport"].get(transport) == simdjson::SUCCESS && transport == "closed";
    found.push_back({text("method"), text("path"), text("body"), static_cast<int>(each["status"].get_int64().value()),
                     text("raw_path"), is_lost});
  }
  return found;
}

void AzureEmulator::forget() { ask("GET", "/_control/log?clear=1", {}); }

std::vector<std::string> AzureEmulator::tokens() {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(ask("GET", "/_control/tokens", {}));
  std::vector<std::string> found;
  const simdjson::dom::array tokens = root["tokens"];
  for (const simdjson::dom::element each : tokens) found.emplace_back(each.get_string().value());
  return found;
}

std::string AzureEmulator::mistakes() const { return whole(directory_.path() / "said"); }

}  // namespace pairform
