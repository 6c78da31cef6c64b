#include "engine/model/columns.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

std::vector<std::string> texts_of(const std::vector<Prefix>& prefixes) {
  std::vector<std::string> out;
  for (const Prefix& prefix : prefixes) out.push_back(to_text(prefix));
  return out;
}

TEST(ParsedColumns, GivesWhatATextHolds) {
  StringPool texts;
  const ParsedColumns parsed;
  EXPECT_EQ(texts_of(parsed.prefixes(texts, texts.intern(R"(["10.1.0.0/16","10.2.0.0/16"])"))),
            (std::vector<std::string>{"10.1.0.0/16", "10.2.0.0/16"}));
  const std::vector<Subnet>& subnets =
      parsed.subnets(texts, texts.intern(R"({"db":"10.1.2.0/24","web":["10.1.0.0/24","10.1.1.0/24"]})"));
  ASSERT_EQ(subnets.size(), 2U);
  EXPECT_EQ(subnets[0].name, "db");
  EXPECT_EQ(texts_of(subnets[0].prefixes), (std::vector<std::string>{"10.1.2.0/24"}));
  EXPECT_EQ(subnets[1].name, "web");
  EXPECT_EQ(texts_of(subnets[1].prefixes), (std::vector<std::string>{"10.1.0.0/24", "10.1.1.0/24"}));
  EXPECT_EQ(parsed.items(texts, texts.intern(R"({"vip":"10.1.1.11"})")), (TextItems{{"vip", "10.1.1.11"}}));
}

TEST(ParsedColumns, HasNothingWhereNoValueIs) {
  const StringPool texts;
  const ParsedColumns parsed;
  EXPECT_TRUE(parsed.prefixes(texts, Text()).empty());
  EXPECT_TRUE(parsed.subnets(texts, Text()).empty());
  EXPECT_TRUE(parsed.items(texts, Text()).empty());
}

TEST(ParsedColumns, ParsesEachTextOnce) {
  StringPool texts;
  const ParsedColumns parsed;
  const Text one = texts.intern(R"({"web":"10.1.1.0/24"})"), other = texts.intern(R"({"web":"10.2.1.0/24"})");
  const std::vector<Subnet>* const first = &parsed.subnets(texts, one);
  EXPECT_NE(&parsed.subnets(texts, other), first);
  EXPECT_EQ(&parsed.subnets(texts, one), first);
}

// A pass holds what it was given while it asks for more: prior and desired subnets of one network.
TEST(ParsedColumns, WhatWasGivenStaysWhereItIs) {
  StringPool texts;
  const ParsedColumns parsed;
  const TextItems& first = parsed.items(texts, texts.intern(R"({"first":"10.1.1.1"})"));
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(parsed.items(texts, texts.intern("{\"n" + std::to_string(i) + "\":\"10.1.1.2\"}")).size(), 1U);
  EXPECT_EQ(first, (TextItems{{"first", "10.1.1.1"}}));
}

// One text may be a value of two kinds.
TEST(ParsedColumns, KeepsKindsApart) {
  StringPool texts;
  const ParsedColumns parsed;
  const Text both = texts.intern(R"({"web":"10.1.1.0/24"})");
  EXPECT_EQ(parsed.subnets(texts, both).front().prefixes.size(), 1U);
  EXPECT_EQ(parsed.items(texts, both).front().second, "10.1.1.0/24");
  EXPECT_TRUE(parsed.items(texts, texts.intern("{}")).empty());
}

using ParsedColumnsDeathTest = testing::Test;

TEST(ParsedColumnsDeathTest, AbortsWhereATextIsNoValue) {
  StringPool texts;
  const ParsedColumns parsed;
  EXPECT_DEATH(parsed.subnets(texts, texts.intern(R"({"web":"10.1.1.0/24")")), "parsed.has_value");
  EXPECT_DEATH(parsed.prefixes(texts, texts.intern(R"(["ten"])")), "parsed.has_value");
  EXPECT_DEATH(parsed.items(texts, texts.intern(R"({"vip":1})")), "parsed.has_value");
}

}  // namespace
}  // namespace pairform
