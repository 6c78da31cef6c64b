#include "schema/value.h"

#include <gtest/gtest.h>

#include "schema/json_writer.h"

namespace pairform {
namespace {

Prefix prefix(std::string_view text) { return parse_prefix(text).value().prefix; }

TEST(Value, FoldsRegions) {
  EXPECT_EQ(canonical_region("East Asia"), "eastasia");
  EXPECT_EQ(canonical_region(" West\tUS 2 "), "westus2");
}

TEST(Value, PutsPrefixesInNumericOrderOnce) {
  const std::string text =
      canonical_prefix_list({prefix("10.2.0.0/16"), prefix("9.0.0.0/8"), prefix("fd00::/48"), prefix("10.2.0.0/16")});
  EXPECT_EQ(text, R"(["9.0.0.0/8","10.2.0.0/16","fd00::/48"])");
  EXPECT_EQ(parse_prefix_list(text),
            (std::vector<Prefix>{prefix("9.0.0.0/8"), prefix("10.2.0.0/16"), prefix("fd00::/48")}));
  EXPECT_EQ(canonical_prefix_list({}), "[]");
}

TEST(Value, PutsSubnetsInByteOrder) {
  const std::string text = canonical_subnet_map(
      {{"web", {prefix("10.1.1.0/24")}}, {"Zeta", {prefix("10.1.3.0/24"), prefix("10.1.2.0/24")}}});
  EXPECT_EQ(text, R"({"Zeta":["10.1.2.0/24","10.1.3.0/24"],"web":"10.1.1.0/24"})");
  EXPECT_EQ(parse_subnet_map(text), (std::vector<Subnet>{{"Zeta", {prefix("10.1.2.0/24"), prefix("10.1.3.0/24")}},
                                                         {"web", {prefix("10.1.1.0/24")}}}));
  EXPECT_EQ(canonical_subnet_map({}), "{}");
}

TEST(Value, KeepsTextsWhateverTheyHold) {
  const std::vector<std::string> items{"b", "a", "\"\\\n\x01é"};
  EXPECT_EQ(canonical_text_list(items), R"(["b","a","\"\\\n\u0001é"])");
  EXPECT_EQ(parse_text_list(canonical_text_list(items)), items);
  const std::vector<std::string> hidden{"\x7F\u009B\u202E\uFEFF\U000E0041\u00E9\u4E2D\U0001F600"};
  EXPECT_EQ(parse_text_list(canonical_text_list(hidden)), hidden);
  const std::vector<std::pair<std::string, std::string>> map{{"a", "1"}, {"b\"", ""}};
  EXPECT_EQ(canonical_text_map({map[1], map[0]}), R"({"a":"1","b\"":""})");
  EXPECT_EQ(parse_text_map(canonical_text_map(map)), map);
}

TEST(Value, RefusesWhatItDoesNotWrite) {
  for (const char* bad : {"[", "[\"a\"", "[\"a\",]", "[a]", "[\"a\"]x", "[\"\\q\"]", "[\"\\u00\"]", "[\"\\ud800\"]",
                          "[\"\\udc00\"]", "[\"\\ud800\\u0041\"]", "{}", "null"})
    EXPECT_FALSE(parse_text_list(bad)) << bad;
  for (const char* bad : {"{", "{\"a\"}", "{\"a\":\"x\"}", "{\"a\":[]x}", "[]", "{\"a\":\"10.0.0.0/8\",}"})
    EXPECT_FALSE(parse_subnet_map(bad)) << bad;
  EXPECT_FALSE(parse_text_map("{\"a\":1}"));
  EXPECT_FALSE(parse_prefix_list("[\"10.0.0.0\"]"));
  EXPECT_EQ(parse_text_list(""), std::vector<std::string>());
}

TEST(Value, ReadsDurations) {
  EXPECT_EQ(parse_duration("0ms"), 0);
  EXPECT_EQ(parse_duration("500ms"), 500);
  EXPECT_EQ(parse_duration("30s"), 30'000);
  EXPECT_EQ(parse_duration("5m"), 300'000);
  EXPECT_EQ(parse_duration("1000h"), 3'600'000'000);
  for (const char* bad : {"", "5", "s", "-1s", "+1s", "1.5s", "1 s", "1d", "1001h", "99999999999999999999s", "5ms "})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

TEST(Value, WritesJsonByKind) {
  std::string out;
  JsonWriter json(out);
  json.open_array();
  write_value(json, Kind::String, "a\"b");
  write_value(json, Kind::Boolean, "true");
  write_value(json, Kind::Duration, "500");
  write_value(json, Kind::PrefixList, R"(["10.0.0.0/8"])");
  json.close_array();
  EXPECT_EQ(out, R"(["a\"b",true,500,["10.0.0.0/8"]])");
}

}  // namespace
}  // namespace pairform
