// Typed 4-byte ids. Whatever exists in the hundred thousands is an id into an array, never a pointer or a
// string: four bytes, trivially comparable, stable under growth of the array. The tag makes ids of different
// arrays different types. `k_none` is the one "no value"; a default-constructed id is none.
#pragma once
#include <compare>
#include <cstdint>

namespace pairform {

template <class Tag>
struct Id {
  static constexpr std::uint32_t k_none = UINT32_MAX;
  std::uint32_t value = k_none;

  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t v) : value(v) {}
  constexpr explicit Id(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}
  constexpr explicit operator bool() const { return value != k_none; }
  constexpr std::size_t index() const { return value; }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

// Canonical text interned in a StringPool. none = absent (JSON null). Equal texts of one pool have equal ids.
using Text = Id<struct TextTag>;
// Rank of an address in the sorted union of desired and recorded addresses: id order is address order.
using ResourceId = Id<struct ResourceTag>;
// Index into SourceFiles.
using FileId = Id<struct FileTag>;
// Index into TypeTable::types.
using TypeId = Id<struct TypeTag>;

}  // namespace pairform
