// Reads what the cloud holds, or states of Terraform, and writes the stanzas that declare it: what a person would have
// written. Nothing that is there is touched: no file, no state, no lock, no cloud.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>

#include "cli/command.h"
#include "cli/discovered_files.h"
#include "cli/inferred_json.h"
#include "cli/interruption.h"
#include "cli/project_place.h"
#include "cli/schema_file.h"
#include "cli/shell_word.h"
#include "cli/terraform_states.h"
#include "cli/waiting.h"
#include "engine/read/found_cloud.h"
#include "engine/read/observe_request.h"
#include "engine/read/provider_settings.h"
#include "engine/read/refresh.h"
#include "providers/terraform/project_places.h"
#include "providers/terraform/taken_over.h"
#include "schema/address.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

class Discovery {
 public:
  Discovery(Run& run, const Options& options) : run_(run), options_(options) {}

  Exit go() {
    Diagnostics diagnostics;
    if (!find_place() || !(from_terraform() ? read_terraform(diagnostics) : read_cloud(diagnostics)))
      return failed(diagnostics);
    print_diagnostics(run_, diagnostics, options_);
    Exit exit = tell();
    if (exit == Exit::Ok && !options_.terraform_removed.empty()) exit = forget();
    print_timings(run_, options_);
    return exit;
  }

 private:
  Exit failed(Diagnostics& diagnostics) {
    print_diagnostics(run_, diagnostics, options_);
    return end_without_plan(run_, options_);
  }
  bool from_terraform() const { return !options_.from_tfstate.empty(); }
  bool find_place();
  bool open_project(Diagnostics& diagnostics);
  bool begin_project(const std::string& scope, Diagnostics& diagnostics);
  std::optional<std::string> provider_lines(const std::string& scope);
  bool read_cloud(Diagnostics& diagnostics);
  bool read_terraform(Diagnostics& diagnostics);
  bool is_of_terraform();
  bool observe_cloud(Diagnostics& diagnostics);
  void leave_out(const terraform::JoinedStates& joined);
  InferOptions infer_options() const;
  Exit tell();
  Exit write();
  Exit forget();
  void say_counts() const;
  void say_unread() const;
  void add_remarks(StanzaDocument& document) const;
  void say_if_not_included(const std::filesystem::path& directory, const WrittenFiles& written);
  Exit exit() const { return unread_.empty() || options_.allow_unknown ? Exit::Ok : Exit::Error; }

  Run& run_;
  const Options& options_;
  bool is_new_ = false;              // there is no project yet
  std::filesystem::path directory_;  // of a new one
  std::string name_, provider_;      // likewise: of [project], and the lines of the provider
  Inferred inferred_;
  std::vector<std::string> unread_;   // a line each
  std::size_t told_ = 0;              // of them, the first ones: as diagnostics
  std::vector<std::string> remarks_;  // lines of comment that begin the first file
  std::vector<terraform::StateRecords> states_;
  std::set<terraform::Place> taken_;  // of what Terraform manages, what pairform takes over
};

// The project of this place; with --out DIR where this is none, that of DIR; else one that is not there yet. False: the
// options do not fit to it.
bool Discovery::find_place() {
  std::filesystem::path directory = options_.directory;
  if (!is_project(directory) && !options_.out.empty()) directory = options_.out;
  is_new_ = !is_project(directory);
  directory_ = is_new_ && !options_.out.empty() ? std::filesystem::path(options_.out) : std::filesystem::path(".");
  if (!is_new_) directory_ = directory;
  if (!is_new_ && !options_.scope.empty()) {
    print_problem(Code::Usage, "--scope is for a project that is not there yet",
                  "this project's files say where it works", "leave it out, or go to another directory", options_);
    return false;
  }
  if (options_.terraform_removed.empty()) return true;
  if (!from_terraform()) {
    print_problem(Code::Usage, "--terraform-removed is about states of Terraform, and none is given", "",
                  "give them, too: --from-tfstate FILE", options_);
    return false;
  }
  if (const auto refused = removed_blocks_refused(options_.terraform_removed)) {
    print_problem(refused->code, refused->summary, refused->detail, refused->help, options_);
    return false;
  }
  return true;
}

