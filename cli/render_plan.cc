#include "cli/render_plan.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <set>
#include <vector>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

struct Symbol {
  std::string_view action, symbol, colour, words;
};
constexpr Symbol k_symbols[] = {{"create", "+", "32", "create"},  {"update", "~", "33", "update"},
                                {"replace", "-/+", "35", "replace"}, {"delete", "-", "31", "delete"},
                                {"move", ">", "36", "move"},      {"forget", ".", "36", "forget"},
                                {"adopt", "<", "36", "adopt"}};

struct Phrase {
  std::string_view reason, words;
};
constexpr Phrase k_reasons[] = {
    {"not_recorded", "the files ask for it, and it is not recorded"},
    {"not_declared", "no file declares it any more"},
    {"attribute_changed", "the files say something else"},
    {"immutable_attribute_changed", "the files put it elsewhere, and that cannot be changed in place"},
    {"half_missing", "this half is gone from the cloud, its mirror is there"},
    {"half_crossed", "this half was pointed elsewhere in the cloud"},
    {"drifted", "it was changed or removed in the cloud"},
    {"fact_changed", "what it follows from has changed in the cloud"},
    {"moved", "it has a new address"},
    {"removed", "a removed stanza says to let go of it"},
    {"found", "found in the cloud, not recorded"},
    {"no_longer_asked_for", "nothing asks for it any more"}};

std::string raw(element json) { return escape_for_terminal(simdjson::minify(json)); }

std::string text(element json) {
  std::string_view out;
  if (json.get(out) == simdjson::SUCCESS) return escape_for_terminal(out);
  return json.is_null() ? std::string("nothing") : raw(json);
}

class PlanText {
 public:
  PlanText(element root, const PlanTextOptions& options) : root_(root), options_(options) {}

  std::string write() {
    out_ = fmt::format("Plan for {} ({}, edition {}){}\n", text(root_["project"]), text(root_["provider"]),
                       text(root_["edition"]), options_.offline ? ", offline: against recorded state, not the cloud" : "");
    step_numbers();
    changes();
    steps();
    exposure();
    drift();
    section("records", "State will also learn:", [&](element e) {
      return fmt::format("{} {}: {} -> {}", text(e["address"]), text(e["attribute"]), text(e["before"]), text(e["after"]));
    });
    section("held", "Held, left alone:", [&](element e) {
      return fmt::format("{} ({}{})", text(e["address"]), text(e["status"]), because(e));
    });
    section("unknown", "Unknown, nothing is done about it:", [&](element e) {
      const std::string why = text(e["because"]);
      const bool depends = left_alone_.contains(why);
      return fmt::format("{}{}{}", text(e["address"]), depends ? ", which depends on " : ": ", why);
    });
    section("foreign", "Foreign, not touched:", [&](element e) {
      return fmt::format("{} ({} -> {})", text(e["id"]), text(e["source"]), text(e["target"]));
    });
    summary();
    return std::move(out_);
  }

 private:
  element at(std::string_view key) { return root_[key]; }
  static std::string because(element e) { return e["because"].is_null() ? "" : ": " + text(e["because"]); }
  std::string paint(std::string_view colour, std::string_view what) const {
    return options_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, what) : std::string(what);
  }

  template <class Line>
  void section(std::string_view key, std::string_view title, Line line) {
    const array items = root_[key];
    if (items.size() == 0) return;
    out_ += fmt::format("\n{}\n", title);
    for (const element item : items) out_ += fmt::format("  {}\n", line(item));
  }

  void step_numbers();
  void changes();
  void change(element item, bool in_pair);
  void attributes(element item, std::string_view action);
  void steps();
  void exposure();
  void drift();
  void summary();

  element root_;
  const PlanTextOptions& options_;
  std::string out_;
  std::map<std::string, std::vector<std::int64_t>> steps_of_;  // address -> step numbers
  std::map<std::string, std::int64_t> leaves_, arrives_, updates_;  // address -> step by which it goes, comes, is updated
  std::set<std::string> left_alone_, forgotten_;               // addresses
  std::map<std::string, std::string> now_;                     // previous address -> address
  std::set<std::string> learnt_;                               // "address attribute" of records
};

