#include "schema/ip.h"

#include <arpa/inet.h>
#include <fmt/compile.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <numeric>

namespace pairform {
namespace {

int width(const Ip& ip) { return ip.v6 ? 128 : 32; }

// Low `bits` bits of an address, all ones: the host part.
Ip host_mask(bool v6, int length) {
  const int bits = (v6 ? 128 : 32) - length;
  Ip mask{v6, 0, 0};
  mask.low = bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
  if (bits > 64) mask.high = bits == 128 ? ~0ULL : (1ULL << (bits - 64)) - 1;
  return mask;
}

Ip clear_host_bits(Ip ip, int length) {
  const Ip mask = host_mask(ip.v6, length);
  ip.high &= ~mask.high;
  ip.low &= ~mask.low;
  return ip;
}

struct Range {
  std::string_view text;
  Prefix prefix;
};
constexpr Ip v4(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) {
  return {false, 0, a << 24 | b << 16 | c << 8 | d};
}
constexpr std::array<Range, 5> k_forbidden{{{"224.0.0.0/4", {v4(224, 0, 0, 0), 4}},
                                            {"127.0.0.0/8", {v4(127, 0, 0, 0), 8}},
                                            {"169.254.0.0/16", {v4(169, 254, 0, 0), 16}},
                                            {"168.63.129.16/32", {v4(168, 63, 129, 16), 32}},
                                            {"255.255.255.255/32", {v4(255, 255, 255, 255), 32}}}};
}  // namespace

std::optional<Ip> parse_ip(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> buffer{};
  if (text.empty() || text.size() >= buffer.size()) return std::nullopt;
  std::memcpy(buffer.data(), text.data(), text.size());
  if (std::memchr(buffer.data(), 0, text.size()) != nullptr) return std::nullopt;
  std::array<unsigned char, 16> bytes{};
  Ip ip;
  if (text.find(':') == std::string_view::npos) {
    if (inet_pton(AF_INET, buffer.data(), bytes.data()) != 1) return std::nullopt;
    for (std::size_t i = 0; i < 4; ++i) ip.low = ip.low << 8 | bytes[i];
    return ip;
  }
  if (inet_pton(AF_INET6, buffer.data(), bytes.data()) != 1) return std::nullopt;
  ip.v6 = true;
  for (std::size_t i = 0; i < 8; ++i) ip.high = ip.high << 8 | bytes[i];
  for (std::size_t i = 8; i < 16; ++i) ip.low = ip.low << 8 | bytes[i];
  return ip;
}

std::string to_text(const Ip& ip) {
  const auto byte_of = [](std::uint64_t word, std::size_t at) { return (word >> (8 * at)) & 0xffU; };
  // Several for each row of state: inet_ntop, which prints by a format, takes ten times as long.
  if (!ip.v6)
    return fmt::format(FMT_COMPILE("{}.{}.{}.{}"), byte_of(ip.low, 3), byte_of(ip.low, 2), byte_of(ip.low, 1),
                       byte_of(ip.low, 0));
  std::array<unsigned char, 16> bytes{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<unsigned char>(byte_of(ip.high, 7 - i));
  for (std::size_t i = 0; i < 8; ++i) bytes[8 + i] = static_cast<unsigned char>(byte_of(ip.low, 7 - i));
  inet_ntop(AF_INET6, bytes.data(), out.data(), out.size());
  return out.data();
}

std::optional<ParsedPrefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<Ip> ip = parse_ip(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  if (!ip || digits.empty() || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  int length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length < 0 || length > width(*ip))
    return std::nullopt;
  ParsedPrefix parsed{{clear_host_bits(*ip, length), length}, false};
  parsed.has_host_bits = parsed.prefix.base != *ip;
  return parsed;
}

std::string to_text(const Prefix& prefix) { return to_text(prefix.base) + '/' + std::to_string(prefix.length); }

Ip first_address(const Prefix& prefix) { return prefix.base; }

Ip last_address(const Prefix& prefix) {
  const Ip mask = host_mask(prefix.base.v6, prefix.length);
  return {prefix.base.v6, prefix.base.high | mask.high, prefix.base.low | mask.low};
}

bool contains(const Prefix& outer, const Ip& ip) {
  return outer.base.v6 == ip.v6 && clear_host_bits(ip, outer.length) == outer.base;
}

bool contains(const Prefix& outer, const Prefix& inner) {
  return outer.length <= inner.length && contains(outer, inner.base);
}

bool overlap(const Prefix& a, const Prefix& b) { return contains(a, b) || contains(b, a); }

std::optional<std::string_view> forbidden_range(const Prefix& prefix) {
  for (const Range& range : k_forbidden)
    if (overlap(range.prefix, prefix)) return range.text;
  return std::nullopt;
}

bool is_reserved(const Prefix& subnet, const Ip& ip) {
  if (!contains(subnet, ip)) return false;
  const Ip host{ip.v6, ip.high - subnet.base.high, ip.low - subnet.base.low};
  return ip == last_address(subnet) || (host.high == 0 && host.low < 4);
}

std::optional<OverlapAt> find_overlap(std::span<const Prefix> prefixes) {
  std::vector<std::size_t> order(prefixes.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return prefixes[a] != prefixes[b] ? prefixes[a] < prefixes[b] : a < b;
  });
  // Sorted by (base, length), a prefix can only lie inside the last one that was not inside another.
  for (std::size_t i = 1; i < order.size(); ++i)
    if (overlap(prefixes[order[i - 1]], prefixes[order[i]]))
      return OverlapAt{std::min(order[i - 1], order[i]), std::max(order[i - 1], order[i])};
  return std::nullopt;
}

}  // namespace pairform
