#include "cli/render_drill.h"

#include <gtest/gtest.h>

#include "cli/wrap.h"

namespace pairform {
namespace {

// vms of eastasia, one nic each.
struct Case {
  DrillReport report{.region = "eastasia", .target_regions = {"southeastasia"}};
  Case() = default;
  explicit Case(std::vector<VmFate> fates) {
    for (std::size_t v = 0; v < fates.size(); ++v) vm("vm.v" + std::to_string(v), fates[v]);
  }
  DrillLanding& vm(const std::string& address, VmFate fate) {
    report.vms.push_back({address, fate, report.landings.size(), 1});
    DrillLanding& landing = report.landings.emplace_back();
    landing.vm = address;
    landing.nic = address + ".nic.eth0";
    landing.configuration = "primary";
    landing.source = {"network.app", "web", "10.0.1.20"};
    landing.target.network = "network.dr";
    landing.lands = fate != VmFate::Nowhere;
    if (!landing.lands) return landing;
    landing.target = {"network.dr", "web", "10.9.1.20"};
    landing.ip_reason = IpReason::SameHost;
    landing.home = fate == VmFate::Home;
    landing.failback = {"network.app", "web", landing.home ? "10.0.1.20" : "10.0.1.4"};
    landing.back_ip_reason = landing.home ? IpReason::SameHost : IpReason::NextAvailable;
    return landing;
  }
  std::string text(DrillTextOptions options = {}) const { return drill_text(report, options); }
  std::string verdict() const {
    const std::string all = text();
    return all.substr(0, all.find("\n\n"));
  }
};

constexpr VmFate k_home = VmFate::Home, k_away = VmFate::Away, k_nowhere = VmFate::Nowhere;

TEST(DrillText, BeginsWithTheVerdict) {
  EXPECT_EQ(Case({k_home}).verdict(), "1 of 1 vm comes up in southeastasia and comes home.");
  EXPECT_EQ(Case({k_home, k_home}).verdict(), "2 of 2 vms come up in southeastasia and come home.");
  EXPECT_EQ(
      Case({k_away, k_nowhere, k_home}).verdict(),
      "1 of 3 vms comes up in southeastasia and comes home; 1 comes up and does not come home; 1 does not come up.");
  EXPECT_EQ(Case({k_away, k_nowhere, k_nowhere, k_away}).verdict(),
            "0 of 4 vms come up in southeastasia and come home; 2 come up and do not come home; 2 do not come up.");
  EXPECT_EQ(Case().text(), "No vm has its home in eastasia.\n");
  Case given({k_home, k_home});
  given.report.target_regions = {"southeastasia", "westus"};
  given.report.too_small = 1;
  given.report.left_out = 2;
  EXPECT_EQ(given.verdict(),
            "2 of 2 vms come up in southeastasia and westus and come home.\n"
            "1 subnet is too small for all that are to be in it.\n"
            "2 more vms are left out because of errors in the files.");
  given.report.files_wrong = true;
  EXPECT_TRUE(given.verdict().starts_with("The files have errors; this is what is left.\n2 of 2 vms"));
}

TEST(DrillText, TellsWhereEachVmIsFromGoesAndComesBackTo) {
  Case given;
  given.vm("vm.db1", k_home);
  given.report.landings.back().test = {"network.test", "web", "10.9.1.254"};
  given.report.landings.back().test_ip_reason = IpReason::NextAvailable;
  given.vm("vm.web1", k_away).configuration = "vip";
  given.vm("vm.web2", k_nowhere);
  given.report.vms.push_back({"vm.web3", k_nowhere, 3, 0});
  EXPECT_EQ(
      given.text({.offline = true}),
      "1 of 4 vms comes up in southeastasia and comes home; 1 comes up and does not come home; 2 do not come up.\n"
      "Offline: from the files and recorded state; the service was not asked.\n"
      "\n"
      "  vm.db1: comes up and comes home\n"
      "    eth0        from  network.app   web  10.0.1.20\n"
      "                to    network.dr    web  10.9.1.20   first, same-host\n"
      "                back  network.app   web  10.0.1.20   home: first, same-host\n"
      "                test  network.test  web  10.9.1.254  first, next-available\n"
      "\n"
      "! vm.web1: comes up, does not come home\n"
      "    eth0 \"vip\"  from  network.app   web  10.0.1.20\n"
      "                to    network.dr    web  10.9.1.20   first, same-host\n"
      "                back  network.app   web  10.0.1.4    NOT HOME: first, next-available\n"
      "\n"
      "! vm.web2: does not come up\n"
      "    eth0        from  network.app   web  10.0.1.20\n"
      "                to    nowhere\n"
      "                back  nowhere\n"
      "\n"
      "! vm.web3: does not come up\n");
}

TEST(DrillText, PutsProblemsOfOneKindTogetherWithWhatToDo) {
  Case given({k_home});
  given.report.problems = {{Code::NotHome, "vm.a", "it stays", "mirror it"},
                           {Code::NotHome, "vm.b", "it stays, too", "mirror it"},
                           {Code::NotHome, "vm.c", "elsewhere", "declare:\n[mapping.m]"},
                           {Code::NotProtected, "vm.c", "it is not replicated", ""}};
  given.report.uncovered_networks = {"network.lab"};
  const std::string text = given.text();
  EXPECT_EQ(text.substr(text.find("\nProblems")),
            "\nProblems:\n"
            "  PF3401 does not come home\n"
            "    vm.a: it stays\n"
            "    vm.b: it stays, too\n"
            "    fix:  mirror it\n"
            "  PF3401 does not come home\n"
            "    vm.c: elsewhere\n"
            "    fix:  declare:\n"
            "          [mapping.m]\n"
            "  PF3404 not protected\n"
            "    vm.c: it is not replicated\n"
            "\n"
            "Networks of eastasia with no mapping to anywhere:\n"
            "    network.lab\n"
            "    fix:  declare a mapping for each that machines live on\n");
}

TEST(DrillText, LetsNothingReachTheTerminalUnescaped) {
  Case given;
  DrillLanding& landing = given.vm("vm.a", k_home);
  landing.source.network = "eastasia/\x1b[2J";
  landing.configuration = "v\tp";
  landing.target.subnet =
      "w\xe2\x80\xae"
      "b";
  given.report.problems = {{Code::NotHome, "vm.\x07", "\x1b]0;owned", "\x1b[31m"}};
  const std::string text = given.text();
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= ' ') << text;
  EXPECT_NE(text.find("eastasia/\\x1b[2J"), std::string::npos) << text;
  EXPECT_NE(text.find("w\\u{202e}b"), std::string::npos) << text;
}

TEST(DrillText, KeepsToANarrowTerminal) {
  const std::string text = wrap(Case({k_home, k_away}).text(), 50);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_LE(end - at, 50U) << text.substr(at, end - at);
    at = end + 1;
  }
}

