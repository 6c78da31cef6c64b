// The parsed forms of structured values, beside their texts. A cell of a row is a Text; where a pass needs what is in
// it (the subnets of a network, the further addresses of a nic) it asks here, and each distinct text is parsed once:
//   run.project.parsed.subnets(run.project.texts(), run.world.prior.cell(network, network_column::subnets))
// None, an absent value, is empty.
//
// A text that does not parse is our own bug, and aborts: every value was checked where it was read (files in
// schema/value_reader.h, state in engine/state/row_reader.h, answers of a provider in engine/read/refresh.h, saved
// plans in engine/write/plan_file.h), and what passes make themselves is written by the canonical_… functions of
// schema/value.h.
//
// Ownership: a Run has one, for the texts of its configuration's pool; what is returned lives as long as that. The
// texts are given with each call, so that a Run can be moved. Cost: one array look-up, and one parse for each text.
// Threads: one at a time, const or not: asking fills the memo. Passes run in one thread.
#pragma once
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/network_change.h"
#include "schema/dense_map.h"
#include "schema/string_pool.h"
#include "schema/value.h"

namespace pairform {

using TextItems = std::vector<std::pair<std::string, std::string>>;  // of a TextMap or IpMap, keys by bytes

class ParsedColumns {
 public:
  const std::vector<Prefix>& prefixes(const StringPool& texts, Text prefix_list) const;
  const std::vector<Subnet>& subnets(const StringPool& texts, Text subnet_map) const;
  const std::vector<std::string>& list(const StringPool& texts, Text text_list) const;
  const TextItems& items(const StringPool& texts, Text text_or_ip_map) const;

 private:
  template <class T>
  struct Memo {
    using ValueId = Id<Memo>;
    TextMap<ValueId> at;   // text -> values
    std::deque<T> values;  // a deque: references stay valid while it grows
  };
  template <class T, class Parse>
  static const T& once(Memo<T>& memo, const StringPool& texts, Text text, Parse parse);

  mutable Memo<std::vector<Prefix>> prefixes_;
  mutable Memo<std::vector<Subnet>> subnets_;
  mutable Memo<std::vector<std::string>> lists_;
  mutable Memo<TextItems> items_;
};

// Both columns of a network at once, for passes that look at few; not remembered. Empty where a text is.
NetworkShape parse_shape(std::string_view spaces, std::string_view subnets);

}  // namespace pairform
