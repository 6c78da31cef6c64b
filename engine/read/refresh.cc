#include "engine/read/refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "engine/model/derived_shape.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {

// Recorded regions, too: a network that no file names any more still has to be found, so that it can be deleted.
std::vector<std::string> regions_of(const DesiredState& desired, const RecordedState& recorded,
                                    const StringPool& texts) {
  std::set<std::string, std::less<>> regions;
  const auto add = [&](Text region) {
    const std::string_view text = texts.view(region);
    if (!text.empty() && !regions.contains(text)) regions.emplace(text);
  };
  for (const DesiredRow& row : desired.rows) {
    if (row.type == k_network_type) add(desired.cell(row, network_column::region));
    if (row.type == k_vm_type)  // of a saved plan, which has no stanzas
      add(desired.cell(row, vm_column::region)), add(desired.cell(row, vm_column::target_region));
  }
  for (const DeclaredVm& vm : desired.vms) add(vm.region), add(vm.target_region);
  for (const StateRow& row : recorded.rows) {
    if (row.type == k_network_type) add(recorded.cell(row, network_column::region));
    if (row.type == k_vm_type)
      add(recorded.cell(row, vm_column::region)), add(recorded.cell(row, vm_column::target_region));
  }
  return {regions.begin(), regions.end()};
}

// Where a part of the cloud was throttled or not available, the whole is listed again: pages of two attempts would show
// two moments. What still fails after the last attempt is unseen, and its rows are unknown.
Observed observe(Provider& provider, const ObserveRequest& request, const TypeTable& types, const std::string& project,
                 StringPool& texts, const std::stop_token& stop, ReadingCounts* counts) {
  for (unsigned attempt = 1;; ++attempt) {
    Observed observed;
    std::optional<ProviderError> passing;  // what a further try may cure
    const auto take = [&](Observation&& page) {
      if (counts != nullptr) ++counts->listings;
      for (const CloudRow& row : page.rows) add_observed(observed, row, types, project, texts);
      for (const Unseen& unseen : page.unseen) {
        // The warning that a stanza gets has the help on a line of its own.
        const std::string why = unseen.code ? unseen.error.message : why_unread(unseen.error);
        observed.unseen.push_back(
            {texts.intern(unseen.scope), texts.intern(why), unseen.code, texts.intern(unseen.error.help)});
        if (is_retryable(unseen.error.kind)) passing = unseen.error;
      }
    };
    provider.observe(request, take, call_limits(stop, k_listing_limit));
    if (!passing || attempt == k_attempts || stop.stop_requested()) return observed;
    sleep_unless_stopped(std::chrono::steady_clock::now() + retry_delay(attempt, *passing), stop);
  }
}

namespace {

class Refresher {
 public:
  Refresher(const RefreshInput& input, CloudView& cloud, StringPool& texts)
      : input_(input), cloud_(cloud), texts_(texts), region_at_(texts.size()) {
    for (const DesiredRow& row : input.desired.rows) {
      if (row.type == k_network_type) {
        region_at_.set(row.address, input.desired.cell(row, network_column::region));
        network_at_.set(row.identity, input.desired.rows.id_of(row));
      }
      if (row.type == k_vm_type) region_at_.set(row.address, input.desired.cell(row, vm_column::region));
    }
    for (const StateRow& row : input.recorded.rows)
      if (row.type == k_vm_type) recorded_region_.set(row.address, input.recorded.cell(row, vm_column::region));
  }

  PriorState run() {
    if (!cloud_.offline()) ask();
    prior_.rows.reserve(input_.recorded.rows.size());
    for (const auto r : input_.recorded.rows.ids()) recorded(r);
    for (const DesiredRow& row : input_.desired.rows)
      if (!prior_at_.contains(row.key())) desired(row);
    if (!cloud_.offline()) foreign(), replications(), strangers(), prior_.homes = cloud_.observed().homes;
    return std::move(prior_);
  }

