// The commands: what each is for, which options it takes, how it is typed. The parser (cli/options.h) and the help
// (cli/help.h) read these rows; what an option means stands in the table of options (cli/option_table.cc).
#include <algorithm>
#include <cstdint>

#include "cli/command.h"

namespace pairform {
namespace {

// Options of each command, in the order of its help. Of those that every command takes, only where they have an effect.
constexpr std::string_view k_validate[] = {"format", "json", "all-errors", "timings"};
constexpr std::string_view k_plan[] = {
    "out",     "json",       "markdown", "budget",     "prometheus",   "drill",         "offline",
    "destroy", "target",     "exclude",  "place-anew", "refresh-only", "allow-unknown", "detailed-exitcode",
    "verbose", "all-errors", "timings"};
constexpr std::string_view k_apply[] = {
    "auto-approve", "approve",    "destroy",         "target",        "exclude", "place-anew",
    "refresh-only", "adopt-only", "during-failover", "allow-unknown", "wait",    "parallelism",
    "lock-timeout", "json",       "verbose",         "all-errors",    "timings"};
constexpr std::string_view k_destroy[] = {
    "auto-approve", "approve",      "target", "exclude", "during-failover", "allow-unknown", "wait",
    "parallelism",  "lock-timeout", "json",   "verbose", "all-errors",      "timings"};
constexpr std::string_view k_json[] = {"json"};
constexpr std::string_view k_show[] = {"json", "verbose"};
constexpr std::string_view k_state[] = {"json",         "out",        "auto-approve", "allow-unknown",
                                        "lock-timeout", "all-errors", "timings"};
constexpr std::string_view k_why[] = {"offline", "all-errors", "timings"};
constexpr std::string_view k_drill[] = {"vm",   "problems",     "json",       "offline",
                                        "test", "test-network", "all-errors", "timings"};
constexpr std::string_view k_status[] = {"json", "offline", "detailed-exitcode", "all-errors", "timings"};
constexpr std::string_view k_doctor[] = {"json", "offline", "timings"};
constexpr std::string_view k_init[] = {"azure"};
constexpr std::string_view k_discover[] = {
    "out", "from-tfstate", "terraform-removed", "vms",   "pin",           "region", "network",
    "all", "json",         "all-networks",      "scope", "allow-unknown", "timings"};
constexpr std::string_view k_promote[] = {"all-errors"};
constexpr std::string_view k_schema[] = {"project"};
constexpr std::string_view k_graph[] = {"format", "all-errors", "timings"};

constexpr std::string_view k_graph_formats[] = {"dot", "mermaid"};
constexpr std::string_view k_validate_formats[] = {"text", "gcc", "github", "gitlab", "sarif", "json"};

constexpr std::string_view k_no_effect_on_plan[] = {"parallelism"};
constexpr std::string_view k_no_effect_on_apply[] = {"detailed-exitcode"};
constexpr std::string_view k_no_effect_on_destroy[] = {"detailed-exitcode", "place-anew", "adopt-only"};

constexpr Example k_init_examples[] = {
    {"pairform init", "start a project here"},
    {"pairform init dr", "start one in a new directory"},
    {"pairform init dr --azure /subscriptions/.../vaults/vault-dr", "one that works on a Recovery Services vault"}};
constexpr Example k_validate_examples[] = {{"pairform validate", "what is wrong in the files, all at once"},
                                           {"pairform validate --format gcc", "a line each, as editors read them"},
                                           {"pairform validate --json", "the same for a script"}};
constexpr Example k_plan_examples[] = {
    {"pairform plan", "read the cloud, and show what would be done"},
    {"pairform plan --out p.plan", "save it for `pairform apply p.plan`"},
    {"pairform plan --markdown --budget 32000", "for a comment of a pull request"},
    {"pairform plan --target 'mapping.ea-*' --exclude @held.txt", "a part: a pattern in quotes, a file of addresses"}};
constexpr Example k_apply_examples[] = {{"pairform apply", "plan, ask, and carry it out"},
                                        {"pairform apply p.plan", "carry out a saved plan, if it is still true"},
                                        {"pairform apply --auto-approve --wait 0s", "in a pipeline, without waiting"}};
constexpr Example k_destroy_examples[] = {{"pairform plan --destroy", "look first"},
                                          {"pairform destroy", "then do it"}};
constexpr Example k_show_examples[] = {{"pairform show", "all that is recorded"},
                                       {"pairform show mapping.app", "one pair"},
                                       {"pairform show p.plan", "a saved plan"}};
constexpr Example k_state_examples[] = {{"pairform state list 'network.*'", "the addresses that match"},
                                        {"pairform state mv network.old network.new", "give it another address"},
                                        {"pairform state rm mapping.app", "forget it; the cloud stays as it is"},
                                        {"pairform state rebuild", "make it anew of the files and the cloud"},
                                        {"pairform state verify", "is it sound? For hooks and pipelines"}};
constexpr Example k_why_examples[] = {{"pairform why mapping.app", "both halves of a pair"},
                                      {"pairform why vm.web1.nic.eth0", "where a nic lands, rule by rule"}};
constexpr Example k_drill_examples[] = {{"pairform drill eastasia", "every vm whose home is eastasia"},
                                        {"pairform drill eastasia --problems", "only what is wrong"},
                                        {"pairform drill eastasia --vm 'vm.web*'", "only these vms"}};
constexpr Example k_status_examples[] = {{"pairform status", "as the cloud is now"},
                                         {"pairform status --offline", "as recorded, at once"},
                                         {"pairform status --detailed-exitcode", "exit 8 where something has drifted"}};
constexpr Example k_doctor_examples[] = {{"pairform doctor", "before the first plan, and when something is odd"},
                                         {"pairform doctor --offline", "files and recorded state alone"},
                                         {"pairform doctor --json", "the same for a script"}};
constexpr Example k_discover_examples[] = {
    {"pairform discover", "print stanzas for what the cloud holds and no file declares"},
    {"pairform discover --out .", "write them into files, and make a project where there is none"},
    {"pairform discover --region eastasia --vms managed", "a part, with vms that pairform is to manage"},
    {"pairform discover --from-tfstate prod.tfstate", "what a state of Terraform holds, without a cloud"}};
constexpr Example k_promote_examples[] = {{"pairform promote mapping.app-to-southeastasia", "print its stanza"},
                                          {"pairform promote network.app-asr", "a network that a vm brought about"}};
constexpr Example k_graph_examples[] = {{"pairform graph", "for Graphviz: pairform graph | dot -Tsvg"},
                                        {"pairform graph --format mermaid", "for Markdown pages"}};
constexpr Example k_schema_examples[] = {
    {"pairform schema", "for pairform.toml of any project"},
    {"pairform schema --project", "with its addresses, as `init` writes it to .pairform/schema.json"}};
constexpr Example k_sim_examples[] = {{"pairform sim list", "what the simulator holds"},
                                      {"pairform sim --help", "all that it can be told"}};
constexpr Example k_history_examples[] = {{"pairform history", "all of it, the newest change first"},
                                          {"pairform history mapping.app", "of one pair"}};
constexpr Example k_explain_examples[] = {{"pairform explain PF1402", "what it means, why, and how to mend it"},
                                          {"pairform explain", "all codes, with their titles"}};
constexpr Example k_completion_examples[] = {
    {"pairform completion bash", "in ~/.bashrc: eval \"$(pairform completion bash)\""},
    {"pairform completion zsh", "in ~/.zshrc, after compinit: eval \"$(pairform completion zsh)\""},
    {"pairform completion fish", "in config.fish: pairform completion fish | source"}};
constexpr Example k_version_examples[] = {{"pairform version", "pairform and its version"},
                                          {"pairform version --json", "the same for a script"}};

constexpr Command k_commands[] = {
    {"init", "[DIR] [--azure VAULT-ID]", "start a project: pairform.toml, .gitignore and .gitattributes", k_init, 1,
     command_init, k_init_examples, ProjectUse::None},
    {"validate",
     "[OPTIONS]",
     "check the files, without the cloud",
     k_validate,
     0,
     command_validate,
     k_validate_examples,
     ProjectUse::Needed,
     {},
     WordsOf::Command,
     k_validate_formats},
    {"plan", "[OPTIONS]", "show what apply would do, and why", k_plan, 0, command_plan, k_plan_examples,
     ProjectUse::Needed, k_no_effect_on_plan},
    {"apply", "[PLAN] [OPTIONS]", "make the cloud what the files say, or carry out a saved plan", k_apply, 1,
     command_apply, k_apply_examples, ProjectUse::Needed, k_no_effect_on_apply},
    {"destroy", "[OPTIONS]",
     "delete mappings and managed networks, disable replication; machines and existing networks stay", k_destroy, 0,
     command_destroy, k_destroy_examples, ProjectUse::Needed, k_no_effect_on_destroy},
    {"show", "[PLAN|ADDRESS] [--json]", "show recorded state, one resource of it, or a saved plan", k_show, 1,
     command_show, k_show_examples, ProjectUse::IfThere},
    {"state", "list [ADDRESS]... | show ADDRESS | mv FROM TO | rm ADDRESS | rebuild | verify | merge BASE OURS THEIRS",
     "show, edit, rebuild, check and merge recorded state", k_state, SIZE_MAX, command_state, k_state_examples,
     ProjectUse::IfThere},
    {"why", "ADDRESS [--offline]", "the chain of reasons: declaration, record, drift, plan", k_why, 1, command_why,
     k_why_examples},
    {"drill", "REGION [OPTIONS]", "if a region is lost: where every vm comes up, and does it come home", k_drill, 1,
     command_drill, k_drill_examples},
    {"status", "[--json] [--offline] [--detailed-exitcode]",
     "how the project stands, on one screen: pairs, vms, drift, what is pending", k_status, 0, command_status,
     k_status_examples},
    {"doctor", "[--json] [--offline]", "what stands in the way: sign-in, rights, pairs, subnets, vms, line by line",
     k_doctor, 0, command_doctor, k_doctor_examples},
    {"explain",
     "[CODE]...",
     "what the code of a message means, and how to mend it; without one: all codes",
     {},
     SIZE_MAX,
     command_explain,
     k_explain_examples,
     ProjectUse::None},
    {"history",
     "[ADDRESS]",
     "who changed what of recorded state, and when: from the commits of the state file",
     {},
     1,
     command_history,
     k_history_examples},
    {"discover", "[OPTIONS]", "print or write the stanzas that declare what the cloud holds", k_discover, 0,
     command_discover, k_discover_examples, ProjectUse::IfThere},
    {"promote", "ADDRESS", "print the stanza for a resource that no file declares", k_promote, 1, command_promote,
     k_promote_examples},
    {"graph",
     "[--format dot|mermaid]",
     "resources and what they need, for drawing programs",
     k_graph,
     0,
     command_graph,
     k_graph_examples,
     ProjectUse::Needed,
     {},
     WordsOf::Command,
     k_graph_formats},
    {"schema", "[--project]", "JSON Schema of the files, for editors", k_schema, 0, command_schema, k_schema_examples,
     ProjectUse::IfThere},
    {"sim",
     "list | put | delete | replicate | failover | ...",
     "the simulator's portal: change things behind pairform's back",
     {},
     0,
     command_sim,
     k_sim_examples,
     ProjectUse::IfThere,
     {},
     WordsOf::Tool},
    {"completion",
     "bash|zsh|fish",
     "what a shell evaluates to complete commands, options and addresses",
     {},
     1,
     command_completion,
     k_completion_examples,
     ProjectUse::None},
    {"version", "[--json]", "the version", k_json, 0, command_version, k_version_examples, ProjectUse::None}};

}  // namespace

std::span<const Command> commands() { return k_commands; }

const Command* find_command(std::string_view name) {
  const auto* found = std::find_if(std::begin(k_commands), std::end(k_commands),
                                   [&](const Command& each) { return each.name == name; });
  return found == std::end(k_commands) ? nullptr : found;
}

}  // namespace pairform
