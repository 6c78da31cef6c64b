// A vm's update and its nics are one request with the whole list of NICs, made from the item as it was read a moment ago.
#include <fmt/format.h>

#include <algorithm>

#include "providers/azure/arm/failures.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/identity.h"
#include "providers/azure/item_steps.h"
#include "providers/azure/replication_checks.h"
#include "providers/azure/view.h"
#include "schema/check.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

// The source NIC that the project calls so, folded ARM id; "" where the item lists none of that name.
std::string source_nic(const ProtectedItem& item, const CloudStep& step) {
  std::vector<std::string> ids;
  for (const ItemNic& nic : item.nics) ids.push_back(nic.source);
  const std::vector<std::string> names = nic_names(ids);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (nic_identity(vm_of(step), names[i]) == step.identity) return ascii_lower(ids[i]);
  return {};
}

NicChange nic_change(const CloudStep& step, const std::string& source) {
  NicChange out;
  out.nic = source;
  out.subnet = given(step, "target_subnet");
  out.address = given(step, "target_ip");
  if (const std::string secondary = given(step, "target_secondary"); !secondary.empty()) {
    auto entries = parse_text_map(secondary);
    PAIRFORM_CHECK(entries.has_value());
    out.secondary = std::move(*entries);
  }
  out.test_subnet = given(step, "test_subnet");
  out.test_address = given(step, "test_ip");
  return out;
}

// What is chosen for the machine over there: the service does not take it when replication is enabled, so it goes with the
// first landing of a nic.
void add_machine(ItemChange& change, const CloudStep& step) {
  for (const auto& [name, to] : {std::pair("target_name", &change.name), std::pair("target_size", &change.size)})
    if (const auto chosen = find_value(step.extras, name)) *to = std::string(*chosen);
}

std::variant<ItemChange, ProviderError> item_change(const StepRun& run, const ProtectedItem& item,
                                                    const Writing& with) {
  ItemChange change;
  for (const CloudStep& step : run.group) {
    if (step.type == "vm") {
      if (auto error = add_networks(change, step, with)) return std::move(*error);
      continue;
    }
    const std::string source = source_nic(item, step);
    if (source.empty())
      return invalid(
          "NicNotFound",
          fmt::format("the replication of {} has no NIC {}", last_segment(item.machine), last_segment(step.identity)),
          "NICs that a machine gets after it was enabled are not replicated: disable and enable it");
    change.nics.push_back(nic_change(step, source));
    add_machine(change, step);
  }
  return change;
}

// Is it one that this NIC has in that network now?
bool has_now(const ProtectedItem& item, const NicChange& nic, const std::string& network, const std::string& address) {
  return std::any_of(item.nics.begin(), item.nics.end(), [&](const ItemNic& each) {
    if (!same_word(each.source, nic.nic)) return false;
    return std::any_of(each.configurations.begin(), each.configurations.end(), [&](const ItemConfiguration& one) {
      return (same_word(each.recovery_network, network) && one.recovery_address == address) ||
             (same_word(each.test_network, network) && one.test_address == address);
    });
  });
}

// Addresses that are new in a network of which it is not certain who sits in it.
std::optional<ProviderError> check_addresses(const StepRun& run, const ProtectedItem& item, const ItemChange& change,
                                             const Writing& with) {
  if (run.sent) return std::nullopt;
  const auto view = with.reader.observed();
  PAIRFORM_CHECK(view != nullptr);
  const auto doubtful = [&](const std::string& network) {
    return view->unread.contains(ascii_lower(network)) ||
           std::any_of(view->expanded.begin(), view->expanded.end(),
                       [&](const VirtualNetwork& each) { return same_word(each.id, network); });
  };
  const std::string network = change.network.value_or(item.selected_network),
                    tested = change.test_network.value_or(item.test_network);
  for (const NicChange& nic : change.nics) {
    std::vector<std::pair<std::string, std::string>> given{{network, nic.address}};
    for (const auto& [name, address] : nic.secondary) given.emplace_back(network, address);
    if (nic.test_address) given.emplace_back(tested, *nic.test_address);
    for (const auto& [in, address] : given) {
      if (in.empty() || address.empty() || !doubtful(in) || has_now(item, nic, in, address)) continue;
      if (auto error = check_address(with, in, address)) return error;
    }
  }
  return std::nullopt;
}

