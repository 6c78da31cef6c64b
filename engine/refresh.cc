#include "engine/refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "engine/check.h"
#include "engine/worker_pool.h"
#include "schema/network_types.h"

namespace pairform {

NetworkNames::NetworkNames(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
                           StringPool& texts)
    : name_(texts.size()), recorded_(texts.size()), region_(texts.size()) {
  TextIndex desired_identity(texts.size());  // address -> identity
  for (const DesiredRow& row : desired.rows) {
    if (row.type != k_network_type) continue;
    name_.set(row.identity, row.address.value);
    desired_identity.set(row.address, row.identity.value);
  }
  for (const StateRow& row : recorded.rows) {
    if (row.type != k_network_type) continue;
    const Text region = recorded.cell(row, network_column::region);
    const Text identity = identities.network(texts, region, recorded.cell(row, network_column::name),
                                             recorded.cell(row, network_column::resource_group),
                                             recorded.cell(row, network_column::subscription));
    recorded_.set(row.address, identity.value);
    if (region) region_.set(row.address, region.value);
    if (name_[identity] != k_no_row) continue;
    const std::uint32_t holder = desired_identity[row.address];
    name_.set(identity, holder == k_no_row ? row.address.value : identity.value);
  }
}

Text NetworkNames::name(Text identity) const {
  const std::uint32_t name = name_[identity];
  return name == k_no_row ? identity : Text(name);
}

Text NetworkNames::recorded_identity(Text reference) const {
  const std::uint32_t identity = recorded_[reference];
  return identity == k_no_row ? reference : Text(identity);
}

Text NetworkNames::recorded_region(Text reference) const {
  const std::uint32_t region = region_[reference];
  return region == k_no_row ? Text() : Text(region);
}

Text identity_of(const StateRow& row, const RecordedState& recorded, const NetworkNames& names,
                 const IdentityMaker& identities, StringPool& texts) {
  if (row.type == k_network_type) return names.recorded_identity(row.address);
  const Text source = recorded.cell(row, half_column::source), target = recorded.cell(row, half_column::target);
  const Text other = names.recorded_region(target);
  if (!names.recorded_region(source) || !other) return row.id ? row.id : row.address;
  return identities.slot(texts, names.recorded_identity(source), other);
}

std::vector<Text> named_cells(const CloudRow& row, const ResourceType& type, const NetworkNames& names,
                              StringPool& texts) {
  std::vector<Text> cells;
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    const auto value = find_value(row.attributes, type.column(c).name);
    Text text = value ? texts.intern(*value) : Text();
    if (text && type.column(c).kind == Kind::Reference) text = names.name(text);
    cells.push_back(text);
  }
  return cells;
}

std::vector<std::string> regions_of(const DesiredState& desired, const RecordedState& recorded,
                                    const StringPool& texts) {
  std::set<std::string, std::less<>> regions;
  const auto add = [&](Text region) {
    const std::string_view text = texts.view(region);
    if (!text.empty() && !regions.contains(text)) regions.emplace(text);
  };
  for (const DesiredRow& row : desired.rows)
    if (row.type == k_network_type) add(desired.cell(row, network_column::region));
  for (const StateRow& row : recorded.rows)
    if (row.type == k_network_type) add(recorded.cell(row, network_column::region));
  return {regions.begin(), regions.end()};
}

std::uint32_t add_observed(Observed& observed, const CloudRow& row, const TypeTable& types, const std::string& project,
                           StringPool& texts) {
  const TypeId type = types.find_type(row.type);
  if (!type) return k_no_row;
  ObservedRow seen{.type = type, .identity = texts.intern(row.identity), .id = texts.intern(row.id),
                   .first_cell = static_cast<std::uint32_t>(observed.cells.size()), .status = row.status,
                   .ours = !row.owner_project.empty() && row.owner_project == project};
  for (std::size_t c = 0; c < types[type].columns.size(); ++c) {
    const auto value = find_value(row.attributes, types[type].column(c).name);
    observed.cells.push_back(value ? texts.intern(*value) : Text());
  }
  if (!row.in_use.empty()) {
    std::vector<std::string> users;
    for (const Occupied& use : row.in_use) users.push_back(fmt::format("{} ({})", use.ip, use.owner));
    seen.in_use = texts.intern(canonical_text_list(users));
  }
  const auto at = static_cast<std::uint32_t>(observed.rows.size());
  if (observed.by_identity.size() < texts.size()) observed.by_identity.resize(texts.size() + 1024, k_no_row);
  observed.by_identity[seen.identity.index()] = at;
  observed.rows.push_back(seen);
  return at;
}

