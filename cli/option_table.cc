#include "cli/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "cli/render_markdown.h"
#include "engine/decide/guards.h"
#include "schema/check.h"

namespace pairform {
namespace {

std::optional<UsageError> read_colour(const std::string& text, Options& options) {
  if (text == "always") options.colour = Colour::Always;
  else if (text == "never") options.colour = Colour::Never;
  else if (text != "auto")
    return UsageError{fmt::format("--color {} is not known", text), "write --color always, auto or never"};
  return std::nullopt;
}
std::optional<UsageError> read_no_color(const std::string&, Options& options) {
  options.colour = Colour::Never;
  return std::nullopt;
}

std::optional<UsageError> read_duration(std::string_view name, const std::string& text,
                                        std::chrono::milliseconds& field) {
  const auto duration = text == "0" ? std::optional(0LL) : parse_duration(text);
  if (!duration)
    return UsageError{fmt::format("--{} \"{}\" is not a duration", name, text), "write N with ms, s, m or h: 30s"};
  field = std::chrono::milliseconds(*duration);
  return std::nullopt;
}
std::optional<UsageError> read_wait(const std::string& text, Options& options) {
  return read_duration("wait", text, options.wait);
}
std::optional<UsageError> read_lock_timeout(const std::string& text, Options& options) {
  return read_duration("lock-timeout", text, options.lock_timeout);
}

std::optional<UsageError> read_parallelism(const std::string& text, Options& options) {
  constexpr unsigned k_most = 1000;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options.parallelism);
  if (error == std::errc() && end == text.data() + text.size() && options.parallelism >= 1 &&
      options.parallelism <= k_most)
    return std::nullopt;
  return UsageError{fmt::format("--parallelism {} is not a number from 1 to {}", text, k_most),
                    "write --parallelism 10"};
}

std::optional<UsageError> read_budget(const std::string& text, Options& options) {
  constexpr std::size_t k_most = 100'000'000;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), options.budget);
  if (error == std::errc() && end == text.data() + text.size() && options.budget >= k_least_markdown_budget &&
      options.budget <= k_most)
    return std::nullopt;
  return UsageError{fmt::format("--budget {} is not a number from {} to {}", text, k_least_markdown_budget, k_most),
                    fmt::format("write --budget {}", k_usual_markdown_budget)};
}

// One of a few words.
std::optional<UsageError> read_word(std::string_view name, const std::string& text,
                                    std::initializer_list<std::string_view> words, std::string_view help,
                                    std::string& field) {
  field = text;
  if (std::find(words.begin(), words.end(), text) != words.end()) return std::nullopt;
  return UsageError{fmt::format("--{} {} is not known", name, text), std::string(help)};
}
std::optional<UsageError> read_vms(const std::string& text, Options& options) {
  return read_word("vms", text, {"existing", "managed", "none"}, "write --vms existing, managed or none", options.vms);
}
std::optional<UsageError> read_pin(const std::string& text, Options& options) {
  return read_word("pin", text, {"intent", "all", "none"}, "write --pin intent, all or none", options.pin);
}

std::optional<UsageError> read_approve(const std::string& text, Options& options) {
  options.approve = text;
  if (is_approval(text, k_given_digits)) return std::nullopt;
  return UsageError{fmt::format("--approve {} is not a digest", text),
                    "give 32 or more hex digits of the digest that plan shows"};
}

