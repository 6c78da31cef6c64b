#include "schema/ip.h"

#include <gtest/gtest.h>

#include <random>

namespace pairform {
namespace {

Prefix prefix(std::string_view text) {
  const auto parsed = parse_prefix(text);
  EXPECT_TRUE(parsed && !parsed->has_host_bits) << text;
  return parsed ? parsed->prefix : Prefix{};
}
Ip ip(std::string_view text) { return parse_ip(text).value(); }

TEST(Ip, ReadsOnlyFullAddresses) {
  for (const char* good : {"0.0.0.0", "255.255.255.255", "10.1.2.3", "::", "fd00::1", "2001:db8::ffff"})
    EXPECT_EQ(to_text(ip(good)), good);
  EXPECT_EQ(to_text(ip("FD00:0:0::1")), "fd00::1");
  for (const char* bad : {"", "10", "10.1.2", "10.1.2.3.4", "10.1.2.256", "010.1.2.3", "10.1.2.3 ", "1.2.3.4/8", "fd00",
                          "fd00:::1", "::g", "10.1.2.-3"})
    EXPECT_FALSE(parse_ip(bad)) << bad;
  EXPECT_FALSE(parse_ip(std::string_view("1.2.3.4\0", 8)));
}

TEST(Ip, OrdersNumericallyVersion4First) {
  EXPECT_LT(ip("9.0.0.0"), ip("10.0.0.0"));
  EXPECT_LT(ip("255.255.255.255"), ip("::1"));
  EXPECT_LT(ip("::ffff"), ip("1::"));
}

TEST(Prefix, ReadsAndSeesHostBits) {
  for (const char* good : {"0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "::/0", "fd00::/48", "fd00::1/128"})
    EXPECT_EQ(to_text(prefix(good)), good);
  const auto parsed = parse_prefix("10.1.2.3/16");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->has_host_bits);
  EXPECT_EQ(to_text(parsed->prefix), "10.1.0.0/16");
  EXPECT_EQ(to_text(parse_prefix("fd00:1::1/16").value().prefix), "fd00::/16");
  for (const char* bad : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "10.0.0.0/+8",
                          "10.0.0.0/8/8", "10.0.0.0/8 ", "fd00::/129", "10.0.0.0/1000"})
    EXPECT_FALSE(parse_prefix(bad)) << bad;
}

TEST(Prefix, KnowsItsAddresses) {
  EXPECT_EQ(to_text(first_address(prefix("10.1.0.0/16"))), "10.1.0.0");
  EXPECT_EQ(to_text(last_address(prefix("10.1.0.0/16"))), "10.1.255.255");
  EXPECT_EQ(to_text(last_address(prefix("0.0.0.0/0"))), "255.255.255.255");
  EXPECT_EQ(to_text(last_address(prefix("fd00::/48"))), "fd00::ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(to_text(last_address(prefix("::/0"))), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_TRUE(contains(prefix("10.1.0.0/16"), ip("10.1.255.255")));
  EXPECT_FALSE(contains(prefix("10.1.0.0/16"), ip("10.2.0.0")));
  EXPECT_FALSE(contains(prefix("::/0"), ip("10.2.0.0")));
  EXPECT_TRUE(contains(prefix("10.0.0.0/8"), prefix("10.1.0.0/16")));
  EXPECT_FALSE(contains(prefix("10.1.0.0/16"), prefix("10.0.0.0/8")));
  EXPECT_TRUE(overlap(prefix("10.1.0.0/16"), prefix("10.0.0.0/8")));
  EXPECT_FALSE(overlap(prefix("10.1.0.0/16"), prefix("10.2.0.0/16")));
}

TEST(Prefix, KnowsWhatTheServiceRefusesAndReserves) {
  EXPECT_EQ(forbidden_range(prefix("239.0.0.0/8")), "224.0.0.0/4");
  EXPECT_EQ(forbidden_range(prefix("127.1.0.0/16")), "127.0.0.0/8");
  EXPECT_EQ(forbidden_range(prefix("168.63.128.0/23")), "168.63.129.16/32");
  EXPECT_EQ(forbidden_range(prefix("255.255.255.255/32")), "255.255.255.255/32");
  EXPECT_FALSE(forbidden_range(prefix("10.0.0.0/8")));
  EXPECT_FALSE(forbidden_range(prefix("168.63.129.0/28")));
  const Prefix subnet = prefix("10.9.2.0/29");
  std::string free;
  for (const char* text : {"10.9.1.255", "10.9.2.0", "10.9.2.3", "10.9.2.4", "10.9.2.6", "10.9.2.7", "10.9.2.8"})
    if (!is_reserved(subnet, ip(text))) free += std::string(text) + ' ';
  EXPECT_EQ(free, "10.9.1.255 10.9.2.4 10.9.2.6 10.9.2.8 ");
}

TEST(Prefix, FindsAnOverlapExactlyWhereThereIsOne) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return std::uniform_int_distribution<unsigned>(0, n - 1)(random); };
  unsigned found = 0;
  for (int round = 0; round < 2000; ++round) {
    std::vector<Prefix> prefixes;
    for (unsigned n = below(6); n > 0; --n) {
      const int length = 24 + static_cast<int>(below(9));
      const std::string text = "10.0.0." + std::to_string(below(256)) + '/' + std::to_string(length);
      prefixes.push_back(parse_prefix(text).value().prefix);
    }
    bool expected = false;
    for (std::size_t i = 0; i < prefixes.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) expected = expected || overlap(prefixes[i], prefixes[j]);
    const auto at = find_overlap(prefixes);
    ASSERT_EQ(at.has_value(), expected);
    if (!at) continue;
    ++found;
    EXPECT_LT(at->first, at->second);
    EXPECT_TRUE(overlap(prefixes[at->first], prefixes[at->second]));
  }
  EXPECT_GT(found, 500U);
}

}  // namespace
}  // namespace pairform
