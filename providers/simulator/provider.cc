#include "providers/simulator/provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <set>
#include <unordered_set>

#include "providers/simulator/connections.h"
#include "providers/simulator/errors.h"
#include "providers/simulator/faults.h"
#include "providers/simulator/listing.h"
#include "providers/simulator/operations.h"
#include "providers/simulator/portal.h"
#include "providers/simulator/rows.h"
#include "providers/simulator/settings.h"
#include "providers/simulator/spoil.h"
#include "providers/simulator/vm_operations.h"
#include "providers/simulator/vm_store.h"
#include "schema/address.h"

namespace pairform::simulator {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds k_next_poll = 100ms;
constexpr std::chrono::seconds k_database_wait = 5s;        // for another process that writes; the caller tries again
constexpr std::chrono::milliseconds k_unseen_window = 30s;  // for the look-ups that miss what was made

Running running(std::int64_t polled, std::int64_t polls) {
  return {static_cast<int>(polled * 100 / polls), fmt::format("polled {} of {} times", polled, polls), k_next_poll};
}

// A look-up that misses what was just made is kept as a fault of this verb and of a kind "network eastasia/app".
constexpr std::string_view k_see = "see";
std::string seen_kind(std::string_view type, std::string_view id) { return fmt::format("{} {}", type, id); }

std::string_view type_text(SimulatedKind kind) { return kind == SimulatedKind::Network ? "network" : "mapping"; }

std::string_view verb_text(Operation operation) {
  switch (operation) {
    case Operation::Create: return "create";
    case Operation::Delete: return "delete";
    case Operation::Update:
    case Operation::Shrink: break;
  }
  return "update";
}

// Does it change settings of a machine's replication? Such steps travel together.
bool configures(const CloudStep& step) {
  return step.type == "nic" || (step.type == "vm" && step.operation == Operation::Update);
}

// Only a vm has an id beside its identity.
std::string identity_of(Cloud& cloud, const LookupKey& key) {
  if (!key.identity.empty() || key.type != "vm") return std::string(key.identity.empty() ? key.id : key.identity);
  const auto vm = find_vm_called(cloud.database(), key.id);
  return vm ? vm->identity : std::string(key.id);
}

class Simulator final : public Provider {
 public:
  explicit Simulator(SimulatorSettings settings)
      : settings_(std::move(settings)), connections_(settings_.database, remap_of_edition(settings_.edition)) {}