// Those that Terraform has come first, in the order of the help's last line.
constexpr OptionRow k_rows[] = {
    {"out", "", "-out=F", "PATH",
     "write there: the plan or rebuilt state to a file, what was discovered to a directory", &Options::out},
    {"target", "", "-target=A", "ADDRESS", "only this and what it needs; repeatable", &Options::target},
    {"auto-approve", "", "-auto-approve", "", "do not ask", &Options::auto_approve},
    {"detailed-exitcode", "", "-detailed-exitcode", "", "exit 2 on changes, 8 where all of them repair drift",
     &Options::detailed_exitcode},
    {"json", "", "-json", "", "print JSON", &Options::json},
    {"no-color", "", "-no-color", "", "as --color never", read_no_color},
    {"directory", "C", "-chdir=D", "DIR", "act as if started in DIR; a second one is taken from there",
     &Options::start},
    {"color", "", "", "WHEN", "always, never, or auto: at a terminal, unless NO_COLOR is set (default)", read_colour},
    {"lock-timeout", "", "", "D", "wait this long for the lock (default 0s): N with ms, s, m or h", read_lock_timeout},
    {"timings", "", "", "", "say how long each pass took", &Options::timings},
    {"all-errors", "", "", "", "show all errors, not the first 50", &Options::all_errors},
    {"help", "h", "", "", "this text", &Options::help},
    {"verbose", "", "", "", "show what is only adopted as it is, and every line of long lists", &Options::verbose},
    {"format", "", "", "NAME", "the form of what is printed", &Options::format},
    {"project", "", "", "", "with the addresses that this project declares", &Options::project},
    {"azure", "", "", "VAULT-ID", "a project that works on this vault: a Recovery Services vault's resource id",
     &Options::azure},
    {"markdown", "", "", "", "print Markdown, for a comment of a pull request", &Options::markdown},
    {"budget", "", "", "BYTES", "of Markdown, at most (default 65000)", read_budget},
    {"prometheus", "", "", "FILE", "write metrics there, also when it fails", &Options::prometheus},
    {"drill", "", "", "", "with --prometheus: what would become of each vm if its region were lost, too",
     &Options::drill},
    {"vms", "", "", "HOW", "vms as existing (default), managed, or none of them", read_vms},
    {"pin", "", "", "WHICH", "overrides for what is no accident: intent (default); for all landings: all; or none",
     read_pin},
    {"region", "", "", "REGION", "only what has an end in this region; repeatable", &Options::region},
    {"network", "", "", "GLOB", "only what has an end in a network of such a name; repeatable", &Options::network},
    {"all", "", "", "", "what is declared or recorded already, too", &Options::all},
    {"all-networks", "", "", "", "networks that nothing leads to, too", &Options::all_networks},
    {"from-tfstate", "", "", "FILE",
     "what this state of Terraform holds, without a cloud: the output of `terraform state pull`; - is standard input; "
     "repeatable",
     &Options::from_tfstate},
    {"terraform-removed", "", "", "FILE", "write there what makes Terraform forget what pairform takes over",
     &Options::terraform_removed},
    {"scope", "", "", "ID", "where a new project works: a Recovery Services vault's resource id", &Options::scope},
    {"offline", "", "", "", "go by recorded state, without the cloud", &Options::offline},
    {"destroy", "", "", "", "plan the end of everything managed", &Options::destroy},
    {"allow-unknown", "", "", "", "go on although something could not be read", &Options::allow_unknown},
    {"exclude", "", "", "ADDRESS", "not this, nor what waits for its changes; repeatable", &Options::exclude},
    {"place-anew", "", "", "ADDRESS",
     "choose subnet and address again instead of keeping them (of a nic, vm, mapping or network); repeatable",
     &Options::place_anew},
    {"during-failover", "", "", "", "apply while vms are failed over: only what none of them needs",
     &Options::during_failover},
    {"refresh-only", "", "", "", "only record what was found in the cloud", &Options::refresh_only},
    {"adopt-only", "", "", "", "only adopt, move and forget: nothing in the cloud changes", &Options::adopt_only},
    {"approve", "", "", "DIGEST", "approve what guards refuse: 32 or more digits of the plan's digest", read_approve},
    {"wait", "", "", "D", "wait this long for accepted steps (default 30m, 0s = not at all)", read_wait},
    {"vm", "", "", "ADDRESS", "only this vm; repeatable", &Options::vm},
    {"problems", "", "", "", "only what is wrong, and the summary", &Options::problems},
    {"test", "", "", "", "try a test failover, too: into the test network of each vm", &Options::test},
    {"test-network", "", "", "ADDRESS",
     "try a test failover into this network of a target region, in place of the vms' own; repeatable",
     &Options::test_network},
    {"parallelism", "", "", "N", "operations at once (default 10)", read_parallelism},
};
constexpr std::string_view k_of_all[] = {"directory", "color",      "no-color", "lock-timeout",
                                         "timings",   "all-errors", "help"};

}  // namespace

std::span<const OptionRow> option_rows() { return k_rows; }

const OptionRow& option_row(std::string_view name) {
  const auto* row =
      std::find_if(std::begin(k_rows), std::end(k_rows), [&](const OptionRow& each) { return each.name == name; });
  PAIRFORM_CHECK(row != std::end(k_rows));
  return *row;
}

std::span<const std::string_view> options_of_all() { return k_of_all; }

std::string_view terraform_name(const OptionRow& row) {
  if (row.terraform.empty()) return {};
  const std::string_view name = row.terraform.substr(1, row.terraform.find('=') - 1);
  return name == row.name ? std::string_view() : name;
}

}  // namespace pairform
