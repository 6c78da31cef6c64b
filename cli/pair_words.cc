#include "cli/pair_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

class PairWords {
 public:
  explicit PairWords(element plan) : plan_(plan) {
    for (const element step : array(plan["steps"])) {
      const std::string address = plan_value(step["address"]), operation = plan_value(step["operation"]);
      const std::int64_t number = step["step"];
      if (operation == "delete") leaves_[address] = number;
      if (operation == "create" || operation == "adopt") arrives_[address] = number;
      if (operation == "adopt") adopted_.insert(address);
      if (operation == "update") updates_[address] = number;
    }
    for (const element change : array(plan["changes"]))
      if (!change["pair"].is_null()) halves_.emplace(plan_value(change["address"]), change);
  }

  std::string broken();
  std::string exposure();

 private:
  using Steps = std::map<std::string, std::int64_t>;
  // Where there is nothing to tell: no text.
  std::string broken_half(element change) const;
  std::string broken_remap(const std::string& address, std::int64_t arrival) const;
  std::string not_repaired(element half) const;
  std::string why_not(const std::string& address, const std::string& because) const;
  void exposed(element change);
  std::string old_end(const std::string& half) const;
  void expose(element change, const std::string& network, const std::string& words);
  void left_without(element use);
  static bool is_missing(const std::string& reason) { return reason == "half_missing" || reason == "drifted"; }

  element plan_;
  Steps leaves_, arrives_, updates_;       // address -> step by which it goes, comes, is updated
  std::map<std::string, element> halves_;  // address -> its change
  std::set<std::string> adopted_;
  std::string lines_;
};

// "no way back, network.dr -> network.app is missing; step 3 creates it"
std::string PairWords::broken_half(element change) const {
  const std::string address = plan_value(change["address"]), reason = plan_value(change["reason"]);
  const element after = change["after"];
  if (after.is_null()) return {};
  const std::string source = plan_value(after["source"]), target = plan_value(after["target"]);
  const auto arrives = arrives_.find(address), updated = updates_.find(address);
  if (reason == "half_crossed" && !change["before"].is_null()) {
    const std::string is = plan_value(change["before"]["target"]);
    return fmt::format("{} leads to {}, not to {}{}", source, is, target,
                       updated == updates_.end() ? "" : fmt::format("; step {} puts it right", updated->second));
  }
  if (!is_missing(reason) || arrives == arrives_.end()) return {};
  if (std::string remap = broken_remap(address, arrives->second); !remap.empty()) return remap;
  return fmt::format("no way {}, {} -> {} is missing; step {} creates it",
                     address.ends_with(".reverse") ? "back" : "over", source, target, arrives->second);
}

// A pair that was led elsewhere by half: the old way back was deleted, then the update of mapping.app.forward failed. What
// is broken is that the old target has no way back: "network.app still leads to network.dr, and has no way back; step 1
// leads it to network.dr2, step 2 creates network.dr2 -> network.app". "" where the mirror stays as it is.
std::string PairWords::broken_remap(const std::string& address, std::int64_t arrival) const {
  const auto updated = updates_.find(mirror_half(address));
  if (updated == updates_.end()) return {};
  const element mirror = halves_.at(mirror_half(address));
  const std::string was = old_end(address), is = plan_value(mirror["after"]["target"]);
  if (was == is) return {};
  const std::string source = plan_value(mirror["after"]["source"]);
  return fmt::format("{} still leads to {}, and has no way {}; step {} leads it to {}, step {} creates {} -> {}",
                     source, was, address.ends_with(".reverse") ? "back" : "over", updated->second, is, arrival, is,
                     source);
}

// A half that no step of this plan repairs: it is held, unknown or left out.
std::string PairWords::not_repaired(element half) const {
  const std::string address = plan_value(half["address"]);
  const std::string because = why_not(address, plan_value(half["because"]));
  const std::string source = plan_value(half["source"]), target = plan_value(half["target"]);
  if (half["found"].is_null())
    return fmt::format("no way {}, {} -> {} is missing; not repaired by this plan{}",
                       address.ends_with(".reverse") ? "back" : "over", source, target, because);
  return fmt::format("{} leads to {}, not to {}; not repaired by this plan{}", source, plan_value(half["found"]),
                     target, because);
}

// Why this plan leaves a half alone, and what can be done. A machine that is away needs its way home before its failover
// can be finished, and pairform touches nothing until then: so that half is put right by hand.
std::string PairWords::why_not(const std::string& address, const std::string& because) const {
  for (const element held : array(plan_["held"])) {
    if (plan_value(held["address"]) != address) continue;
    const std::string who = held["because"].is_null() ? std::string() : plan_value(held["because"]);
    const std::string status = plan_value(held["status"]);
    if (type_of(who) != "vm" || status == "busy") break;
    return fmt::format(": {} is {}; put it right by hand, that vm comes home by this pair", who, status);
  }
  if (because.empty()) return {};
  return (parse_address(because) ? ": it depends on " : ": ") + because;
}

