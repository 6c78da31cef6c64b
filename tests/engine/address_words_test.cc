#include "engine/model/address_words.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

using Words = std::vector<std::string>;
const std::vector<std::string_view> k_known{"mapping.ea-a.forward",
                                            "mapping.ea-a.reverse",
                                            "mapping.ea-b.forward",
                                            "network.app",
                                            "network.ea-a",
                                            "vm.app",
                                            "vm.web1",
                                            "vm.web1.nic.eth0",
                                            "vm.web2"};

TEST(AddressWords, APatternNamesWholePairsOnce) {
  EXPECT_EQ(expand_address_patterns({"mapping.ea-*"}, k_known), (Words{"mapping.ea-a", "mapping.ea-b"}));
  EXPECT_EQ(expand_address_patterns({"mapping.*.reverse"}, k_known), Words{"mapping.ea-a"});
  EXPECT_EQ(expand_address_patterns({"vm.web?"}, k_known), (Words{"vm.web1", "vm.web2"}));
  EXPECT_EQ(expand_address_patterns({"vm.web[13-9]"}, k_known), Words{"vm.web1"});
  EXPECT_EQ(expand_address_patterns({"network.app", "vm.*.nic.*"}, k_known),
            (Words{"network.app", "vm.web1.nic.eth0"}));
}

TEST(AddressWords, WhatMatchesNothingStays) {
  EXPECT_EQ(expand_address_patterns({"mapping.we-*", "network.none"}, k_known),
            (Words{"mapping.we-*", "network.none"}));
  EXPECT_EQ(expand_address_patterns({"*"}, {}), Words{"*"});
}

TEST(AddressWords, AWordNamesAPairByAHalfAndAVmByItsNics) {
  EXPECT_TRUE(names_address("mapping.ea-a", "mapping.ea-a.forward"));
  EXPECT_TRUE(names_address("vm.web1", "vm.web1.nic.eth0"));
  EXPECT_TRUE(names_address("vm.w*", "vm.web1"));
  EXPECT_FALSE(names_address("vm.web1.nic.eth0", "vm.web1"));
  EXPECT_FALSE(names_address("vm.web", "vm.web1"));
}

TEST(AddressWords, ABareKeyIsLookedForInAllTypes) {
  EXPECT_EQ(suggest_addresses("app", k_known), "did you mean network.app or vm.app?");
  EXPECT_EQ(suggest_addresses("ea-a", k_known), "did you mean mapping.ea-a or network.ea-a?");
  EXPECT_EQ(suggest_addresses("wbe1", k_known), "did you mean vm.web1?");
  EXPECT_EQ(suggest_addresses("network.ap", k_known), "did you mean network.app?");
  for (const char* far : {"nothing-like-it", "network.nothing", "vm.x*"})
    EXPECT_EQ(suggest_addresses(far, k_known),
              "`pairform plan` shows what is declared, `pairform state list` what is recorded")
        << far;
}

}  // namespace
}  // namespace pairform
