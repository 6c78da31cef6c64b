#include "schema/string_pool.h"

#include <cstring>
#include <functional>

namespace pairform {
namespace {
constexpr std::size_t k_block = std::size_t{64} * 1024;

std::uint32_t hash_of(std::string_view text) {
  const std::size_t h = std::hash<std::string_view>{}(text);
  return static_cast<std::uint32_t>(h ^ (h >> 32));
}
}  // namespace

Text StringPool::find(std::string_view text) const {
  if (slots_.empty()) return Text();
  const std::uint32_t hash = hash_of(text);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask; slots_[at] != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[slots_[at] - 1];
    if (entry.hash == hash && std::string_view(entry.data, entry.size) == text) return Text(slots_[at] - 1);
  }
  return Text();
}

Text StringPool::intern(std::string_view text) {
  if (slots_.size() < 2 * (entries_.size() + 1)) grow();
  const std::uint32_t hash = hash_of(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    const Entry& entry = entries_[slots_[at] - 1];
    if (entry.hash == hash && std::string_view(entry.data, entry.size) == text) return Text(slots_[at] - 1);
  }
  entries_.push_back({store(text), static_cast<std::uint32_t>(text.size()), hash});
  slots_[at] = static_cast<std::uint32_t>(entries_.size());
  return Text(entries_.size() - 1);
}

const char* StringPool::store(std::string_view text) {
  if (text.size() > free_size_) {
    const std::size_t size = text.size() > k_block / 4 ? text.size() : k_block;
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    if (size != k_block) {  // a large text gets a block to itself, the current one goes on being filled
      std::memcpy(blocks_.back().get(), text.data(), text.size());
      return blocks_.back().get();
    }
    free_ = blocks_.back().get();
    free_size_ = size;
  }
  char* to = free_;
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  free_ += text.size();
  free_size_ -= text.size();
  return to;
}

void StringPool::grow() {
  std::vector<std::uint32_t> slots(slots_.empty() ? 64 : slots_.size() * 2, 0);
  const std::size_t mask = slots.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t at = entries_[i].hash & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = static_cast<std::uint32_t>(i + 1);
  }
  slots_ = std::move(slots);
}

}  // namespace pairform