Observed observe(Provider& provider, const std::vector<std::string>& regions, const TypeTable& types,
                 const std::string& project, StringPool& texts) {
  for (unsigned attempt = 1;; ++attempt) {
    Observed observed;
    std::optional<ProviderError> passing;  // what a further try may mend
    provider.observe(regions, [&](Observation&& page) {
      for (const CloudRow& row : page.rows) add_observed(observed, row, types, project, texts);
      for (const Unseen& unseen : page.unseen) {
        observed.unseen.push_back({texts.intern(unseen.scope), texts.intern(unseen.error.message)});
        if (is_retryable(unseen.error.kind)) passing = unseen.error;
      }
    });
    if (!passing || attempt == k_attempts) return observed;
    std::this_thread::sleep_for(retry_delay(attempt, *passing));
  }
}

namespace {

class Refresher {
 public:
  Refresher(const RefreshInput& input, Observed& observed, StringPool& texts)
      : input_(input), observed_(observed), texts_(texts), prior_at_(texts.size()), region_at_(texts.size()) {
    for (const UnseenScope& scope : observed.unseen) unseen_.set(scope.scope, scope.why.value);
    for (const DesiredRow& row : input.desired.rows)
      if (row.type == k_network_type)
        region_at_.set(row.address, input.desired.cell(row, network_column::region).value);
  }

  PriorState run() {
    if (input_.provider != nullptr) ask();
    prior_.rows.reserve(input_.recorded.rows.size());
    for (std::uint32_t r = 0; r < input_.recorded.rows.size(); ++r) recorded(r);
    for (const DesiredRow& row : input_.desired.rows)
      if (prior_at_[row.identity] == k_no_row) desired(row);
    if (input_.provider != nullptr) foreign();
    return std::move(prior_);
  }

 private:
  // What the cloud says of one identity. `why` is set where it could not be read.
  std::uint32_t find(TypeId type, Text identity, Text region, Seen& seen, Text& why);
  // Looks up, several at once, what no listing showed.
  void ask();
  Text recorded_region(const StateRow& row) const;
  void recorded(std::uint32_t r);
  void recorded_cells(PriorRow& row, const StateRow& from);
  void note_drift(PriorRow& row, const StateRow& from);
  void desired(const DesiredRow& row);
  void observed_cells(PriorRow& row, const ObservedRow& seen);
  void foreign();
  Text region_of(const DesiredRow& row) const;

  const RefreshInput& input_;
  Observed& observed_;
  StringPool& texts_;
  PriorState prior_;
  TextIndex prior_at_;   // identity -> prior row
  TextIndex region_at_;  // desired network address -> region
  TextIndex unseen_{0};  // scope -> why
  TextIndex answer_at_{0};             // identity -> answers_
  std::vector<LookupAnswer> answers_;  // for what no listing showed
};

std::uint32_t Refresher::find(TypeId type, Text identity, Text region, Seen& seen, Text& why) {
  seen = Seen::Present;
  std::uint32_t at = observed_.find(identity);
  if (at != k_no_row && observed_.rows[at].type == type) return at;
  seen = Seen::Unknown;
  for (const Text scope : {region, identity}) {
    if (unseen_[scope] == k_no_row) continue;
    why = Text(unseen_[scope]);
    return k_no_row;
  }
  PAIRFORM_CHECK(answer_at_[identity] != k_no_row);
  const LookupAnswer& answer = answers_[answer_at_[identity]];
  if (const auto* row = std::get_if<CloudRow>(&answer)) {
    seen = Seen::Present;
    return add_observed(observed_, *row, input_.types, input_.project, texts_);
  }
  if (const auto* failed = std::get_if<ProviderError>(&answer)) {
    why = texts_.intern(failed->message);
    return k_no_row;
  }
  seen = Seen::Absent;
  return k_no_row;
}

void Refresher::ask() {
  std::vector<Question> questions;
  const auto consider = [&](TypeId type, Text identity, Text region) {
    const std::uint32_t at = observed_.find(identity);
    if (at != k_no_row && observed_.rows[at].type == type) return;
    if (unseen_[region] != k_no_row || unseen_[identity] != k_no_row || answer_at_[identity] != k_no_row) return;
    answer_at_.set(identity, static_cast<std::uint32_t>(questions.size()));
    questions.push_back({input_.types[type].name, std::string(texts_.view(identity))});
  };
  for (const StateRow& row : input_.recorded.rows)
    consider(row.type, identity_of(row, input_.recorded, input_.names, input_.identities, texts_), recorded_region(row));
  for (const DesiredRow& row : input_.desired.rows) consider(row.type, row.identity, region_of(row));
  answers_ = look_up_all(*input_.provider, questions);
}

Text Refresher::recorded_region(const StateRow& row) const {
  return row.type == k_network_type ? input_.recorded.cell(row, network_column::region)
                                    : input_.names.recorded_region(input_.recorded.cell(row, half_column::source));
}

void Refresher::recorded(std::uint32_t r) {
  const StateRow& from = input_.recorded.rows[r];
  PriorRow row{.address = from.address, .type = from.type, .id = from.id,
               .resource = input_.book.find(from.address),
               .first_cell = static_cast<std::uint32_t>(prior_.cells.size()), .recorded = r,
               .protect = from.protect, .adopted = from.adopted, .because = from.because, .pending = from.pending,
               .depends_on = from.depends_on};
  row.identity = identity_of(from, input_.recorded, input_.names, input_.identities, texts_);
  const Text region = recorded_region(from);
  if (prior_at_[row.identity] != k_no_row) {  // two rows of one thing: the first one is it, this one is nothing
    row.presence = Seen::Absent;
    recorded_cells(row, from);
    prior_.rows.push_back(row);
    return;
  }
  const std::uint32_t seen = input_.provider == nullptr
                                 ? k_no_row
                                 : find(row.type, row.identity, region, row.presence, row.why_unknown);
  if (seen != k_no_row) observed_cells(row, observed_.rows[seen]);
  else recorded_cells(row, from);
  note_drift(row, from);
  prior_at_.set(row.identity, static_cast<std::uint32_t>(prior_.rows.size()));
  prior_.rows.push_back(row);
}

void Refresher::observed_cells(PriorRow& row, const ObservedRow& seen) {
  row.id = seen.id;
  row.status = seen.status;
  row.ours = seen.ours;
  row.in_use = seen.in_use;
  const std::size_t columns = input_.types[row.type].columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const Text value = observed_.cell(seen, c);
    const bool reference = input_.types[row.type].column(c).kind == Kind::Reference;
    prior_.cells.push_back(reference ? input_.names.name(value) : value);
  }
  if (row.type != k_network_type) return;
  // Who a network belongs to is ours to say, not the cloud's.
  Text& existing = prior_.cells[row.first_cell + network_column::existing];
  if (row.recorded != k_no_row)
    existing = input_.recorded.cell(input_.recorded.rows[row.recorded], network_column::existing);
}

