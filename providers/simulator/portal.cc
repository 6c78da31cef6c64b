#include "providers/simulator/portal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "providers/simulator/cloud.h"
#include "providers/simulator/faults.h"
#include "providers/simulator/portal_list.h"
#include "providers/simulator/portal_script.h"
#include "providers/simulator/portal_vm.h"
#include "providers/simulator/portal_words.h"
#include "providers/simulator/vm_rules.h"
#include "schema/diagnostic.h"
#include "schema/json_text.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform::simulator {
namespace {

struct Form {
  std::string_view name;  // the words it starts with
  std::string_view usage;
  Outcome (*run)(Cloud&, Words);  // the words after those
  TransactionKind transaction = TransactionKind::Write;
};

// Prefixes between commas; why not, where one is wrong.
std::optional<std::string> parse_prefixes(std::string_view text, std::vector<Prefix>& prefixes) {
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    const auto parsed = parse_prefix(word);
    if (!parsed) return fmt::format("\"{}\" is not a prefix such as 10.0.0.0/16", word);
    if (parsed->has_host_bits)
      return fmt::format("InvalidCIDRNotation: {} has bits set beyond its length; the prefix is {}", word,
                         to_text(parsed->prefix));
    prefixes.push_back(parsed->prefix);
    if (comma == std::string_view::npos) return std::nullopt;
    text.remove_prefix(comma + 1);
  }
}

// What `put network` was told beside the path.
struct NetworkWords {
  std::optional<std::vector<Prefix>> address_space;
  std::vector<SimulatedSubnet> subnets;
  std::vector<Label> labels;
  std::vector<Delegation> delegated;  // no service: not any more
  std::string resource_group, subscription;
};

// Takes one KEY=VALUE; why not, where it is wrong.
std::optional<std::string> take_network_word(std::string_view word, NetworkWords& given) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos) return fmt::format("\"{}\" is not of the form KEY=VALUE", word);
  const std::string_view key = word.substr(0, equals), value = word.substr(equals + 1);
  if (key == "address_space") return parse_prefixes(value, given.address_space.emplace());
  if (key.starts_with("subnet.")) {
    given.subnets.push_back({std::string(key.substr(7)), {}});
    return parse_prefixes(value, given.subnets.back().prefixes);
  }
  if (key.starts_with("delegated.")) {
    if (!value.empty() && !is_service_name(value)) return fmt::format("\"{}\" is not a service", value);
    given.delegated.push_back({std::string(key.substr(10)), std::string(value)});
    return std::nullopt;
  }
  for (const auto& [prefix, kind] : {std::pair("tag.", LabelKind::Tag), std::pair("extra.", LabelKind::Extra)})
    if (key.starts_with(prefix)) {
      const std::string_view name = key.substr(std::string_view(prefix).size());
      if (name.empty() || !is_utf8(word)) return fmt::format("\"{}\" needs a key, and UTF-8", word);
      given.labels.push_back({kind, std::string(name), std::string(value)});
      return std::nullopt;
    }
  if (key == "resource_group" || key == "subscription") {
    if (!is_group_name(value)) return fmt::format("\"{}\" is not a {}", value, key);
    (key == "resource_group" ? given.resource_group : given.subscription) = value;
    return std::nullopt;
  }
  const std::string_view start =
      key.substr(0, std::min(key.find('.'), key.size() - 1) + 1);  // "subnets.", its name aside
  const std::string_view near =
      nearest(start, {"address_space", "subnet.", "tag.", "extra.", "delegated.", "resource_group", "subscription"});
  const std::string_view name = near.ends_with('.') ? key.substr(start.size()) : std::string_view();
  return fmt::format("\"{}\" is not known{}", key, near.empty() ? "" : fmt::format("; did you mean {}{}?", near, name));
}

// The words after the path, each key once.
std::optional<std::string> take_network_words(Words words, NetworkWords& given) {
  std::map<std::string_view, int> keys;
  for (const std::string& word : words) {
    const std::string_view key = std::string_view(word).substr(0, word.find('='));
    if (++keys[key] == 2) return fmt::format("{} is given twice", key);
    if (auto error = take_network_word(word, given)) return error;
  }
  return std::nullopt;
}

