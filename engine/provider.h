// The seam to a cloud. The simulator is the first provider, Azure Resource Manager the second; the names tell what
// Azure forces: long-running operations, request lanes, listings that leave out what may not be read.
//
// A provider speaks in *cloud rows*: attributes by the type table's names as canonical text (schema/value.h), with
// references as identities. It makes values canonical once, at its border; the engine compares them as equal ids
// ever after. It honours what the table does not name: an update leaves everything else as it was read.
//
// identity: what a resource is in the cloud, case-folded canonical text made from its attributes without asking the
// cloud. Of a network: region, name, resource group, subscription. Of a mapping half: its slot, (network, other
// region). Of a vm (its replication): those of the source machine; of a nic: its vm and its name. Identities
// outlive a failover, ids need not. id: the provider's own name for it, plain text; the simulator's ids are its
// identities, but for what a failover does to them.
//
// A machine that is not replicated is a row with `facts_only`: the resource is absent, its facts can be read.
//
// Threads: `connect`, `observe`, `examine`, `brings_about` and `refuses` are called from one thread; `lookup`, `begin`, `poll` and
// `resume` from many at once.
// Every call gets CallLimits: a token that asks it to stop, and the time by which it must have answered.
// Errors of the cloud are ProviderError values, never exceptions; a provider throws only where the machine fails it.
// Secrets never appear in any of these values.
#pragma once
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/examination.h"
#include "schema/diagnostic.h"
#include "schema/enum_list.h"
#include "schema/resource_type.h"

