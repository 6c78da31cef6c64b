#include "engine/model/network_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace pairform {
namespace {

Prefix prefix(std::string_view text) { return parse_prefix(text)->prefix; }

NetworkShape shape(std::vector<std::string> spaces, std::vector<std::pair<std::string, std::string>> subnets) {
  NetworkShape out;
  for (const std::string& space : spaces) out.spaces.push_back(prefix(space));
  for (const auto& [name, text] : subnets) out.subnets.push_back({name, {prefix(text)}});
  return out;
}

std::string text(const NetworkShape& of) {
  return canonical_prefix_list(of.spaces) + " " + canonical_subnet_map(of.subnets);
}

struct ShapeCase {
  const char* name;
  NetworkShape prior, desired;
  bool update, shrink;
  std::string between;  // what the update writes
  std::string conflict;
  std::string leaving;  // names
};

void PrintTo(const ShapeCase& given, std::ostream* out) { *out << given.name; }

class ShapeChange : public testing::TestWithParam<ShapeCase> {};

TEST_P(ShapeChange, AddsFirstAndRemovesAfterwards) {
  const ShapeCase& given = GetParam();
  const NetworkChange change = compare_networks(given.prior, given.desired);
  EXPECT_EQ(change.update, given.update);
  EXPECT_EQ(change.shrink, given.shrink);
  EXPECT_EQ(change.conflict, given.conflict);
  EXPECT_EQ(given.update ? text(change.between) : "", given.between);
  std::string leaving;
  for (const Subnet& subnet : change.leaving) leaving += (leaving.empty() ? "" : " ") + subnet.name;
  EXPECT_EQ(leaving, given.leaving);
}

const NetworkShape k_plain = shape({"10.1.0.0/16"}, {{"db", "10.1.2.0/24"}, {"web", "10.1.1.0/24"}});

INSTANTIATE_TEST_SUITE_P(
    Network, ShapeChange,
    testing::Values(
        ShapeCase{"Nothing", k_plain, k_plain, false, false, "", "", ""},
        ShapeCase{"ASubnetMore", shape({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}}), k_plain, true, false,
                  R"(["10.1.0.0/16"] {"db":"10.1.2.0/24","web":"10.1.1.0/24"})", "", ""},
        ShapeCase{"ASubnetLess", k_plain, shape({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}}), false, true, "", "", "db"},
        ShapeCase{"ASubnetReplaced", k_plain, shape({"10.1.0.0/16"}, {{"new", "10.1.3.0/24"}, {"web", "10.1.1.0/24"}}),
                  true, true, R"(["10.1.0.0/16"] {"db":"10.1.2.0/24","new":"10.1.3.0/24","web":"10.1.1.0/24"})", "",
                  "db"},
        ShapeCase{"APrefixUnderTheSameName", k_plain,
                  shape({"10.1.0.0/16"}, {{"db", "10.1.7.0/24"}, {"web", "10.1.1.0/24"}}), true, false,
                  R"(["10.1.0.0/16"] {"db":"10.1.7.0/24","web":"10.1.1.0/24"})", "", "db"},
        ShapeCase{"ASpaceMore", k_plain,
                  shape({"10.1.0.0/16", "10.2.0.0/16"}, {{"db", "10.1.2.0/24"}, {"web", "10.1.1.0/24"}}), true, false,
                  R"(["10.1.0.0/16","10.2.0.0/16"] {"db":"10.1.2.0/24","web":"10.1.1.0/24"})", "", ""},
        ShapeCase{"ASpaceLess", shape({"10.1.0.0/16", "10.2.0.0/16"}, {}), shape({"10.1.0.0/16"}, {}), false, true, "",
                  "", ""},
        ShapeCase{"ASpaceThatGrowsInPlace", shape({"10.1.0.0/24"}, {}), shape({"10.1.0.0/16"}, {}), true, false,
                  R"(["10.1.0.0/16"] {})", "", ""},
        ShapeCase{"ASpaceThatNarrowsInPlace", shape({"10.1.0.0/16"}, {}), shape({"10.1.0.0/24"}, {}), false, true, "",
                  "", ""},
        ShapeCase{"OneSpaceMovedWithItsSubnet", shape({"10.1.0.0/16"}, {{"web", "10.1.1.0/24"}}),
                  shape({"10.2.0.0/16"}, {{"web", "10.2.1.0/24"}}), true, true,
                  R"(["10.1.0.0/16","10.2.0.0/16"] {"web":"10.2.1.0/24"})", "", "web"},
        ShapeCase{"TheSameRangeUnderAnotherName", shape({"10.1.0.0/16"}, {{"old", "10.1.1.0/24"}}),
                  shape({"10.1.0.0/16"}, {{"new", "10.1.1.0/24"}}), true, true,
                  R"(["10.1.0.0/16"] {"new":"10.1.1.0/24","old":"10.1.1.0/24"})", "10.1.1.0/24 and 10.1.1.0/24", "old"},
        ShapeCase{"ASmallerRangeUnderAnotherName", shape({"10.1.0.0/16"}, {{"old", "10.1.2.0/24"}}),
                  shape({"10.1.0.0/16"}, {{"new", "10.1.2.0/25"}}), true, true,
                  R"(["10.1.0.0/16"] {"new":"10.1.2.0/25","old":"10.1.2.0/24"})", "10.1.2.0/25 and 10.1.2.0/24", "old"},
        ShapeCase{"TheSameSpaceWrittenAsTwo", shape({"10.0.0.0/16", "10.1.0.0/16"}, {}), shape({"10.0.0.0/15"}, {}),
                  true, false, R"(["10.0.0.0/15"] {})", "", ""}),
    [](const testing::TestParamInfo<ShapeCase>& each) { return std::string(each.param.name); });

TEST(NetworkChange, DoesNotDependOnTheOrderOfSubnets) {
  NetworkShape turned = k_plain;
  std::reverse(turned.subnets.begin(), turned.subnets.end());
  const NetworkChange change = compare_networks(k_plain, turned);
  EXPECT_FALSE(change.update);
  EXPECT_FALSE(change.shrink);
}

}  // namespace
}  // namespace pairform