 private:
  // Looks up, several at once, what no listing showed.
  void ask();
  Text recorded_region(const StateRow& row) const;
  void recorded(RecordedId r);
  void recorded_cells(PriorRow& row, const StateRow& from);
  void note_drift(PriorRow& row, const StateRow& from);
  void desired(const DesiredRow& row);
  bool is_nic_of_own_vm(const ObservedRow& seen) const;
  bool is_first_landing(const ObservedRow& seen) const;
  void observed_cells(PriorRow& row, const ObservedRow& seen);
  Text as_recorded(Text value, Text recorded) const;
  bool is_derived_network(const PriorRow& row, const DesiredRow* wanted) const;
  void set_others_apart(PriorRow& row);
  void foreign();
  void replications();
  void strangers();
  void promises(const std::map<Text, Text>& target_of);
  Text region_of(const DesiredRow& row) const;
  // The vm of a nic.
  Text vm_of(Text nic) const { return texts_.find(vm_of_nic(texts_.view(nic))); }

  const RefreshInput& input_;
  CloudView& cloud_;
  StringPool& texts_;
  PriorState prior_;
  KeyMap<PriorId> prior_at_;
  TextMap<Text> region_at_;        // desired network or vm address -> region
  TextMap<Text> recorded_region_;  // recorded vm address -> region
  TextMap<DesiredId> network_at_;  // identity -> desired network
};

// All questions at once; what the listing has answered is not asked. For ten thousand recorded rows that a listing did
// not show this is ten look-ups at a time instead of one.
void Refresher::ask() {
  std::vector<CloudView::Lookup> lookups;
  for (const StateRow& row : input_.recorded.rows)
    lookups.push_back({row.type, identity_of(row, input_.recorded, input_.names, input_.identities, texts_),
                       recorded_region(row), row.id});
  for (const DesiredRow& row : input_.desired.rows) lookups.push_back({row.type, row.identity, region_of(row)});
  cloud_.ask(lookups);
}

// Which region a recorded row is looked for in: a half in that of its source, a nic in that of its vm.
Text Refresher::recorded_region(const StateRow& row) const {
  if (row.type == k_network_type) return input_.recorded.cell(row, network_column::region);
  if (row.type == k_mapping_type) return input_.names.recorded_region(input_.recorded.cell(row, half_column::source));
  return recorded_region_[row.type == k_vm_type ? row.address : vm_of(row.address)];
}

// One recorded row, with the values that the cloud has now. Where it could not be read, or nobody asked, the recorded
// values stand in, and the row is unknown.
void Refresher::recorded(RecordedId r) {
  const StateRow& from = input_.recorded.rows[r];
  PriorRow row{.address = from.address,
               .type = from.type,
               .id = from.id,
               .resource = input_.estate.find(from.address),
               .first_cell = static_cast<std::uint32_t>(prior_.cells.size()),
               .recorded = r,
               .protect = from.protect,
               .adopted = from.adopted,
               .because = from.because,
               .pending = from.pending,
               .depends_on = from.depends_on};
  row.identity = identity_of(from, input_.recorded, input_.names, input_.identities, texts_);
  const Text region = recorded_region(from);
  if (prior_at_.contains(row.key())) {  // two rows of one thing: the first one is it, this one is nothing
    row.presence = Existence::Absent;
    recorded_cells(row, from);
    prior_.rows.push_back(row);
    return;
  }
  if (!cloud_.offline()) {
    const Found answer = cloud_.find({row.type, row.identity, region, row.id});
    row.presence = answer.presence;
    row.why_unknown = answer.why;
    if (answer.presence == Existence::Present) {
      observed_cells(row, cloud_.observed().rows[answer.row]);
      row.anew = from.id && row.id != from.id && cloud_.observed().rows[answer.row].made_elsewhere;
    }
  }
  if (cloud_.offline() || row.presence != Existence::Present) recorded_cells(row, from);
  // Offline it is taken to be as recorded: a network that pairform made has its tag.
  if (cloud_.offline() && row.type == k_network_type)
    row.ours = !row.adopted && !is_existing(input_.recorded, from, texts_);
  note_drift(row, from);
  prior_at_.set(row.key(), prior_.rows.push_back(row));
}

// The cloud's values; references become names (network.app for eastasia/app). Columns that the cloud has not, such as
// `existing` or what a half remembers of its stanza, come from state.
void Refresher::observed_cells(PriorRow& row, const ObservedRow& seen) {
  row.id = seen.id;
  row.status = seen.status;
  row.failover_failed = seen.failover_failed;
  row.ours = seen.ours;
  row.note = seen.note;
  row.delegated = seen.delegated;
  const auto in_use = cloud_.observed().in_use_of(seen);
  row.first_in_use = static_cast<std::uint32_t>(prior_.in_use.size());
  row.in_use_count = seen.in_use_count;
  prior_.in_use.insert(prior_.in_use.end(), in_use.begin(), in_use.end());
  const ResourceType& type = input_.types[row.type];
  const StateRow* from = !row.recorded ? nullptr : &input_.recorded.rows[row.recorded];
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    Text value = cloud_.observed().cell(seen, c);
    if (type.column(c).kind == Kind::Reference && value) value = input_.names.name(value);
    if (is_ours(type, row.type, c) && from != nullptr) value = input_.recorded.cell(*from, c);
    const bool is_text = type.column(c).kind == Kind::String;  // keys of networks are not folded
    if (is_text && type.column(c).mutability == Mutability::Replaces && from != nullptr)
      value = as_recorded(value, input_.recorded.cell(*from, c));
    prior_.cells.push_back(value);
  }
  set_others_apart(row);
}