void PlanText::step_numbers() {
  for (const std::string_view key : {"held", "unknown"})
    for (const element item : array(root_[key])) left_alone_.insert(text(item["address"]));
  for (const element item : array(root_["changes"])) {
    if (!item["previous_address"].is_null()) now_[text(item["previous_address"])] = text(item["address"]);
    if (text(item["action"]) == "forget") forgotten_.insert(text(item["address"]));
  }
  for (const element record : array(root_["records"])) learnt_.insert(text(record["address"]) + ' ' + text(record["attribute"]));
  for (const element step : array(root_["steps"])) {
    const std::string address = text(step["address"]), operation = text(step["operation"]);
    const std::int64_t number = step["step"];
    steps_of_[address].push_back(number);
    if (operation == "delete") leaves_[address] = number;
    if (operation == "create" || operation == "adopt") arrives_[address] = number;
    if (operation == "update") updates_[address] = number;
  }
}

// While a half is away, its network has no way over, or the other one no way back.
void PlanText::exposure() {
  std::string lines;
  for (const element item : array(root_["changes"])) {
    const std::string address = text(item["address"]), reason = text(item["reason"]);
    const auto arrives = arrives_.find(address);
    if (item["pair"].is_null() || item["after"].is_null() || arrives == arrives_.end()) continue;
    const auto leaves = leaves_.find(address);
    // A way back that comes alone comes to a way over that is there.
    const std::string mirror = text(item["pair"]) + (address.ends_with(".reverse") ? ".forward" : ".reverse");
    const bool missing = reason == "half_missing" || reason == "drifted" || (address.ends_with(".reverse") && !arrives_.contains(mirror));
    if (leaves == leaves_.end() && !missing) continue;
    const bool reverse = address.ends_with(".reverse");
    const auto line = [&](const std::string& network, const std::string& when) {
      lines += fmt::format("  {}: {} has no way {} {}\n", text(item["pair"]), network, reverse ? "back" : "over", when);
    };
    const auto own_update = updates_.find(address);  // found, and pointed where it belongs
    const std::int64_t there = own_update == updates_.end() ? arrives->second : own_update->second;
    if (leaves == leaves_.end()) {
      line(text(item["after"]["source"]), fmt::format("until step {}", there));
      continue;
    }
    // Until the mirror is pointed elsewhere it is the old network that has none, from then on the new one.
    const auto turned = updates_.find(text(item["pair"]) + (reverse ? ".forward" : ".reverse"));
    std::int64_t from = leaves->second;
    if (turned != updates_.end() && !item["before"].is_null() && turned->second > from && turned->second < there) {
      line(text(item["before"]["source"]), fmt::format("between steps {} and {}", from, turned->second));
      from = turned->second;
    }
    line(text(item["after"]["source"]), fmt::format("between steps {} and {}", from, there));
  }
  if (!lines.empty()) out_ += "\nExposure, should the region be lost meanwhile:\n" + lines;
}

// Networks of a half as `a -> b`.
std::string ends(element row) { return fmt::format("{} -> {}", text(row["source"]), text(row["target"])); }

void PlanText::changes() {
  std::string pair;
  for (const element item : array(root_["changes"])) {
    const bool half = !item["pair"].is_null();
    if (half && text(item["pair"]) != pair) {
      pair = text(item["pair"]);
      const element row = item["after"].is_null() ? item["before"].value() : item["after"].value();
      const bool reverse = text(item["address"]).ends_with(".reverse");
      out_ += fmt::format("\n  {}  {} <-> {}\n", pair, text(row[reverse ? "target" : "source"]),
                          text(row[reverse ? "source" : "target"]));
    } else if (!half) {
      if (!pair.empty() || out_.ends_with(")\n") || out_.ends_with("cloud\n")) out_ += "\n";
      pair.clear();
    }
    change(item, half);
  }
}

void PlanText::change(element item, bool in_pair) {
  const std::string action = text(item["action"]), address = text(item["address"]);
  const Symbol* symbol = &k_symbols[0];
  for (const Symbol& each : k_symbols)
    if (each.action == action) symbol = &each;
  std::string_view why;
  for (const Phrase& phrase : k_reasons)
    if (phrase.reason == text(item["reason"])) why = phrase.words;
  if (options_.destroy && text(item["reason"]) == "not_declared") why = "everything managed is to end";
  const std::string shown = in_pair ? address.substr(address.rfind('.') + 1) : address;
  out_ += fmt::format("{}{} {}  {}{}\n", in_pair ? "    " : "  ", paint(symbol->colour, fmt::format("{:>3}", symbol->symbol)),
                      in_pair ? fmt::format("{:<7}", shown) : shown, symbol->words, why.empty() ? "" : fmt::format(": {}", why));
  if (!item["previous_address"].is_null()) out_ += fmt::format("            was {}\n", text(item["previous_address"]));
  if (!item["because"].is_null()) out_ += fmt::format("            because of {}\n", text(item["because"]));
  attributes(item, action);
}

