#include "schema/free_addresses.h"

#include <algorithm>
#include <iterator>

namespace pairform {
namespace {

// Of every subnet prefix the platform keeps the network address, the gateway, two for DNS, and the broadcast address.
constexpr std::int64_t k_reserved_first = 4, k_reserved_last = 1;

Ip v4(std::int64_t address) { return {false, 0, static_cast<std::uint64_t>(address)}; }

bool below(const TakenAddress& a, const TakenAddress& b) { return a.address < b.address; }

}  // namespace

FreeAddresses::FreeAddresses(std::span<const Prefix> prefixes, std::vector<TakenAddress> taken) {
  for (const Prefix& prefix : prefixes)
    if (!prefix.base.v6) prefixes_.push_back(prefix);
  std::sort(prefixes_.begin(), prefixes_.end());
  for (const Prefix& prefix : prefixes_)
    ranges_.push_back({static_cast<std::int64_t>(first_address(prefix).low) + k_reserved_first,
                       static_cast<std::int64_t>(last_address(prefix).low) - k_reserved_last});
  const auto unusable = [this](const TakenAddress& one) { return !usable(v4(one.address)); };
  taken.erase(std::remove_if(taken.begin(), taken.end(), unusable), taken.end());
  const auto same = [](const TakenAddress& a, const TakenAddress& b) { return a.address == b.address; };
  taken.erase(std::unique(taken.begin(), taken.end(), same), taken.end());
  settled_ = std::move(taken);
}

std::uint64_t FreeAddresses::capacity() const {
  std::int64_t sum = 0;
  for (const Range& range : ranges_) sum += std::max<std::int64_t>(0, range.last - range.first + 1);
  return static_cast<std::uint64_t>(sum);
}

bool FreeAddresses::contains(const Ip& ip) const {
  return std::any_of(prefixes_.begin(), prefixes_.end(),
                     [&](const Prefix& prefix) { return pairform::contains(prefix, ip); });
}

bool FreeAddresses::usable(const Ip& ip) const {
  if (ip.v6) return false;
  const auto address = static_cast<std::int64_t>(ip.low);
  return std::any_of(ranges_.begin(), ranges_.end(),
                     [&](const Range& range) { return range.first <= address && address <= range.last; });
}

const std::uint32_t* FreeAddresses::find(std::uint32_t address) const {
  const auto at = std::lower_bound(settled_.begin(), settled_.end(), TakenAddress{address, 0}, below);
  if (at != settled_.end() && at->address == address) return &at->holder;
  const auto recent = recent_.find(address);
  return recent == recent_.end() ? nullptr : &recent->second;
}

std::optional<std::uint32_t> FreeAddresses::holder(const Ip& ip) const {
  const std::uint32_t* found = ip.v6 ? nullptr : find(static_cast<std::uint32_t>(ip.low));
  return found == nullptr ? std::nullopt : std::optional(*found);
}

void FreeAddresses::take(const Ip& ip, std::uint32_t holder) {
  if (is_free(ip)) recent_.emplace(static_cast<std::uint32_t>(ip.low), holder);
}

std::optional<Ip> FreeAddresses::lowest() {
  for (const Range& range : ranges_) {
    low_ = std::max(low_, range.first);
    while (low_ <= range.last && find(static_cast<std::uint32_t>(low_)) != nullptr) ++low_;
    if (low_ <= range.last) return v4(low_);
  }
  return std::nullopt;
}

std::optional<Ip> FreeAddresses::highest() {
  for (auto range = ranges_.rbegin(); range != ranges_.rend(); ++range) {
    high_ = std::min(high_, range->last);
    while (high_ >= range->first && find(static_cast<std::uint32_t>(high_)) != nullptr) --high_;
    if (high_ >= range->first) return v4(high_);
  }
  return std::nullopt;
}

std::vector<TakenAddress> FreeAddresses::first_taken(std::size_t most) const {
  std::vector<TakenAddress> recent;
  for (const auto& [address, holder] : recent_) recent.push_back({address, holder});
  std::sort(recent.begin(), recent.end(), below);
  std::vector<TakenAddress> all;
  const auto settled_end = settled_.begin() + static_cast<std::ptrdiff_t>(std::min(most, settled_.size()));
  std::merge(settled_.begin(), settled_end, recent.begin(), recent.end(), std::back_inserter(all), below);
  if (all.size() > most) all.resize(most);
  return all;
}

}  // namespace pairform