// The lines of pairform.toml that choose the part of the cloud `scope` names. None: it names none, which is told.
std::optional<std::string> Discovery::provider_lines(const std::string& scope) {
  if (scope.empty()) return std::string();
  Starter refused{{}, "is not understood", {}, {}};
  for (const ProviderEntry& entry : run_.project.providers) {
    if (entry.start == nullptr) continue;
    refused = entry.start(scope);
    if (refused.summary.empty())
      return fmt::format("provider = \"{0}\"\n\n[provider.{0}]\n{1}", entry.name, refused.lines);
  }
  print_problem(Code::Usage,
                fmt::format("{} {}: {}", options_.scope.empty() ? "the vault of these states," : "--scope",
                            escape_for_terminal(scope), refused.summary),
                refused.detail, refused.help, options_);
  return std::nullopt;
}

bool Discovery::begin_project(const std::string& scope, Diagnostics& diagnostics) {
  const auto lines = provider_lines(scope);
  if (!lines) return false;
  name_ = project_name_of(directory_);
  provider_ = *lines;
  Project& project = run_.project;
  project.config = configuration_of(directory_, project_text(name_, provider_, {}), project.types, diagnostics);
  for (const ProviderEntry& entry : project.providers)
    if (entry.name == project.config.settings.provider) project.entry = &entry;
  if (project.entry == nullptr || diagnostics.has_errors()) return false;
  project.edition = project.entry->default_edition;
  check_provider(project, diagnostics);
  return !diagnostics.has_errors();
}

bool Discovery::open_project(Diagnostics& diagnostics) {
  return load_project(run_, directory_, diagnostics) && read_state(run_, diagnostics);
}

InferOptions Discovery::infer_options() const {
  InferOptions out;
  out.vms = options_.vms == "managed" ? VmsAs::Managed : options_.vms == "none" ? VmsAs::Left : VmsAs::Existing;
  out.pin = options_.pin == "all" ? Pin::All : options_.pin == "none" ? Pin::None : Pin::Intent;
  for (const std::string& region : options_.region) {
    std::string folded = ascii_lower(region);
    std::erase(folded, ' ');
    out.regions.push_back(std::move(folded));
  }
  out.globs = options_.network;
  out.all_networks = options_.all_networks;
  if (const Edition* edition = find_edition(run_.project.edition)) out.target = edition->target;
  return out;
}

// False: errors, or it was interrupted.
bool Discovery::read_cloud(Diagnostics& diagnostics) {
  const bool there = is_new_ ? begin_project(options_.scope, diagnostics) : open_project(diagnostics);
  if (!there || !open_provider(run_, diagnostics)) return false;
  const WaitingForCloud waiting(run_.cloud, options_);
  return observe_cloud(diagnostics);
}

bool Discovery::observe_cloud(Diagnostics& diagnostics) {
  if (!connect_provider(run_, diagnostics)) return false;
  const IdentityMaker identities{*run_.project.entry};
  StringPool& texts = run_.project.texts();
  const ProjectScope scope = project_scope(run_.world.desired, run_.state.recorded, identities, texts);
  Observed observed = observe(*run_.cloud.provider, {scope.regions, scope.known, true}, run_.project.types,
                              run_.project.config.settings.name, texts, run_.cloud.stop, run_.cloud.reading);
  if (run_.cloud.stop.stop_requested()) return false;
  CloudView cloud(std::move(observed), run_.cloud.provider.get(), run_.project.types, run_.project.config.settings.name,
                  texts, run_.cloud.stop, run_.cloud.reading);
  FoundCloud found = found_cloud(run_.project, run_.world.desired, run_.state.recorded,
                                 options_.all ? Beside::Nothing : Beside::Project, cloud, texts);
  if (run_.cloud.stop.stop_requested()) return false;
  inferred_ = infer(found.found, infer_options());
  unread_ = std::move(found.unseen);
  std::move(inferred_.unread.begin(), inferred_.unread.end(), std::back_inserter(unread_));
  return true;
}

// May its provider take what these states hold?
bool Discovery::is_of_terraform() {
  if (run_.project.entry->name == terraform::k_provider) return true;
  print_problem(Code::Usage,
                fmt::format("--from-tfstate reads what Terraform holds of {}, and this project works on {}",
                            terraform::k_provider, run_.project.entry->name),
                "", "go to a directory without a project, or give one that works on a vault: pairform -C DIR",
                options_);
  return false;
}

