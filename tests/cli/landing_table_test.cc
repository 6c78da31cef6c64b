#include "cli/landing_table.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

const std::vector<LandingLine> k_two{{.nic = "vm.web1.nic.eth0",
                                      .configuration = "primary",
                                      .from_subnet = "web",
                                      .from_ip = "10.0.1.20",
                                      .subnet = "web",
                                      .ip = "10.0.1.4",
                                      .subnet_reason = "same-name",
                                      .ip_reason = "next-available"},
                                     {.nic = "vm.db1.nic.eth0",
                                      .configuration = "primary",
                                      .from_subnet = "alpha",
                                      .from_ip = "dhcp",
                                      .subnet = "db",
                                      .ip = "",
                                      .subnet_reason = "first",
                                      .ip_reason = "dynamic"}};

TEST(LandingTable, StandsInColumnsAndSaysWhatItsReasonsMean) {
  EXPECT_EQ(landing_table(k_two, 0),
            "  nic               configuration  from           subnet           address\n"
            "  vm.web1.nic.eth0  primary        web 10.0.1.20  web (same-name)  10.0.1.4 (next-available)\n"
            "  vm.db1.nic.eth0   primary        alpha dynamic  db (first)       dynamic\n"
            "    same-name: there is a subnet of the same name\n"
            "    first: there is none of the same name, so the first one by name\n"
            "    dynamic: none is pinned, as the machine's own is dynamic\n"
            "    next-available: the lowest free address of the subnet\n");
}

TEST(LandingTable, IsATableWhereTheTerminalIsJustWideEnough) {
  const std::string table = landing_table(k_two, 0);
  std::size_t longest = 0, line = 0;
  for (const char c : table.substr(0, table.find("    same-name"))) {
    line = c == '\n' ? 0 : line + 1;
    longest = std::max(longest, line);
  }
  EXPECT_EQ(landing_table(k_two, longest), table);
  EXPECT_NE(landing_table(k_two, longest - 1), table);
}

TEST(LandingTable, IsShortLinesOnANarrowTerminal) {
  EXPECT_EQ(landing_table(k_two, 60),
            "  vm.web1.nic.eth0 primary\n"
            "    from    web 10.0.1.20\n"
            "    subnet  web (same-name)\n"
            "    address 10.0.1.4 (next-available)\n"
            "  vm.db1.nic.eth0 primary\n"
            "    from    alpha dynamic\n"
            "    subnet  db (first)\n"
            "    address dynamic\n"
            "    same-name: there is a subnet of the same name\n"
            "    first: there is none of the same name, so the first one by name\n"
            "    dynamic: none is pinned, as the machine's own is dynamic\n"
            "    next-available: the lowest free address of the subnet\n");
}

TEST(LandingTable, AlignsByCharactersNotBytes) {
  EXPECT_EQ(landing_table({{.nic = "vm.a.nic.e",
                            .configuration = "größe",
                            .from_subnet = "übung",
                            .from_ip = "10.0.0.4",
                            .subnet = "übung",
                            .ip = "10.0.0.4",
                            .subnet_reason = {},
                            .ip_reason = {}}},
                          0),
            "  nic         configuration  from            subnet  address\n"
            "  vm.a.nic.e  größe          übung 10.0.0.4  übung   10.0.0.4\n");
}

}  // namespace
}  // namespace pairform
