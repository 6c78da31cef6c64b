// Reads rows of state from JSON: shared by the state file and the journal, included by their sources only (simdjson
// is slow to compile). The form of a row is specified in state_file.h.
// simdjson's DOM, not its on-demand reader: it checks a whole line before anything is taken from it, costs 10 ms for
// 25 MB, and lets keys stand in any order.
#pragma once
#include <simdjson.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/model/recorded.h"

namespace pairform {

// Parses the lines of one buffer without copying them, but for those so near its end that simdjson would read past it.
class LineParser {
 public:
  explicit LineParser(std::string_view buffer) : end_(buffer.data() + buffer.size()) {}
  // `line` lies in the buffer. False: not a JSON text. The result lives until the next call.
  bool parse(std::string_view line, simdjson::dom::element& out);

 private:
  const char* end_;
  simdjson::dom::parser parser_;
  std::string padded_;
};

class RowReader {
 public:
  RowReader(const TypeTable& types, StringPool& pool) : types_(types), pool_(pool) {}
  // Reads one row and appends its cells; `row.first_cell` is left alone. Returns what is wrong, in words that follow
  // a place ("unknown type \"x\""); empty: nothing is. Cells may have been appended then.
  std::string read(simdjson::dom::element json, StateRow& row, std::vector<Text>& cells);

 private:
  std::string read_address(simdjson::dom::object object, StateRow& row);
  std::string read_key(std::string_view key, simdjson::dom::element value, StateRow& row);
  std::string read_attributes(simdjson::dom::element json, const StateRow& row, std::vector<Text>& cells);
  std::string fill_gaps(const StateRow& row, std::vector<Text>& cells, std::size_t first) const;

  const TypeTable& types_;
  StringPool& pool_;
  std::string scratch_;
};

}  // namespace pairform
