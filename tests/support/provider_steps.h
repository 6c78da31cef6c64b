// Steps, and what comes of them, as tests of providers write them.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
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

// Polls until it settles, as often as the provider asks for, but every 10 ms at least: a simulated operation counts polls,
// and one of a cloud that is not asked again yet answers as before.
inline StepEnd settle(Provider& provider, BeginAnswer answer) {
  if (const auto* done = std::get_if<Done>(&answer)) return {done->row, {}, 0};
  if (const auto* error = std::get_if<ProviderError>(&answer)) return {{}, *error, 0};
  const std::string handle = std::get<Accepted>(answer).handle;
  constexpr std::chrono::milliseconds k_longest_pause{10};
  for (int polls = 1; polls <= 6000; ++polls) {
    PollAnswer poll = provider.poll(handle, {});
    if (const auto* done = std::get_if<Done>(&poll)) return {done->row, {}, polls};
    if (const auto* error = std::get_if<ProviderError>(&poll)) return {{}, *error, polls};
    std::this_thread::sleep_for(std::min(std::get<Running>(poll).next_poll, k_longest_pause));
  }
  ADD_FAILURE() << "never settles: " << handle;
  return {};
}

// Sends one step and polls until it settles.
inline StepEnd run_step(Provider& provider, const CloudStep& step) {
  return settle(provider, provider.begin(std::span(&step, 1), {}).at(0));
}

// Sends steps as one request and polls each until it settles.
inline std::vector<StepEnd> run_steps(Provider& provider, const std::vector<CloudStep>& steps) {
  std::vector<StepEnd> ends;
  for (BeginAnswer& answer : provider.begin(steps, {})) ends.push_back(settle(provider, std::move(answer)));
  return ends;
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
  if (!row.note.empty()) out += " note=" + row.note;
  for (const Delegated& one : row.delegated) out += " delegated=" + one.subnet + ':' + one.service;
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

inline Listing observe_all(Provider& provider, const ObserveRequest& request, const CallLimits& limits = {}) {
  Listing listing;
  const auto take = [&](Observation&& page) {
    ++listing.pages;
    listing.longest_page = std::max(listing.longest_page, page.rows.size());
    for (const CloudRow& row : page.rows) listing.rows.push_back(row_text(row));
    for (const Unseen& unseen : page.unseen) listing.unseen.push_back(unseen.scope + ' ' + unseen.error.code);
  };
  provider.observe(request, take, limits);
  return listing;
}
inline Listing observe_all(Provider& provider, const std::vector<std::string>& regions) {
  return observe_all(provider, ObserveRequest{regions, {}, false});
}

// What a look-up finds: row_text, "absent", or the error's code.
inline std::string find_text(Provider& provider, std::string_view type, std::string_view identity) {
  const LookupAnswer answer = provider.lookup({type, identity}, {});
  if (const auto* row = std::get_if<CloudRow>(&answer)) return row_text(*row);
  if (const auto* error = std::get_if<ProviderError>(&answer)) return error->code;
  return "absent";
}

inline CloudStep network_step(Operation operation, const std::string& region, const std::string& name,
                              const std::string& identity, const std::string& spaces, const std::string& subnets) {
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

// `vm`: its identity; `name`: as it is to be called; networks are identities.
inline CloudStep vm_step(Operation operation, const std::string& vm, const std::string& region, const std::string& name,
                         const std::string& network, const std::string& target_region,
                         const std::string& target_network) {
  return {"vm",
          operation,
          operation == Operation::Create ? "" : vm,
          vm,
          {{"region", region},
           {"name", name},
           {"network", network},
           {"target_region", target_region},
           {"target_network", target_network}},
          "contoso-dr"};
}

// Where a nic lands: all that is owned, an empty text where there is none.
inline CloudStep nic_step(Operation operation, const std::string& nic, const std::string& target_subnet,
                          const std::string& target_ip, const std::string& target_secondary = "") {
  const auto value = [](const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
  };
  return {"nic",
          operation,
          operation == Operation::Create ? "" : nic,
          nic,
          {{"target_subnet", value(target_subnet)},
           {"target_ip", value(target_ip)},
           {"target_secondary", value(target_secondary)}},
          "contoso-dr"};
}

inline CloudStep delete_step(const std::string& type, const std::string& identity) {
  return {type, Operation::Delete, identity, identity, {}, "contoso-dr"};
}

}  // namespace pairform