  Capabilities capabilities() const override {
    return {.accepted_at_once = 0, .read_back_window = settings_.unseen_looks > 0 ? k_unseen_window : 0ms};
  }
  std::string scope() const override { return "simulator"; }
  Route route(const CloudStep& step) const override {
    const std::string_view vm = machine_of(step);
    if (vm.empty()) return {fmt::format("{} {}", step.type, step.identity), ""};
    const std::string lane = fmt::format("vm {}", vm);
    return {lane, configures(step) ? lane : ""};
  }

  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
               const CallLimits& limits) override;
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits) override;
  std::vector<Note> brings_about(std::span<const CloudStep> steps) const override;
  std::vector<BeginAnswer> begin(std::span<const CloudStep> steps, const CallLimits& limits) override;
  PollAnswer poll(std::string_view handle, const CallLimits& limits) override;

 private:
  static Patience patience_of(const CallLimits& limits) {
    return {.until = std::min(limits.deadline, std::chrono::steady_clock::now() + k_database_wait),
            .stop = limits.stop};
  }

  // Runs `call(cloud)` in a write transaction that is committed whatever it answers.
  template <class Answer, class Call>
  Answer written(const CallLimits& limits, Call call);
  // Replication that begins goes on by itself, whoever looks: a read of a machine counts as a poll. Where the database
  // cannot be written at once it goes on another time: false.
  bool move_on(Cloud& cloud, const CallLimits& limits, std::string_view handle);
  std::int64_t polls_of(const CloudStep& step) const;
  std::vector<BeginAnswer> begin_request(std::span<const CloudStep> request, const CallLimits& limits);
  // How long the service takes for a call. An error: it was stopped, or is over its deadline.
  std::optional<ProviderError> pause(const CallLimits& limits);
  std::vector<Unseen> refusing_regions(Cloud& cloud, const CallLimits& limits, const std::vector<std::string>& regions);
  std::optional<FaultError> meet_read_fault(Cloud& cloud, const CallLimits& limits, std::string_view verb,
                                            std::string_view kind);
  // Of a write that was carried out: where it made something, look-ups miss that for a while (unseen_looks), and so
  // does the read after the write.
  void hide_made(Cloud& cloud, const SimulatedWrite& write);
  std::optional<CloudRow> row_after(Cloud& cloud, const SimulatedWrite& write);
  BeginAnswer send(Cloud& cloud, const CloudStep& step);
  // One answer a step, or one error for all of them.
  std::variant<std::vector<BeginAnswer>, ProviderError> send_to_vm(Cloud& cloud, std::span<const CloudStep> request);
  // What stops a request before the service looks at it. `wrong` and `lost` do not: they are left in `fault`.
  std::optional<ProviderError> stopped(Cloud& cloud, std::span<const CloudStep> request,
                                       std::optional<FaultError>& fault);
  PollAnswer poll_operation(Cloud& cloud, std::string_view handle);
  PollAnswer poll_vm_operation(Cloud& cloud, std::string_view handle, VmProgress progress);

  const SimulatorSettings settings_;
  std::set<std::string> groups_;              // ids of the resource groups that the last listing found
  std::unordered_set<std::string> machines_;  // identities of its vms
  std::atomic<std::uint64_t> calls_{0};
  Connections connections_;
};

template <class Answer, class Call>
Answer Simulator::written(const CallLimits& limits, Call call) {
  try {
    Connections::Lease cloud(connections_, patience_of(limits), Makes::TheFile);
    const Connections::Turn turn(connections_, patience_of(limits));
    Transaction transaction((*cloud).database(), TransactionKind::Write);
    Answer answer = call(*cloud);
    transaction.commit();
    return answer;
  } catch (const DatabaseError& failure) {
    if (!failure.busy) throw;
    if (limits.stop.stop_requested()) return stopped_error();
    return provider_error(ErrorKind::Unavailable, "ServerBusy", failure.what());
  }
}

std::optional<ProviderError> Simulator::pause(const CallLimits& limits) {
  const double share = seeded_share(settings_.seed, "jitter", calls_.fetch_add(1));
  const auto jitter = std::chrono::duration<double, std::milli>(settings_.jitter) * share;
  const auto whole = settings_.latency + std::chrono::duration_cast<std::chrono::microseconds>(jitter);
  const auto now = std::chrono::steady_clock::now();
  if (limits.stop.stop_requested()) return stopped_error();
  const auto answered = now + whole;
  if (whole > 0ms && !sleep_unless_stopped(std::min(answered, limits.deadline), limits.stop)) return stopped_error();
  if (answered > limits.deadline) return timeout_error();
  return std::nullopt;
}

std::optional<FaultError> Simulator::meet_read_fault(Cloud& cloud, const CallLimits& limits, std::string_view verb,
                                                     std::string_view kind) {
  if (!has_faults(cloud.database())) return std::nullopt;
  const Connections::Turn turn(connections_, patience_of(limits));
  Transaction transaction(cloud.database(), TransactionKind::Write);
  const auto fault = meet_fault(cloud.database(), verb, kind);
  transaction.commit();
  return fault;
}

bool Simulator::move_on(Cloud& cloud, const CallLimits& limits, std::string_view handle) {
  const Patience none{std::chrono::steady_clock::now()};
  try {
    const Connections::Turn turn(connections_, none);
    cloud.database().set_patience(none);
    Transaction transaction(cloud.database(), TransactionKind::Write);
    cloud.database().set_patience(patience_of(limits));
    if (auto progress = find_vm_operation(cloud, handle); progress && !cloud.is_denied(progress->step.id))
      advance(cloud, handle, *progress);
    transaction.commit();
    return true;
  } catch (const DatabaseError&) {
    cloud.database().set_patience(patience_of(limits));
    return false;
  }
}

