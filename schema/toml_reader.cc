#include "schema/toml_reader.h"

#include <algorithm>

#include "schema/toml_depth.h"

// The shared library: header-only, 3.3.0 aborts on "[" and newline, and compiles six times slower.
#ifndef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 0
#endif
#include <toml++/toml.h>

namespace pairform {

struct TomlDocument::Tree {
  toml::table table;
};

TomlDocument::TomlDocument() = default;
TomlDocument::TomlDocument(TomlDocument&&) noexcept = default;
TomlDocument& TomlDocument::operator=(TomlDocument&&) noexcept = default;
TomlDocument::~TomlDocument() = default;

// Appends the parser's tree to a document's nodes. Recursion is bounded: the parser refuses nesting beyond 256.
class TomlDocument::Walk {
 public:
  Walk(std::vector<RawNode>& nodes, std::string_view text) : nodes_(nodes), text_(text) {}

  void node(const toml::node& from, const toml::key* key) {
    const std::size_t index = nodes_.size();
    RawNode raw;
    place(from.source(), raw.line, raw.column, raw.length);
    if (key != nullptr) {
      raw.key = key->str();
      place(key->source(), raw.key_line, raw.key_column, raw.key_length);
    }
    scalar(from, raw);
    nodes_.push_back(raw);
    if (const toml::table* table = from.as_table()) {
      for (const auto& member : *table) node(member.second, &member.first);
    } else if (const toml::array* array = from.as_array()) {
      for (const toml::node& item : *array) node(item, nullptr);
    }
    nodes_[index].end = static_cast<std::uint32_t>(nodes_.size());
  }

 private:
  static void scalar(const toml::node& from, RawNode& raw) {
    switch (from.type()) {
      case toml::node_type::string:
        raw.kind = RawKind::String;
        raw.text = from.as_string()->get();
        return;
      case toml::node_type::integer:
        raw.kind = RawKind::Integer;
        raw.integer = from.as_integer()->get();
        return;
      case toml::node_type::floating_point:
        raw.kind = RawKind::Number;
        raw.number = from.as_floating_point()->get();
        return;
      case toml::node_type::boolean:
        raw.kind = RawKind::Boolean;
        raw.integer = from.as_boolean()->get() ? 1 : 0;
        return;
      case toml::node_type::table: raw.kind = RawKind::Table; return;
      case toml::node_type::array: raw.kind = RawKind::Array; return;
      default: raw.kind = RawKind::DateTime;
    }
  }

  void place(const toml::source_region& region, std::uint32_t& line, std::uint32_t& column, std::uint16_t& length) {
    line = region.begin.line;
    column = region.begin.column;
    const std::uint32_t last = region.end.line == line ? region.end.column : line_length(line) + 1;
    length = static_cast<std::uint16_t>(last > column ? std::min(last - column, 0xFFFFU) : 1U);
  }

  // Characters of a line without its end.
  std::uint32_t line_length(std::uint32_t line) {
    if (line_starts_.empty()) {
      line_starts_.push_back(0);
      for (std::size_t at = text_.find('\n'); at != std::string_view::npos; at = text_.find('\n', at + 1))
        line_starts_.push_back(at + 1);
      line_starts_.push_back(text_.size() + 1);
    }
    if (line == 0 || line >= line_starts_.size()) return 0;
    std::string_view text = text_.substr(line_starts_[line - 1], line_starts_[line] - 1 - line_starts_[line - 1]);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return static_cast<std::uint32_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
  }

  std::vector<RawNode>& nodes_;
  std::string_view text_;
  std::vector<std::size_t> line_starts_;  // empty until a value of several lines is met
};

const RawNode* TomlDocument::find(const RawNode& table, std::string_view key) const {
  if (table.kind != RawKind::Table) return nullptr;
  for (const RawNode& child : children(table))
    if (child.key == key) return &child;
  return nullptr;
}

Place TomlDocument::key_place(const RawNode& node) const {
  if (node.key_line == 0) return place(node);
  return {{file_, node.key_line, node.key_column}, node.key_length};
}

std::optional<TomlDocument> read_toml(std::string_view text, FileId file, TomlError& error) {
  TomlDocument document;
  document.file_ = file;
  constexpr std::size_t k_most_dots = 256;  // the parser's own limit for nested arrays and inline tables
  if (const auto line = find_deep_key(text, k_most_dots)) {
    error = {*line, 1, "exceeded maximum nested value depth of 256"};
    return std::nullopt;
  }
  try {
    document.tree_ = std::make_unique<TomlDocument::Tree>(TomlDocument::Tree{toml::parse(text)});
  } catch (const toml::parse_error& caught) {
    error = {caught.source().begin.line, caught.source().begin.column, std::string(caught.description())};
    return std::nullopt;
  }
  document.nodes_.reserve(text.size() / 16);
  TomlDocument::Walk(document.nodes_, text).node(document.tree_->table, nullptr);
  return document;
}

}  // namespace pairform
