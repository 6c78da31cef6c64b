#include "cli/render_markdown.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/markdown_block.h"
#include "cli/pair_words.h"
#include "cli/plan_parts.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::size_t k_longest_command = 600;  // bytes; a longer one is told in words
constexpr std::string_view k_actions[] = {"create", "update", "replace", "delete", "move", "forget", "adopt"};

// The first character of a line of a diff, which colours it.
char sign_of(std::string_view action) {
  if (action == "create") return '+';
  if (action == "delete") return '-';
  return action == "update" || action == "replace" || action == "move" ? '!' : ' ';
}

class PlanMarkdown {
 public:
  PlanMarkdown(element root, const MarkdownOptions& options)
      : root_(root), options_(options), budget_(std::max(options.budget, k_least_markdown_budget)) {}

  std::string write() {
    planned_ = !root_["digest"].is_null();
    if (!options_.verbose) folded_ = adopted_as_is(root_);
    for (const element step : array(root_["steps"]))
      steps_[plan_value(step["address"])].push_back(plan_json_value(step["step"]));
    for (const element change : array(root_["changes"]))
      actions_[plan_value(change["address"])] = plan_value(change["action"]);
    head();
    first();
    command();
    lists();
    return std::move(out_);
  }

 private:
  void head();
  void counts();
  void first();
  LineKind items(std::string_view key, std::string_view title, char sign) const;
  LineKind diagnostics(std::string_view title, std::string_view severity) const;
  LineKind changes_of(std::string_view title, std::string_view action, bool found) const;
  void command();
  void lists();
  ItemList pairs() const;
  ItemList others() const;
  ItemList landings() const;
  std::string half_lines(element change) const;
  std::string other_lines(element change) const;
  std::string cause(element change) const;
  std::string steps_text(const std::string& address) const;
  bool goes_with_vm(const std::string& address) const;
  bool nothing_to_do() const { return array(root_["changes"]).size() == 0 && array(root_["records"]).size() == 0; }
  static std::string ends(element row) {
    return fmt::format("{} -> {}", plan_value(row["source"]), plan_value(row["target"]));
  }

  element root_;
  const MarkdownOptions& options_;
  std::size_t budget_;
  bool planned_ = false;  // without errors
  std::string out_;
  std::set<std::string> folded_;                           // addresses that are adopted as they are, and only counted
  std::map<std::string, std::vector<std::string>> steps_;  // address -> numbers of its steps
  std::map<std::string, std::string> actions_;             // address -> action
};

// Characters of a project's name; a name that could not be read from the files is empty.
std::string project_word(element root) {
  std::string name = plan_value(root["project"]);
  const auto is_of_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  std::replace_if(
      name.begin(), name.end(), [&](char c) { return !is_of_name(c); }, '-');
  return cut_text(name, 64);
}

void PlanMarkdown::head() {
  const std::string project = project_word(root_);
  out_ = planned_ ? fmt::format("<!-- pairform:{} {} -->\n", project, plan_value(root_["digest"]))
                  : fmt::format("<!-- pairform:{} -->\n", project);
  out_ += project.empty() ? "### pairform\n\n" : fmt::format("### pairform: `{}`\n\n", project);
  if (planned_) counts();
  else out_ += "**No plan:** there are errors.\n\n";
}