void Simulator::hide_made(Cloud& cloud, const SimulatedWrite& write) {
  if (settings_.unseen_looks > 0 && write.verb == WriteVerb::Create)
    add_fault(cloud.database(), {.verb = std::string(k_see),
                                 .kind = seen_kind(type_text(write.kind), write.id),
                                 .times = settings_.unseen_looks});
}

std::optional<CloudRow> Simulator::row_after(Cloud& cloud, const SimulatedWrite& write) {
  const bool hidden = settings_.unseen_looks > 0 && write.verb == WriteVerb::Create;
  if (hidden || write.verb == WriteVerb::Delete) return std::nullopt;
  return find_row(cloud, type_text(write.kind), write.id);
}

std::vector<Unseen> Simulator::refusing_regions(Cloud& cloud, const CallLimits& limits,
                                                const std::vector<std::string>& regions) {
  const auto denied = cloud.denied();
  std::vector<Unseen> refusing;
  for (const std::string& region : regions) {
    if (denied.count(region) != 0) {
      refusing.push_back({region, denied_error(region)});
      continue;
    }
    for (const std::string_view type : {"network", "mapping", "vm", "nic"})  // one listing each
      if (const auto fault = meet_read_fault(cloud, limits, "read", type)) {
        refusing.push_back({region, fault_answer(*fault, region)});
        break;
      }
  }
  return refusing;
}

// `known` does not matter here: identities of the simulator are unique, and rows carry them.
void Simulator::observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page,
                        const CallLimits& limits) {
  Connections::Lease lease(connections_, patience_of(limits), Makes::Nothing);
  Cloud& cloud = *lease;
  std::optional<ProviderError> broken_off;
  const std::function<bool()> wait = [&] {
    if (!broken_off) broken_off = pause(limits);
    return !broken_off;
  };
  machines_.clear();
  const std::function<void(Observation &&)> noting = [&](Observation&& seen) {
    for (const CloudRow& row : seen.rows)
      if (row.type == "vm") machines_.insert(row.identity);
    page(std::move(seen));
  };
  Pager pager(noting, wait);
  std::vector<std::string> asked =
      request.whole_scope ? cloud.regions() : std::vector(request.regions.begin(), request.regions.end());
  std::sort(asked.begin(), asked.end());
  asked.erase(std::unique(asked.begin(), asked.end()), asked.end());
  std::vector<std::string> readable = asked;
  for (Unseen& unseen : refusing_regions(cloud, limits, asked)) {
    readable.erase(std::find(readable.begin(), readable.end(), unseen.scope));
    pager.add(std::move(unseen));
  }
  for (const std::string& handle : enablings(cloud))
    if (!move_on(cloud, limits, handle)) break;
  const Transaction snapshot(cloud.database(), TransactionKind::Read);
  groups_.clear();
  for (SimulatedGroup& group : cloud.groups()) groups_.insert(std::move(group.id));
  list_regions(cloud, asked, readable, pager);
  pager.flush();
  if (!broken_off || broken_off->kind == ErrorKind::Stopped) return;
  Observation late;
  for (const std::string& region : asked) late.unseen.push_back({region, *broken_off});
  page(std::move(late));
}

// The first network of a resource group makes the group. A machine that nobody put there is made up when its replication
// is enabled.
std::vector<Note> Simulator::brings_about(std::span<const CloudStep> steps) const {
  std::vector<Note> notes;
  std::set<std::string> there = groups_;
  for (const CloudStep& step : steps) {
    if (step.type == "vm" && step.operation == Operation::Create && !machines_.contains(step.identity))
      notes.push_back({step.identity, "there is no such machine in the cloud: the simulator makes it up"});
    const auto group = find_value(step.attributes, "resource_group");
    if (step.type != "network" || step.operation != Operation::Create || !group) continue;
    const auto subscription = find_value(step.attributes, "subscription");
    if (there.insert(group_id(*group, subscription.value_or(""))).second)
      notes.push_back({step.identity, fmt::format("resource group {} is made", *group)});
  }
  return notes;
}

