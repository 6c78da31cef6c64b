// Who has which IPv4 address of one subnet, and which is free: the lowest, the highest.
//
// Addresses are only ever taken, never given back, so the lowest free one only rises and the highest only falls: two
// cursors that step over what is taken, once each. Nothing is a walk over the subnet: an empty /8 costs nothing, and a
// million taken addresses 8 bytes each and one pass.
// Nobody can have the first four and the last address of each prefix; IPv6 prefixes are passed over.
// Cost: take and holder O(log taken), lowest and highest amortised the same. Threads: none.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "schema/ip.h"

namespace pairform {

struct TakenAddress {
  std::uint32_t address = 0;  // IPv4, as Ip::low
  std::uint32_t holder = 0;   // the caller's own number for who has it
};

class FreeAddresses {
 public:
  // `taken` in ascending order; of equal addresses the first counts, and one that nobody can have does not.
  explicit FreeAddresses(std::span<const Prefix> prefixes, std::vector<TakenAddress> taken = {});

  std::uint64_t capacity() const;     // how many addresses somebody can have, taken or not
  bool contains(const Ip& ip) const;  // inside a prefix, reserved or not
  bool usable(const Ip& ip) const;    // inside a prefix, not reserved
  std::optional<std::uint32_t> holder(const Ip& ip) const;
  bool is_free(const Ip& ip) const { return usable(ip) && !holder(ip); }
  // Gives a free address to `holder`; one that is not free stays as it is.
  void take(const Ip& ip, std::uint32_t holder);

  std::optional<Ip> lowest();
  std::optional<Ip> highest();

  std::size_t taken() const { return settled_.size() + recent_.size(); }
  // The lowest taken addresses, at most `most`. O(recently taken), for messages.
  std::vector<TakenAddress> first_taken(std::size_t most) const;

 private:
  struct Range {  // of one prefix, both ends included, wide enough to step over either; empty where first > last
    std::int64_t first, last;
  };
  const std::uint32_t* find(std::uint32_t address) const;

  std::vector<Prefix> prefixes_;                             // IPv4, ascending
  std::vector<Range> ranges_;                                // by prefix, without what is reserved
  std::vector<TakenAddress> settled_;                        // ascending, distinct: taken from the start
  std::unordered_map<std::uint32_t, std::uint32_t> recent_;  // address -> holder: taken since
  std::int64_t low_ = 0;                                     // nothing below is free
  std::int64_t high_ = UINT32_MAX;                           // nothing above is free
};

}  // namespace pairform
