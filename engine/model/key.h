// What a resource is in the cloud: its type, and the identity that its provider makes of its attributes. Identities of
// one type are unique; a vm and a network may have the same one ("eastasia/web1").
// KeyMap finds an id by a key in constant time: one TextMap for each type that has rows.
// Threads: as std::vector.
#pragma once
#include <vector>

#include "schema/dense_map.h"

namespace pairform {

struct ResourceKey {
  TypeId type;
  Text identity;  // canonical, case-folded; none: not known
  friend bool operator==(const ResourceKey&, const ResourceKey&) = default;
  friend auto operator<=>(const ResourceKey&, const ResourceKey&) = default;
};

template <class I>
class KeyMap {
 public:
  I operator[](ResourceKey key) const {
    return key.type && key.type.index() < by_type_.size() ? by_type_[key.type.index()][key.identity] : I();
  }
  bool contains(ResourceKey key) const { return static_cast<bool>((*this)[key]); }
  void set(ResourceKey key, I value) {
    if (!key.type) return;
    if (key.type.index() >= by_type_.size()) by_type_.resize(key.type.index() + 1);
    by_type_[key.type.index()].set(key.identity, value);
  }
  // Keeps what is there.
  void set_first(ResourceKey key, I value) {
    if (!contains(key)) set(key, value);
  }

 private:
  std::vector<TextMap<I>> by_type_;
};

}  // namespace pairform
