// Names of every character that Azure lets them have, and words that could turn a line around or move a cursor: the right
// paths on the wire, each segment percent-encoded, and escaped output.
#include <gtest/gtest.h>

#include <regex>

#include "tests/azure/vault_of_vms.h"

namespace pairform {
namespace {

// "…/rg%20(dr).1/…" is "…/rg (dr).1/…".
std::string decoded(const std::string& path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') out += path[i];
    else out += static_cast<char>(std::stoi(path.substr(i + 1, 2), nullptr, 16)), i += 2;
  }
  return out;
}

class AzureNames : public testing::Test {
 protected:
  static constexpr const char* k_group = "rg_(Dr).1_a-b";
  static constexpr const char* k_odd_group = "rg_(dr)ä.1_a-b";
  static constexpr const char* k_odd_name = "A_b.c-1";

  // Network A_b.c-1, found by its name in some group, with an address that only a GET of it explains.
  void SetUp() override {
    const std::string odd = azure_network_id(k_odd_group, k_odd_name);
    azure().control("put", fmt::format(R"({{"group": {{"name": "{0}", "region": "southeastasia"}}, "network": {{
        "group": "{1}", "name": "{2}", "region": "eastasia", "space": ["10.6.0.0/16"],
        "subnets": {{"s_1.x": "10.6.1.0/24"}}, "tags": {{"who\u202e": "\u202eevil\u0007\u009b2J"}}}}}})",
                                       k_group, k_odd_group, k_odd_name));
    azure().control("use", fmt::format(R"({{"subnet": "{}/subnets/s_1.x", "ip": "10.6.1.9"}})", odd));
    write("10.6.1.0/24");
  }
  AzureEmulator& azure() { return project.azure(); }

  void write(std::string_view subnet) {
    project.write({}, fmt::format(R"(
[network.odd]
existing = true
region = "eastasia"
name = "{}"
[network.made]
region = "southeastasia"
name = "Z_y.x-2"
resource_group = "{}"
address_space = ["10.6.0.0/16"]
subnets = {{ "s_1.x" = "{}" }}
[mapping.odd]
source = "network.odd"
target = "network.made"
name = "m-1_x.y"
)",
                                  k_odd_name, k_group, subnet));
  }
  void expect_done(const Program::Arguments& arguments) {
    const Ran ran = project.run(arguments);
    EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  }
  // A request whose path ends so, as it came, and that was carried out.
  bool was_sent(std::string_view method, const std::string& end) {
    for (const EmulatedRequest& each : azure().log())
      if (each.method == method && each.raw_path.ends_with(end) && each.status < 300) return true;
    return false;
  }

  AzureProject project;
};

TEST_F(AzureNames, EachSegmentOfAPathIsEncoded) {
  expect_done({"apply", "--auto-approve"});
  expect_done({"plan", "--detailed-exitcode"});
  write("10.6.2.0/24");
  expect_done({"apply", "--auto-approve"});
  const std::string provider = "/providers/Microsoft.Network/virtualNetworks/";
  const std::string subscription = fmt::format("/subscriptions/{}/resourceGroups/", k_azure_subscription);
  EXPECT_TRUE(was_sent("GET", subscription + "rg_(dr)%C3%A4.1_a-b" + provider + "A_b.c-1"));
  EXPECT_TRUE(was_sent("PUT", subscription + "rg_(Dr).1_a-b" + provider + "Z_y.x-2"));
  EXPECT_TRUE(was_sent("PUT", subscription + "rg_(Dr).1_a-b" + provider + "Z_y.x-2/subnets/s_1.x"));
  EXPECT_TRUE(was_sent("PUT", "/replicationNetworks/azureNetwork/replicationNetworkMappings/m-1_x.y"));
  const std::regex plain("(/([A-Za-z0-9._~()@$-]|%[0-9A-F]{2})+)+");
  for (const EmulatedRequest& each : azure().log()) {
    if (each.path.find("/subscriptions/") != 0 && each.path.find("/Subscriptions/") != 0) continue;
    EXPECT_TRUE(std::regex_match(each.raw_path, plain)) << each.raw_path;
    EXPECT_EQ(decoded(each.raw_path), each.path);
  }
}

// What a terminal must not get: escapes, C1 controls, marks of direction, in the words of the service.
TEST_F(AzureNames, WordsOfTheServiceDoNotReachATerminalAsTheyAre) {
  const std::string message = R"("turned \u202earound \u2066so\u200f \u001b[31m\u009b2J\u0007")";
  const auto refuse = [&](const char* match, const char* method) {
    azure().behave("refuse", fmt::format(R"("match": "{}", "methods": ["{}"], "status": 403,
        "code": "Authorization\u202eFailed", "message": {})",
                                         match, method, message));
  };
  const auto expect_escaped = [&](const Program::Arguments& arguments) {
    const Ran ran = project.run(arguments);
    EXPECT_NE((ran.out + ran.err).find("turned"), std::string::npos) << ran.out << ran.err;
    for (const char* raw : {"\u202e", "\u2066", "\u200f", "\x1b", "\u009b", "\x07"})
      EXPECT_EQ((ran.out + ran.err).find(raw), std::string::npos) << arguments[0] << ran.out << ran.err;
  };
  refuse("replicationNetworkMappings", "GET");
  expect_escaped({"plan"});
  expect_escaped({"plan", "--json"});
  azure().control("calm");
  refuse("replicationNetworkMappings|virtualNetworks", "PUT");
  expect_escaped({"apply", "--auto-approve"});
  expect_escaped({"apply", "--auto-approve", "--json"});
  for (const char* raw : {"\u202e", "\x1b"})
    EXPECT_EQ(project.program().read("pairform.state.jsonl").find(raw), std::string::npos);
}

}  // namespace
}  // namespace pairform
