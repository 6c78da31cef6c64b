// What a derived network owns of what it holds.
#include "engine/model/derived_shape.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "schema/value.h"

namespace pairform {
namespace {

std::string text(const NetworkShape& shape) {
  return canonical_prefix_list(shape.spaces) + " " + canonical_subnet_map(shape.subnets);
}

NetworkShape shape(const std::string& spaces, const std::string& subnets) {
  return parse_shape(fmt::format("[{}]", spaces), fmt::format("{{{}}}", subnets));
}

const std::string k_space = R"("10.1.0.0/16")";
const std::string k_web = R"("web":"10.1.1.0/24")", k_db = R"("db":"10.1.2.0/24")",
                  k_bastion = R"("AzureBastionSubnet":"10.1.2.0/26")";

struct FollowCase {
  const char* name;
  NetworkShape source, recorded, found;
  std::string used;      // name of a subnet that somebody uses
  const char* expected;  // own; what is left out
  bool adopted = false;
};

std::string followed(const FollowCase& item) {
  const Followed out = follow_source({item.source, item.adopted ? nullptr : &item.recorded, item.found,
                                      [&](const Subnet& subnet, const std::set<std::string>&) {
                                        return subnet.name == item.used ? std::string("vm.x") : std::string();
                                      }});
  std::string told = text(out.own);
  for (const LeftOut& each : out.left_out) told += fmt::format("; no {}: {}", each.what, each.because);
  return told;
}

TEST(DerivedShape, FollowsItsSourceAndLeavesToOthersWhatTheyAdded) {
  const NetworkShape web = shape(k_space, k_web), both = shape(k_space, k_web + "," + k_db);
  const FollowCase cases[] = {
      {"as it was", web, web, web, "", R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"somebody added a subnet", web, web, shape(k_space, k_web + "," + k_bastion), "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"the source gains a subnet", both, web, web, "", R"(["10.1.0.0/16"] {"db":"10.1.2.0/24","web":"10.1.1.0/24"})"},
      {"the source gains one that overlaps somebody's", both, web, shape(k_space, k_web + "," + k_bastion), "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"}; no subnet "db" (10.1.2.0/24): it overlaps subnet "AzureBastionSubnet" (10.1.2.0/26), which somebody else added)"},
      {"the source gains one that somebody added before, as it is", both, web, both, "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"the source gains one that somebody added before, elsewhere", both, web,
       shape(k_space, k_web + R"(,"DB":"10.1.7.0/24")"), "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"}; no subnet "db" (10.1.2.0/24): somebody else added subnet "DB" (10.1.7.0/24))"},
      {"the source loses one", web, both, both, "", R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"the source loses one that somebody uses", web, both, both, "db",
       R"(["10.1.0.0/16"] {"db":"10.1.2.0/24","web":"10.1.1.0/24"})"},
      {"the source loses one that somebody changed", web, both, shape(k_space, k_web + R"(,"db":"10.1.7.0/24")"), "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"somebody removed one", both, both, web, "", R"(["10.1.0.0/16"] {"db":"10.1.2.0/24","web":"10.1.1.0/24"})"},
      {"one has another prefix in the source", shape(k_space, R"("web":"10.1.5.0/24")"), web, web, "",
       R"(["10.1.0.0/16"] {"web":"10.1.5.0/24"})"},
      {"and somebody uses it", shape(k_space, R"("web":"10.1.5.0/24")"), web, web, "web",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"}; no subnet "web" (10.1.5.0/24): subnet "web" (10.1.1.0/24) is used by vm.x)"},
      {"one has another name in the source, and the old one is used", shape(k_space, R"("front":"10.1.1.0/24")"), web,
       web, "web",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"}; no subnet "front" (10.1.1.0/24): it overlaps subnet "web" (10.1.1.0/24), which stays)"},
      {"one has another name in the source: first the old one goes", shape(k_space, R"("front":"10.1.1.0/24")"), web,
       web, "",
       R"(["10.1.0.0/16"] {}; no subnet "front" (10.1.1.0/24): it overlaps subnet "web" (10.1.1.0/24), which is there still)"},
      {"the source gains a space", shape(R"("10.1.0.0/16","10.3.0.0/16")", k_web), web, web, "",
       R"(["10.1.0.0/16","10.3.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"somebody added a space, and the source gains one around it", shape(R"("10.1.0.0/16","10.2.0.0/15")", k_web),
       web, shape(R"("10.1.0.0/16","10.3.0.0/24")", k_web), "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"}; no address space 10.2.0.0/15: it overlaps 10.3.0.0/24, which somebody else added)"},
      {"the source loses a space that holds somebody's subnet", shape(R"("10.3.0.0/16")", ""),
       shape(R"("10.1.0.0/16","10.3.0.0/16")", ""), shape(R"("10.1.0.0/16","10.3.0.0/16")", k_bastion), "",
       R"(["10.1.0.0/16","10.3.0.0/16"] {})"},
      {"somebody widened the space", web, web, shape(R"("10.0.0.0/15")", k_web), "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})"},
      {"adopted: what the source has is own",
       web,
       {},
       shape(k_space, k_web + "," + k_bastion),
       "",
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"})",
       true},
  };
  for (const FollowCase& item : cases) EXPECT_EQ(followed(item), item.expected) << item.name;
}

TEST(DerivedShape, TellsOwnAndOthersApart) {
  const NetworkShape web = shape(k_space, k_web);
  struct Case {
    const char* name;
    NetworkShape found, recorded, wanted;
    const char* expected;
  };
  const Case cases[] = {
      {"as recorded", web, web, web, R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"} | [] {})"},
      {"with a subnet and a space of others", shape(R"("10.1.0.0/16","10.9.0.0/24")", k_web + "," + k_bastion), web,
       web, R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"} | ["10.9.0.0/24"] {"AzureBastionSubnet":"10.1.2.0/26"})"},
      {"one that leaves is own", shape(k_space, k_web + "," + k_db), shape(k_space, k_web + "," + k_db), web,
       R"(["10.1.0.0/16"] {"db":"10.1.2.0/24","web":"10.1.1.0/24"} | [] {})"},
      {"not where somebody changed it", shape(k_space, k_web + R"(,"db":"10.1.7.0/24")"),
       shape(k_space, k_web + "," + k_db), web, R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"} | [] {"db":"10.1.7.0/24"})"},
      {"a space that was widened", shape(R"("10.0.0.0/15")", k_web), web, web,
       R"(["10.1.0.0/16"] {"web":"10.1.1.0/24"} | ["10.0.0.0/15"] {})"},
      {"a space that was narrowed", shape(R"("10.1.0.0/17")", k_web), web, web,
       R"(["10.1.0.0/17"] {"web":"10.1.1.0/24"} | [] {})"},
  };
  for (const Case& item : cases) {
    const SplitShape split = split_shape(item.found, &item.recorded, item.wanted);
    EXPECT_EQ(text(split.own) + " | " + text(split.others), item.expected) << item.name;
  }
}

TEST(DerivedShape, IsWrittenWithWhatOthersAdded) {
  const NetworkShape own = shape(R"("10.1.0.0/16")", k_web),
                     others = shape(R"("10.0.0.0/15","10.9.0.0/24")", k_bastion);
  EXPECT_EQ(text(join_shapes(own, others)),
            R"(["10.0.0.0/15","10.9.0.0/24"] {"AzureBastionSubnet":"10.1.2.0/26","web":"10.1.1.0/24"})");
}

}  // namespace
}  // namespace pairform