std::string PairWords::broken() {
  std::map<std::string, std::string> of_pair;  // address of the pair -> what is wrong
  const auto add = [&](const std::string& address, const std::string& words) {
    if (words.empty()) return;
    std::string& line = of_pair[std::string(pair_of(address))];
    line += line.empty() ? words : ". Also: " + words;
  };
  for (const element change : array(plan_["changes"])) {
    if (change["pair"].is_null()) continue;
    add(plan_value(change["address"]), broken_half(change));
  }
  array beside;  // plans of older versions lack it
  if (plan_["broken"].get(beside) == simdjson::SUCCESS)
    for (const element half : beside) add(plan_value(half["address"]), not_repaired(half));
  std::string out;
  for (const auto& [pair, words] : of_pair) out += fmt::format("  {}: {}\n", pair, words);
  return out;
}

// Where the mirror of a missing half leads until this plan leads it to the network of the half: "network.dr" of an
// update of mapping.app.forward from network.dr to network.dr2. The network of the half itself if files led it there
// before; also if somebody pointed it elsewhere by hand, as nobody knows whether a way leads back from there.
std::string PairWords::old_end(const std::string& half) const {
  const element change = halves_.at(mirror_half(half));
  const bool by_files = plan_value(change["reason"]) != "half_crossed" && !change["before"].is_null();
  return plan_value(change[by_files ? "before" : "after"]["target"]);
}

void PairWords::expose(element change, const std::string& network, const std::string& words) {
  lines_ += fmt::format("  {}: {} {}\n", plan_value(change["pair"]), network, words);
}

void PairWords::exposed(element change) {
  const std::string address = plan_value(change["address"]), reason = plan_value(change["reason"]);
  if (change["pair"].is_null() || change["after"].is_null()) return;
  const bool reverse = address.ends_with(".reverse");
  const std::string source = plan_value(change["after"]["source"]);
  const std::string none = fmt::format("has no way {}", reverse ? "back" : "over");
  const auto leaves = leaves_.find(address), arrives = arrives_.find(address), updated = updates_.find(address);
  if (reason == "half_crossed" && updated != updates_.end() && !change["before"].is_null() && leaves == leaves_.end())
    return expose(change, source,
                  fmt::format("leads to {} until step {}", plan_value(change["before"]["target"]), updated->second));
  if (arrives == arrives_.end()) return;
  // Another half leaves, and this one is in the cloud already as it should be.
  if (adopted_.contains(address) && updated == updates_.end()) return;
  // A way back that comes alone comes to a way over that is there.
  const bool missing = is_missing(reason) || (reverse && !arrives_.contains(mirror_half(address)));
  if (leaves == leaves_.end() && (!missing || plan_value(change["action"]) == "adopt"))
    return;  // what is adopted is there
  // Found, and pointed where it belongs: it is right after the update.
  const std::int64_t there = updated == updates_.end() ? arrives->second : updated->second;
  // Until the mirror is pointed elsewhere it is the old network that has none, from then on the new one.
  const auto turned = updates_.find(mirror_half(address));
  if (leaves == leaves_.end()) {
    const std::string old = turned == updates_.end() || turned->second > there ? source : old_end(address);
    if (old == source) return expose(change, source, fmt::format("{} until step {}", none, there));
    expose(change, old, fmt::format("{} until step {}", none, turned->second));
    return expose(change, source, fmt::format("{} between steps {} and {}", none, turned->second, there));
  }
  std::int64_t from = leaves->second;
  if (turned != updates_.end() && !change["before"].is_null() && turned->second > from && turned->second < there) {
    expose(change, plan_value(change["before"]["source"]),
           fmt::format("{} between steps {} and {}", none, from, turned->second));
    from = turned->second;
  }
  expose(change, source, fmt::format("{} between steps {} and {}", none, from, there));
}

// Machines that this plan leaves without a half: "mapping.app: vm.web0 and vm.web1 have no way back from step 2 on".
void PairWords::left_without(element use) {
  const std::string address = plan_value(use["address"]);
  const auto leaves = leaves_.find(address), updated = updates_.find(address);
  std::vector<std::string> machines;
  for (const element machine : array(use["machines"])) machines.push_back(plan_value(machine));
  const std::size_t count = machines.size();
  machines.resize(std::min(count, k_most_listed));
  const auto step = leaves != leaves_.end() ? leaves->second : updated != updates_.end() ? updated->second : 0;
  lines_ += fmt::format("  {}: {} {} no way {} from step {} on\n", pair_of(address), list_text(machines, count),
                        count == 1 ? "has" : "have", plan_value(use["way"]), step);
}

std::string PairWords::exposure() {
  for (const element change : array(plan_["changes"])) exposed(change);
  array left;  // plans of older versions lack it
  if (plan_["exposed"].get(left) == simdjson::SUCCESS)
    for (const element use : left) left_without(use);
  return std::move(lines_);
}

}  // namespace

std::string mirror_half(std::string_view half) {
  return std::string(pair_of(half)) + (half.ends_with(".reverse") ? ".forward" : ".reverse");
}

std::string plan_json_value(element json) { return escape_for_terminal(simdjson::minify(json)); }

std::string plan_value(element json) {
  std::string_view out;
  if (json.get(out) == simdjson::SUCCESS) return escape_for_terminal(out);
  return json.is_null() ? std::string("nothing") : plan_json_value(json);
}

std::string broken_pairs_text(element plan) { return PairWords(plan).broken(); }

std::string exposure_text(element plan) { return PairWords(plan).exposure(); }

}  // namespace pairform