// Identities are folded: a resource group that files and state call "Shop" may be listed as "shop", and is no other one.
Text Refresher::as_recorded(Text value, Text recorded) const {
  const bool same = value && recorded && ascii_lower(texts_.view(value)) == ascii_lower(texts_.view(recorded));
  return same ? recorded : value;
}

void Refresher::recorded_cells(PriorRow& row, const StateRow& from) {
  const std::size_t columns = input_.types[row.type].columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const Text value = input_.recorded.cell(from, c);
    const bool reference = input_.types[row.type].column(c).kind == Kind::Reference;
    prior_.cells.push_back(reference ? input_.names.name(input_.names.recorded_identity(value)) : value);
  }
}

// What differs from what was recorded, for the plan's list of drift. Not of a row with an operation of ours under way:
// it is changing as it should. Nor of existing networks, which others may change.
void Refresher::note_drift(PriorRow& row, const StateRow& from) {
  if (row.presence == Existence::Unknown || row.pending) return;
  if (row.presence == Existence::Absent) {
    row.drifted = true;
    prior_.drift.push_back({row.address, std::nullopt, row.type, row.id, Text()});
    return;
  }
  if (row.type == k_network_type && is_existing(input_.recorded, from, texts_)) return;
  for (std::size_t c = 0; c < input_.types[row.type].columns.size(); ++c) {
    const AttributeType& column = input_.types[row.type].column(c);
    if (column.mutability != Mutability::InPlace || is_existing_column(row.type, c)) continue;
    Text was = input_.recorded.cell(from, c);
    if (column.kind == Kind::Reference) was = input_.names.name(input_.names.recorded_identity(was));
    const Text is = prior_.cells[row.first_cell + c];
    if (was == is) continue;
    row.drifted = true;
    prior_.drift.push_back({row.address, c, row.type, was, is});
  }
}

// A network that pairform derives, or derived and nobody asks for any more.
bool Refresher::is_derived_network(const PriorRow& row, const DesiredRow* wanted) const {
  if (row.type != k_network_type) return false;
  if (wanted != nullptr) return wanted->because && !wanted->existing;
  return row.because && !is_existing(prior_, row, texts_);
}