std::optional<Move> locate_landing(StepRun& run, const Writing& with) {
  if (!run.id.empty()) return std::nullopt;
  const std::string recorded = run.step.type == "vm" ? run.step.id : std::string();
  Reader::IdAnswer found = with.reader.item_id(vm_of(run.step), recorded, with.limits);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  if (auto* id = std::get_if<std::string>(&found)) {
    run.id = *id;
    return std::nullopt;
  }
  return invalid("NotReplicated", fmt::format("{} is not replicated any more", vm_of(run.step)), "plan again");
}

// "NIC web0-front: subnet web, address 10.2.0.10"; of a vm its networks. "": the step writes none of it.
std::string in_short(const CloudStep& step) {
  std::string out;
  for (const auto& [name, word] : {std::pair("target_network", "network"),
                                   {"target_subnet", "subnet"},
                                   {"target_ip", "address"},
                                   {"target_secondary", "further addresses"},
                                   {"test_network", "network of tests"},
                                   {"test_subnet", "subnet of tests"},
                                   {"test_ip", "address of tests"}})
    if (const std::string value = given(step, name); !value.empty())
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", word, value);
  return out.empty() || step.type == "vm" ? out : fmt::format("NIC {}: {}", last_segment(step.identity), out);
}

void name_mapping(ProviderError& error, const Failure& known, const CloudStep& step, const Writing& with) {
  const std::string source = given(step, "network"), region = canonical_region(given(step, "target_region"));
  if (step.type != "vm" || source.empty() || region.empty()) return;
  const std::string mapping = fmt::format("the mapping from network {} to {}", source, region);
  const LookupAnswer there = with.reader.lookup({"mapping", half_identity(source, region)}, with.limits);
  error.message += fmt::format("; {} {}", mapping,
                               std::holds_alternative<CloudRow>(there)       ? "is there"
                               : std::holds_alternative<AbsentAnswer>(there) ? "is not there"
                                                                             : "could not be looked for");
  const bool is_there = std::holds_alternative<CloudRow>(there);
  if (const std::size_t at = error.help.find(known.help); at != error.help.npos)
    error.help.replace(at, known.help.size(),
                       is_there
                           ? std::string("run it again, since it is there by now; if it stays so, see in the portal "
                                         "which network it leads to")
                           : fmt::format("plan again: the plan shows {}, which has to come first", mapping));
}

}  // namespace

void say_what_was_asked_for(ProviderError& error, const StepRun& run, const Writing& with) {
  const Failure* known = find_failure(error.code, error.message);
  if (known == nullptr) return;
  if (known->name == "Target network settings") name_mapping(error, *known, run.step, with);
  if (known->name != "28020" || (run.underway && run.underway->told_by_job)) return;
  std::string asked;
  for (const CloudStep& step : run.group)
    if (const std::string words = in_short(step); !words.empty()) asked += (asked.empty() ? "" : "; ") + words;
  if (asked.empty()) return;
  if (error.message.ends_with('.')) error.message.pop_back();
  error.message = as_one_line(fmt::format("{}; asked for: {}", error.message, asked));
}

Move advance_nics(StepRun& run, const Writing& with) {
  if (auto end = locate_landing(run, with)) return std::move(*end);
  ItemAnswer found = find_item(with, run.id);
  if (auto* error = std::get_if<ProviderError>(&found)) return std::move(*error);
  if (std::holds_alternative<Missing>(found))
    return invalid("NotReplicated",
                   fmt::format("{} is not replicated any more, or goes the other way round", vm_of(run.step)),
                   "plan again");
  const FoundItem& there = std::get<FoundItem>(found);
  run.id = there.item.id;
  with.reader.made("vm", vm_of(run.step), run.id);
  if (run.sent && there.item.status.status == Status::Busy) return Waits{there.item.status.because, {}};
  if (there.item.status.status != Status::Settled) return held(there.item);
  auto asked = item_change(run, there.item, with);
  if (auto* error = std::get_if<ProviderError>(&asked)) return std::move(*error);
  const ItemChange& change = std::get<ItemChange>(asked);
  if (shows_change(there.thing.root, change)) return Reached{};
  if (auto error = check_addresses(run, there.item, change, with)) return std::move(*error);
  auto body = item_change_body(there.thing.root, change);
  if (auto* error = std::get_if<ProviderError>(&body)) return std::move(*error);
  ArmRequest patch = *request(Call::ChangeItem, with.session.settings, run.id);
  patch.body = std::get<std::string>(std::move(body));
  return send(run, with, Underway::Service::SiteRecovery, patch,
              fmt::format("landing of {}", last_segment(there.item.machine)));
}

}  // namespace pairform::azure