void PlanMarkdown::counts() {
  if (nothing_to_do()) out_ += "**No changes.** ";
  const element summary = root_["summary"];
  for (const std::string_view action : k_actions)
    if (const std::int64_t count = summary[action]; count != 0) out_ += fmt::format("**{} to {}**, ", count, action);
  out_ += fmt::format("{} unchanged.\n\n", std::int64_t(summary["unchanged"]));
  std::size_t repairs = 0;
  for (const element change : array(root_["changes"])) {
    const std::string reason = plan_value(change["reason"]);
    repairs += reason == "half_missing" || reason == "half_crossed" || reason == "drifted" ? 1 : 0;
  }
  std::vector<std::string> remarks;
  if (repairs != 0)
    remarks.push_back(
        fmt::format("{} of these repair{} what was changed behind pairform's back.", repairs, repairs == 1 ? "s" : ""));
  if (!folded_.empty())
    remarks.push_back(
        fmt::format("{} adopted as {}, and not listed.",
                    folded_.size() == 1 ? "1 resource is" : fmt::format("{} resources are", folded_.size()),
                    folded_.size() == 1 ? "it is" : "they are"));
  if (options_.offline) remarks.emplace_back("Offline: against recorded state, not the cloud.");
  if (!bool(root_["complete"])) remarks.emplace_back("Not everything could be read: this plan is not complete.");
  if (!remarks.empty()) out_ += fmt::format("{}\n\n", fmt::join(remarks, " "));
}

// What a reviewer has to see, however long the plan is.
void PlanMarkdown::first() {
  const auto lines_of = [](std::string_view title, const std::string& text) {
    LineKind kind{title, {}};
    for (std::size_t at = 0, end; at < text.size(); at = end + 1) {  // every line ends with a line end
      end = text.find('\n', at);
      kind.lines.push_back("!" + text.substr(at, end - at));
    }
    return kind;
  };
  std::vector<LineKind> kinds{diagnostics("Errors", "error")};
  if (planned_) {
    kinds.push_back(lines_of("Broken pairs found", broken_pairs_text(root_)));
    kinds.push_back({"Needs approval", {}});
    for (const std::string& text : options_.approvals) kinds.back().lines.push_back("!  " + escape_for_terminal(text));
    kinds.push_back(changes_of("Deletes", "delete", false));
    kinds.push_back(changes_of("Replaces", "replace", false));
    kinds.push_back(changes_of("Overwrites what is not recorded here", "update", true));
    kinds.push_back(lines_of("Exposure, should the region be lost meanwhile", exposure_text(root_)));
    kinds.push_back(items("held", "Held, left alone", '!'));
    kinds.push_back(items("unknown", "Unknown, nothing is done about it", '!'));
    kinds.push_back(items("left_out", "Left out by the options given", ' '));
  }
  kinds.push_back(diagnostics("Warnings", "warning"));
  const std::string text = kinds_in_full_or_part(kinds, budget_ / 2);
  if (!text.empty()) out_ += fmt::format("**Look at this first:**\n\n{}\n", text);
}

// "vm.web1 (failed_over: being failed back)", "network.dr: access denied"
LineKind PlanMarkdown::items(std::string_view key, std::string_view title, char sign) const {
  LineKind kind{title, {}};
  array list;
  if (root_[key].get(list) != simdjson::SUCCESS) return kind;  // left_out need not be there
  for (const element item : list) {
    element status;
    const bool held = item["status"].get(status) == simdjson::SUCCESS;
    const std::string because = item["because"].is_null() ? "" : ": " + plan_value(item["because"]);
    kind.lines.push_back(fmt::format("{}  {}{}", sign, plan_value(item["address"]),
                                     held ? fmt::format(" ({}{})", plan_value(status), because) : because));
  }
  return kind;
}

// "PF1402 networks/app.toml:3:1: the summary"
LineKind PlanMarkdown::diagnostics(std::string_view title, std::string_view severity) const {
  LineKind kind{title, {}};
  for (const element each : array(root_["diagnostics"])) {
    if (plan_value(each["severity"]) != severity) continue;
    element file;
    const bool placed = each["file"].get(file) == simdjson::SUCCESS && !file.is_null();
    const std::string place = !placed ? ""
                                      : fmt::format(" {}:{}:{}", plan_value(file), plan_json_value(each["line"]),
                                                    plan_json_value(each["column"]));
    kind.lines.push_back(fmt::format("!  {}{}: {}", plan_value(each["code"]), place, plan_value(each["summary"])));
  }
  return kind;
}