namespace pairform {

// Volatile: never in state, never in a digest.
#define PAIRFORM_STATUSES(X)   \
  X(Settled, "settled")        \
  X(Busy, "busy")              \
  X(FailedOver, "failed_over") \
  X(Reversed, "reversed")      \
  X(Broken, "broken")          \
  X(Gone, "gone") /* only told by plans: the machine of a recorded vm is not there; no provider answers so */
enum class Status { PAIRFORM_STATUSES(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_status_texts{PAIRFORM_STATUSES(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view status_text(Status status) { return enum_text(k_status_texts, status); }

// Attribute name and canonical value; absent attributes are left out (or given as none).
struct NamedValue {
  std::string name;
  std::optional<std::string> value;
};

// The same without owning the texts; an empty value is an absent one.
struct NamedView {
  std::string_view name;
  std::string_view value;
};

// An address of a network that something holds.
struct Occupied {
  std::string ip;     // canonical
  std::string owner;  // who, as the provider can tell: the identity of a nic (of the machine itself where it lives
                      // there, of its copy where it came up there), an id, or a free word
};

// A subnet that is given over to a service of the platform ("Microsoft.Web/serverFarms").
struct Delegated {
  std::string subnet;   // as the network spells it
  std::string service;  // UTF-8
};

// Where a nic comes up when its vm fails back, as the service has decided it when the vm was protected the other way
// round.
struct HomeLanding {
  std::string network;    // identity
  std::string subnet;     // as the network spells it
  std::string ip;         // canonical; empty: dynamic
  std::string secondary;  // as the column target_secondary of a nic; empty: none
};

// One resource as the cloud holds it.
struct CloudRow {
  std::string type;  // the type table's name: "network", "mapping", "vm", "nic"
  std::string id;
  std::string identity;
  std::vector<NamedValue> attributes;  // of a mapping: name, source, target, where source and target are the
                                       // identities of networks; of a network: all of its columns but `existing`;
                                       // of a vm: all of its columns but `existing`; of a nic: `vm` (the identity of
                                       // its vm), `name` (as the cloud spells it) and all of its columns
  Status status = Status::Settled;     // of a vm; its nics' rows do not repeat it
  bool facts_only = false;             // of a vm or nic: not replicated; only the facts are given
  bool failover_failed = false;  // of a vm that is Broken: a failover of it ended half-way, so an apply is refused
                                 // as while it is failed over
  bool made_up = false;          // of a vm: nobody has it but a project that declared it; a further nic declared
                                 // there is no contradiction
  bool made_elsewhere = false;   // of a vm: another tool enabled it; pairform gives its replications other ids
  std::string owner_project;     // value of the tag `pairform-project`; empty: none
  std::vector<Occupied> in_use;  // of a network: addresses in use in it
  std::string operation{};       // the handle of an accepted operation that is at work on it, where it can be polled by
                                 // that; of a row that is Busy
  // A remark for the reader, UTF-8: "replication health: Warning". Plans show it where the resource has a change, `why`
  // always; it is never compared, never stored, and in no digest.
  std::string note{};
  std::vector<Delegated> delegated{};  // of a network. Read only: in no state, no plan and no digest
  std::optional<HomeLanding> home{};   // of a nic whose vm is Reversed. Read only, likewise
};

enum class ErrorKind {
  Throttled,    // retryable
  Unavailable,  // retryable
  Conflict,     // retryable: something else is going on there
  Lost,         // the answer never came: what was asked may have been done; look it up before repeating
  Denied,       // not allowed to read or write it
  Invalid,      // the service refuses what was asked; repeating does not help
  Stopped,      // the call was asked to stop (CallLimits): nothing was sent, or nothing is known
};
constexpr bool is_retryable(ErrorKind kind) {
  return kind == ErrorKind::Throttled || kind == ErrorKind::Unavailable || kind == ErrorKind::Conflict ||
         kind == ErrorKind::Lost;
}

struct ProviderError {
  ErrorKind kind = ErrorKind::Unavailable;
  std::string code;     // the service's own code, "NetworkInUse"
  std::string message;  // the service's own words
  std::string job;      // the service's job or request id, where it gives one
  // How long to wait before it is tried again; of a write that is Lost, before it is looked up: the service may still be
  // at it.
  std::optional<std::chrono::milliseconds> retry_after;
  std::string help{};    // what the user can do about it, a sentence; empty: nothing is known
  std::string causes{};  // why it may have happened, one line, in most cases the service's words; empty: it gave none
  std::string page{};    // where to read on, "docs/azure-failures.md#150097"; empty: nowhere
};

// An error as it is told, wherever that is: "150097: no such size (job 1f8e…)".
std::string error_text(const ProviderError& error);
// The same, and below it "possible causes: …", as the detail of a diagnostic.
std::string error_detail(const ProviderError& error);
// All of it in one line: text; possible causes; help; page.
std::string error_line(const ProviderError& error);
// Why something could not be read, in one line: without the code, and with the help only where the service explains it.
std::string why_unread(const ProviderError& error);
// `help`, and below it where to read on.
std::string help_with_page(std::string help, const ProviderError& error);

// What could not be read, and why. The scope is a region, or an id (identity).
struct Unseen {
  std::string scope;
  ProviderError error;
  // Where a name in the files means several resources, or another one than is recorded: the code of the warning that its
  // stanza gets, with the words and the help of the error. None: it could not be read, no more.
  std::optional<Code> code{};
};

// A network or vm that the project names, in files or in state.
struct KnownResource {
  std::string_view type;      // "network", "vm"
  std::string_view identity;  // as the project speaks of it
  std::string_view id;        // as recorded; empty: not recorded
};

// What is to be listed. Views and spans live as long as the call.
struct ObserveRequest {
  std::span<const std::string> regions;  // those that the project names
  // What the project names. A provider that finds resources by other means than their identity (in Azure a network
  // without a resource group is found by its name) binds each to one resource and gives its row that identity.
  std::span<const KnownResource> known;
  bool whole_scope = false;  // everything in the provider's scope, in whatever region: `regions` do not matter
};

struct Observation {
  std::vector<CloudRow> rows;  // one page
  std::vector<Unseen> unseen;
};

// One resource to look up: by its identity, by its id, or by both (then the id tells which of several is meant).
struct LookupKey {
  std::string_view type;
  std::string_view identity;  // empty: by id
  std::string_view id{};      // empty: by identity
};

struct AbsentAnswer {};  // definitely not there
using LookupAnswer = std::variant<CloudRow, AbsentAnswer, ProviderError>;

enum class Operation { Create, Update, Shrink, Delete };

// One step as the provider sees it.
struct CloudStep {
  std::string type;
  Operation operation = Operation::Create;
  std::string id;  // of what exists; empty for a create
  std::string identity;
  // What it must hold afterwards: all owned attributes (for an update: the others are left as read). Empty for a
  // delete. Address space and subnets that a network has beside these stay, whoever put them there, but for `seen`.
  std::vector<NamedValue> attributes;
  std::string project;  // for the tag on networks that pairform makes
  // The provider's own attributes of the stanza ([vm.web1.simulator] seeding_polls), at a create; of a nic those of its vm.
  std::vector<NamedValue> extras;
  // What the plan saw. Of a shrink: address space and subnets. What is there now, is not in here and not in `attributes`
  // was made after the plan: network.app is to lose subnet "db", and meanwhile got "bastion". Of a half's update: its
  // target. A half that leads elsewhere by now was changed by somebody else, and is left: ChangedMeanwhile.
  std::vector<NamedValue> seen{};
};

struct Done {
  std::optional<CloudRow> row;  // as a read after the write returned it; none after a delete
  bool deleted = false;         // poll, of an operation of an earlier run: it was a delete. A read may still show it
};
struct Accepted {
  std::string handle;  // plain text; outlives the process
};
using BeginAnswer = std::variant<Done, Accepted, ProviderError>;

struct Running {
  int percent = -1;  // -1: not known
  std::string text;
  std::chrono::milliseconds next_poll{1000};
};
using PollAnswer = std::variant<Running, Done, ProviderError>;

// Never two steps at once in a lane. Steps of one group travel as one request: those that are ready, and those that
// wait for nothing but steps of the same request (a vm's target network and all its nics).
struct Route {
  std::string lane;
  std::string group;  // empty: alone
  // Once accepted it may go on for hours after the run has ended (the seeding of a vm), and keeps its place among
  // Capabilities::accepted_at_once: further steps of this kind begin where one is free.
  bool goes_on = false;
};

// How long a call may take. A provider looks at both while it waits for anything: an answer, its own retries, a token.
// `stop`: observe, lookup and poll come back within a second; what they answer is not looked at, a page that is not
// whole is not handed on. begin: what was not sent is answered Stopped and never sent; once a request is on its way its
// answer is waited for, because what becomes of it has to be known.
// `deadline`: a read that has no answer by then is Unavailable, a write that was sent is Lost.
struct CallLimits {
  std::stop_token stop{};
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

struct Capabilities {
  // How many accepted operations may be under way at once, those of earlier runs that go on (Route::goes_on) with them.
  // 0: an accepted one counts as a request in flight (--parallelism) until it settles.
  unsigned accepted_at_once = 0;
  // How long after a write a look-up may still say that the resource is absent, or show it as it was. 0: reads are
  // up to date at once.
  std::chrono::milliseconds read_back_window{0};
};

// Something that steps bring about beside what they say: a fabric, a policy, a resource group that is made for them.
struct Note {
  std::string address;  // identity of the step that brings it about; of the first one, where several need it
  std::string text;     // "fabric asr-a2a-default-eastasia is made"; UTF-8
  friend bool operator==(const Note&, const Note&) = default;
};

// A step that the provider could not carry out, known before anything is sent.
struct StepProblem {
  std::string identity;  // of the step
  std::string summary;   // "there is no resource group for this network"
  std::string detail;    // why; may be empty
  std::string help;      // what to write instead
};

class Provider {
 public:
  virtual ~Provider() = default;
  virtual Capabilities capabilities() const = 0;
  // The part of the cloud that one project works in ("simulator"; for Azure a vault). Written into state.
  virtual std::string scope() const = 0;
  // Called once, before anything else is asked: signs in, and sees whether the scope can be read at all. An error among
  // what it answers ends the run, so that a cloud that refuses everything never looks like one that is empty; warnings
  // are shown. `known`: as in ObserveRequest;
  // a run that goes on from an earlier one looks resources up before it lists any.
  virtual std::vector<Diagnostic> connect(std::span<const KnownResource> /*known*/, const CallLimits&) { return {}; }
  // Lists in bulk, in pages, each handed to `page`. What may not be read is left out of a listing in silence, as the
  // real one does; a region that refuses is `unseen`.
  virtual void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
                       const CallLimits& limits) = 0;
  // What stands in the way of the project, as far as only the provider can know it. Asked after `connect`, also where that
  // failed, and after `observe`, if that was called; reads only. What `connect` tells is not told again.
  virtual Examination examine(const ExamineRequest&, const CallLimits&) { return {}; }
  // One resource. Answers for the very latest state.
  virtual LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) = 0;
  virtual Route route(const CloudStep& step) const = 0;
  // What these steps, all of a plan that change the cloud, in its order, bring about beside what they say. Asked once
  // the steps stand, without a call to the cloud: the provider answers from what it observed, the same each time. Plans
  // show it, and their digest covers it: a saved plan for which it differs is stale.
  virtual std::vector<Note> brings_about(std::span<const CloudStep>) const { return {}; }
  // Which of these steps, all of a plan that change the cloud, cannot be carried out. Asked with them. It may read
  // what several steps need, each once (a resource group, a storage account), and nothing for each step. The plan then has
  // errors, and no steps. What cannot be read is no problem here: begin() tells.
  virtual std::vector<StepProblem> refuses(std::span<const CloudStep>, const CallLimits&) { return {}; }
  // Sends the steps of one group (usually one). One answer a step, in order.
  virtual std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) = 0;
  // Of an operation that this process began: a step that takes several requests goes on with the next one. Of one of
  // another process: only reads. Done without a row then says that nothing is under way any more, whatever came of it: its
  // caller looks up what is there, and what is left to do is for the next plan.
  virtual PollAnswer poll(std::string_view handle, const CallLimits& limits) = 0;
};

// What a provider is opened with.
struct ProviderContext {
  std::string project_directory;
  std::string edition;               // in force, and one that the provider honours
  std::vector<NamedValue> settings;  // the canonical values of [provider.<name>], defaults filled in
};

// A setting of [provider.<name>] that its provider refuses.
struct SettingProblem {
  std::string setting;  // its name; no setting of that name is given: the table as a whole
  std::string summary;  // "seed must not be negative"
  std::string detail;   // why; may be empty
  std::string help;     // what to write instead
};

// The lines of [provider.<name>] with which a project begins, or why it cannot.
struct Starter {
  std::string lines;            // TOML
  std::string summary, detail;  // what is wrong with the id; empty: nothing
  std::string help;             // with an example
};

// One line in the registry (providers/provider_set.h).
struct ProviderEntry {
  std::string name;
  std::string default_edition;
  std::vector<std::string> editions;  // honoured; another one fails in `validate`
  // Adds its rows to the type table: settings `provider.<name>`, its sub-tables, later its own types.
  void (*extend)(TypeTable& table);
  // No cloud needed. `network`: attributes region, name, resource_group, subscription.
  // `mapping`: attributes source (identity of the network it is on) and target_region. `vm`: as a network.
  // `nic`: vm (identity of its vm) and name.
  std::string (*identity)(std::string_view type, std::span<const NamedView> attributes);
  // What is wrong with the settings of one project, beyond their kinds; no cloud, no files. Null: nothing can be.
  std::vector<SettingProblem> (*check)(std::span<const NamedValue> settings);
  // Throws std::runtime_error with a sentence for the user where it cannot be opened.
  std::unique_ptr<Provider> (*open)(const ProviderContext& context);
  // May what has these attributes have this id? Recorded rows are asked about, without the cloud. Attributes as for
  // `identity`; of a mapping source and target (identities), of a vm its target_region, too, of a nic vm and key (that of
  // its address). Null: ids tell nothing.
  bool (*may_have_id)(std::string_view type, std::span<const NamedView> attributes, std::string_view id) = nullptr;
  // Files that it keeps on this machine, which nothing else may write over. Null: none.
  std::vector<std::string> (*files)(const ProviderContext& context) = nullptr;
  // The settings of a new project that works in this part of the cloud (`pairform init --azure ID`). Null: none are needed.
  Starter (*start)(std::string_view scope) = nullptr;
};

// Sleeps until `until`, or until `stop` is requested: then false.
bool sleep_unless_stopped(std::chrono::steady_clock::time_point until, const std::stop_token& stop);

// The value of an attribute by name, none if absent.
std::optional<std::string_view> find_value(std::span<const NamedValue> attributes, std::string_view name);

}  // namespace pairform
