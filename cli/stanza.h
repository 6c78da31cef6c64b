// The stanza that would declare a row: adding it to a file asks for what is there already.
// What TOML cannot take as it is, is escaped. Cost: linear in what is written.
#pragma once
#include <span>
#include <string>

#include "engine/model/columns.h"
#include "engine/model/rows.h"

namespace pairform {

// A basic TOML string, with its quotes. What a terminal would obey or not show is escaped (schema/json_text.h).
std::string toml_string(std::string_view text);
// "{ web = "10.1.1.0/24" }"
std::string inline_table(const TextItems& items);

// A row as state or a plan holds it.
struct StanzaRow {
  std::string_view address;
  std::span<const Text> cells;  // by column of its type
  bool protect = false;
};

std::string network_stanza(const StanzaRow& network, const ParsedColumns& parsed, const StringPool& texts);
// What a pair's stanza says beside its half.
struct PairExtras {
  Text home;             // what the reverse half says of subnets; none: nothing, or there is none
  bool one_way = false;  // there is a forward half, and none back
  // Addresses of the networks that tests of its vms come up in, there and back; none: nothing says so.
  Text test_network, reverse_test_network;
};
// `half`: the forward one where there is one, else the reverse one.
std::string pair_stanza(const StanzaRow& half, const PairExtras& extras, const ParsedColumns& parsed,
                        const StringPool& texts);
// `fixed`: it comes up where no mapping leads, so that target_network has to say it.
std::string vm_stanza(const StanzaRow& vm, bool fixed, const StringPool& texts);
// Of a nic whose landing neither its own address nor what it has already would give again: a dynamic one that lands on
// an address, and a static one that lands dynamic. "": the rules give it.
std::string nic_stanza(const StanzaRow& nic, const StringPool& texts);
// All of a nic's landing, so that no rule decides it any more. "": it lands nowhere.
std::string landing_stanza(const StanzaRow& nic, const ParsedColumns& parsed, const StringPool& texts);

}  // namespace pairform
