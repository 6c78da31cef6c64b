// Steps, and what comes of them, as tests of providers write them.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "engine/provider.h"

namespace pairform {

// What a step came to in the end: a row (none after a delete), or an error.
struct StepEnd {
  std::optional<CloudRow> row;
  std::optional<ProviderError> error;
  int polls = 0;
};

// Sends one step and polls until it settles.
inline StepEnd run_step(Provider& provider, const CloudStep& step) {
  BeginAnswer answer = provider.begin(std::span(&step, 1)).at(0);
  if (const auto* done = std::get_if<Done>(&answer)) return {done->row, {}, 0};
  if (const auto* error = std::get_if<ProviderError>(&answer)) return {{}, *error, 0};
  const std::string handle = std::get<Accepted>(answer).handle;
  for (int polls = 1; polls <= 1000; ++polls) {
    PollAnswer poll = provider.poll(handle);
    if (const auto* done = std::get_if<Done>(&poll)) return {done->row, {}, polls};
    if (const auto* error = std::get_if<ProviderError>(&poll)) return {{}, *error, polls};
  }
  ADD_FAILURE() << "never settles: " << handle;
  return {};
}

// The code of the error a step ends with; "" if it is done.
inline std::string error_code(const StepEnd& end) { return end.error ? end.error->code : ""; }

// A row as text, for comparing whole rows.
inline std::string row_text(const CloudRow& row) {
  std::string out = row.type + ' ' + row.id + (row.identity == row.id ? "" : " is " + row.identity);
  for (const NamedValue& attribute : row.attributes)
    if (attribute.value) out += ' ' + attribute.name + '=' + *attribute.value;
  if (!row.owner_project.empty()) out += " owner=" + row.owner_project;
  for (const Occupied& address : row.in_use)
    out += " use=" + address.ip + (address.owner == "in use" ? "" : " by " + address.owner);
  if (row.facts_only) out += " facts_only";
  if (row.made_up) out += " made_up";
  if (row.status != Status::Settled) out += ' ' + std::string(status_text(row.status));
  return out;
}

struct Listing {
  std::vector<std::string> rows;    // row_text of each, in the order they came
  std::vector<std::string> unseen;  // "<scope> <code>"
  std::size_t pages = 0;
  std::size_t longest_page = 0;
};

inline Listing observe_all(Provider& provider, const std::vector<std::string>& regions) {
  Listing listing;
  provider.observe(regions, [&](Observation&& page) {
    ++listing.pages;
    listing.longest_page = std::max(listing.longest_page, page.rows.size());
    for (const CloudRow& row : page.rows) listing.rows.push_back(row_text(row));
    for (const Unseen& unseen : page.unseen) listing.unseen.push_back(unseen.scope + ' ' + unseen.error.code);
  });
  return listing;
}

// What a look-up finds: row_text, "absent", or the error's code.
inline std::string find_text(Provider& provider, std::string_view type, std::string_view identity) {
  const LookupAnswer answer = provider.lookup(type, identity);
  if (const auto* row = std::get_if<CloudRow>(&answer)) return row_text(*row);
  if (const auto* error = std::get_if<ProviderError>(&answer)) return error->code;
  return "absent";
}

inline CloudStep network_step(Operation operation, const std::string& region, const std::string& name,
                              const std::string& identity, const std::string& spaces,
                              const std::string& subnets) {
  return {"network",
          operation,
          operation == Operation::Create ? "" : identity,
          identity,
          {{"region", region}, {"name", name}, {"address_space", spaces}, {"subnets", subnets}},
          "contoso-dr"};
}

inline CloudStep mapping_step(Operation operation, const std::string& identity, const std::string& name,
                              const std::string& source, const std::string& target) {
  return {"mapping",
          operation,
          operation == Operation::Create ? "" : identity,
          identity,
          {{"name", name}, {"source", source}, {"target", target}},
          "contoso-dr"};
}

inline CloudStep delete_step(const std::string& type, const std::string& identity) {
  return {type, Operation::Delete, identity, identity, {}, "contoso-dr"};
}

}  // namespace pairform