LookupAnswer Simulator::lookup(const LookupKey& key, const CallLimits& limits) {
  if (auto broken_off = pause(limits)) return std::move(*broken_off);
  try {
    Connections::Lease lease(connections_, patience_of(limits), Makes::Nothing);
    Cloud& cloud = *lease;
    const std::string identity = identity_of(cloud, key);
    if (cloud.is_denied(identity)) return denied_error(identity);
    if (const auto fault = meet_read_fault(cloud, limits, "read", key.type)) return fault_answer(*fault, identity);
    if (settings_.unseen_looks > 0 && meet_read_fault(cloud, limits, k_see, seen_kind(key.type, identity)))
      return AbsentAnswer{};
    if (const std::string handle = key.type == "vm" ? enabling_of(cloud, identity) : ""; !handle.empty())
      move_on(cloud, limits, handle);
    if (auto row = find_row(cloud, key.type, identity)) {
      if (row->type == "vm" && row->status == Status::Busy) row->operation = enabling_of(cloud, identity);
      return std::move(*row);
    }
    return AbsentAnswer{};
  } catch (const DatabaseError& failure) {
    if (!failure.busy) throw;
    if (limits.stop.stop_requested()) return stopped_error();
    return provider_error(ErrorKind::Unavailable, "ServerBusy", failure.what());
  }
}

// A request is on its way at once, so nothing stops it but its deadline; only where another process has the database it
// has not left yet.
std::vector<BeginAnswer> Simulator::begin(std::span<const CloudStep> steps, const CallLimits& limits) {
  if (const auto late = pause({{}, limits.deadline})) return std::vector<BeginAnswer>(steps.size(), *late);
  std::vector<BeginAnswer> answers;
  while (!steps.empty()) {
    std::size_t count = 1;
    if (configures(steps[0]))
      while (count < steps.size() && configures(steps[count]) && machine_of(steps[count]) == machine_of(steps[0]))
        ++count;
    for (BeginAnswer& answer : begin_request(steps.first(count), limits)) answers.push_back(std::move(answer));
    steps = steps.subspan(count);
  }
  return answers;
}

std::vector<BeginAnswer> Simulator::begin_request(std::span<const CloudStep> request, const CallLimits& limits) {
  if (machine_of(request[0]).empty())
    return {written<BeginAnswer>(limits, [&](Cloud& cloud) { return send(cloud, request[0]); })};
  auto sent = written<std::variant<std::vector<BeginAnswer>, ProviderError>>(
      limits, [&](Cloud& cloud) { return send_to_vm(cloud, request); });
  if (auto* answers = std::get_if<std::vector<BeginAnswer>>(&sent)) return std::move(*answers);
  return std::vector<BeginAnswer>(request.size(), std::get<ProviderError>(sent));
}

std::optional<ProviderError> Simulator::stopped(Cloud& cloud, std::span<const CloudStep> request,
                                                std::optional<FaultError>& fault) {
  for (const CloudStep& step : request)
    if (cloud.is_denied(step.identity)) return denied_error(step.identity);
  if (const auto wait = throttle(cloud.database(), settings_.throttle_per_second, std::chrono::system_clock::now()))
    return throttled_error(*wait);
  for (const CloudStep& step : request) {
    if (!fault) fault = meet_fault(cloud.database(), verb_text(step.operation), step.type);
    if (fault && *fault != FaultError::Lost && *fault != FaultError::Wrong) return fault_answer(*fault, step.identity);
  }
  const CloudStep& first = request.front();
  if (fails_once(cloud.database(), settings_.fault_rate, settings_.seed,
                 fmt::format("{} {} {}", verb_text(first.operation), first.type, first.identity)))
    return fault_answer(FaultError::Unavailable, first.identity);
  return std::nullopt;
}

