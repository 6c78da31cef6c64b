// Typed 4-byte ids. Whatever exists in the hundred thousands is an id into an array, never a pointer or a
// string: four bytes, trivially comparable, stable under growth of the array. The tag makes ids of different
// arrays different types, so that the row of one table cannot be looked up in another.
// A default-constructed id is none; `k_none` is none of whatever type it is compared with or assigned to.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>

namespace pairform {

struct NoId {};
inline constexpr NoId k_none{};

template <class Tag>
struct Id {
  static constexpr std::uint32_t k_none_value = UINT32_MAX;
  std::uint32_t value = k_none_value;

  constexpr Id() = default;
  constexpr Id(NoId) {}  // NOLINT(google-explicit-constructor): `PriorId origin = k_none`
  constexpr explicit Id(std::uint32_t v) : value(v) {}
  constexpr explicit Id(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}
  constexpr explicit operator bool() const { return value != k_none_value; }
  constexpr std::size_t index() const { return value; }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr bool operator==(Id id, NoId) { return id.value == k_none_value; }
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
// Index into Declarations::items: a stanza of the files.
using DeclarationId = Id<struct DeclarationTag>;

}  // namespace pairform