Outcome put_network(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "put network";
  if (words.empty()) return wrong_form("a network is missing", k_form);
  auto network = parse_path(words[0]);
  if (!network) return not_a_path(words[0], k_form);
  NetworkWords given;
  if (auto error = take_network_words(words.subspan(1), given)) return wrong_form(*error, k_form);
  if (!given.resource_group.empty()) network->resource_group = given.resource_group;
  if (!given.subscription.empty()) network->subscription = given.subscription;
  network->id = network_id(network->region, network->name, network->resource_group, network->subscription);
  const auto found = cloud.find_network(network->id);
  if (!found && !given.address_space) return wrong_form("a new network needs an address_space", k_form);
  const bool keeps_shape = found && !given.address_space && given.subnets.empty();
  if (keeps_shape) network->shape = found->shape;
  else network->shape = {given.address_space ? *given.address_space : found->shape.address_space, given.subnets};
  sort_shape(network->shape);
  SimulatedWrite write;
  write.verb = found ? WriteVerb::Update : WriteVerb::Create;
  write.id = network->id;
  write.network = *network;
  if (const auto refusal = cloud.apply(write)) return refused(*refusal);
  for (const Label& label : given.labels) cloud.set_label(network->id, label);
  for (const Delegation& one : given.delegated) {
    if (subnet_named(network->shape, one.subnet) == nullptr)
      return refused({"SubnetNotFound", fmt::format("Network {} has no subnet {}.", network->id, one.subnet)});
    cloud.delegate(network->id, one.subnet, one.service);
  }
  return done(fmt::format("{} network {}", found ? "changed" : "made", network->id));
}

Outcome put_mapping(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "put mapping";
  if (words.size() != 2) return wrong_form("it takes two networks", k_form);
  const auto source = parse_path(words[0]), target = parse_path(words[1]);
  if (!source) return not_a_path(words[0], k_form);
  if (!target) return not_a_path(words[1], k_form);
  SimulatedWrite write;
  write.kind = SimulatedKind::Mapping;
  write.id = mapping_id(source->id, target->region);
  const auto found = cloud.find_mapping(write.id);
  write.verb = found ? WriteVerb::Update : WriteVerb::Create;
  const auto existing = cloud.find_network(source->id);
  write.mapping = {write.id,       fmt::format("{}-to-{}", existing ? existing->name : source->name, target->region),
                   source->region, source->id,
                   target->id,     target->region};
  if (const auto refusal = cloud.apply(write)) return refused(*refusal);
  if (found && found->target != target->id)
    return done(fmt::format("retargeted mapping {} from {} to {}", write.id, found->target, target->id));
  return done(fmt::format("{} mapping {} to {}", found ? "left" : "made", write.id, target->id));
}

Outcome delete_network(Cloud& cloud, Words words) {
  if (words.size() != 1) return wrong_form("it takes one network", "delete network");
  const auto network = parse_path(words[0]);
  if (!network) return not_a_path(words[0], "delete network");
  if (!cloud.find_network(network->id)) return refused(network_not_found(network->id));
  SimulatedWrite write;
  write.verb = WriteVerb::Delete;
  write.id = network->id;
  if (const auto refusal = cloud.apply(write)) return refused(*refusal);
  return done(fmt::format("deleted network {}", write.id));
}

Outcome delete_mapping(Cloud& cloud, Words words) {
  constexpr std::string_view k_form = "delete mapping";
  if (words.size() != 2) return wrong_form("it takes a network and the other region", k_form);
  const auto source = parse_path(words[0]);
  if (!source) return not_a_path(words[0], k_form);
  const std::string region = canonical_region(words[1]);
  if (!is_region(region)) return wrong_form(fmt::format("\"{}\" is not a region", words[1]), k_form);
  SimulatedWrite write;
  write.verb = WriteVerb::Delete;
  write.kind = SimulatedKind::Mapping;
  write.id = mapping_id(source->id, region);
  if (!cloud.find_mapping(write.id)) return refused(mapping_not_found(write.id));
  if (const auto refusal = cloud.apply(write)) return refused(*refusal);
  return done(fmt::format("deleted mapping {}", write.id));
}