// What somebody else put into a derived network is no drift, and nothing is asked of it.
void Refresher::set_others_apart(PriorRow& row) {
  const DesiredId d = row.type == k_network_type ? network_at_[row.identity] : DesiredId();
  const DesiredRow* wanted = d ? &input_.desired.rows[d] : nullptr;
  if (!is_derived_network(row, wanted)) return;
  const auto shape = [&](Text spaces, Text subnets) { return parse_shape(texts_.view(spaces), texts_.view(subnets)); };
  const StateRow* from = row.recorded ? &input_.recorded.rows[row.recorded] : nullptr;
  if (from != nullptr && is_existing(input_.recorded, *from, texts_)) from = nullptr;
  NetworkShape recorded, own;
  if (from != nullptr)
    recorded = shape(input_.recorded.cell(*from, network_column::address_space),
                     input_.recorded.cell(*from, network_column::subnets));
  if (wanted != nullptr)
    own = shape(input_.desired.cell(*wanted, network_column::address_space),
                input_.desired.cell(*wanted, network_column::subnets));
  Text& spaces = prior_.cells[row.first_cell + network_column::address_space];
  Text& subnets = prior_.cells[row.first_cell + network_column::subnets];
  const SplitShape split = split_shape(shape(spaces, subnets), from == nullptr ? nullptr : &recorded, own);
  if (split.others.spaces.empty() && split.others.subnets.empty()) return;
  spaces = texts_.intern(canonical_prefix_list(split.own.spaces));
  subnets = texts_.intern(canonical_subnet_map(split.own.subnets));
  if (!split.others.spaces.empty()) row.others_spaces = texts_.intern(canonical_prefix_list(split.others.spaces));
  if (!split.others.subnets.empty()) row.others_subnets = texts_.intern(canonical_subnet_map(split.others.subnets));
}

Text Refresher::region_of(const DesiredRow& row) const {
  Text place = row.address;
  if (row.type == k_mapping_type) place = input_.desired.cell(row, half_column::source);
  if (row.type == k_nic_type) place = vm_of(row.address);
  return region_at_[place];
}

// Of a machine that pairform itself has enabled, and whose replication nobody has begun anew since.
bool Refresher::is_nic_of_own_vm(const ObservedRow& seen) const {
  if (seen.type != k_nic_type) return false;
  const PriorId vm = prior_at_[{k_vm_type, seen.vm}];
  if (!vm || !prior_.rows[vm].recorded || prior_.rows[vm].adopted || prior_.rows[vm].anew) return false;
  return !is_existing(input_.recorded, input_.recorded.rows[prior_.rows[vm].recorded], texts_);
}

// Where a nic lands of a machine that pairform itself has enabled is not set until its own step has been done: the service
// says something at once, dynamic, in whatever subnet. Where vm.web1 was enabled by an earlier run that did not wait for its
// seeding, its nics are set as that run's plan said, and nothing that somebody chose is overwritten.
bool Refresher::is_first_landing(const ObservedRow& seen) const {
  if (seen.facts_only || !is_nic_of_own_vm(seen)) return false;
  const Observed& observed = cloud_.observed();
  return !observed.cell(seen, nic_column::target_ip) && !observed.cell(seen, nic_column::target_secondary);
}

// What is desired, not recorded, and in the cloud already: `mapping.app.forward` that somebody made in the portal. It
// becomes a prior row without a recorded one, which the match adopts.
void Refresher::desired(const DesiredRow& row) {
  if (cloud_.offline()) return;
  const Found answer = cloud_.find({row.type, row.identity, region_of(row)});
  if (answer.presence == Existence::Absent) return;
  if (answer.presence == Existence::Present && is_first_landing(cloud_.observed().rows[answer.row])) return;
  PriorRow found{.address = row.address,
                 .type = row.type,
                 .identity = row.identity,
                 .resource = row.resource,
                 .first_cell = static_cast<std::uint32_t>(prior_.cells.size()),
                 .presence = answer.presence};
  found.why_unknown = answer.why;
  if (answer.presence == Existence::Present) {
    observed_cells(found, cloud_.observed().rows[answer.row]);
    found.ours |= is_nic_of_own_vm(cloud_.observed().rows[answer.row]);
  } else prior_.cells.resize(prior_.cells.size() + input_.types[row.type].columns.size());
  prior_at_.set(row.key(), prior_.rows.push_back(found));
}

