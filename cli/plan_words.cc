#include "cli/plan_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "cli/interruption.h"
#include "cli/render_markdown.h"
#include "cli/render_plan.h"
#include "cli/schema_file.h"
#include "cli/shell_word.h"
#include "cli/waiting.h"
#include "cli/wrap.h"
#include "engine/act/resume.h"
#include "engine/decide/guards.h"
#include "engine/write/plan_file.h"
#include "schema/base_types.h"
#include "schema/terminal_text.h"

namespace pairform {

bool load_files(Run& run, const Options& options, Diagnostics& diagnostics) {
  const bool sound = load_project(run, options.directory, diagnostics);
  refresh_schema_file(run);
  return sound;
}

bool plan_run(Run& run, const Options& options, const PlanOptions& planning, Diagnostics& diagnostics) {
  if (!options.offline) run.cloud.stop = catch_interrupts();
  if (!load_files(run, options, diagnostics)) return false;
  std::optional<WaitingForCloud> waiting;
  if (!options.offline) waiting.emplace(run.cloud, options);
  if (!options.offline && !open_provider(run, diagnostics)) return false;
  if (!read_state(run, diagnostics)) return false;
  if (!options.offline && !connect_provider(run, diagnostics)) return false;
  if (!options.offline) resume(run.project, run.world.desired, run.state, run.cloud, {}, diagnostics);
  if (const auto owner = run.state.backend->locked_by())
    diagnostics.add({Code::Locked,
                     Severity::Note,
                     "an apply is under way; this plan may be out of date soon",
                     escape_for_terminal(describe(*owner)),
                     "plan again when it is done",
                     {},
                     {}});
  return make_plan(run, planning, diagnostics);
}

PlanOptions plan_options(const Options& options) {
  return {.offline = options.offline,
          .destroy = options.destroy,
          .allow_unknown = options.allow_unknown,
          .selection = {options.target, options.exclude, options.adopt_only, options.refresh_only},
          .place_anew = options.place_anew,
          .offers_exclude = true};
}

Diagnostic not_seen(const Run& run, Severity severity) {
  std::size_t unread = 0, machines = 0, untold = 0;
  for (const PriorRow& row : run.world.prior.rows) unread += row.presence == Existence::Unknown ? 1 : 0;
  for (const DesiredRow& row : run.world.desired.rows) {
    if (!row.unknown) continue;
    const std::string_view why = run.project.texts().view(row.unknown);
    ++(why.starts_with(k_no_machine) ? machines : why.ends_with(k_untold) ? untold : unread);
  }
  std::vector<std::string> what, how;
  const auto add = [&](std::size_t n, std::string_view one, std::string_view more, std::string_view to_do) {
    if (n == 0) return;
    what.push_back(fmt::format("{} {}", n, n == 1 ? one : more));
    how.emplace_back(to_do);
  };
  add(unread, "resource could not be read", "resources could not be read",
      "give pairform access, or put right what is said of them");
  add(machines, "vm has no machine", "vms have no machine",
      unread == 0 && untold == 0 ? "correct their names" : "correct the names of machines");
  add(untold, "resource is told too little of", "resources are told too little of",
      "declare what the plan says is not known of it");
  if (what.size() > 1) what.back().insert(0, "and ");
  return {Code::NotSeen,
          severity,
          fmt::format("{}", fmt::join(what, ", ")),
          "nothing is done about what could not be seen, nor about what depends on it",
          fmt::format("{} and plan again, or go on without them: --allow-unknown", fmt::join(how, ", ")),
          {},
          {}};
}

std::string same_command(const Options& options, std::string_view verb) {
  std::string line = fmt::format("pairform {}", verb);
  const auto add = [&](std::string_view option, const std::vector<std::string>& values) {
    for (const std::string& value : values) line += fmt::format(" {} {}", option, shell_word(value));
  };
  add("-C", options.start);
  if (!options.words.empty())  // a saved plan takes no options of planning
    return escape_for_terminal(line + ' ' + shell_word(options.words.front()) +
                               (options.during_failover ? " --during-failover" : ""));
  if (options.destroy && verb != "destroy") line += " --destroy";
  if (options.refresh_only) line += " --refresh-only";
  if (options.adopt_only) line += " --adopt-only";
  if (options.during_failover) line += " --during-failover";
  if (options.allow_unknown) line += " --allow-unknown";
  add("--target", options.typed.target);
  add("--exclude", options.typed.exclude);
  add("--place-anew", options.typed.place_anew);
  return escape_for_terminal(line);
}

std::vector<std::string_view> failed_over(const Run& run) {
  std::vector<std::string_view> out;
  const auto is_away = [](const auto& row) { return row.status == Status::FailedOver || row.failover_failed; };
  for (const PriorRow& row : run.world.prior.rows)
    if (row.type == k_vm_type && is_away(row)) out.push_back(run.project.texts().view(row.address));
  for (const Stranger& stranger : run.world.prior.strangers)
    if (is_away(stranger)) out.push_back(run.project.texts().view(stranger.id));
  return out;
}

std::string saved_plan_command(const Options& options) {
  Options saved;
  saved.start = options.start;
  saved.words = {options.out};
  return same_command(saved, "apply");
}

namespace {

// What a delete takes away, where that is not what the change shows as before.
std::map<std::int64_t, std::string> taken_away(const Run& run) {
  std::map<std::int64_t, std::string> out;
  for (const StepId s : run.plan.steps.ids()) {
    const Step& step = run.plan.steps[s];
    const Change& change = run.plan.diff.changes[step.change];
    if (step.operation != StepOperation::Delete) continue;
    const PriorRow& row = run.world.prior.rows[step.subject];
    if (row.resource == change.resource && before_row(change, run.world.prior) == step.subject) continue;
    const auto text = [&](std::size_t column) { return run.project.texts().view(run.world.prior.cell(row, column)); };
    std::string what;
    if (row.type == k_network_type)
      what = fmt::format("{} in {}", text(network_column::name), text(network_column::region));
    if (row.type == k_vm_type) what = fmt::format("{} in {}", text(vm_column::name), text(vm_column::region));
    if (row.type == k_mapping_type)
      what = fmt::format("{} -> {}", text(half_column::source), text(half_column::target));
    if (row.type == k_nic_type)
      what = fmt::format("{} -> {}", text(nic_column::subnet), text(nic_column::target_subnet));
    const bool moved_away = row.resource != change.resource;
    out[step_number(s)] =
        moved_away ? fmt::format("what was {}: {}", run.project.texts().view(row.address), what) : what;
  }
  return out;
}

constexpr std::size_t k_most_named = 5;  // of those that an approval concerns

// Stands before the summary, which stays last.
std::string remarks(const Run& run, const Options& options, bool destroy) {
  std::string out;
  if (run.plan.guards.empty()) return out;
  out += "\nNeeds approval:\n";
  for (const GuardFinding& finding : run.plan.guards)
    out += fmt::format("  {}\n", escape_for_terminal(finding_text(finding, options.verbose ? 0 : k_most_named)));
  std::string command = options.out.empty() ? same_command(options, destroy && !options.destroy ? "destroy" : "apply")
                                            : saved_plan_command(options);
  // An approval alone would be refused for the failover.
  if (!options.during_failover && !failed_over(run).empty()) command += " --during-failover";
  return out + fmt::format("  to approve exactly this plan: {} --approve {}\n", command,
                           run.plan.digest.substr(7, k_given_digits));
}

}  // namespace

std::string plan_words(const Run& run, const Options& options, bool destroy, const std::string& saved) {
  const PlanTextOptions how{.colour = use_colour(stdout, options),
                            .offline = options.offline,
                            .destroy = destroy,
                            .saved = !saved.empty(),
                            .parts = !options.target.empty() || !options.exclude.empty() || options.adopt_only,
                            .refresh_only = options.refresh_only,
                            .verbose = options.verbose,
                            .taken_away = taken_away(run),
                            .remarks = remarks(run, options, destroy),
                            .width = terminal_width(stdout)};
  return wrap(plan_text(saved.empty() ? plan_json(run.project, run.world, run.plan, Diagnostics(), true) : saved, how),
              how.width);
}

std::string plan_comment(const Run& run, const Options& options, const Diagnostics& diagnostics) {
  constexpr std::size_t k_most_in_comment = 20;
  MarkdownOptions how{.budget = options.budget == 0 ? k_usual_markdown_budget : options.budget,
                      .offline = options.offline,
                      .destroy = options.destroy,
                      .verbose = options.verbose,
                      .approvals = {},
                      .command = {}};
  if (!diagnostics.has_errors()) {
    for (const GuardFinding& finding : run.plan.guards)
      how.approvals.push_back(finding_text(finding, options.verbose ? 0 : k_most_in_comment));
    how.command = fmt::format("{}{} --approve {}", same_command(options, "apply"),
                              failed_over(run).empty() ? "" : " --during-failover", run.plan.digest.substr(7));
  }
  return plan_markdown(plan_json(run.project, run.world, run.plan, diagnostics, true), how);
}

void report_guards(const Plan& plan, const std::string& command, Diagnostics& diagnostics) {
  std::map<Code, std::vector<std::string>> findings;
  for (const GuardFinding& finding : plan.guards) findings[finding.code].push_back(finding_text(finding, 0));
  for (auto& [code, texts] : findings) {
    const bool one = texts.size() == 1;
    diagnostics.add({code,
                     Severity::Error,
                     one ? std::move(texts.front()) : fmt::format("{} things in this plan need approval", texts.size()),
                     one ? std::string() : fmt::format("{}", fmt::join(texts, "\n")),
                     fmt::format("read the plan; if it is right: {}", command),
                     {},
                     {}});
  }
}

}  // namespace pairform