TEST(DrillText, ColoursTheVerdictAndWhatIsWrong) {
  EXPECT_TRUE(Case({k_home}).text({.colour = true}).starts_with("\x1b[32m1 of 1 vm"));
  const std::string bad = Case({k_away}).text({.colour = true});
  EXPECT_TRUE(bad.starts_with("\x1b[31m0 of 1 vm"));
  EXPECT_NE(bad.find("\x1b[31m! vm.v0: comes up, does not come home\x1b[0m"), std::string::npos);
  EXPECT_EQ(Case({k_away}).text().find('\x1b'), std::string::npos);
}

TEST(DrillJson, IsAsItsPageSays) {
  Case given({k_home});
  given.report.landings[0].target.ip = "dhcp";
  given.report.landings[0].failback->ip = "dhcp";
  given.report.landings[0].ip_reason = IpReason::Dynamic;
  given.report.uncovered_networks = {"network.lab"};
  given.report.problems = {{Code::UnresolvedReference, "", "v.toml:1:2: wrong", ""},
                           {Code::NotHome, "vm.a", "say \"no\"", "help"}};
  EXPECT_EQ(
      drill_json(given.report),
      R"({"region":"eastasia","landings":[{"vm":"vm.v0","nic":"vm.v0.nic.eth0","configuration":"primary",)"
      R"("source":{"network":"network.app","subnet":"web","ip":"10.0.1.20"},)"
      R"("target":{"network":"network.dr","subnet":"web","ip":null},"subnet_reason":"first","ip_reason":"dynamic",)"
      R"("failback":{"network":"network.app","subnet":"web","ip":"dhcp","home":true}}],)"
      R"("uncovered_networks":["network.lab"],"problems":[{"code":"PF1402","address":null,"detail":"v.toml:1:2: wrong"},{"code":"PF3401","address":"vm.a","detail":"say \"no\""}],)"
      R"("summary":{"vms":1,"home":1,"away":0,"nowhere":0}})");
  EXPECT_EQ(
      landings_json({Case({k_nowhere}).report.landings[0]}),
      R"([{"vm":"vm.v0","nic":"vm.v0.nic.eth0","configuration":"primary",)"
      R"("source":{"network":"network.app","subnet":"web","ip":"10.0.1.20"},)"
      R"("target":{"network":"network.dr","subnet":null,"ip":null},"subnet_reason":null,"ip_reason":null,"failback":null}])");
}

}  // namespace
}  // namespace pairform
