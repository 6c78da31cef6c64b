#include "cli/render_plan.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/drift_words.h"
#include "cli/landing_table.h"
#include "cli/pair_words.h"
#include "cli/plan_parts.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

// What an action is called, and what it means for a vm and for a nic.
struct Symbol {
  std::string_view action, symbol, colour, of_vm, of_nic;
};
constexpr Symbol k_symbols[] = {
    {"create", "+", "32", "enable replication", "set its landing"},
    {"update", "~", "33", "update", "change its landing"},
    {"replace", "-/+", "35", "disable replication and enable it anew", "set its landing anew"},
    {"delete", "-", "31", "disable replication", "drop its landing"},
    {"move", ">", "36", "move", "move"},
    {"forget", ".", "36", "forget", "forget"},
    {"adopt", "<", "36", "adopt", "adopt"}};

const Symbol& symbol_of(std::string_view action) {
  for (const Symbol& each : k_symbols)
    if (each.action == action) return each;
  return k_symbols[0];
}

constexpr std::size_t k_most_lines = 12;  // of a section

class PlanText {
 public:
  PlanText(element root, const PlanTextOptions& options) : root_(root), options_(options) {}

  std::string write() {
    out_ = fmt::format("Plan for {} ({}, edition {}){}\n", plan_value(root_["project"]), plan_value(root_["provider"]),
                       plan_value(root_["edition"]),
                       options_.offline ? ", offline: against recorded state, not the cloud" : "");
    if (!options_.verbose) folded_ = adopted_as_is(root_);
    step_numbers();
    block("Broken pairs found:", broken_pairs_text(root_));
    changes();
    placements();
    steps();
    if (element also; root_["also"].get(also) == simdjson::SUCCESS)
      section("also", "Also, brought about by these steps:", [&](element e) {
        return fmt::format("{}: {}", plan_value(e["address"]), plan_value(e["text"]));
      });
    block("Exposure, should the region be lost meanwhile:", exposure_text(root_));
    drift();
    section(select("records", is_fact), "The cloud says otherwise than recorded:", [&](element e) {
      return fmt::format("{} {}: recorded {}, found {}", plan_value(e["address"]), plan_value(e["attribute"]),
                         plan_value(e["before"]), plan_value(e["after"]));
    });
    section(select("records", [](element e) { return !is_fact(e); }),
            "Recorded only, no change in the cloud:", [&](element e) {
              return fmt::format("{} {}: {} -> {}", plan_value(e["address"]), plan_value(e["attribute"]),
                                 plan_value(e["before"]), plan_value(e["after"]));
            });
    section("held", "Held, left alone:", [&](element e) {
      return fmt::format("{} ({}{})", plan_value(e["address"]), plan_value(e["status"]), because(e));
    });
    grouped("unknown", "Unknown, nothing is done about it:");
    grouped("left_out", "Left out by the options given:");
    section("foreign", "Foreign, not touched:", [&](element e) {
      return fmt::format("{} ({} -> {})", plan_value(e["id"]), plan_value(e["source"]), plan_value(e["target"]));
    });
    summary();
    return std::move(out_);
  }

 private:
  element at(std::string_view key) { return root_[key]; }
  // The items of a member, which need not be there.
  std::vector<element> items(std::string_view key) const {
    array list;
    if (root_[key].get(list) != simdjson::SUCCESS) return {};
    return {list.begin(), list.end()};
  }
  static std::string because(element e) { return e["because"].is_null() ? "" : ": " + plan_value(e["because"]); }

