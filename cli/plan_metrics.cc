#include "cli/plan_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "engine/state/file_io.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

constexpr std::array<std::string_view, 3> k_causes{"drift", "files", "facts"};

// What stands between the quotes of a label.
std::string label(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
  }
  return out;
}

// What an earlier file says.
struct Earlier {
  std::string labels;  // project="dr",provider="simulator"
  std::optional<std::int64_t> run, success, pending;
};

// Of the line `name{labels} 17`; none: there is no such line.
std::optional<std::int64_t> value_in(std::string_view text, std::string_view name, std::string* labels) {
  std::size_t at = text.starts_with(name) ? 0 : text.find(fmt::format("\n{}{{", name));
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + (text[at] == '\n' ? 1 : 0));
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::size_t open = line.find('{'), close = line.rfind("} ");
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  std::int64_t value = 0;
  const std::string_view digits = line.substr(close + 2);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (labels != nullptr) *labels = line.substr(open + 1, close - open - 1);
  return value;
}

Earlier read_earlier(std::string_view text) {
  Earlier out;
  out.run = value_in(text, "pairform_last_run_timestamp_seconds", &out.labels);
  out.success = value_in(text, "pairform_last_success_timestamp_seconds", nullptr);
  out.pending = value_in(text, "pairform_pending_oldest_seconds", nullptr);
  return out;
}

class GaugeText {
 public:
  explicit GaugeText(std::string labels) : labels_(std::move(labels)) {}

  void family(std::string_view name, std::string_view help) {
    name_ = name;
    out_ += fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n", name, help);
  }
  void sample(std::int64_t value, std::string_view more = "") {
    out_ += fmt::format("{}{{{}{}{}}} {}\n", name_, labels_, more.empty() || labels_.empty() ? "" : ",", more, value);
  }
  void single(std::string_view name, std::string_view help, std::int64_t value) {
    family(name, help);
    sample(value);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string labels_, name_, out_;
};

// Since the first of the runs that have all seen something pending.
std::int64_t pending_for(const PlanMetrics& metrics, const Earlier& earlier) {
  if (metrics.numbers->pending == 0 || !earlier.pending || !earlier.run) return metrics.numbers->pending == 0 ? 0 : 1;
  if (*earlier.pending == 0) return 1;
  return *earlier.pending + std::max<std::int64_t>(0, metrics.now - *earlier.run);
}

void plan_families(GaugeText& text, const PlanMetrics& metrics, const Earlier& earlier) {
  const PlanNumbers& numbers = *metrics.numbers;
  text.family("pairform_pairs", "Pairs that files or state name, by what the cloud has of them.");
  for (const auto& [state, count] :
       {std::pair("whole", numbers.pairs.whole), std::pair("half", numbers.pairs.half),
        std::pair("crossed", numbers.pairs.crossed), std::pair("one_way", numbers.pairs.one_way)})
    text.sample(static_cast<std::int64_t>(count), fmt::format("state=\"{}\"", state));
  text.family("pairform_changes", "Changes of the plan, by what happens and what asks for it.");
  for (std::size_t action = 0; action < numbers.changes.size(); ++action)
    for (std::size_t cause = 0; cause < k_causes.size(); ++cause)
      if (action != static_cast<std::size_t>(Action::NoOp))
        text.sample(static_cast<std::int64_t>(numbers.changes[action][cause]),
                    fmt::format("action=\"{}\",cause=\"{}\"", k_action_texts[action], k_causes[cause]));
  text.single("pairform_unknown", "Resources that could not be read, and those that depend on them.",
              static_cast<std::int64_t>(numbers.unknown));
  text.single("pairform_held", "Resources that are left alone while something goes on with them.",
              static_cast<std::int64_t>(numbers.held));
  text.single("pairform_pending", "Resources with an accepted operation that has not ended.",
              static_cast<std::int64_t>(numbers.pending));
  text.single("pairform_pending_oldest_seconds", "For how long every run has seen something pending; 0 if nothing is.",
              pending_for(metrics, earlier));
}

void fate_family(GaugeText& text, const FateCounts& fates) {
  text.family("pairform_vms", "Vms by what would become of them if their region were lost.");
  for (const auto& [fate, count] : {std::pair("home", fates.home), std::pair("away", fates.away),
                                    std::pair("lost", fates.lost), std::pair("unprotected", fates.unprotected)})
    text.sample(static_cast<std::int64_t>(count), fmt::format("fate=\"{}\"", fate));
}

}  // namespace

ChangeCause cause_of(Reason reason) {
  switch (reason) {
    case Reason::HalfMissing:
    case Reason::HalfCrossed:
    case Reason::Drifted: return ChangeCause::Drift;
    case Reason::FactChanged: return ChangeCause::Facts;
    default: return ChangeCause::Files;
  }
}

PlanNumbers numbers_of(const Plan& plan, const ProjectStatus& status) {
  PlanNumbers out;
  out.pairs = status.pairs;
  for (const Change& change : plan.diff.changes)
    ++out.changes[static_cast<std::size_t>(change.action)][static_cast<std::size_t>(cause_of(change.reason))];
  out.unknown = plan.diff.unknown.size();
  out.held = plan.diff.held.size();
  out.pending = status.pending;
  return out;
}

std::string metrics_text(const PlanMetrics& metrics, std::string_view earlier_text) {
  const Earlier earlier = read_earlier(earlier_text);
  const bool named = !metrics.project.empty();
  GaugeText text(named ? fmt::format("project=\"{}\",provider=\"{}\"", label(metrics.project), label(metrics.provider))
                       : earlier.labels);
  if (metrics.numbers) plan_families(text, metrics, earlier);
  if (metrics.fates) fate_family(text, *metrics.fates);
  text.single("pairform_last_run_timestamp_seconds", "When the last run ended.", metrics.now);
  if (metrics.success || earlier.success)
    text.single("pairform_last_success_timestamp_seconds", "When the last run ended that saw everything it needs.",
                metrics.success ? metrics.now : *earlier.success);
  text.single("pairform_last_exit_code", "The exit code of the last run.", metrics.exit_code);
  text.family("pairform_info", "The version of pairform, and the rules of the service it goes by.");
  text.sample(1, fmt::format("version=\"{}\",edition=\"{}\"", label(metrics.version), label(metrics.edition)));
  return text.take();
}

void write_metrics(const std::string& path, const PlanMetrics& metrics) {
  constexpr std::uintmax_t k_most = 1'000'000;  // bytes; a file of ours has a few thousand
  const TextFile earlier = read_text_file(path, k_most);
  write_file_atomically(std::filesystem::absolute(path),
                        metrics_text(metrics, earlier.problem.empty() ? earlier.text : std::string_view()));
}

}  // namespace pairform
