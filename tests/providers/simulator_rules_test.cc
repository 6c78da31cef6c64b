#include <gtest/gtest.h>

#include "providers/simulator/rules.h"
#include "providers/simulator/shape_text.h"

namespace pairform::simulator {
namespace {

NetworkShape shape(std::string_view spaces, std::string_view subnets) {
  return {read_prefixes(spaces), read_subnets(subnets)};
}

// "<code>: <message>", "" where it is allowed.
std::string text(const std::optional<Refusal>& refusal) {
  return refusal ? refusal->code + ": " + refusal->message : "";
}

struct ShapeCase {
  std::string name, spaces, subnets, refusal;
};
void PrintTo(const ShapeCase& one, std::ostream* out) { *out << one.name; }
class ShapeRules : public testing::TestWithParam<ShapeCase> {};
TEST_P(ShapeRules, Hold) {
  EXPECT_EQ(text(check_shape(shape(GetParam().spaces, GetParam().subnets))), GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Simulator, ShapeRules,
    testing::Values(
        ShapeCase{"Plain", "10.0.0.0/16", "a=10.0.0.0/24 b=10.0.1.0/24", ""},
        ShapeCase{"NoSubnets", "10.0.0.0/16", "", ""},
        ShapeCase{"SeveralPrefixesAndIpv6", "10.0.0.0/16 fd00::/48", "a=10.0.0.0/24,10.0.9.0/24,fd00::/64", ""},
        ShapeCase{"Smallest", "10.0.0.0/29", "a=10.0.0.0/29", ""},
        ShapeCase{"TooSmall", "10.0.0.0/16", "a=10.0.0.0/30",
                  "InvalidSubnet: Subnet a (10.0.0.0/30) is smaller than 8 addresses."},
        ShapeCase{"NoSpace", "", "", "InvalidAddressSpace: A network needs at least one address prefix."},
        ShapeCase{"Forbidden", "10.0.0.0/16 169.254.1.0/24", "",
                  "InvalidAddressSpace: Address prefix 169.254.1.0/24 overlaps 169.254.0.0/16, which is not "
                  "allowed."},
        ShapeCase{"SpacesOverlap", "10.0.0.0/8 10.1.0.0/16", "",
                  "InvalidAddressSpace: Address prefixes 10.0.0.0/8 and 10.1.0.0/16 overlap."},
        ShapeCase{"Outside", "10.0.0.0/16", "a=10.1.0.0/24",
                  "NetcfgSubnetRangeOutsideVnet: Subnet a (10.1.0.0/24) is not within the address space of "
                  "its network."},
        ShapeCase{"AcrossTwoSpaces", "10.0.0.0/24 10.0.1.0/24", "a=10.0.0.0/23",
                  "NetcfgSubnetRangeOutsideVnet: Subnet a (10.0.0.0/23) is not within the address space of "
                  "its network."},
        ShapeCase{"SubnetsOverlap", "10.0.0.0/16", "a=10.0.0.0/24 b=10.0.0.128/25",
                  "NetcfgSubnetRangesOverlap: Subnets a (10.0.0.0/24) and b (10.0.0.128/25) overlap."},
        ShapeCase{"NamesButForCase", "10.0.0.0/16", "Web=10.0.0.0/24 web=10.0.1.0/24",
                  "InvalidSubnetName: Two subnets are named web; case does not count."},
        ShapeCase{"BadSubnetName", "10.0.0.0/16", "-a=10.0.0.0/24",
                  "InvalidSubnetName: A subnet's name is 1 to 80 letters, digits, _, . or -, starting with a "
                  "letter or digit, ending with one or _."}),
    [](const auto& one) { return one.param.name; });

TEST(SimulatorRules, NamesOfNetworks) {
  for (const std::string& name : std::vector<std::string>{"ab", "App-Vnet", "a_", "9.9", std::string(64, 'a')})
    EXPECT_TRUE(is_network_name(name)) << name;
  for (const std::string& name : std::vector<std::string>{"", "a", "-a", "a-", "a.", "_a", "a b", "a/b", "a:b",
                                                          "caf\xC3\xA9", "a\x1B[2Jb", std::string(65, 'a')})
    EXPECT_FALSE(is_network_name(name)) << name;
  EXPECT_FALSE(is_network_name(std::string("a\0b", 3)));
  EXPECT_TRUE(is_subnet_name("a"));
  EXPECT_FALSE(is_subnet_name(std::string(81, 'a')));
}

TEST(SimulatorRules, IdsAreLowerCasedAndTellTheirRegion) {
  EXPECT_EQ(network_id("eastasia", "App", "", ""), "eastasia/app");
  EXPECT_EQ(network_id("eastasia", "App", "RG", ""), "@-/rg/eastasia/app");
  EXPECT_EQ(network_id("eastasia", "App", "", "Sub"), "@sub/-/eastasia/app");
  EXPECT_EQ(mapping_id("@sub/rg/eastasia/app", "westus"), "@sub/rg/eastasia/app:westus");
  EXPECT_EQ(region_of_id("eastasia/app"), "eastasia");
  EXPECT_EQ(region_of_id("@sub/rg/eastasia/app:westus"), "eastasia");
  EXPECT_EQ(region_of_id("eastasia/web1/eth0"), "eastasia");
}

SimulatedNetwork network(std::string region, std::string name) {
  SimulatedNetwork made;
  made.region = region;
  made.name = name;
  made.id = network_id(region, name, "", "");
  made.shape = shape("10.0.0.0/16", "db=10.0.2.0/24 web=10.0.1.0/24");
  return made;
}

TEST(SimulatorRules, ANewNetworkNeedsARegionAndAName) {
  EXPECT_EQ(text(check_new_network(network("eastasia", "app"))), "");
  EXPECT_EQ(text(check_new_network(network("east asia", "app"))),
            "InvalidLocation: A region is a word of letters and digits.");
  EXPECT_TRUE(text(check_new_network(network("eastasia", "a"))).starts_with("InvalidResourceName: "));
  SimulatedNetwork grouped = network("eastasia", "app");
  grouped.resource_group = "a/b";
  EXPECT_TRUE(text(check_new_network(grouped)).starts_with("InvalidResourceGroup: "));
}

TEST(SimulatorRules, AnAddressInUseStaysInItsSubnet) {
  SimulatedNetwork app = network("eastasia", "app");
  app.in_use = {{*parse_ip("10.0.1.9"), {}}};
  const auto reshaped = [&](std::string_view subnets) {
    return text(check_reshape(app, shape("10.0.0.0/16 10.2.0.0/16", subnets)));
  };
  const std::string held =
      "SubnetInUse: Subnet web of eastasia/app cannot be removed or moved: address 10.0.1.9 is in use.";
  EXPECT_EQ(reshaped("web=10.0.1.0/24"), "");
  EXPECT_EQ(reshaped("Web=10.0.0.0/23"), "");  // wider, and spelt otherwise
  EXPECT_EQ(reshaped("db=10.0.2.0/24"), held);
  EXPECT_EQ(reshaped("web=10.2.1.0/24"), held);
  EXPECT_EQ(reshaped("other=10.0.1.0/24"), held);
}

TEST(SimulatorRules, ANetworkInUseIsNotDeleted) {
  SimulatedNetwork app = network("eastasia", "app");
  EXPECT_EQ(text(check_delete_network(app, std::nullopt)), "");
  EXPECT_EQ(text(check_delete_network(app, SimulatedMapping{.id = "x/yy:eastasia"})),
            "NetworkInUse: Network eastasia/app cannot be deleted: mapping x/yy:eastasia uses it.");
  app.in_use = {{*parse_ip("10.0.1.9"), {}}};
  EXPECT_EQ(text(check_delete_network(app, std::nullopt)),
            "NetworkInUse: Network eastasia/app cannot be deleted: address 10.0.1.9 is in use.");
}

TEST(SimulatorRules, AMappingJoinsTwoRegionsOnAFreeSlot) {
  const auto app = network("eastasia", "app"), lab = network("eastasia", "lab"), dr = network("westus", "dr");
  SimulatedMapping mapping{"eastasia/app:westus", "app-to-westus", "eastasia", "eastasia/app", "westus/dr", "westus"};
  EXPECT_EQ(text(check_new_mapping(mapping, app, dr, std::nullopt)), "");
  EXPECT_EQ(text(check_new_mapping(mapping, std::nullopt, dr, std::nullopt)),
            "NetworkNotFound: There is no network eastasia/app.");
  EXPECT_EQ(text(check_new_mapping(mapping, app, std::nullopt, std::nullopt)),
            "NetworkNotFound: There is no network westus/dr.");
  EXPECT_EQ(text(check_new_mapping(mapping, app, lab, std::nullopt)),
            "SameRegion: eastasia/app and eastasia/lab are both in eastasia: a mapping joins two regions.");
  EXPECT_EQ(text(check_new_mapping(mapping, app, dr, mapping)),
            "SlotTaken: eastasia/app is already mapped to westus/dr in westus.");
  EXPECT_EQ(text(check_retarget(mapping, "eastasia/lab", lab)),
            "InvalidTarget: Mapping eastasia/app:westus can only point into westus; eastasia/lab is in eastasia.");
  mapping.name = "a\nb";
  EXPECT_TRUE(text(check_new_mapping(mapping, app, dr, std::nullopt)).starts_with("InvalidResourceName: "));
}

TEST(SimulatorRules, AnAddressMustBeThereAndFree) {
  SimulatedNetwork app = network("eastasia", "app");
  app.in_use = {{*parse_ip("10.0.1.9"), {}}};
  const auto used = [&](std::string_view ip) { return text(check_use(app, *parse_ip(ip))); };
  EXPECT_EQ(used("10.0.1.4"), "");
  EXPECT_EQ(used("10.0.1.254"), "");
  EXPECT_EQ(used("10.0.9.4"), "PrivateIPAddressNotInSubnet: Address 10.0.9.4 is in no subnet of eastasia/app.");
  for (const std::string_view reserved : {"10.0.1.0", "10.0.1.3", "10.0.1.255"})
    EXPECT_TRUE(used(reserved).starts_with("PrivateIPAddressInReservedRange: ")) << reserved;
  EXPECT_EQ(used("10.0.1.9"), "PrivateIPAddressInUse: Address 10.0.1.9 is already in use in eastasia/app.");
}

TEST(SimulatorShapeText, ReadsWhatItWrites) {
  const NetworkShape written = shape("10.0.0.0/16 fd00::/48", "a=10.0.0.0/24,fd00::/64 b.c=10.0.1.0/24");
  EXPECT_EQ(prefixes_text(written.address_space), "10.0.0.0/16 fd00::/48");
  EXPECT_EQ(subnets_text(written.subnets), "a=10.0.0.0/24,fd00::/64 b.c=10.0.1.0/24");
  EXPECT_TRUE(read_subnets("").empty());
}

}  // namespace
}  // namespace pairform::simulator