Outcome use_or_release(Cloud& cloud, Words words, bool use) {
  const std::string_view form = use ? "use" : "release";
  if (words.size() != 2) return wrong_form("it takes a network and an address", form);
  const auto network = parse_path(words[0]);
  if (!network) return not_a_path(words[0], form);
  const auto ip = parse_ip(words[1]);
  if (!ip) return wrong_form(fmt::format("\"{}\" is not an address", words[1]), form);
  const auto refusal = use ? cloud.use_address(network->id, *ip) : cloud.release_address(network->id, *ip);
  if (refusal) return refused(*refusal);
  return done(fmt::format("{} {} in {}", use ? "using" : "released", to_text(*ip), network->id));
}
Outcome use(Cloud& cloud, Words words) { return use_or_release(cloud, words, true); }
Outcome release(Cloud& cloud, Words words) { return use_or_release(cloud, words, false); }

Outcome deny_or_allow(Cloud& cloud, Words words, bool deny) {
  const std::string_view form = deny ? "deny" : "allow";
  if (words.size() != 1) return wrong_form("it takes one region or id", form);
  const auto scope = parse_scope(words[0]);
  if (!scope) return wrong_form(fmt::format("\"{}\" is neither a region nor an id", words[0]), form);
  if (deny) return done(fmt::format("{} {}", *scope, cloud.deny(*scope) ? "is denied" : "was denied already"));
  return done(fmt::format("{} {}", *scope, cloud.allow(*scope) ? "is allowed" : "was not denied"));
}
Outcome deny(Cloud& cloud, Words words) { return deny_or_allow(cloud, words, true); }
Outcome allow(Cloud& cloud, Words words) { return deny_or_allow(cloud, words, false); }

std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t least) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) return std::nullopt;
  return number;
}

