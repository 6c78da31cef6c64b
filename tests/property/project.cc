#include "tests/property/project.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "engine/read/plan_reader.h"
#include "engine/read/resolve.h"
#include "engine/state/file_backend.h"
#include "engine/state/lock.h"
#include "engine/write/plan_file.h"
#include "providers/provider_set.h"
#include "providers/simulator/portal.h"
#include "schema/config_loader.h"

namespace pairform::property {
namespace fs = std::filesystem;
namespace {

std::string read_bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void write_bytes(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

std::string minified(simdjson::dom::element json) { return simdjson::minify(json); }

std::string text_at(simdjson::dom::element json, const char* key) {
  std::string_view value;
  return json[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

// What the machines that are listed hold at home is told by their nics.
void leave_strangers_uses(ModelCloud& cloud) {
  const auto erase = [](std::string& list, const std::string& address) {
    const std::size_t at = address.empty() ? std::string::npos : list.find(address);
    if (at == std::string::npos) return;
    list.erase(at, address.size() + (list[at + address.size()] == ',' ? 1 : 0));
    if (list.ends_with(",]")) list.erase(list.size() - 2, 1);
  };
  for (const auto& [id, nic] : cloud.nics) {
    std::string& in_use = cloud.networks.at(cloud.vms.at(nic.vm).network).in_use;
    erase(in_use, '"' + nic.ip + '"');
    simdjson::dom::parser parser;
    const simdjson::dom::object secondary = parser.parse(nic.secondary);
    for (const auto& [name, address] : secondary) erase(in_use, minified(address));
  }
}

// A round syncs files dozens of times.
fs::path fast_place() {
  std::error_code none;
  return fs::is_directory("/dev/shm", none) && ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path();
}

}  // namespace

std::vector<std::string> Planned::steps() const {
  std::vector<std::string> out;
  for (const Step& step : run.plan.steps)
    out.push_back(
        fmt::format("{} {}", operation_text(step.operation),
                    run.project.texts().view(run.world.estate.address(run.plan.diff.changes[step.change].resource))));
  return out;
}

std::string Planned::errors() const {
  std::string out;
  for (const Diagnostic& each : diagnostics.items())
    if (each.severity == Severity::Error)
      out += fmt::format("{} {}: {}\n", code_text(each.code), each.summary, each.detail);
  return out;
}

bool Planned::has_error(Code code) const {
  for (const Diagnostic& each : diagnostics.items())
    if (each.severity == Severity::Error && each.code == code) return true;
  return false;
}

Project::Project() : root_("property", fast_place()) {}

void Project::write(const World& world, std::uint64_t layout, const std::string& provider_settings) const {
  fs::remove_all(directory_ / "parts");
  for (const auto& [name, bytes] : files_of(world, layout, provider_settings)) write_bytes(directory_ / name, bytes);
}

bool Project::sim(const Words& words) const {
  if (words.at(0) == "land") return land(words);
  return simulator::run_portal(directory_ / ".pairform" / "simulator.db", words).exit_code == 0;
}

bool Project::land(const Words& words) const {
  const std::unique_ptr<Provider> hand = provider_entries().front().open({directory_.string(), {}});
  CloudStep step{"nic", Operation::Update, words.at(1), words.at(1), {}, "another", {}};
  step.attributes = {{"target_subnet", words.at(2)}, {"target_ip", std::nullopt}, {"target_secondary", std::nullopt}};
  if (words.size() > 3) step.attributes[1].value = words[3];
  return std::holds_alternative<Done>(hand->begin(std::span(&step, 1), {}).at(0));
}

ModelCloud Project::cloud() const {
  const Words words{"list", "--json"};
  const std::string json = simulator::run_portal(directory_ / ".pairform" / "simulator.db", words).out;
  ModelCloud cloud;
  simdjson::dom::parser parser;
  const simdjson::dom::element rows = parser.parse(json);
  for (const simdjson::dom::element row : rows.get_array()) {
    const std::string id(row["id"].get_string().value()), kind(row["kind"].get_string().value());
    const simdjson::dom::element of = row["attributes"];
    if (kind == "mapping") cloud.halves[id] = {text_at(of, "source"), text_at(of, "target")};
    else if (kind == "vm")
      cloud.vms[id] = {text_at(of, "network"), text_at(of, "target_region"), text_at(of, "target_network"),
                       text_at(row, "status")};
    else if (kind == "nic")
      cloud.nics[id] = {text_at(of, "vm"),
                        text_at(of, "subnet"),
                        text_at(of, "ip"),
                        minified(of["secondary"]),
                        text_at(of, "target_subnet"),
                        text_at(of, "target_ip"),
                        minified(of["target_secondary"])};
    else if (kind == "network")
      cloud.networks[id] = {minified(of["address_space"]), minified(of["subnets"]), minified(of["tags"]),
                            minified(of["extra"]), minified(of["in_use"])};
  }
  leave_strangers_uses(cloud);
  return cloud;
}

std::optional<std::string> Project::state() const {
  const fs::path path = directory_ / "pairform.state.jsonl";
  if (!fs::exists(path)) return std::nullopt;
  return read_bytes(path);
}

void Project::set_state(const std::optional<std::string>& bytes) const {
  const fs::path path = directory_ / "pairform.state.jsonl";
  if (bytes) write_bytes(path, *bytes);
  else fs::remove(path);
}

std::string Project::journal() const { return read_bytes(directory_ / ".pairform" / "journal"); }
void Project::set_journal(const std::string& bytes) const { write_bytes(directory_ / ".pairform" / "journal", bytes); }

std::unique_ptr<Project> Project::copy() const {
  auto other = std::make_unique<Project>();
  fs::copy(directory_, other->directory_, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  return other;
}

namespace {
const std::vector<ProviderEntry>& entries_without_ids() {
  static const std::vector<ProviderEntry> entries = [] {
    std::vector<ProviderEntry> all(provider_entries().begin(), provider_entries().end());
    for (ProviderEntry& each : all) each.may_have_id = nullptr;
    return all;
  }();
  return entries;
}
}  // namespace

bool Project::prepare(Planned& planned, const RunOptions& options, LoadScope scope) const {
  Run& run = planned.run;
  run.project.types = full_type_table();
  run.project.providers = options.ids_tell_nothing ? entries_without_ids() : provider_entries();
  run.project.version = "0.0.0";
  run.project.config =
      load_configuration(directory_, run.project.types, options.load_threads, planned.diagnostics, scope);
  run.project.entry = &run.project.providers.front();
  run.project.edition = run.project.config.settings.edition.empty() ? run.project.entry->default_edition
                                                                    : run.project.config.settings.edition;
  run.world.desired =
      resolve(run.project.config, run.project.types, IdentityMaker{*run.project.entry}, planned.diagnostics);
  if (planned.diagnostics.has_errors()) return false;
  StateParts parts = file_parts(directory_ / "pairform.state.jsonl", directory_ / ".pairform");
  if (options.wrap_backend) parts = options.wrap_backend(std::move(parts));
  run.state.backend = std::make_unique<StateBackend>(std::move(parts));
  if (options.locked) {
    LockOwner holder;
    if (!run.state.backend->lock(this_process("apply"), std::chrono::milliseconds(0), holder))
      throw std::runtime_error("locked");
  }
  if (!open_provider(run, planned.diagnostics)) return false;
  if (options.wrap_provider) run.cloud.provider = options.wrap_provider(std::move(run.cloud.provider));
  run.state.will_write = options.locked;
  if (!read_state(run, planned.diagnostics)) return false;
  Diagnostics earlier;  // what has failed of it is told, and refuses no plan
  resume(run.project, run.world.desired, run.state, run.cloud, {options.locked, options.resume_wait, {}, {}}, earlier);
  return true;
}

Planned Project::plan(const RunOptions& options) const {
  Planned planned;
  if (!prepare(planned, options, LoadScope::Whole)) return planned;
  planned.sound = make_plan(planned.run, options.plan, planned.diagnostics);
  planned.json = saved_plan_json(planned.run.project, planned.run.world, planned.run.plan, planned.diagnostics);
  return planned;
}

Planned Project::plan_saved(const std::string& json, bool locked) const {
  Planned planned;
  if (!prepare(planned, {.locked = locked}, LoadScope::Settings)) return planned;
  SavedPlan saved;
  if (!read_plan(json, "saved.json", planned.run.project, planned.run.state.recorded, saved, planned.diagnostics))
    return planned;
  planned.run.world.desired = std::move(saved.desired);
  PlanOptions options;
  options.saved = saved.linked ? &saved : nullptr;
  planned.sound = make_plan(planned.run, options, planned.diagnostics);
  planned.json = plan_json(planned.run.project, planned.run.world, planned.run.plan, planned.diagnostics, true);
  return planned;
}

ApplyReport apply_plan(Run& run, const ApplyOptions& options) {
  return pairform::apply_plan(run.project, run.state, run.cloud, run.world, run.plan, options);
}

ApplyOptions quick_apply(unsigned parallelism) {
  ApplyOptions options;
  options.scheduler.parallelism = parallelism;
  options.scheduler.first_delay = std::chrono::milliseconds(1);
  return options;
}

std::string apply(const Project& project, const RunOptions& options, unsigned parallelism) {
  RunOptions locked = options;
  locked.locked = true;
  Planned planned = project.plan(locked);
  if (!planned.sound) return "plan refused: " + planned.errors();
  const ApplyReport report = apply_plan(planned.run, quick_apply(parallelism));
  std::string wrong;
  for (const StepResult& result : report.results)
    if (result.state != StepState::Done)
      wrong += fmt::format("step {} ({}) is not done: {}\n", result.step + 1, planned.steps()[result.step],
                           result.error ? result.error->code + " " + result.error->message : "no error");
  return wrong;
}

std::string set_up(Project& project, const Scenario& scenario, const std::string& provider_settings,
                   const RunOptions& options) {
  for (const WorldNetwork& network : made_elsewhere(scenario))
    if (!project.sim(put_words(network))) return "network cannot be put: " + network.id();
  for (const Words& words : scenario.machines) project.sim(words);
  project.write(scenario.before, 0, provider_settings);
  if (std::string wrong = apply(project, options); !wrong.empty()) return "before: " + wrong;
  for (const Words& words : scenario.accidents) project.sim(words);
  return "";
}

std::map<std::string, RecordedThing> recorded_things(const std::optional<std::string>& state) {
  std::map<std::string, RecordedThing> things;
  simdjson::dom::parser parser;
  const std::string bytes = state.value_or("");
  for (std::size_t at = bytes.find('\n') + 1; at != 0 && at < bytes.size();) {
    const std::size_t end = bytes.find('\n', at);
    const simdjson::dom::element row = parser.parse(bytes.substr(at, end - at));
    const simdjson::dom::element attributes = row["attributes"];
    RecordedThing thing{.id = text_at(row, "id"),
                        .is_network = text_at(row, "type") == "network",
                        .pending = !text_at(row, "pending").empty(),
                        .existing = false,
                        .because = text_at(row, "because"),
                        .source = text_at(attributes, "source"),
                        .target = text_at(attributes, "target"),
                        .address_space = {},
                        .subnets = {}};
    if (thing.is_network) {
      thing.existing = attributes["existing"].get_bool().value();
      thing.address_space = minified(attributes["address_space"]);
      thing.subnets = minified(attributes["subnets"]);
    }
    things[text_at(row, "address")] = thing;
    at = end + 1;
  }
  return things;
}

std::vector<std::string> recorded_ids(const std::optional<std::string>& state) {
  std::vector<std::string> ids;
  for (const auto& [address, thing] : recorded_things(state))
    if (!thing.existing && !thing.id.empty()) ids.push_back(thing.id);
  return ids;
}

std::uint64_t rounds(std::uint64_t usual) {
  const char* factor = std::getenv("PAIRFORM_PROPERTY_ROUNDS");
  const double times = factor == nullptr ? 1 : std::strtod(factor, nullptr);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(usual) * times));
}

}  // namespace pairform::property