// Without a cloud: nobody is asked to sign in.
bool Discovery::read_terraform(Diagnostics& diagnostics) {
  states_ = read_terraform_states(options_.from_tfstate, diagnostics);
  if (diagnostics.has_errors()) return false;
  terraform::JoinOptions join{options_.scope, true};
  if (!is_new_) {
    if (!open_project(diagnostics) || !is_of_terraform()) return false;
    join = {terraform::vault_of(provider_context(run_).settings), false};
  }
  terraform::JoinedStates joined = terraform::join_states(states_, join, diagnostics);
  if (diagnostics.has_errors()) return false;
  const std::string vault = joined.vaults.empty() ? std::string() : joined.vaults.front();
  if (is_new_ && !begin_project(options_.scope.empty() ? vault : options_.scope, diagnostics)) return false;
  const InProject project = terraform::with_identities_of(
      project_contents(run_.project, run_.world.desired, run_.state.recorded, run_.project.texts()), joined.found,
      join.vault.empty() ? vault : join.vault);
  if (!options_.all) joined.found.project = project;
  inferred_ = infer(joined.found, infer_options());
  joined.found.project = project;
  taken_ = terraform::taken_over(joined, inferred_);
  leave_out(joined);
  return true;
}

// What is left out, and of a mapping whose region nobody gives a stanza that a person completes: as comments.
void Discovery::leave_out(const terraform::JoinedStates& joined) {
  unread_ = joined.left_out;
  told_ = unread_.size();
  std::move(inferred_.unread.begin(), inferred_.unread.end(), std::back_inserter(unread_));
  Discovered unplaced = joined.unplaced;
  unplaced.project = joined.found.project;
  for (const InferredNetwork& each : inferred_.networks) {
    unplaced.project.networks.emplace(each.network.identity, "network." + each.key);
    unplaced.project.keys.insert("network." + each.key);
  }
  for (const InferredPair& each : inferred_.pairs) unplaced.project.keys.insert("mapping." + each.key);
  unplaced.networks.insert(unplaced.networks.end(), joined.found.networks.begin(), joined.found.networks.end());
  const Inferred incomplete = infer(unplaced, {});
  std::istringstream lines(toml_text(one_document(incomplete)));
  for (std::string line; std::getline(lines, line);) remarks_.push_back(line);
}

// First of all what could not be read, then what is not written on purpose.
void Discovery::add_remarks(StanzaDocument& document) const {
  for (const std::string& each : unread_) document.remarks.push_back("Not read: " + each);
  document.remarks.insert(document.remarks.end(), remarks_.begin(), remarks_.end());
  if (inferred_.next_available == 0 || document.vms.empty()) return;
  document.remarks.push_back(fmt::format("{} the next free address, which adoption keeps: no stanza says so.",
                                         inferred_.next_available == 1
                                             ? std::string("1 configuration lands on")
                                             : fmt::format("{} configurations land on", inferred_.next_available)));
}

void Discovery::say_counts() const {
  const auto of_class = [&](PairClass kind) {
    return std::count_if(inferred_.pairs.begin(), inferred_.pairs.end(),
                         [&](const InferredPair& each) { return each.kind == kind; });
  };
  print_error(fmt::format(
      "{}, {} ({} whole, {} half, {} one way), {}.\n", counted(inferred_.networks.size(), "network", "networks"),
      counted(inferred_.pairs.size(), "pair", "pairs"), of_class(PairClass::Whole), of_class(PairClass::Half),
      of_class(PairClass::OneWay), counted(inferred_.vms.size(), "vm", "vms")));
  if (inferred_.other_networks != 0)
    print_error(
        fmt::format("{} out, because nothing leads to {}: --all-networks lists {}.\n",
                    inferred_.other_networks == 1 ? std::string("1 network is left")
                                                  : fmt::format("{} networks are left", inferred_.other_networks),
                    inferred_.other_networks == 1 ? "it" : "them", inferred_.other_networks == 1 ? "it" : "them"));
}

void Discovery::say_unread() const {
  for (std::size_t i = told_; i < unread_.size(); ++i)
    print_error(fmt::format("not read: {}\n", escape_for_terminal(unread_[i])));
}

Exit Discovery::tell() {
  if (options_.json) {
    print(inferred_json(inferred_, unread_));
    return exit();
  }
  if (inferred_.empty() && remarks_.empty()) {
    say_unread();
    print_error(is_new_ || options_.all ? "Nothing was found.\n"
                                        : "Nothing new: all that was found is declared or recorded.\n");
    return exit();
  }
  if (!options_.out.empty()) return write();
  StanzaDocument document = one_document(inferred_);
  add_remarks(document);
  print(toml_text(document));
  say_unread();
  say_counts();
  return exit();
}

