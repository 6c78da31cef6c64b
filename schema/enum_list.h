// Enums with texts, each declared once as a list of enumerators and texts: no enumerator can lack its text, and nobody
// has to know which one is the last. An enumerator may be added anywhere in its list; a text, once a file format has
// it, stays.
//   #define PAIRFORM_SHAPES(X) X(Round, "round") X(Square, "square")
//   enum class Shape { PAIRFORM_SHAPES(PAIRFORM_ENUMERATOR) };
//   inline constexpr std::array k_shape_texts{PAIRFORM_SHAPES(PAIRFORM_ENUM_TEXT)};
//   enum_text(k_shape_texts, Shape::Square) == "square"; find_enum<Shape>(k_shape_texts, "round") == Shape::Round
#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace pairform {

#define PAIRFORM_ENUMERATOR(name, text) name,
#define PAIRFORM_ENUM_TEXT(name, text) std::string_view(text),

template <class Enum, std::size_t N>
constexpr std::string_view enum_text(const std::array<std::string_view, N>& texts, Enum value) {
  return texts[static_cast<std::size_t>(value)];
}

// None: no enumerator has that text.
template <class Enum, std::size_t N>
constexpr std::optional<Enum> find_enum(const std::array<std::string_view, N>& texts, std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (texts[i] == text) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace pairform
