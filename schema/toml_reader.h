// Reads a TOML file into plain nodes, so that nothing else knows the parser: this is the only user of toml++.
// Nodes lie in one array in the order of a walk from the top, a table's members sorted by the bytes of their keys, so
// the order in which a file gives its tables does not show. Texts are views into the parser's tree, which the
// document owns: drop the document as soon as its stanzas are read (the tree takes eight times the file).
// Cost: the parse (25-50 MB/s) and one walk. Threads: none shared; a document belongs to one thread.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/source.h"

namespace pairform {

enum class RawKind : std::uint8_t { Table, Array, String, Integer, Number, Boolean, DateTime };

// Where something is written, and how many characters of it are on its first line.
struct Place {
  SourcePosition at;
  std::uint16_t length = 1;
};

struct RawNode {
  std::string_view key;                        // its name in its table; empty in an array and for the top
  std::string_view text;                       // String: its content, escapes resolved
  std::int64_t integer = 0;                    // Integer; Boolean: 0 or 1
  double number = 0;                           // Number
  std::uint32_t line = 0, column = 0;          // of the value; of the header for a table that has one
  std::uint32_t key_line = 0, key_column = 0;  // of the key; 0: it has none
  std::uint32_t end = 0;                       // index of the node after its last descendant
  std::uint16_t length = 1, key_length = 1;
  RawKind kind = RawKind::Table;
};

// Why a text is no TOML.
struct TomlError {
  std::uint32_t line = 1, column = 1;
  std::string description;  // the parser's words
};

class TomlDocument {
 public:
  // The members of a table, the items of an array.
  class Children {
   public:
    class Iterator {
     public:
      Iterator(const RawNode* nodes, std::uint32_t at) : nodes_(nodes), at_(at) {}
      const RawNode& operator*() const { return nodes_[at_]; }
      Iterator& operator++() {
        at_ = nodes_[at_].end;
        return *this;
      }
      friend bool operator!=(const Iterator& a, const Iterator& b) { return a.at_ != b.at_; }

     private:
      const RawNode* nodes_;
      std::uint32_t at_;
    };
    Children(const RawNode* nodes, std::uint32_t parent) : nodes_(nodes), parent_(parent) {}
    Iterator begin() const { return {nodes_, parent_ + 1}; }
    Iterator end() const { return {nodes_, nodes_[parent_].end}; }
    bool empty() const { return nodes_[parent_].end == parent_ + 1; }

   private:
    const RawNode* nodes_;
    std::uint32_t parent_;
  };

  TomlDocument();
  TomlDocument(TomlDocument&&) noexcept;
  TomlDocument& operator=(TomlDocument&&) noexcept;
  ~TomlDocument();

  const RawNode& root() const { return nodes_.front(); }
  const std::vector<RawNode>& nodes() const { return nodes_; }
  Children children(const RawNode& node) const {
    return {nodes_.data(), static_cast<std::uint32_t>(&node - nodes_.data())};
  }
  // The member of that name; null if there is none.
  const RawNode* find(const RawNode& table, std::string_view key) const;
  Place place(const RawNode& node) const { return {{file_, node.line, node.column}, node.length}; }
  // Of its key; of the node itself where it has none.
  Place key_place(const RawNode& node) const;

 private:
  struct Tree;
  class Walk;
  friend std::optional<TomlDocument> read_toml(std::string_view text, FileId file, TomlError& error);

  FileId file_;
  std::vector<RawNode> nodes_;  // never empty once read
  std::unique_ptr<Tree> tree_;
};

// None if `text` is no TOML, and `error` then says why. `text` is not needed afterwards.
std::optional<TomlDocument> read_toml(std::string_view text, FileId file, TomlError& error);

}  // namespace pairform