  void block(std::string_view title, const std::string& lines) {
    if (!lines.empty()) out_ += fmt::format("\n{}\n{}", paint("1", title, options_.colour), lines);
  }
  template <class Wanted>
  std::vector<element> select(std::string_view key, Wanted wanted) {
    std::vector<element> items;
    for (const element item : array(root_[key]))
      if (wanted(item)) items.push_back(item);
    return items;
  }
  // A line an item, at most k_most_lines unless everything was asked for.
  template <class Line>
  void section(std::string_view key, std::string_view title, Line line) {
    section(select(key, [](element) { return true; }), title, line);
  }
  template <class Line>
  void section(const std::vector<element>& items, std::string_view title, Line line) {
    std::string lines;
    std::size_t shown = 0;
    for (const element item : items) {
      if (shown++ == k_most_lines && !options_.verbose) {
        lines += fmt::format("  and {} more; --verbose lists them\n", items.size() - k_most_lines);
        break;
      }
      lines += fmt::format("  {}\n", line(item));
    }
    block(title, lines);
  }

  void step_numbers();
  void grouped(std::string_view key, std::string_view title);
  void changes();
  void open_block(const std::string& block, element item);
  std::string reason(element item, bool nic) const;
  void change(element item, const std::string& block);
  void attributes(element item, std::string_view action);
  void half_attributes(element item, std::string_view action);
  void torn_pair(element before, const std::string& indent);
  void changed_attributes(element item);
  void vm_attributes(element item, std::string_view action);
  std::string target_reason(const std::string& vm) const;
  void placements();
  void steps();
  void drift();
  std::string nothing_to_do(std::int64_t unchanged) const;
  void summary();

  element root_;
  const PlanTextOptions& options_;
  std::string out_;
  std::set<std::string> folded_;                  // addresses that are adopted as they are, and not shown
  std::set<std::int64_t> folded_steps_;           // their steps
  std::string why_alone_;                         // "unknown or held"; empty: nothing is left alone
  std::map<std::string, std::string> action_of_;  // address -> action
  std::map<std::string, element> links_;          // of vms
};

void PlanText::step_numbers() {
  for (const auto& [key, words] : {std::pair("unknown", "unknown"), std::pair("held", "held"),
                                   std::pair("left_out", "left out by the options given")}) {
    if (!items(key).empty()) why_alone_ += fmt::format("{}{}", why_alone_.empty() ? "" : " or ", words);
  }
  for (const element item : array(root_["changes"])) {
    action_of_[plan_value(item["address"])] = plan_value(item["action"]);
  }
  array links;
  if (root_["links"].get(links) == simdjson::SUCCESS)
    for (const element link : links)
      if (type_of(std::string_view(link["address"])) == "vm") links_[plan_value(link["address"])] = link;
  for (const element step : array(root_["steps"])) {
    if (folded_.contains(plan_value(step["address"]))) folded_steps_.insert(step["step"]);
  }
}

// Networks of a half as `a -> b`.
std::string ends(element row) { return fmt::format("{} -> {}", plan_value(row["source"]), plan_value(row["target"])); }

// A pair is one block with its halves in it (mapping.m with forward and reverse), a vm one with its nics; networks that
// stand next to each other are one block too. A blank line stands before each block.
void PlanText::changes() {
  std::optional<std::string> block;  // the pair or vm that the last change belongs to, "" of a network; none before it
  for (const element item : array(root_["changes"])) {
    const std::string address = plan_value(item["address"]);
    if (folded_.contains(address)) continue;
    std::string of = item["pair"].is_null() ? std::string() : plan_value(item["pair"]);
    if (type_of(address) == "vm") of = vm_of_nic(address);
    if (of != block) {
      out_ += "\n";
      if (!of.empty()) open_block(of, item);
    }
    block = of;
    change(item, of);
  }
}

// The line that names the pair of a block, or a vm that has no change of its own while its nics have.
void PlanText::open_block(const std::string& block, element item) {
  if (item["pair"].is_null()) {
    if (!action_of_.contains(block)) out_ += fmt::format("        {}  stays replicated as it is\n", block);
    return;
  }
  const element row = item["after"].is_null() ? item["before"].value() : item["after"].value();
  const bool reverse = plan_value(item["address"]).ends_with(".reverse");
  out_ += fmt::format("  {}  {} <-> {}\n", block, plan_value(row[reverse ? "target" : "source"]),
                      plan_value(row[reverse ? "source" : "target"]));
}