// Takes one option of `fail` with its value; why not, where it is wrong.
std::optional<std::string> take_fail_option(std::string_view option, std::string_view value, Fault& fault) {
  if (option == "--error") {
    const auto error = parse_fault_error(value);
    if (!error) return fmt::format("\"{}\" is not an error that can be asked for", value);
    fault.error = *error;
    return std::nullopt;
  }
  if (option != "--after" && option != "--times") return fmt::format("\"{}\" is not known", option);
  const auto count = parse_count(value, option == "--times" ? 1 : 0);
  if (!count) return fmt::format("{} takes a number, not \"{}\"", option, value);
  (option == "--after" ? fault.after : fault.times) = *count;
  return std::nullopt;
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Outcome fail(Cloud& cloud, Words words) {
  if (words.size() < 2) return wrong_form("it takes what is to fail, and the kind", "fail");
  Fault fault{words[0], words[1]};
  if (!is_one_of(fault.verb, {"create", "update", "delete", "read", "poll"}))
    return wrong_form(fmt::format("\"{}\" cannot be made to fail", fault.verb), "fail");
  if (!is_one_of(fault.kind, {"network", "mapping", "vm", "nic"}))
    return wrong_form(fmt::format("\"{}\" is not a kind", fault.kind), "fail");
  for (std::size_t i = 2; i < words.size(); ++i) {
    std::string_view option = words[i], value;
    if (const std::size_t equals = option.find('='); equals != std::string_view::npos) {
      value = option.substr(equals + 1);
      option = option.substr(0, equals);
    } else if (++i < words.size()) {
      value = words[i];
    }
    if (auto error = take_fail_option(option, value, fault)) return wrong_form(*error, "fail");
  }
  if (fault.error == FaultError::Wrong && !is_one_of(fault.verb, {"create", "update"}))
    return wrong_form(fmt::format("{} stores nothing, so it cannot store something wrong", fault.verb), "fail");
  add_fault(cloud.database(), fault);
  return done(fmt::format("{} {} will fail {} ({}), after {}", fault.verb, fault.kind,
                          fault.times == 1 ? "once" : fmt::format("{} times", fault.times),
                          fault_error_text(fault.error), fault.after));
}

// `run` reads its commands before the cloud is opened (commands_of).
Outcome run_in_script(Cloud&, Words) { return failed("a file of commands does not run another one"); }

Outcome list(Cloud& cloud, Words words) {
  if (words.empty()) return {portal_table(cloud), {}};
  if (words.size() == 1 && (words[0] == "--json" || words[0] == "-json")) return {portal_json(cloud), {}};
  return wrong_form(fmt::format("\"{}\" is not known", words[0]), "list");
}

constexpr std::array<Form, 18> k_forms{{
    {"list", "list [--json]", list, TransactionKind::Read},
    {"put network",
     "put network REGION/NAME address_space=CIDR[,CIDR] subnet.NAME=CIDR[,CIDR] ... [tag.KEY=VALUE] "
     "[extra.KEY=VALUE] [delegated.NAME=SERVICE] [resource_group=NAME] [subscription=NAME]",
     put_network},
    {"put mapping", "put mapping REGION/NETWORK REGION/NETWORK", put_mapping},
    {"put vm",
     "put vm REGION/NAME network=NAME nic.NAME=SUBNET[:IP[,CONFIG:IP]...] ... [resource_group=NAME] "
     "[subscription=NAME]",
     put_vm},
    {"delete network", "delete network REGION/NAME", delete_network},
    {"delete mapping", "delete mapping REGION/NETWORK REGION", delete_mapping},
    {"delete vm", "delete vm REGION/NAME", delete_vm},
    {"use", "use REGION/NETWORK IP", use},
    {"release", "release REGION/NETWORK IP", release},
    {"deny", "deny REGION|ID", deny},
    {"allow", "allow REGION|ID", allow},
    {"fail",
     "fail create|update|delete|read|poll network|mapping|vm|nic [--after N] [--times N] "
     "[--error throttled|unavailable|conflict|denied|lost|wrong]",
     fail},
    {"replicate", "replicate REGION/NAME TARGET-REGION", replicate_vm},
    {"land", "land REGION/NAME nic.NAME=SUBNET[:IP[,CONFIG:IP]...] ...", land_vm},
    {"failover", "failover REGION|REGION/VM [--test] [--json]", failover_vms},
    {"commit", "commit REGION|REGION/VM", commit_vms},
    {"reprotect", "reprotect REGION|REGION/VM", reprotect_vms},
    {"run", "run FILE|-", run_in_script},
}};

}  // namespace

Outcome wrong_form(std::string_view what, std::string_view form_name) {
  for (const Form& form : k_forms)
    if (form.name == form_name)
      return {{}, fmt::format("sim {}: {}\nusage: pairform sim {}", form_name, escape_for_terminal(what), form.usage)};
  return failed(what);
}

namespace {

// The form that these words start with; its first words go from `words`.
const Form* find_form(Words& words) {
  for (const Form& form : k_forms) {
    const std::size_t blank = form.name.find(' ');
    const std::size_t count = blank == std::string_view::npos ? 1 : 2;
    if (words.size() < count || words[0] != form.name.substr(0, blank)) continue;
    if (count == 2 && words[1] != form.name.substr(blank + 1)) continue;
    words = words.subspan(count);
    return &form;
  }
  return nullptr;
}

// No form starts so: what was meant?
ToolResult unknown_form(Words words) {
  if (words.empty()) return {1, {}, "sim: what?\nsee `pairform sim --help`"};
  const std::string said = words.size() > 1 ? words[0] + ' ' + words[1] : words[0];
  std::vector<std::string_view> first_words, whole;
  for (const Form& form : k_forms) {
    whole.push_back(form.name);
    first_words.push_back(form.name.substr(0, form.name.find(' ')));
  }
  std::string_view near = nearest(said, whole);
  if (near.empty()) near = nearest(words[0], first_words);
  const bool verb_is_right = words[0] == "put" || words[0] == "delete";
  std::string text = fmt::format("sim: there is no \"{}\"", verb_is_right ? said : words[0]);
  if (verb_is_right && words.size() == 1) text = fmt::format("sim {}: what?", words[0]);
  else if (!near.empty() && near != words[0]) text += fmt::format("; did you mean \"{}\"?", near);
  return {1, {}, escape_for_terminal(text) + "\nsee `pairform sim --help`"};
}

}  // namespace

