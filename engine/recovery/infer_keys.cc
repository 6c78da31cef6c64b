#include "engine/recovery/infer_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include "schema/address.h"

namespace pairform {
namespace {

class KeyChooser {
 public:
  KeyChooser(std::string_view type, const std::vector<KeyWish>& wishes, const std::set<std::string>& taken)
      : type_(type), wishes_(wishes), taken_(taken), level_(wishes.size(), 0) {}

  std::vector<std::string> run() {
    while (lengthen_shared()) continue;
    return number_shared();
  }

 private:
  std::string key(std::size_t i) const { return key_of_name(wishes_[i].names[level_[i]]); }
  bool is_taken(const std::string& key) const { return taken_.contains(fmt::format("{}.{}", type_, key)); }

  // Gives each one whose key is shared or taken its next longer name. False: none has one.
  bool lengthen_shared() {
    std::unordered_map<std::string, std::size_t> count;
    for (std::size_t i = 0; i < wishes_.size(); ++i) ++count[key(i)];
    std::vector<std::size_t> longer;
    for (std::size_t i = 0; i < wishes_.size(); ++i)
      if (level_[i] + 1 < wishes_[i].names.size() && (count[key(i)] > 1 || is_taken(key(i)))) longer.push_back(i);
    for (const std::size_t i : longer) ++level_[i];
    return !longer.empty();
  }

  std::vector<std::string> number_shared() {
    std::vector<std::size_t> order(wishes_.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return wishes_[a].identity < wishes_[b].identity; });
    std::set<std::string> used;
    for (const std::size_t i : order) used.insert(key(i));  // nobody's number takes another's name
    std::set<std::string> given;
    std::map<std::string, unsigned> last;
    std::vector<std::string> keys(wishes_.size());
    for (const std::size_t i : order) {
      const std::string plain = key(i);
      std::string chosen = plain;
      if (is_taken(plain) || given.contains(plain)) {
        unsigned& number = last.try_emplace(plain, 1U).first->second;
        do chosen = fmt::format("{}-{}", plain, ++number);
        while (is_taken(chosen) || used.contains(chosen) || given.contains(chosen));
      }
      given.insert(chosen);
      keys[i] = std::move(chosen);
    }
    return keys;
  }

  std::string_view type_;
  const std::vector<KeyWish>& wishes_;
  const std::set<std::string>& taken_;
  std::vector<std::size_t> level_;  // which of its names each one has
};

}  // namespace

std::vector<std::string> choose_keys(std::string_view type, const std::vector<KeyWish>& wishes,
                                     const std::set<std::string>& taken) {
  return KeyChooser(type, wishes, taken).run();
}

}  // namespace pairform
