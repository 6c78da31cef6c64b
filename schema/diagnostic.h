// What is wrong with what a user wrote, as values: passes append, the command line renders.
// A diagnostic says what is wrong (summary), why (detail), how to fix it (help), and where (spans: the first is
// the primary place; further ones are the other places of a disagreement, each with a label).
// Errors of users are never exceptions and never stop at the first one.
// Threads: a Diagnostics belongs to one thread; a loader's results are appended in file order.
#pragma once
#include <string>
#include <vector>

#include "schema/diagnostic_code.h"
#include "schema/source.h"

namespace pairform {

enum class Severity { Error, Warning, Note };

struct Span {
  SourcePosition at;
  std::uint32_t length = 1;  // characters to underline, at least 1
  std::string label;         // what this place is, empty for the primary one
};

struct Diagnostic {
  Code code{};
  Severity severity = Severity::Error;
  std::string summary;      // one line, no final period: what
  std::string detail;       // why; may be empty
  std::string help;         // how to fix it; may be empty, may have several lines (a stanza to paste)
  std::vector<Span> spans;  // empty: not about a file
  std::string address;      // the resource it is about; empty: none
  std::string needs{};  // address of what would make it moot: dropped where a wrong table declares that; empty: none
  // All that it is about, where that is more than `address`: the nics that a mapping sends to a subnet that is gone.
  std::vector<std::string> concerns{};
};

class Diagnostics {
 public:
  void add(Diagnostic diagnostic) {
    if (diagnostic.severity == Severity::Error) ++errors_;
    items_.push_back(std::move(diagnostic));
  }
  void append(Diagnostics&& other);
  bool has_errors() const { return errors_ != 0; }
  std::size_t errors() const { return errors_; }
  const std::vector<Diagnostic>& items() const { return items_; }
  // Drops those that are moot since `silences(needs)`: one mistake, one message.
  template <class Silences>
  void drop_moot(const Silences& silences) {
    std::erase_if(items_, [&](const Diagnostic& item) { return !item.needs.empty() && silences(item.needs); });
    count_errors();
  }
  // By file and line (files in the order they were read), those without a place last; equal ones once.
  void sort();

 private:
  void count_errors();
  std::vector<Diagnostic> items_;
  std::size_t errors_ = 0;
};

// A short form for the commonest case.
Diagnostic error(Code code, SourcePosition at, std::uint32_t length, std::string summary, std::string detail,
                 std::string help);

// The candidate nearest to `word` if it is near enough to be a slip (Damerau-Levenshtein distance at most a third
// of the longer word, at least 1); empty if none is.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// The same for addresses, none of more than 20,000: the type may be a slip too, but it is the key that must be near.
std::string_view nearest_address(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace pairform