void PlanText::attributes(element item, std::string_view action) {
  const std::string indent(12, ' ');
  const element before = item["before"], after = item["after"];
  if (!item["pair"].is_null()) {
    if (action == "update" || action == "replace") {
      const bool found = !item["adopted_id"].is_null();
      if (!before.is_null()) out_ += fmt::format("{}{}  {}{}\n", indent, found ? "was " : "from", ends(before), found ? ", not made by pairform" : "");
      out_ += fmt::format("{}to    {}\n", indent, ends(after));
      return;
    }
    out_ += fmt::format("{}{}\n", indent, ends(after.is_null() ? before : after));
    return;
  }
  if (action == "update" || action == "replace") {
    for (const element name : array(item["changed"])) {
      const std::string_view key = name;
      out_ += fmt::format("{}{}: {} -> {}\n", indent, text(name), before.is_null() ? "nothing" : text(before[key]), text(after[key]));
    }
    return;
  }
  const element row = after.is_null() ? before : after;
  if (row.is_null()) return;
  out_ += fmt::format("{}{} in {}{}\n", indent, text(row["name"]), text(row["region"]),
                      bool(row["existing"]) ? ", made elsewhere" : "");
  if (action == "create")
    out_ += fmt::format("{}address_space {}, subnets {}\n", indent, raw(row["address_space"]), raw(row["subnets"]));
}

void PlanText::steps() {
  const array items = root_["steps"];
  if (items.size() == 0) return;
  out_ += "\nSteps, in order:\n";
  for (const element step : items) {
    std::string waits;
    for (const element each : array(step["waits_for"])) waits += fmt::format("{}{}", waits.empty() ? "" : ", ", raw(each));
    const std::string address = text(step["address"]), operation = text(step["operation"]);
    const auto taken = options_.taken_away.find(std::int64_t(step["step"]));
    const bool other = operation == "delete" && taken != options_.taken_away.end();
    out_ += fmt::format("  {:>4}  {:<7} {}{}{}\n", std::int64_t(step["step"]), operation, address,
                        other ? fmt::format(" ({})", escape_for_terminal(taken->second)) : "", waits.empty() ? "" : fmt::format("   after {}", waits));
  }
}

void PlanText::drift() {
  section("drift", "Drift, changed behind pairform's back:", [&](element e) {
    const std::string address = text(e["address"]);
    std::string will = left_alone_.contains(address)                                 ? "left alone"
                       : learnt_.contains(address + ' ' + text(e["attribute"])) ? "will be recorded as found"
                                                                                : "no step of this plan";
    const auto now = now_.find(address);
    if (const auto steps = steps_of_.find(now == now_.end() ? address : now->second); steps != steps_of_.end())
      will = fmt::format("{} by step {}", forgotten_.contains(address) ? "forgotten" : "put right", fmt::join(steps->second, ", "));
    if (e["attribute"].is_null()) return fmt::format("{}: gone; {}", address, will);
    return fmt::format("{} {}: recorded {}, found {}; {}", address, text(e["attribute"]), text(e["recorded"]), text(e["found"]), will);
  });
}

void PlanText::summary() {
  const element counts = root_["summary"];
  const std::int64_t unchanged = counts["unchanged"];
  if (array(root_["changes"]).size() == 0)
    out_ += left_alone_.empty() ? fmt::format("\nNo changes: {} resource{} as the files say.\n", unchanged, unchanged == 1 ? " is" : "s are")
                                : std::string("\nNo changes: nothing is done about what is unknown or held.\n");
  out_ += options_.remarks;
  out_ += "\nPlan:";
  for (const Symbol& symbol : k_symbols) out_ += fmt::format(" {} to {},", std::int64_t(counts[symbol.action]), symbol.words);
  out_ += fmt::format(" {} unchanged.\nDigest: {}\n", unchanged, text(root_["digest"]));
}

}  // namespace

std::string plan_text(std::string_view json, const PlanTextOptions& options) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
  return PlanText(root, options).write();
}

}  // namespace pairform
