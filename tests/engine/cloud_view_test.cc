#include "engine/model/cloud_view.h"

#include <gtest/gtest.h>

#include "engine/read/refresh.h"
#include "schema/base_types.h"
#include "tests/support/fake_provider.h"

namespace pairform {
namespace {

TEST(CloudView, AnAnswerOfAnUnknownTypeIsUnknownAndNoRow) {
  FakeProvider provider;
  provider.lookups["eastasia/app"] = CloudRow{.type = "gadget", .id = "g", .identity = "eastasia/app"};
  const TypeTable types = base_type_table();
  StringPool texts;
  CloudView view({}, &provider, types, "p", texts);
  const CloudView::Lookup lookup{k_network_type, texts.intern("eastasia/app"), texts.intern("eastasia")};
  const Found answer = view.find(lookup);
  EXPECT_EQ(answer.presence, Existence::Unknown);
  EXPECT_FALSE(answer.row);
  EXPECT_EQ(texts.view(answer.why), "the answer is of an unknown type, \"gadget\"");
  EXPECT_TRUE(view.observed().rows.empty());
}

TEST(CloudView, CountsWhatItAsksAndWhatIsAnswered) {
  FakeProvider provider;
  provider.listings = {{}, {}};
  const TypeTable types = base_type_table();
  StringPool texts;
  ReadingCounts counts;
  Observed observed = observe(provider, {}, types, "p", texts, {}, &counts);
  EXPECT_EQ(counts.listings, 1U);
  CloudView view(std::move(observed), &provider, types, "p", texts, {}, &counts);
  const Text region = texts.intern("eastasia");
  view.ask(
      {{k_network_type, texts.intern("eastasia/a"), region}, {k_network_type, texts.intern("eastasia/b"), region}});
  view.find({k_network_type, texts.intern("eastasia/a"), region});
  EXPECT_EQ(counts.asked, 2U) << "each is asked once";
  EXPECT_EQ(counts.answered, 2U);
}

// A row as a provider gives a network, with the value of one attribute.
CloudRow network_with(const std::string& attribute, const std::string& value) {
  return {.type = "network",
          .id = "eastasia/app",
          .identity = "eastasia/app",
          .attributes = {{"region", "eastasia"}, {"name", "app"}, {attribute, value}}};
}

TEST(CloudView, AnAnswerWithAValueOfTheWrongKindIsUnknownAndNoRow) {
  FakeProvider provider;
  provider.lookups["eastasia/app"] = network_with("subnets", R"({"web":"10.1.1.0/24")");
  const TypeTable types = base_type_table();
  StringPool texts;
  CloudView view({}, &provider, types, "p", texts);
  const Found answer = view.find({k_network_type, texts.intern("eastasia/app"), texts.intern("eastasia")});
  EXPECT_EQ(answer.presence, Existence::Unknown);
  EXPECT_FALSE(answer.row);
  EXPECT_EQ(texts.view(answer.why),
            "the answer cannot be used: subnets is not a map of subnets: {\"web\":\"10.1.1.0/24\"");
  EXPECT_TRUE(view.observed().rows.empty());
}

TEST(WhyUnusable, TellsEachKindOfValue) {
  const TypeTable types = base_type_table();
  const auto nic = [](const std::string& attribute, const std::string& value) {
    return CloudRow{.type = "nic", .id = "n", .identity = "n", .attributes = {{attribute, value}}};
  };
  EXPECT_EQ(why_unusable(network_with("subnets", R"({"web":"10.1.1.0/24"})"), types), "");
  EXPECT_EQ(why_unusable(network_with("address_space", "10.1.0.0/16"), types),
            "the answer cannot be used: address_space is not a list of prefixes: 10.1.0.0/16");
  EXPECT_EQ(why_unusable(network_with("address_space", ""), types),
            "the answer cannot be used: address_space is not a list of prefixes: ");
  EXPECT_EQ(why_unusable(nic("ip", "dhcp"), types), "");
  EXPECT_EQ(why_unusable(nic("ip", "::1"), types), "the answer cannot be used: ip is not an address: ::1");
  EXPECT_EQ(why_unusable(nic("target_ip", "dhcp"), types),
            "the answer cannot be used: target_ip is not an address: dhcp");
  EXPECT_EQ(why_unusable(nic("secondary", R"({"vip":"10.1.1.11"})"), types), "");
  EXPECT_EQ(why_unusable(nic("secondary", R"({"vip":"web"})"), types),
            "the answer cannot be used: secondary is not a map of addresses: {\"vip\":\"web\"}");
  CloudRow held = network_with("name", "app");
  held.in_use = {{"10.1.1.4", "web1/nic0"}, {"10.1.1", "web2/nic0"}};
  EXPECT_EQ(why_unusable(held, types), "the answer cannot be used: in_use is not an address: 10.1.1");
}

}  // namespace
}  // namespace pairform