bool PlanMarkdown::goes_with_vm(const std::string& address) const {
  const std::string vm(vm_of_nic(address));
  const auto action = actions_.find(vm);
  return vm != address && action != actions_.end() && action->second == "delete";
}

// Those of an action, with what was there before. `found`: only what is in the cloud and not recorded.
LineKind PlanMarkdown::changes_of(std::string_view title, std::string_view action, bool found) const {
  LineKind kind{title, {}};
  for (const element change : array(root_["changes"])) {
    const std::string address = plan_value(change["address"]);
    if (plan_value(change["action"]) != action || (found && change["adopted_id"].is_null()) || goes_with_vm(address))
      continue;
    const element before = change["before"];
    const std::string was = change["pair"].is_null() || before.is_null() ? "" : ", was " + ends(before);
    kind.lines.push_back(
        fmt::format("{}  {}{}{}{}", sign_of(action), address, was, cause(change), steps_text(address)));
  }
  return kind;
}

// ": the files say something else"
std::string PlanMarkdown::cause(element change) const {
  const std::string reason = plan_value(change["reason"]);
  std::string words(reason_words(reason));
  if (reason == "not_declared" && options_.destroy) words = "destroy was asked for";
  if (reason == "half_missing") words = "this half is missing in the cloud";
  if (reason == "not_recorded" && !change["because"].is_null()) words = "no file declares it";
  if (!change["because"].is_null()) words += fmt::format(", because of {}", plan_value(change["because"]));
  return words.empty() ? words : ": " + words;
}

// " (step 3)", " (steps 3, 7)"
std::string PlanMarkdown::steps_text(const std::string& address) const {
  const auto steps = steps_.find(address);
  if (steps == steps_.end()) return {};
  return fmt::format(" (step{} {})", steps->second.size() == 1 ? "" : "s", fmt::join(steps->second, ", "));
}

void PlanMarkdown::command() {
  if (!planned_ || nothing_to_do()) return;
  if (!bool(root_["applyable"])) {
    out_ += "This plan cannot be applied: it was made offline, or without seeing everything.\n\n";
    return;
  }
  if (options_.command.size() <= k_longest_command) {
    out_ += fmt::format("To carry out exactly this plan:\n\n{}\n", fenced("sh", options_.command + '\n'));
    return;
  }
  out_ += fmt::format(
      "To carry out exactly this plan: `pairform apply` with the options that it was made with, and `--approve {}`\n\n",
      plan_value(root_["digest"]));
}

// One half of a pair: what happens to it, why, in which step; below it the networks it joins, where that changes.
std::string PlanMarkdown::half_lines(element change) const {
  const std::string address = plan_value(change["address"]), action = plan_value(change["action"]);
  std::string out = fmt::format("{}   {}: {}{}{}\n", sign_of(action), address.substr(address.rfind('.') + 1), action,
                                cause(change), steps_text(address));
  if (!change["previous_address"].is_null())
    out += fmt::format("      was {}\n", plan_value(change["previous_address"]));
  const element before = change["before"], after = change["after"];
  if (before.is_null() || after.is_null() || ends(before) == ends(after)) return out;
  return out + fmt::format("-     {}\n+     {}\n", ends(before), ends(after));
}

// A pair is one item: both halves, or the one that changes.
ItemList PlanMarkdown::pairs() const {
  ItemList list{"pair", "pairs", {}};
  std::string last;
  for (const element change : array(root_["changes"])) {
    if (change["pair"].is_null() || folded_.contains(plan_value(change["address"]))) continue;
    const std::string pair = plan_value(change["pair"]);
    if (pair != last) {
      const element row = change["after"].is_null() ? change["before"].value() : change["after"].value();
      const bool reverse = plan_value(change["address"]).ends_with(".reverse");
      list.items.push_back(fmt::format("  {}  {} <-> {}\n", pair, plan_value(row[reverse ? "target" : "source"]),
                                       plan_value(row[reverse ? "source" : "target"])));
    }
    last = pair;
    list.items.back() += half_lines(change);
  }
  return list;
}