std::string PlanText::reason(element item, bool nic) const {
  const std::string reason = plan_value(item["reason"]);
  if (reason == "not_declared" && options_.destroy) return "destroy was asked for";
  if (reason == "not_recorded" && nic) return "none is recorded";
  if (reason == "not_recorded" && !item["because"].is_null())
    return fmt::format("no file declares it, {} needs it", plan_value(item["because"]));
  if (reason == "half_missing") {  // where its mirror is led elsewhere by this plan, it is not there yet
    const auto mirror = action_of_.find(mirror_half(plan_value(item["address"])));
    if (mirror != action_of_.end() && mirror->second == "update") return "this half is missing in the cloud";
  }
  return std::string(reason_words(reason));
}

void PlanText::change(element item, const std::string& block) {
  const std::string action = plan_value(item["action"]), address = plan_value(item["address"]);
  const bool inside = !block.empty() && address != block, nic = inside && item["pair"].is_null();
  const Symbol& symbol = symbol_of(action);
  const std::string why = reason(item, nic);
  const std::string shown = inside ? address.substr(address.rfind('.') + 1) : address;
  const std::string mark = fmt::format("{}{} ",
                                       nic      ? "        "
                                       : inside ? "    "
                                                : "  ",
                                       paint(symbol.colour, fmt::format("{:>3}", symbol.symbol), options_.colour));
  if (nic && action == "delete" && action_of_[block] == "delete") {
    out_ += fmt::format("{}{}\n", mark, shown);  // it goes with its vm
    return;
  }
  const std::string_view words = nic ? symbol.of_nic : block == address ? symbol.of_vm : symbol.action;
  out_ += fmt::format("{}{}  {}{}\n", mark, inside && !nic ? fmt::format("{:<7}", shown) : shown, words,
                      why.empty() ? "" : fmt::format(": {}", why));
  const std::string indent(nic ? 16 : 12, ' ');
  if (!item["previous_address"].is_null())
    out_ += fmt::format("{}was {}\n", indent, plan_value(item["previous_address"]));
  if (!item["because"].is_null() && plan_value(item["reason"]) != "not_recorded")
    out_ += fmt::format("{}because of {}\n", indent, plan_value(item["because"]));
  if (element note; item["note"].get(note) == simdjson::SUCCESS)
    out_ += fmt::format("{}the cloud remarks: {}\n", indent, plan_value(note));
  if (nic) {
    if (action == "update" || action == "replace") changed_attributes(item);
  } else if (block == address) {
    vm_attributes(item, action);
  } else {
    attributes(item, action);
  }
}

void PlanText::half_attributes(element item, std::string_view action) {
  const std::string indent(12, ' ');
  const element before = item["before"], after = item["after"];
  if (action != "update" && action != "replace") {
    out_ += fmt::format("{}{}\n", indent, ends(after.is_null() ? before : after));
    return;
  }
  const bool found = !item["adopted_id"].is_null();
  if (!before.is_null() && ends(before) == ends(after)) {  // another half leaves its place, and this one is there
    out_ += fmt::format("{}{}{}\n", indent, ends(after), found ? ", found in the cloud" : "");
    return;
  }
  if (!before.is_null())
    out_ += fmt::format("{}{}  {}{}\n", indent, found ? "was " : "from", ends(before),
                        found ? ", not recorded in this project" : "");
  if (found && !before.is_null()) torn_pair(before, indent);
  out_ += fmt::format("{}to    {}\n", indent, ends(after));
}

// Where the half that is led elsewhere is half of a whole pair: that one is torn.
void PlanText::torn_pair(element before, const std::string& indent) {
  for (const element foreign : array(root_["foreign"]))
    if (plan_value(foreign["source"]) == plan_value(before["target"]) &&
        plan_value(foreign["target"]) == plan_value(before["source"]))
      out_ += fmt::format("{}this tears the whole pair {} <-> {}: its other half stays\n", indent,
                          plan_value(before["source"]), plan_value(before["target"]));
}

