#include "cli/foreign_words.h"

#include <algorithm>

namespace pairform {
namespace {

constexpr std::string_view k_planned = "`pairform plan` shows what apply would do",
                           k_applied = "`pairform apply` makes the cloud what the files say",
                           k_checked = "`pairform validate` checks the files",
                           k_nothing_to_install = "there is nothing to install, and nothing to log in to",
                           k_one_directory = "a project is a directory with state of its own: pairform -C DIR",
                           k_no_request =
                               "pairform decides what is made anew; landings it chooses again with "
                               "`pairform apply --place-anew ADDRESS`",
                           k_no_unlocking =
                               "the lock ends with the process that holds it; to wait for it: "
                               "--lock-timeout 5m";

constexpr ForeignWord k_commands[] = {
    {"check", k_checked},
    {"cloud", k_nothing_to_install},
    {"console", "`pairform why ADDRESS` tells what is known of a resource"},
    {"delete", "take its stanza out of the files and apply; `pairform destroy` deletes everything managed"},
    {"deploy", k_applied},
    {"describe", "`pairform why ADDRESS` tells what is known of a resource"},
    {"diff", k_planned},
    {"down", "`pairform destroy` ends everything managed"},
    {"env", k_one_directory},
    {"fmt", "pairform has no formatter: use one for TOML, such as taplo"},
    {"force-unlock", k_no_unlocking},
    {"format", "pairform has no formatter: use one for TOML, such as taplo"},
    {"get", k_nothing_to_install},
    {"import", "write an `[import.\"network.lab\"]` table with its id, then plan"},
    {"lint", k_checked},
    {"list", "`pairform state list` lists what is recorded"},
    {"log", "`pairform history` tells what commits changed of recorded state"},
    {"login", k_nothing_to_install},
    {"logout", k_nothing_to_install},
    {"ls", "`pairform state list` lists what is recorded"},
    {"modules", k_nothing_to_install},
    {"mv", "`pairform state mv FROM TO` moves what is recorded; a `[moved.…]` table does it with the next apply"},
    {"new", "`pairform init` starts a project"},
    {"output", "`pairform show --json` prints what is recorded"},
    {"preview", k_planned},
    {"providers", k_nothing_to_install},
    {"refresh",
     "`pairform plan --refresh-only` shows what has changed in the cloud, `pairform apply --refresh-only` "
     "records it"},
    {"replace", k_no_request},
    {"rm", "`pairform state rm ADDRESS` forgets what is recorded; the cloud stays as it is"},
    {"stack", k_one_directory},
    {"taint", k_no_request},
    {"test", "`pairform drill REGION` tries the loss of a region, and touches nothing"},
    {"unlock", k_no_unlocking},
    {"untaint", k_no_request},
    {"up", k_applied},
    {"update", k_applied},
    {"workspace", k_one_directory},
};

constexpr std::string_view k_asks = "apply and destroy ask unless --auto-approve is given; no other command asks",
                           k_dry = "nothing is changed by `pairform plan`: use that",
                           k_no_init = "`pairform init` makes a starter project, no more: there is nothing to install",
                           k_no_variables = "there are no variables: write the value into the files",
                           k_state_file = "the file of state is named in pairform.toml, as `path` of [state]",
                           k_directory = "the directory of the project is named by -C DIR",
                           k_quiet = "the exit code tells how it ended; for no output: > /dev/null";

constexpr ForeignWord k_options[] = {
    {"assume-yes", k_asks},
    {"backend", k_no_init},
    {"backend-config", k_no_init},
    {"backup", k_state_file},
    {"check", "the exit code tells: `pairform plan --detailed-exitcode`"},
    {"cwd", k_directory},
    {"debug", "`pairform why ADDRESS` gives the reasons; --timings tells how long each pass took"},
    {"dir", k_directory},
    {"dry-run", k_dry},
    {"exclude-file", "write --exclude @FILE: an address a line"},
    {"f", k_directory},
    {"file", k_directory},
    {"filename", k_directory},
    {"force", "apply asks nothing with --auto-approve; what guards refuse is approved by --approve DIGEST"},
    {"force-copy", k_no_init},
    {"from-module", k_no_init},
    {"generate-config-out", "`pairform promote ADDRESS` prints the stanza of a resource that no file declares"},
    {"get", k_no_init},
    {"lock", "plan takes no lock, and an apply cannot do without; to wait for it: --lock-timeout 5m"},
    {"migrate-state", k_no_init},
    {"n", k_dry},
    {"no-input", k_asks},
    {"non-interactive", k_asks},
    {"o", "`pairform plan --out FILE` saves a plan; --json prints JSON"},
    {"output", "`pairform plan --out FILE` saves a plan; --json prints JSON"},
    {"plugin-dir", k_no_init},
    {"preview", k_dry},
    {"q", k_quiet},
    {"quiet", k_quiet},
    {"reconfigure", k_no_init},
    {"refresh", "`pairform plan --offline` goes by recorded state; an apply always reads the cloud"},
    {"replace", k_no_request},
    {"s", k_one_directory},
    {"silent", k_quiet},
    {"stack", k_one_directory},
    {"state", k_state_file},
    {"state-out", k_state_file},
    {"target-file", "write --target @FILE: an address a line"},
    {"upgrade", k_no_init},
    {"v", "`pairform --version` tells the version; `pairform why ADDRESS` gives the reasons for a resource"},
    {"var", k_no_variables},
    {"var-file", k_no_variables},
    {"version", "`pairform --version` tells the version"},
    {"y", k_asks},
    {"yes", k_asks},
};

// pairform asks at a terminal only, and its warnings are few.
constexpr std::string_view k_harmless[] = {"input", "compact-warnings"};

std::string_view hint_in(std::span<const ForeignWord> words, std::string_view name) {
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const ForeignWord& each) { return each.word == name; });
  return found == words.end() ? std::string_view() : found->hint;
}

}  // namespace

std::span<const ForeignWord> foreign_commands() { return k_commands; }
std::span<const ForeignWord> foreign_options() { return k_options; }
std::string_view hint_for_command(std::string_view name) { return hint_in(k_commands, name); }
std::string_view hint_for_option(std::string_view name) { return hint_in(k_options, name); }

bool is_harmless(std::string_view typed) {
  const std::size_t equals = typed.find('=');
  if (equals != std::string_view::npos && typed.substr(equals) != "=true" && typed.substr(equals) != "=false")
    return false;
  const std::string_view dashed = typed.substr(0, equals);
  for (const std::string_view name : k_harmless)
    if (dashed.ends_with(name) && (dashed.size() == name.size() + 1 || dashed.size() == name.size() + 2))
      return dashed.find_first_not_of('-') == dashed.size() - name.size();
  return false;
}

}  // namespace pairform
