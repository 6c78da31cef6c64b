#include "schema/free_addresses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace pairform {
namespace {

Prefix prefix(std::string_view text) { return parse_prefix(text)->prefix; }
Ip ip(std::string_view text) { return *parse_ip(text); }
std::string text(const std::optional<Ip>& found) { return found ? to_text(*found) : "none"; }

TEST(FreeAddresses, KeepTheFirstFourAndTheLastOfEveryPrefix) {
  const std::vector<Prefix> prefixes{prefix("10.0.1.0/29"), prefix("10.0.0.0/29")};
  FreeAddresses addresses(prefixes);
  EXPECT_EQ(addresses.capacity(), 6U);
  EXPECT_EQ(text(addresses.lowest()), "10.0.0.4");
  EXPECT_EQ(text(addresses.highest()), "10.0.1.6");
  for (const char* reserved : {"10.0.0.0", "10.0.0.3", "10.0.0.7", "10.0.1.0", "10.0.1.3", "10.0.1.7"}) {
    EXPECT_TRUE(addresses.contains(ip(reserved))) << reserved;
    EXPECT_FALSE(addresses.usable(ip(reserved))) << reserved;
    EXPECT_FALSE(addresses.is_free(ip(reserved))) << reserved;
  }
  EXPECT_FALSE(addresses.contains(ip("10.0.0.8")));
}

TEST(FreeAddresses, RiseFromPrefixToPrefixAndFallBack) {
  const std::vector<Prefix> prefixes{prefix("10.0.0.0/29"), prefix("10.0.1.0/29")};
  FreeAddresses up(prefixes), down(prefixes);
  std::vector<std::string> rising, falling;
  for (std::uint32_t i = 0; i < 7; ++i) {
    const std::optional<Ip> low = up.lowest(), high = down.highest();
    rising.push_back(text(low));
    falling.push_back(text(high));
    if (low) up.take(*low, i);
    if (high) down.take(*high, i);
  }
  EXPECT_EQ(rising,
            (std::vector<std::string>{"10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.1.4", "10.0.1.5", "10.0.1.6", "none"}));
  std::reverse(rising.begin(), rising.end() - 1);
  EXPECT_EQ(falling, rising);
}

TEST(FreeAddresses, HoldWhatWasTakenFromTheStartAndSince) {
  const std::vector<Prefix> prefixes{prefix("10.0.0.0/28")};
  const auto at = [](std::string_view one) { return static_cast<std::uint32_t>(ip(one).low); };
  // The gateway's address and one of another subnet do not count; of one address given twice the first does.
  FreeAddresses addresses(prefixes,
                          {{at("9.0.0.0"), 1}, {at("10.0.0.1"), 2}, {at("10.0.0.5"), 3}, {at("10.0.0.5"), 4}});
  addresses.take(ip("10.0.0.4"), 5);
  addresses.take(ip("10.0.0.5"), 6);
  addresses.take(ip("10.0.0.15"), 7);
  EXPECT_EQ(addresses.holder(ip("10.0.0.5")), 3U);
  EXPECT_EQ(addresses.holder(ip("10.0.0.4")), 5U);
  EXPECT_EQ(addresses.holder(ip("10.0.0.1")), std::nullopt);
  EXPECT_EQ(text(addresses.lowest()), "10.0.0.6");
  EXPECT_EQ(addresses.taken(), 2U);
  const std::vector<TakenAddress> first = addresses.first_taken(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].address, at("10.0.0.4"));
}

TEST(FreeAddresses, HaveNoneInTooSmallAPrefixOrInVersion6) {
  const std::vector<Prefix> prefixes{prefix("10.0.0.0/30"), prefix("10.0.1.0/32"), prefix("fd00::/64")};
  FreeAddresses addresses(prefixes);
  EXPECT_EQ(addresses.capacity(), 0U);
  EXPECT_EQ(text(addresses.lowest()), "none");
  EXPECT_EQ(text(addresses.highest()), "none");
  EXPECT_FALSE(addresses.is_free(ip("fd00::10")));
  EXPECT_EQ(addresses.holder(ip("fd00::10")), std::nullopt);
}

TEST(FreeAddresses, ReachBothEndsOfAllAddresses) {
  const std::vector<Prefix> all{prefix("0.0.0.0/0")};
  FreeAddresses addresses(all);
  EXPECT_EQ(addresses.capacity(), (1ULL << 32) - 5);
  EXPECT_EQ(text(addresses.lowest()), "0.0.0.4");
  EXPECT_EQ(text(addresses.highest()), "255.255.255.254");
}

TEST(FreeAddresses, AgreeWithAWalkOverTheSubnet) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    const std::vector<Prefix> prefixes{prefix("10.0.0.0/27"), prefix("10.0.0.64/28")};
    std::map<std::uint64_t, std::uint32_t> naive;  // address -> holder
    std::vector<TakenAddress> start;
    const auto any = [&] { return Ip{false, 0, ip("10.0.0.0").low + random() % 96}; };
    for (auto i = static_cast<std::uint32_t>(random() % 30); i > 0; --i) {
      const Ip one = any();
      if (naive.emplace(one.low, i).second) start.push_back({static_cast<std::uint32_t>(one.low), i});
    }
    std::sort(start.begin(), start.end(), [](const auto& a, const auto& b) { return a.address < b.address; });
    FreeAddresses addresses(prefixes, start);
    for (std::uint32_t step = 100; step < 160; ++step) {
      std::vector<Ip> free;
      for (const Prefix& one : prefixes)
        for (std::uint64_t at = first_address(one).low; at <= last_address(one).low; ++at)
          if (!is_reserved(one, {false, 0, at}) && !naive.contains(at)) free.push_back({false, 0, at});
      const std::optional<Ip> low = addresses.lowest(), high = addresses.highest();
      ASSERT_EQ(text(low), free.empty() ? "none" : to_text(free.front())) << seed;
      ASSERT_EQ(text(high), free.empty() ? "none" : to_text(free.back())) << seed;
      const Ip next = random() % 3 == 0 ? any() : random() % 2 == 0 ? low.value_or(any()) : high.value_or(any());
      ASSERT_EQ(addresses.is_free(next), std::find(free.begin(), free.end(), next) != free.end()) << seed;
      addresses.take(next, step);
      naive.emplace(next.low, step);
    }
  }
}

}  // namespace
}  // namespace pairform