void PlanText::changed_attributes(element item) {
  const element before = item["before"], after = item["after"];
  const bool nic = vm_of_nic(std::string_view(item["address"])) != std::string_view(item["address"]);
  for (const element name : array(item["changed"])) {
    const std::string_view key = name;
    const std::string because = key == "target_network" ? target_reason(plan_value(item["address"])) : std::string();
    const std::string was = before.is_null() ? "nothing" : plan_value(before[key]), is = plan_value(after[key]);
    if (was == is && !nic) continue;
    out_ += fmt::format(
        "{}{}: {}{}\n", std::string(nic ? 16 : 12, ' '), plan_value(name),
        was == is ? is + ", in the network that its vm comes up in now" : fmt::format("{} -> {}", was, is), because);
  }
}

void PlanText::attributes(element item, std::string_view action) {
  if (!item["pair"].is_null()) return half_attributes(item, action);
  const std::string indent(12, ' ');
  if (action == "replace" && !item["adopted_id"].is_null())
    out_ += fmt::format("{}{} in {} is there already, and takes its place\n", indent, plan_value(item["after"]["name"]),
                        plan_value(item["after"]["region"]));
  if (action == "update" || action == "replace") return changed_attributes(item);
  const element row = item["after"].is_null() ? item["before"] : item["after"];
  if (row.is_null()) return;
  out_ += fmt::format("{}{} in {}{}\n", indent, plan_value(row["name"]), plan_value(row["region"]),
                      bool(row["existing"]) ? ", made elsewhere" : "");
  if (action == "create")
    out_ += fmt::format("{}address_space {}, subnets {}\n", indent, plan_json_value(row["address_space"]),
                        plan_json_value(row["subnets"]));
}

// ", because mapping.m says so"
std::string PlanText::target_reason(const std::string& vm) const {
  const auto link = links_.find(vm);
  element reason, by;
  if (link == links_.end() || link->second["target_reason"].get(reason) != simdjson::SUCCESS) return {};
  const std::string why = plan_value(reason);
  if (why == "override") return ", because its target_network says so";
  if (why == "kept") return ", because its replication leads there";
  if (link->second["target_by"].get(by) != simdjson::SUCCESS) return {};
  return fmt::format(", because {}{} says so", plan_value(by), why == "derived" ? ", derived," : "");
}

void PlanText::vm_attributes(element item, std::string_view action) {
  if (action == "move") return;
  if (action == "update") return changed_attributes(item);
  const element row = item["after"].is_null() ? item["before"] : item["after"];
  const std::string name = plan_value(row["name"]), address = plan_value(item["address"]);
  element test;  // plans of older versions lack it
  const bool tested = row["test_network"].get(test) == simdjson::SUCCESS && !test.is_null();
  out_ += fmt::format(
      "{}{}{} -> {}, from {} into {}{}{}{}{}\n", std::string(12, ' '), "vm." + name == address ? "" : name + ": ",
      plan_value(row["region"]), plan_value(row["target_region"]), plan_value(row["network"]),
      plan_value(row["target_network"]), item["after"].is_null() ? "" : target_reason(address),
      tested ? fmt::format("; tests come up in {}", plan_value(test)) : std::string(),
      bool(row["existing"]) ? "; enabled elsewhere" : "", action == "delete" ? "; the machine stays" : "");
  if (action == "replace") changed_attributes(item);
}

// The landings of nics that are new or change.
void PlanText::placements() {
  const std::vector<LandingLine> lines = changed_landings(root_, folded_);
  if (!lines.empty()) block("Where new and changed nics land:", landing_table(lines, options_.width));
}