std::string PlanMarkdown::other_lines(element change) const {
  const std::string address = plan_value(change["address"]), action = plan_value(change["action"]);
  std::string out =
      fmt::format("{} {}: {}{}{}\n", sign_of(action), address, action, cause(change), steps_text(address));
  if (!change["previous_address"].is_null())
    out += fmt::format("      was {}\n", plan_value(change["previous_address"]));
  const element before = change["before"], after = change["after"];
  if (before.is_null() || after.is_null()) return out;
  for (const element name : array(change["changed"])) {
    const std::string_view key = name;
    const std::string was = plan_value(before[key]), is = plan_value(after[key]);
    if (was != is) out += fmt::format("-     {}: {}\n+     {}: {}\n", plan_value(name), was, plan_value(name), is);
  }
  return out;
}

// Networks, vms and nics; what the steps bring about beside; what only state learns.
ItemList PlanMarkdown::others() const {
  ItemList list{"other change", "other changes", {}};
  for (const element change : array(root_["changes"])) {
    const std::string address = plan_value(change["address"]);
    if (change["pair"].is_null() && !folded_.contains(address) && !goes_with_vm(address))
      list.items.push_back(other_lines(change));
  }
  if (element also; root_["also"].get(also) == simdjson::SUCCESS)
    for (const element each : array(also))
      list.items.push_back(fmt::format("+ {}: also {}\n", plan_value(each["address"]), plan_value(each["text"])));
  for (const element record : array(root_["records"]))
    list.items.push_back(fmt::format("  {}: {} is recorded as {}, was {}\n", plan_value(record["address"]),
                                     plan_value(record["attribute"]), plan_value(record["after"]),
                                     plan_value(record["before"])));
  return list;
}

ItemList PlanMarkdown::landings() const {
  ItemList list{"landing", "landings", {}};
  const auto with_reason = [](const std::string& value, const std::string& reason) {
    return reason == value ? value : fmt::format("{} ({})", value, reason);
  };
  for (const LandingLine& line : changed_landings(root_, folded_))
    list.items.push_back(fmt::format("  {} {}: {} {} -> {} {}\n", line.nic, line.configuration, line.from_subnet,
                                     line.from_ip == "dhcp" ? "dynamic" : line.from_ip,
                                     with_reason(line.subnet, line.subnet_reason),
                                     with_reason(line.ip.empty() ? "dynamic" : line.ip, line.ip_reason)));
  return list;
}

// As far as the budget goes; once one is cut, those behind it fall whole.
void PlanMarkdown::lists() {
  if (!planned_) return;
  constexpr std::size_t k_rest = 300;  // bytes of the sentence about what fell
  std::vector<std::string> fell;
  for (const ItemList& list : {pairs(), others(), landings()}) {
    if (list.items.empty()) continue;
    const std::size_t used = out_.size() + k_rest;
    FoldedList shown;
    if (fell.empty() && used < budget_) shown = folded_list(list, budget_ - used);
    if (!shown.text.empty()) out_ += shown.text + '\n';
    if (shown.shown == list.items.size()) continue;
    const std::size_t left = list.items.size() - shown.shown;
    fell.push_back(fmt::format("{}{} {}", left, shown.shown == 0 ? "" : fmt::format(" of {}", list.items.size()),
                               list.items.size() == 1 ? list.one : list.many));
  }
  if (!fell.empty())
    out_ += fmt::format("Left out, to stay within {} bytes: {}. `pairform plan` shows the whole.\n", budget_,
                        fmt::join(fell, ", "));
}

}  // namespace

std::string plan_markdown(std::string_view json, const MarkdownOptions& options) {
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return {};
  return PlanMarkdown(root, options).write();
}

}  // namespace pairform