void Refresher::recorded_cells(PriorRow& row, const StateRow& from) {
  const std::size_t columns = input_.types[row.type].columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const Text value = input_.recorded.cell(from, c);
    const bool reference = input_.types[row.type].column(c).kind == Kind::Reference;
    prior_.cells.push_back(reference ? input_.names.name(input_.names.recorded_identity(value)) : value);
  }
}

void Refresher::note_drift(PriorRow& row, const StateRow& from) {
  if (row.presence == Seen::Unknown || row.pending) return;
  if (row.presence == Seen::Absent) {
    row.drifted = true;
    prior_.drift.push_back({row.address, k_no_row, row.type, row.id, Text()});
    return;
  }
  const bool network = row.type == k_network_type;
  if (network && texts_.view(input_.recorded.cell(from, network_column::existing)) == "true") return;
  for (std::size_t c = 0; c < input_.types[row.type].columns.size(); ++c) {
    const AttributeType& column = input_.types[row.type].column(c);
    if (column.mutability != Mutability::InPlace || (network && c == network_column::existing)) continue;
    Text was = input_.recorded.cell(from, c);
    if (column.kind == Kind::Reference) was = input_.names.name(input_.names.recorded_identity(was));
    const Text is = prior_.cells[row.first_cell + c];
    if (was == is) continue;
    row.drifted = true;
    prior_.drift.push_back({row.address, static_cast<std::uint32_t>(c), row.type, was, is});
  }
}

Text Refresher::region_of(const DesiredRow& row) const {
  if (row.type == k_network_type) return input_.desired.cell(row, network_column::region);
  const std::uint32_t region = region_at_[input_.desired.cell(row, half_column::source)];
  return region == k_no_row ? Text() : Text(region);
}

void Refresher::desired(const DesiredRow& row) {
  if (input_.provider == nullptr) return;
  PriorRow found{.address = row.address, .type = row.type, .identity = row.identity, .resource = row.resource,
                 .first_cell = static_cast<std::uint32_t>(prior_.cells.size())};
  const std::uint32_t seen = find(row.type, row.identity, region_of(row), found.presence, found.why_unknown);
  if (found.presence == Seen::Absent) return;
  if (seen != k_no_row) {
    observed_cells(found, observed_.rows[seen]);
  } else {
    for (std::size_t c = 0; c < input_.types[row.type].columns.size(); ++c) prior_.cells.push_back(Text());
  }
  prior_at_.set(row.identity, static_cast<std::uint32_t>(prior_.rows.size()));
  prior_.rows.push_back(found);
}

void Refresher::foreign() {
  for (const ObservedRow& seen : observed_.rows) {
    if (seen.type != k_mapping_type || prior_at_[seen.identity] != k_no_row) continue;
    const Text source = observed_.cell(seen, half_column::source), target = observed_.cell(seen, half_column::target);
    if (!input_.names.in_project(source) && !input_.names.in_project(target)) continue;
    prior_.foreign.push_back({seen.id, input_.names.name(source), input_.names.name(target)});
  }
  std::sort(prior_.foreign.begin(), prior_.foreign.end(), [&](const ForeignHalf& a, const ForeignHalf& b) {
    return texts_.view(a.id) < texts_.view(b.id);
  });
}

}  // namespace

PriorState refresh(const RefreshInput& input, Observed& observed, StringPool& texts) {
  return Refresher(input, observed, texts).run();
}

}  // namespace pairform
