// One of the states that are merged, line by line, without parsing what pairform has written: `{"address":"network.app",…`.
// Internal to merge.cc (simdjson is slow to compile).
//
// Rows are sorted by address, and every line ends; where one of that is not so the state is not sound, and reading ends. What
// exactly is wrong the reader of state says (state_file.h). Views are into the bytes given, or texts of the pool.
#pragma once
#include <string_view>

#include "engine/state/row_reader.h"

namespace pairform {

class MergeLines {
 public:
  MergeLines(std::string_view bytes, StringPool& pool);

  std::string_view header() const { return header_; }  // the first line; empty: there is none
  bool is_sound() const { return sound_; }             // as far as it was read
  void damage() { sound_ = false; }                    // what was found elsewhere
  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }  // what was not read yet, from the start of a line

  // Of the row that comes next. Empty: there is none.
  std::string_view address();
  std::string_view line() const { return line_; }  // without its end; after address()
  void take();                                     // passes over it; after address()
  // Passes over the `size` bytes of the next row, whose address somebody else has read.
  void skip(std::size_t size, std::string_view address);

  // The line of a row, found by halving. Empty: there is none.
  std::string_view find(std::string_view wanted);
  // False: `line`, which lies in the bytes, is not JSON. The result lives until the next call.
  bool parse(std::string_view line, simdjson::dom::element& out) { return parser_.parse(line, out); }

 private:
  std::string_view address_of(std::string_view line);

  StringPool& pool_;
  LineParser parser_;
  std::string_view header_, rows_, rest_;
  std::string_view line_, address_;  // of the row that comes next, once it was looked at
  std::size_t size_ = 0;             // of its line with the end; 0: not looked at
  std::string_view last_;            // the address of the row before
  bool sound_ = true;
};

// The address in a line as pairform writes it; empty where the line begins otherwise.
std::string_view canonical_address(std::string_view line);

}  // namespace pairform