std::variant<std::vector<BeginAnswer>, ProviderError> Simulator::send_to_vm(Cloud& cloud,
                                                                            std::span<const CloudStep> request) {
  std::optional<FaultError> fault;
  if (auto error = stopped(cloud, request, fault)) return std::move(*error);
  auto asked = to_vm_write(cloud, request);
  if (auto* refusal = std::get_if<Refusal>(&asked)) return invalid(std::move(*refusal));
  auto& write = std::get<VmWrite>(asked);
  if (fault == FaultError::Wrong) write = spoiled(cloud, std::move(write));
  if (auto refusal = would_refuse(cloud, write))
    return fault == FaultError::Lost ? lost_error() : invalid(std::move(*refusal));
  const std::int64_t polls = polls_of(request.front());
  std::vector<BeginAnswer> answers;
  // An enabling goes on though its answer is lost; what is short is done by the time that somebody looks.
  const bool goes_on = polls > 0 && write.verb == VmVerb::Enable;
  if (polls == 0 || (fault == FaultError::Lost && !goes_on)) {
    static_cast<void>(apply_vm_write(cloud, write));  // which would not refuse it
    if (fault == FaultError::Lost) return lost_error();
    for (const CloudStep& step : request)
      answers.push_back(
          Done{step.operation == Operation::Delete ? std::nullopt : find_row(cloud, step.type, step.identity)});
    return answers;
  }
  if (write.verb == VmVerb::Enable) static_cast<void>(begin_enable(cloud, write));
  std::vector<VmStep> steps;
  for (const CloudStep& step : request)
    steps.push_back({step.type, step.identity, step.operation == Operation::Delete});
  for (std::string& handle : accept_vm_write(cloud, write, steps, polls))
    answers.push_back(Accepted{std::move(handle)});
  if (fault == FaultError::Lost) return lost_error();
  return answers;
}

std::int64_t Simulator::polls_of(const CloudStep& step) const {
  std::int64_t polls = settings_.polls;
  if (const auto text = find_value(step.extras, "seeding_polls"); text && step.type == "vm")
    std::from_chars(text->data(), text->data() + text->size(), polls);
  return polls;
}

BeginAnswer Simulator::send(Cloud& cloud, const CloudStep& step) {
  std::optional<FaultError> fault;
  if (auto error = stopped(cloud, std::span(&step, 1), fault)) return std::move(*error);
  auto asked = to_write(cloud, step);
  if (auto* refusal = std::get_if<Refusal>(&asked)) return invalid(std::move(*refusal));
  auto& write = std::get<SimulatedWrite>(asked);
  if (fault == FaultError::Wrong) write = spoiled(cloud, std::move(write));
  if (fault == FaultError::Lost) {
    if (!cloud.apply(write)) hide_made(cloud, write);  // a refusal is lost as well
    return lost_error();
  }
  if (settings_.polls > 0) {
    if (auto refusal = cloud.would_refuse(write)) return invalid(std::move(*refusal));
    return Accepted{accept_write(cloud, write, settings_.polls)};
  }
  if (auto refusal = cloud.apply(write)) return invalid(std::move(*refusal));
  hide_made(cloud, write);
  return Done{row_after(cloud, write)};
}

PollAnswer Simulator::poll(std::string_view handle, const CallLimits& limits) {
  if (auto broken_off = pause(limits)) return std::move(*broken_off);
  return written<PollAnswer>(limits, [&](Cloud& cloud) { return poll_operation(cloud, handle); });
}

PollAnswer Simulator::poll_vm_operation(Cloud& cloud, std::string_view handle, VmProgress progress) {
  const VmStep& step = progress.step;
  if (cloud.is_denied(step.id)) return denied_error(step.id);
  const auto fault = meet_fault(cloud.database(), "poll", step.type);
  if (fault == FaultError::Denied) {
    const ProviderError error = ended_denied_error(step.id);
    abort(cloud, handle, progress, {error.code, error.message});
    return error;
  }
  if (fault && *fault != FaultError::Lost) return fault_answer(*fault, step.id);
  advance(cloud, handle, progress);
  if (fault) return lost_error();
  if (!progress.settled) return running(progress.polled, progress.polls);
  if (progress.refusal) return invalid(*progress.refusal);
  return Done{step.deletes ? std::nullopt : find_row(cloud, step.type, step.id), step.deletes};
}