std::string portal_usage() {
  std::string out = "usage:";
  for (const Form& form : k_forms) out += fmt::format("\n  pairform sim {}", form.usage);
  return out;
}

namespace {

// A command, and where it stands: "line 3: " of a file; empty on the command line.
struct Command {
  const Form* form = nullptr;
  Words words;  // without those of the form
  std::string where;
};

// Which form these words are of, and their options. `refused`: why they are none.
std::optional<Command> command_of(Words words, const std::string& where, ToolResult& refused) {
  const Form* form = find_form(words);
  if (form == nullptr) {
    refused = unknown_form(words);
    refused.error = where + refused.error;
    return std::nullopt;
  }
  for (const std::string_view word : words)
    if (word.starts_with("--") && form->usage.find(word.substr(0, word.find('='))) == std::string_view::npos) {
      const std::string_view option = word.substr(0, word.find('='));
      refused = {1, {}, where + wrong_form(fmt::format("there is no option {}", option), form->name).error};
      return std::nullopt;
    }
  return Command{form, words, where};
}

bool any_writes(std::span<const Command> commands) {
  return std::any_of(commands.begin(), commands.end(),
                     [](const Command& each) { return each.form->transaction == TransactionKind::Write; });
}

// One after the other, as one: where one of them is refused nothing was done.
ToolResult run_commands(std::span<const Command> commands, const std::filesystem::path& database,
                        std::string_view edition) {
  Cloud cloud(database, remap_of_edition(edition));
  Transaction transaction(cloud.database(), any_writes(commands) ? TransactionKind::Write : TransactionKind::Read);
  ToolResult out;
  for (const Command& command : commands) {
    Outcome outcome = command.form->run(cloud, command.words);
    if (!outcome.error.empty()) outcome.error = command.where + outcome.error;
    if (!outcome.error.empty() && !outcome.is_half) return {1, {}, std::move(outcome.error)};
    out.out += outcome.said;
    if (!outcome.is_half) continue;
    out.exit_code = 1;
    out.error = std::move(outcome.error);
    break;
  }
  transaction.commit();
  return out;
}

ToolResult try_and_run(std::span<const Command> commands, const std::filesystem::path& database,
                       std::string_view edition) {
  try {
    // A read makes no file, nor does what is refused: both are tried in memory, where nothing is there yet.
    if (!std::filesystem::exists(database)) {
      ToolResult tried = run_commands(commands, ":memory:", edition);
      if (!any_writes(commands) || tried.exit_code != 0) return tried;
    }
    return run_commands(commands, database, edition);
  } catch (const std::runtime_error& failure) {
    return {1, {}, escape_for_terminal(failure.what())};
  }
}

ToolResult run_script(const std::string& path, const std::filesystem::path& database, std::string_view edition) {
  const Script script = read_script(path);
  if (!script.error.empty()) return {1, {}, "sim run: " + script.error};
  std::vector<Command> commands;
  commands.reserve(script.lines.size());
  ToolResult refused;
  for (const ScriptLine& line : script.lines) {
    const auto command = command_of(line.words, fmt::format("line {}: ", line.number), refused);
    if (!command) return refused;
    commands.push_back(*command);
  }
  return try_and_run(commands, database, edition);
}

}  // namespace

ToolResult run_portal(const std::filesystem::path& database, std::span<const std::string> words,
                      std::string_view edition) {
  ToolResult refused;
  const auto command = command_of(words, {}, refused);
  if (!command) return refused;
  if (command->form->name != "run") return try_and_run({&*command, 1}, database, edition);
  if (command->words.size() != 1) return {1, {}, wrong_form("it takes one file, or -", "run").error};
  return run_script(command->words.front(), database, edition);
}

}  // namespace pairform::simulator