// Halves from or to networks of the project that are neither desired nor recorded: somebody else's mappings.
void Refresher::foreign() {
  for (const ObservedRow& seen : cloud_.observed().rows) {
    if (seen.type != k_mapping_type || prior_at_.contains(seen.key())) continue;
    const Text source = cloud_.observed().cell(seen, half_column::source),
               target = cloud_.observed().cell(seen, half_column::target);
    if (!input_.names.in_project(source) && !input_.names.in_project(target)) continue;
    prior_.foreign.push_back({seen.id, input_.names.name(source), input_.names.name(target)});
  }
  std::sort(prior_.foreign.begin(), prior_.foreign.end(),
            [&](const ForeignHalf& a, const ForeignHalf& b) { return texts_.view(a.id) < texts_.view(b.id); });
}

// Replications of others that use a network of the project that no file names: it must not be deleted under them.
void Refresher::replications() {
  for (const ObservedRow& seen : cloud_.observed().rows) {
    if (seen.type != k_vm_type) continue;
    for (const std::size_t column : {vm_column::network, vm_column::target_network, vm_column::test_network}) {
      // A machine stays where it lives; a replication of ours may go.
      if (column != vm_column::network && prior_at_.contains(seen.key())) continue;
      const Text network = cloud_.observed().cell(seen, column);
      if (!network || !input_.names.in_project(network)) continue;
      const Text name = input_.names.name(network);
      if (!region_at_.contains(name)) prior_.replications.push_back({seen.id, name});  // else it is desired: it stays
    }
  }
  std::sort(
      prior_.replications.begin(), prior_.replications.end(),
      [&](const ForeignReplication& a, const ForeignReplication& b) { return texts_.view(a.vm) < texts_.view(b.vm); });
}

void Refresher::strangers() {
  std::map<Text, Text> target_of;  // identity of a stranger -> identity of its target network
  for (const ObservedRow& seen : cloud_.observed().rows) {
    if (seen.type != k_vm_type || seen.facts_only || prior_at_.contains(seen.key())) continue;
    const auto cell = [&](std::size_t column) { return cloud_.observed().cell(seen, column); };
    const Text network = cell(vm_column::network), target = cell(vm_column::target_network);
    if (!network || !target) continue;
    Stranger stranger{.id = seen.id,
                      .network = input_.names.name(network),
                      .target_network = input_.names.name(target),
                      .region = cell(vm_column::region),
                      .target_region = cell(vm_column::target_region),
                      .over = input_.identities.slot(texts_, network, cell(vm_column::target_region)),
                      .back = input_.identities.slot(texts_, target, cell(vm_column::region)),
                      .status = seen.status,
                      .failover_failed = seen.failover_failed};
    target_of.emplace(seen.identity, target);
    const auto ours = [&](Text slot) { return prior_at_.contains({k_mapping_type, slot}); };
    if (input_.names.in_project(network) || input_.names.in_project(target) || ours(stranger.over) ||
        ours(stranger.back))
      prior_.strangers.push_back(stranger);
  }
  std::sort(prior_.strangers.begin(), prior_.strangers.end(),
            [&](const Stranger& a, const Stranger& b) { return texts_.view(a.id) < texts_.view(b.id); });
  if (!target_of.empty()) promises(target_of);
}

void Refresher::promises(const std::map<Text, Text>& target_of) {
  for (const ObservedRow& seen : cloud_.observed().rows) {
    if (seen.type != k_nic_type) continue;
    const auto vm = target_of.find(seen.vm);
    if (vm == target_of.end()) continue;
    const Text ip = cloud_.observed().cell(seen, nic_column::target_ip),
               secondary = cloud_.observed().cell(seen, nic_column::target_secondary);
    if (ip || secondary) prior_.promised.push_back({vm->second, ip, secondary, seen.identity});
  }
}

}  // namespace

PriorState refresh(const RefreshInput& input, CloudView& cloud, StringPool& texts) {
  return Refresher(input, cloud, texts).run();
}

}  // namespace pairform