Exit Discovery::write() {
  if (exit() != Exit::Ok) {
    say_unread();
    print_problem(Code::ProviderFailed,
                  from_terraform() ? "no file is written, because a part of the states is left out"
                                   : "no file is written, because a part of the cloud could not be read",
                  "", "read it, or write what was read with --allow-unknown", options_);
    return Exit::Error;
  }
  std::vector<StanzaFile> files = stanza_files(inferred_);
  const auto first =
      std::find_if(files.begin(), files.end(), [](const auto& file) { return !file.document.vms.empty(); });
  add_remarks(first == files.end() ? files.front().document : first->document);
  const std::filesystem::path directory = options_.out;
  try {
    const WrittenFiles written = write_stanza_files(directory, std::move(files), name_, provider_, is_new_,
                                                    is_new_ ? directory : run_.project.config.directory);
    if (is_new_) {
      Diagnostics ignored;
      const TypeTable& types = run_.project.types;
      make_schema_file(directory, types, known_addresses(load_configuration(directory, types, 1, ignored), types));
    }
    for (const std::string& path : written.paths)
      print(fmt::format("Made {}\n", escape_for_terminal((directory / path).lexically_normal().string())));
    say_counts();
    say_if_not_included(directory, written);
  } catch (const std::system_error& failed) {
    print_problem(Code::CannotWrite,
                  fmt::format("the files cannot be written to {}", escape_for_terminal(options_.out)),
                  escape_for_terminal(failed.what()), "look at the disk, or choose another directory", options_);
    return Exit::Error;
  }
  return exit();
}

// Files that a project does not include are not read: its own pairform.toml is never edited.
void Discovery::say_if_not_included(const std::filesystem::path& directory, const WrittenFiles& written) {
  if (is_new_) return;
  Diagnostics ignored;
  const Configuration now = load_configuration(run_.project.config.directory, run_.project.types, 1, ignored);
  std::string missing;
  for (const std::string& path : written.paths) {
    const std::filesystem::path real = std::filesystem::weakly_canonical(directory / path);
    const bool is_read = std::any_of(now.sources.files.begin(), now.sources.files.end(),
                                     [&](const SourceFile& source) { return source.path == real; });
    const std::filesystem::path inside = real.lexically_relative(run_.project.config.directory);
    if (!is_read) missing += fmt::format("{}\"{}\"", missing.empty() ? "" : ", ", escape_for_terminal(inside.string()));
  }
  if (!missing.empty())
    print_error(fmt::format("pairform.toml does not include what was made. Add to it: include = [{}]\n", missing));
}

// Writes what makes Terraform forget what pairform manages from now on.
Exit Discovery::forget() {
  const terraform::RemovedBlocks removed = terraform::removed_blocks(states_, taken_);
  if (removed.text.empty()) {
    print_error("There is nothing that Terraform is to forget: no file is made for it.\n");
    return exit();
  }
  if (is_output_lost()) return Exit::Error;  // the stanzas: nothing may be forgotten that no file declares
  if (const auto failed = write_removed_blocks(options_.terraform_removed, removed.text)) {
    print_problem(failed->code, failed->summary, failed->detail, failed->help, options_);
    return Exit::Error;
  }
  std::string said = fmt::format("Made {}: ", escape_for_terminal(options_.terraform_removed));
  if (removed.blocks != 0)
    said += fmt::format("with it, `terraform apply` forgets {}, and leaves the cloud as it is.\n",
                        counted(removed.blocks, "resource", "resources"));
  if (removed.not_blocks != 0)
    said += fmt::format("{} of which pairform takes over a part {} no block; comments say why.\n",
                        counted(removed.not_blocks, "resource", "resources"), removed.not_blocks == 1 ? "has" : "have");
  print_error(said +
              (removed.not_blocks == 0 ? "Without `terraform init` these do the same:\n"
                                       : "These forget all that is taken over, without `terraform init`:\n") +
              forget_lines(states_, taken_));
  return exit();
}

}  // namespace

Exit command_discover(const Options& options) {
  Run run = new_run();
  run.cloud.stop = catch_interrupts();
  return Discovery(run, options).go();
}

}  // namespace pairform
