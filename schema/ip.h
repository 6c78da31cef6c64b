// IP addresses and prefixes, version 4 and 6, as plain values with canonical text.
// Parsing is libc's inet_pton (no leading zeros, four octets), text is inet_ntop's (RFC 5952 for version 6).
// Sources of the special ranges: Microsoft.Network refuses 224.0.0.0/4, 255.255.255.255/32, 127.0.0.0/8,
// 169.254.0.0/16 and 168.63.129.16/32 as address space; the first four addresses and the last one of every
// subnet prefix are reserved by the platform.
// Pure values, no allocation but the returned texts, safe from any thread.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

// One address. Version 4 is held in the low 32 bits of `low`, with `high` zero.
struct Ip {
  bool v6 = false;
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend auto operator<=>(const Ip&, const Ip&) = default;  // numeric, version 4 before version 6
};

// A network prefix: `base` has no bits set beyond `length`.
struct Prefix {
  Ip base;
  int length = 0;                                                   // 0..32 or 0..128
  friend auto operator<=>(const Prefix&, const Prefix&) = default;  // numeric, the wider first
};

std::optional<Ip> parse_ip(std::string_view text);
std::string to_text(const Ip& ip);

struct ParsedPrefix {
  Prefix prefix;               // canonical: host bits cleared
  bool has_host_bits = false;  // the text had bits set beyond the length
};
// "10.0.0.0/16" or "fd00::/48"; a length is required. None if it is no prefix at all.
std::optional<ParsedPrefix> parse_prefix(std::string_view text);
std::string to_text(const Prefix& prefix);

Ip first_address(const Prefix& prefix);
Ip last_address(const Prefix& prefix);
bool contains(const Prefix& outer, const Ip& ip);
bool contains(const Prefix& outer, const Prefix& inner);
bool overlap(const Prefix& a, const Prefix& b);

// The range that the service refuses as address space and that `prefix` overlaps; none = acceptable.
std::optional<std::string_view> forbidden_range(const Prefix& prefix);
// One of the five addresses of a subnet prefix that nobody can have: its first four and its last.
bool is_reserved(const Prefix& subnet, const Ip& ip);

// The first pair of overlapping prefixes, as indexes (smaller index first); none if all are disjoint.
// O(n log n).
struct OverlapAt {
  std::size_t first;
  std::size_t second;
};
std::optional<OverlapAt> find_overlap(std::span<const Prefix> prefixes);

}  // namespace pairform