PollAnswer Simulator::poll_operation(Cloud& cloud, std::string_view handle) {
  if (auto progress = find_vm_operation(cloud, handle)) return poll_vm_operation(cloud, handle, std::move(*progress));
  auto operation = find_operation(cloud, handle);
  if (!operation)
    return provider_error(ErrorKind::Invalid, "OperationNotFound", fmt::format("There is no operation {}.", handle));
  const SimulatedWrite& write = operation->write;
  const std::string_view type = type_text(write.kind);
  if (cloud.is_denied(write.id)) return denied_error(write.id);
  const auto fault = meet_fault(cloud.database(), "poll", type);
  if (fault == FaultError::Denied) return ended_denied_error(write.id);
  if (fault && *fault != FaultError::Lost) return fault_answer(*fault, write.id);
  const bool was_settled = operation->settled;
  advance(cloud, handle, *operation);
  if (!was_settled && operation->settled && !operation->refusal) hide_made(cloud, write);
  if (fault) return lost_error();
  if (!operation->settled) return running(operation->polled, operation->polls);
  if (operation->refusal) return invalid(*operation->refusal);
  std::optional<CloudRow> row = row_after(cloud, write);
  const bool deleted = !row;
  return Done{std::move(row), deleted};
}

}  // namespace

namespace {

std::string_view value_of(std::span<const NamedView> attributes, std::string_view name) {
  for (const NamedView& attribute : attributes)
    if (attribute.name == name) return attribute.value;
  return {};
}

// eth-0 is the key of the nic eth.0, and eth-0-2 that of another one whose name gives the same key. A nic whose vm has
// another identity by now (it was replaced, and that run ended early) has the id that it had.
bool may_be_nic(std::string_view vm, std::string_view key, std::string_view id) {
  const auto parts = split_nic_identity(id);
  if (!parts || parts->vm != vm) return parts.has_value();
  const std::string from_name = key_of_name(parts->nic), folded = lower_cased(key);
  if (!folded.starts_with(from_name)) return false;
  const std::string_view rest = std::string_view(folded).substr(from_name.size());
  return rest.empty() ||
         (rest.size() > 1 && rest.front() == '-' && rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

}  // namespace

// Ids are identities, but for a machine that is protected from where it came up.
bool may_have_id(std::string_view type, std::span<const NamedView> attributes, std::string_view id) {
  const auto value = [&](std::string_view name) { return value_of(attributes, name); };
  if (type == "mapping") return id == mapping_id(value("source"), region_of_id(value("target")));
  if (type == "nic") return may_be_nic(value("vm"), value("key"), id);
  if (id == identity(type, attributes)) return true;
  return type == "vm" &&
         id == vm_id(value("target_region"), value("name"), value("resource_group"), value("subscription"));
}

std::string identity(std::string_view type, std::span<const NamedView> attributes) {
  const auto value = [&](std::string_view name) { return value_of(attributes, name); };
  if (type == "mapping") return mapping_id(value("source"), value("target_region"));
  if (type == "nic") return nic_identity(value("vm"), value("name"));
  return network_id(value("region"), value("name"), value("resource_group"), value("subscription"));  // of a vm, too
}

std::unique_ptr<Provider> open(const ProviderContext& context) {
  return std::make_unique<Simulator>(read_simulator_settings(context));
}

std::string tool_place(const ProviderContext& context) { return database_setting(context).string(); }

ToolResult run_tool(const ProviderContext& context, std::span<const std::string> words) {
  return run_portal(database_setting(context), words, context.edition);
}

}  // namespace pairform::simulator
