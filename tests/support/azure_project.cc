#include "tests/support/azure_project.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace pairform {
namespace {

namespace fs = std::filesystem;

std::string head(std::string_view arm, std::string_view authority, std::string_view settings) {
  return fmt::format(R"([project]
name = "contoso-dr"
provider = "azure"

[provider.azure]
vault = "{}"
cloud = "custom"
arm_endpoint = "{}"
authority = "{}"
network_resource_groups = {{ eastasia = "rg-net-eastasia", southeastasia = "rg-net-southeastasia" }}
{})",
                     k_azure_vault, arm, authority, settings);
}

}  // namespace

AzureProject::AzureProject() {
  azure_.reset();
  for (const auto& [name, value] : azure_.environment()) program_.set_environment(name, value);
  program_.set_environment("PAIRFORM_AZURE_TRACE", (traces_.path() / "trace").string());
  program_.set_environment("PAIRFORM_AZURE_TRACE_BODIES", "1");
  write({}, {});
}

AzureProject::~AzureProject() {
  EXPECT_EQ(leaks(), std::vector<std::string>{});
  EXPECT_EQ(azure_.mistakes(), "");
}

void AzureProject::write(std::string_view settings, std::string_view resources) {
  program_.write("pairform.toml", head(azure_.url(), azure_.url(), settings).append(resources));
}

void AzureProject::write_for(std::string_view arm, std::string_view authority, std::string_view resources) {
  program_.write("pairform.toml", head(arm, authority, {}).append(resources));
}

void AzureProject::set_secret(const std::string& secret) {
  program_.set_environment("AZURE_CLIENT_SECRET", secret);
  secrets_.push_back(secret);
}

Ran AzureProject::run_approved(Program::Arguments arguments) {
  arguments.emplace_back("--auto-approve");
  const Ran ran = run(arguments);
  const std::string words = "--approve ";
  const std::size_t at = ran.err.rfind(words);
  if (ran.exit_code != 3 || at == std::string::npos) return ran;
  arguments.back() = "--approve";
  arguments.push_back(ran.err.substr(at + words.size(), 32));
  return run(arguments);
}

Ran AzureProject::run(const Program::Arguments& arguments) {
  Ran ran = program_.run(arguments);
  said_ += ran.out + ran.err;
  return ran;
}

std::size_t AzureProject::calls(std::string_view method, const std::string& pattern) {
  const std::regex wanted(pattern, std::regex::icase);
  const std::vector<EmulatedRequest> all = azure_.log();
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const EmulatedRequest& each) {
    return each.method == method && std::regex_search(each.path, wanted);
  }));
}

bool AzureProject::has_state() const {
  return fs::exists(program_.directory() / "pairform.state.jsonl") || !program_.read(".pairform/journal").empty();
}

std::vector<std::string> AzureProject::leaks() {
  std::vector<std::string> found;
  const std::vector<std::string> tokens = azure_.tokens();
  const auto search = [&](const std::string& text, const std::string& where) {
    for (const std::string& secret : secrets_)
      if (text.find(secret) != text.npos) found.push_back(where + ": the client secret");
    for (const std::string& token : tokens)
      if (text.find(token) != text.npos) found.push_back(where + ": a token");
  };
  search(said_, "output");
  for (const auto& [root, name] : {std::pair(program_.directory(), "project"), {traces_.path(), "trace"}})
    for (const fs::directory_entry& each : fs::recursive_directory_iterator(root))
      if (each.is_regular_file())
        search(read_whole(each.path()), fmt::format("{}/{}", name, fs::relative(each.path(), root).string()));
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace pairform
