#include "cli/render_status.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::size_t k_most_named = 5;  // of broken pairs, of what could not be read, and of reasons for that

struct Count {
  std::string_view words, key;
  std::size_t number = 0;
  bool always = false;  // shown also where it is 0
};

std::array<Count, 6> pair_counts(const PairCounts& pairs) {
  return {{{"whole", "whole", pairs.whole, true},
           {"half", "half", pairs.half, true},
           {"crossed", "crossed", pairs.crossed, true},
           {"one way", "one_way", pairs.one_way, true},
           {"not there", "absent", pairs.absent},
           {"unknown", "unknown", pairs.unknown}}};
}
std::array<Count, 8> vm_counts(const VmCounts& vms) {
  return {{{"settled", "settled", vms.settled},
           {"busy", "busy", vms.busy},
           {"failed over", "failed_over", vms.failed_over},
           {"reversed", "reversed", vms.reversed},
           {"broken", "broken", vms.broken},
           {"not replicated", "absent", vms.absent},
           {"unknown", "unknown", vms.unknown},
           {"recorded", "recorded", vms.recorded}}};
}

// "12 whole, 1 half, 0 crossed"
template <class Counts>
std::string counts_text(const Counts& counts) {
  std::string out;
  for (const Count& each : counts)
    if (each.number != 0 || each.always)
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", each.number, each.words);
  return out.empty() ? "none" : out;
}

template <class Counts>
void write_counts(JsonWriter& json, std::string_view key, const Counts& counts) {
  json.key(key).open_object();
  for (const Count& each : counts) json.key(each.key).number(each.number);
  json.close_object();
}

std::string named_text(const std::vector<std::string>& addresses) {
  std::string out;
  for (std::size_t i = 0; i < std::min(addresses.size(), k_most_named); ++i)
    out += (out.empty() ? "" : ", ") + escape_for_terminal(addresses[i]);
  if (addresses.size() > k_most_named) out += fmt::format(" and {} more", addresses.size() - k_most_named);
  return out;
}

std::string row(std::string_view what, std::string_view text) { return fmt::format("{:<9} {}\n", what, text); }

// "Unread    2: There is no authorization to read or write southeastasia.", and below it which.
std::string unread_rows(const std::vector<UnreadResources>& unread) {
  std::string out;
  for (std::size_t i = 0; i < std::min(unread.size(), k_most_named); ++i)
    out += row(i == 0 ? "Unread" : "",
               fmt::format("{}: {}", unread[i].addresses.size(), escape_for_terminal(unread[i].why))) +
           row("", named_text(unread[i].addresses));
  if (unread.size() > k_most_named)
    out += row("", fmt::format("for {} more reasons, which `pairform plan` shows", unread.size() - k_most_named));
  return out;
}

std::string drift_text(const ProjectStatus& status) {
  if (status.offline) return "not looked for: the cloud was not asked";
  return status.drift == 0 ? std::string("none") : fmt::format("{} since it was recorded", status.drift);
}

}  // namespace

std::string next_command(const StatusReport& report) {
  const ProjectStatus& status = report.status;
  if (!report.readable) return "pairform validate";
  if (report.locked) return "pairform status";
  if (!status.unread.empty()) return "pairform doctor";
  if (report.unfolded || status.pending != 0) return "pairform apply";
  if (status.offline && status.resources != 0) return "pairform status";
  return "pairform plan";
}

std::string status_screen(const StatusReport& report) {
  const ProjectStatus& status = report.status;
  std::string out = fmt::format("{} ({}, edition {}){}\n\n", report.project, report.provider, report.edition,
                                status.offline ? ", as recorded" : "");
  if (report.readable) {
    out += row("Pairs", fmt::format("{}: {}", status.pairs.all(), counts_text(pair_counts(status.pairs))));
    if (!status.broken.empty()) out += row("", named_text(status.broken));
    out += row("Vms", fmt::format("{}: {}", status.vms.all(), counts_text(vm_counts(status.vms))));
    out += unread_rows(status.unread);
    out += row("Drift", drift_text(status));
    out += row("Pending", fmt::format("{}, held {}", status.pending, status.vms.held()));
    out += row("Recorded", fmt::format("{} resource{}", status.resources, status.resources == 1 ? "" : "s"));
  }
  if (report.commit)
    out += row("Committed",
               fmt::format("{} by {}, {}: {}", report.commit->date, escape_for_terminal(report.commit->author),
                           report.commit->id.substr(0, 7), escape_for_terminal(report.commit->subject)));
  if (report.warnings != 0)
    out += row("Warnings", fmt::format("{} about the files: pairform validate", report.warnings));
  if (report.locked) out += row("Locked", escape_for_terminal(describe(*report.locked)));
  else if (report.unfolded) out += row("Journal", "an apply was cut off, or waits for accepted steps");
  return out + fmt::format("{}Next: {}\n", out.ends_with("\n\n") ? "" : "\n", next_command(report));
}

std::string status_json(const StatusReport& report, const Diagnostics& diagnostics, const SourceFiles& sources) {
  const ProjectStatus& status = report.status;
  std::string out;
  JsonWriter json(out);
  json.open_object().member("format_version", k_status_format).key("project").text_or_null(report.project);
  json.key("provider").text_or_null(report.provider).key("edition").text_or_null(report.edition);
  json.key("offline").boolean(status.offline).key("readable").boolean(report.readable);
  json.key("resources").number(status.resources);
  write_counts(json, "pairs", pair_counts(status.pairs));
  json.key("broken").open_array();
  for (const std::string& each : status.broken) json.text(each);
  json.close_array();
  write_counts(json, "vms", vm_counts(status.vms));
  json.key("unread").open_array();
  for (const UnreadResources& each : status.unread) {
    json.open_object().member("why", each.why).key("addresses").open_array();
    for (const std::string& address : each.addresses) json.text(address);
    json.close_array().close_object();
  }
  json.close_array();
  json.key("drift").number(status.drift).key("pending").number(status.pending).key("held").number(status.vms.held());
  json.key("journal").boolean(report.unfolded).key("locked");
  if (report.locked)
    json.open_object()
        .member("who", report.locked->who)
        .member("operation", report.locked->operation)
        .member("since", report.locked->since)
        .close_object();
  else json.null();
  json.key("commit");
  if (report.commit)
    json.open_object()
        .member("id", report.commit->id)
        .member("date", report.commit->date)
        .member("author", report.commit->author)
        .member("subject", report.commit->subject)
        .close_object();
  else json.null();
  json.member("next", next_command(report)).key("diagnostics").open_array();
  for (const Diagnostic& each : diagnostics.items()) write_diagnostic(json, each, sources);
  json.close_array().close_object();
  return out;
}

}  // namespace pairform