void PlanText::steps() {
  std::string lines;
  for (const element step : array(root_["steps"])) {
    if (folded_steps_.contains(step["step"])) continue;
    std::string waits;
    for (const element each : array(step["waits_for"]))
      if (!folded_steps_.contains(each)) waits += fmt::format("{}{}", waits.empty() ? "" : ", ", plan_json_value(each));
    const std::string address = plan_value(step["address"]), operation = plan_value(step["operation"]);
    const auto taken = options_.taken_away.find(std::int64_t(step["step"]));
    const bool other = operation == "delete" && taken != options_.taken_away.end();
    lines += fmt::format("  {:>4}  {:<7} {}{}{}\n", std::int64_t(step["step"]), operation, address,
                         other ? fmt::format(" ({})", escape_for_terminal(taken->second)) : "",
                         waits.empty() ? "" : fmt::format("   after {}", waits));
  }
  block("Steps, in order:", lines);
}

// What is left alone for the same reason stands in one line.
void PlanText::grouped(std::string_view key, std::string_view title) {
  constexpr std::size_t k_most = 4;
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;  // reason, addresses
  for (const element e : items(key)) {
    const std::string why = plan_value(e["because"]);
    std::string words = (parse_address(why) ? ", which depends on " : ": ") + why;
    if (groups.empty() || groups.back().first != words)
      groups.emplace_back(std::move(words), std::vector<std::string>());
    groups.back().second.push_back(plan_value(e["address"]));
  }
  std::string lines;
  for (auto& [words, addresses] : groups) {
    const std::size_t more = options_.verbose || addresses.size() <= k_most ? 0 : addresses.size() - k_most;
    addresses.resize(addresses.size() - more);
    lines += fmt::format("  {}{}{}\n", fmt::join(addresses, ", "), more == 0 ? "" : fmt::format(" and {} more", more),
                         words);
  }
  block(title, lines);
}

void PlanText::drift() {
  const DriftWords words(root_);
  const auto is_as_wanted = [&](element e) { return words.is_as_wanted(e); };
  section(select("drift", is_as_wanted),
          "In the cloud already as the files say, recorded otherwise:", [&](element e) { return words.found(e); });
  const auto is_otherwise = [&](element e) { return !words.is_as_wanted(e); };
  section(select("drift", is_otherwise),
          "Drift, changed behind pairform's back:", [&](element e) { return words.changed(e); });
}

std::string PlanText::nothing_to_do(std::int64_t unchanged) const {
  if (!why_alone_.empty()) return fmt::format("\nNo changes: nothing is done about what is {}.\n", why_alone_);
  if (options_.saved) return "\nNothing to do in this plan. It was saved earlier; the files were not read again.\n";
  if (options_.refresh_only)
    return "\nNothing to do in this plan: it compares with what is recorded, not with the files.\n";
  if (options_.destroy) return "\nNothing to do in this plan: nothing is recorded that could be destroyed.\n";
  return fmt::format("\n{}: {} resource{} as the files say.\n",
                     options_.parts ? "Nothing to do in this part" : "No changes", unchanged,
                     unchanged == 1 ? " is" : "s are");
}

void PlanText::summary() {
  const element counts = root_["summary"];
  const std::int64_t unchanged = counts["unchanged"];
  if (array(root_["changes"]).size() == 0) out_ += nothing_to_do(unchanged);
  if (!folded_.empty())
    out_ += fmt::format("\n{} resource{} adopted as {}; --verbose lists {}.\n", folded_.size(),
                        folded_.size() == 1 ? " is" : "s are", folded_.size() == 1 ? "it is" : "they are",
                        folded_.size() == 1 ? "it" : "them");
  out_ += options_.remarks;
  out_ += "\nPlan:";
  for (const Symbol& symbol : k_symbols)
    out_ += fmt::format(" {} to {},", std::int64_t(counts[symbol.action]), symbol.action);
  out_ += fmt::format(" {} unchanged.\nDigest: {}\n", unchanged, plan_value(root_["digest"]));
}

}  // namespace

std::string plan_text(std::string_view json, const PlanTextOptions& options) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
  return PlanText(root, options).write();
}

}  // namespace pairform
