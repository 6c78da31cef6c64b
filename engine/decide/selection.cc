#include "engine/decide/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <range/v3/algorithm/all_of.hpp>
#include <range/v3/algorithm/sort.hpp>
#include <range/v3/algorithm/stable_sort.hpp>
#include <set>

#include "engine/model/address_words.h"
#include "engine/model/graph.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

class Selector {
 public:
  Selector(const Selection& selection, const StepsInput& input, const TypeTable& types, Diff& diff)
      : selection_(selection), input_(input), types_(types), diff_(diff) {}

  std::vector<LeftOutItem> run() {
    const std::vector<bool> targeted = named(selection_.target, "--target"),
                            excluded = named(selection_.exclude, "--exclude");
    if (selection_.refresh_only && !rebuilds()) {
      refresh_only();
      return {};
    }
    if (!selection_.target.empty()) keep_needed(targeted);
    if (!selection_.exclude.empty())
      drop_with_dependents(
          [&](const Change& change) { return excluded[change.resource.index()] ? "--exclude names it" : ""; },
          Waits::Count);
    if (selection_.adopt_only) {
      for (Change& change : diff_.changes) only_adopt(change);
      // What changes state only needs nothing in the cloud.
      drop_with_dependents([&](const Change& change) { return why_later(change); }, Waits::DoNotCount);
    }
    keep_records(targeted, excluded);
    if (rebuilds()) {
      forget_gone();
      record_drift();
    }
    ranges::sort(left_out_, std::less(), &LeftOutItem::resource);
    return std::move(left_out_);
  }

 private:
  std::vector<bool> named(const std::vector<std::string>& words, std::string_view option) {
    Diagnostics told;  // by check_words
    return named_resources(words, option, input_.estate, input_.texts, told);
  }
  // Both together, as `pairform state rebuild` has it: what is found is adopted, recorded anew or forgotten.
  bool rebuilds() const { return selection_.adopt_only && selection_.refresh_only; }
  void refresh_only();
  void forget_gone();
  void record_drift();
  void only_adopt(Change& change);
  std::string_view why_later(const Change& change) const;
  void keep_needed(const std::vector<bool>& targeted);
  enum class Waits { Count, DoNotCount };
  // `why`: of a change that goes by itself; "" of any other.
  template <class Why>
  void drop_with_dependents(Why why, Waits waits);
  // Between changes: what is waited for -> what waits, and the two halves of a pair both ways. `back`: the other way
  // round.
  DependencyGraph connect(bool back, Waits waits) const;
  template <class Edge>
  void need_users_to_leave(Edge edge) const;
  // A record goes with its resource: left out with its change, and with what is not named.
  void keep_records(const std::vector<bool>& targeted, const std::vector<bool>& excluded) {
    std::vector<bool> changes(input_.estate.size(), false);
    for (const Change& change : diff_.changes) changes[change.resource.index()] = true;
    std::erase_if(diff_.records, [&](const Record& record) {
      const std::size_t at = record.resource.index();
      if (changes[at]) return false;
      return diff_.asked[record.prior] || excluded[at] || (!selection_.target.empty() && !targeted[at]) ||
             (selection_.adopt_only && !rebuilds());
    });
  }
  // Drops each change of which `why` says something.
  template <class WhyOf>
  void drop(WhyOf why) {
    std::size_t next = 0;
    std::vector<LeftOutItem> dropped;
    for (const ChangeId c : diff_.changes.ids()) dropped.push_back({diff_.changes[c].resource, why(c)});
    std::erase_if(diff_.changes.items(), [&](const Change&) { return !dropped[next++].because.empty(); });
    std::erase_if(dropped, [](const LeftOutItem& item) { return item.because.empty(); });
    left_out_.insert(left_out_.end(), std::make_move_iterator(dropped.begin()), std::make_move_iterator(dropped.end()));
  }

  const Selection& selection_;
  const StepsInput& input_;
  const TypeTable& types_;
  Diff& diff_;
  std::vector<LeftOutItem> left_out_;
};

DependencyGraph Selector::connect(bool back, Waits waits) const {
  std::vector<DependencyEdge> edges;
  const auto edge = [&](ChangeId from, ChangeId to) {
    if (from != to) edges.push_back(back ? DependencyEdge{to.value, from.value} : DependencyEdge{from.value, to.value});
  };
  const DenseMap<StepId, Step> steps = waits == Waits::Count ? order_steps(input_, diff_) : DenseMap<StepId, Step>();
  for (const Step& step : steps)
    for (const StepId waited : step.waits_for) edge(steps[waited].change, step.change);
  // Where `network.a` becomes `network.b` and another network becomes `network.a`, the second change needs the first
  // one: without it the first network would lose its address to the second.
  TextMap<ChangeId> mover(input_.texts.size());
  for (const ChangeId c : diff_.changes.ids())
    if (diff_.changes[c].origin != k_none && diff_.changes[c].previous_address)
      mover.set(input_.prior.rows[diff_.changes[c].origin].address, c);
  for (const ChangeId c : diff_.changes.ids()) {
    const ChangeId moves = mover[input_.estate.address(diff_.changes[c].resource)];
    if (moves && diff_.changes[c].desired != k_none) edge(moves, c);
  }
  for (const ChangeId c : diff_.changes.ids()) {  // halves of a pair are neighbours
    if (c.value == 0) continue;
    const ChangeId before(c.value - 1);
    const ResourceId mirror = input_.estate[diff_.changes[c].resource].mirror;
    if (!mirror || mirror != diff_.changes[before].resource || waits == Waits::DoNotCount) continue;
    edge(c, before);
    edge(before, c);
  }
  if (waits == Waits::DoNotCount) need_users_to_leave(edge);
  return {diff_.changes.size(), edges};
}

// A recorded network is forgotten only once nothing recorded stands on it: where `mapping.a` is to be deleted, and that is
// left for later, `network.a` stays, and nothing else is recorded at its address.
template <class Edge>
void Selector::need_users_to_leave(Edge edge) const {
  DenseMap<PriorId, ChangeId> change_of(input_.prior.rows.size());
  for (const ChangeId c : diff_.changes.ids()) {
    if (diff_.changes[c].origin != k_none) change_of[diff_.changes[c].origin] = c;
    for (const Outgoing& outgoing : diff_.changes[c].outgoing) change_of[outgoing.prior] = c;
  }
  for (const ChangeId c : diff_.changes.ids())
    for (const Outgoing& outgoing : diff_.changes[c].outgoing) {
      if (!outgoing.forget || input_.prior.rows[outgoing.prior].type != k_network_type) continue;
      for (const Related<PriorId> user : input_.relations.had().users(outgoing.prior))
        if (const ChangeId leaves = change_of[user.row]) edge(leaves, c);
    }
}

void Selector::keep_needed(const std::vector<bool>& targeted) {
  std::vector<std::uint32_t> roots;
  for (const ChangeId c : diff_.changes.ids())
    if (targeted[diff_.changes[c].resource.index()]) roots.push_back(c.value);
  const std::vector<std::uint32_t> reached = connect(true, Waits::Count).reach(roots);
  drop([&](ChangeId c) { return std::string(reached[c.index()] == UINT32_MAX ? "no --target needs it" : ""); });
}

template <class Why>
void Selector::drop_with_dependents(Why why, Waits waits) {
  std::vector<std::uint32_t> roots;
  for (const ChangeId c : diff_.changes.ids())
    if (!std::string_view(why(diff_.changes[c])).empty()) roots.push_back(c.value);
  const std::vector<std::uint32_t> reached = connect(false, waits).reach(roots);
  drop([&](ChangeId c) {
    const std::uint32_t from = reached[c.index()];
    if (from == UINT32_MAX) return std::string();
    if (from == c.value) return std::string(why(diff_.changes[c]));
    return std::string(input_.texts.view(input_.estate.address(diff_.changes[ChangeId(from)].resource)));
  });
}

// Adopting or moving something now and changing it in a later plan. Not for a half that would be overwritten: once
// adopted, nobody would be asked about that any more.
void Selector::only_adopt(Change& change) {
  const bool later = change.update || change.shrink;
  if (!later || !(change.arrival == Arrival::Adopt || change.arrival == Arrival::Move) || !change.outgoing.empty())
    return;
  if (change.arrival == Arrival::Adopt && change.type == k_mapping_type) return;
  const PriorRow& prior = input_.prior.rows[change.origin];
  for (std::size_t c = 0; c < types_[change.type].columns.size(); ++c)
    if (types_[change.type].column(c).mutability == Mutability::InPlace && input_.prior.cell(prior, c))
      diff_.cell(change.first_after, c) = input_.prior.cell(prior, c);
  change.update = change.shrink = false;
  change.first_between = k_none;
  change.changed = 0;
  change.action = change.arrival == Arrival::Adopt ? Action::Adopt : Action::Move;
  change.reason = change.arrival == Arrival::Adopt ? Reason::Found : Reason::Moved;
}

// Why a change is not one of those that change state only; "": it is one.
std::string_view Selector::why_later(const Change& change) const {
  const bool deletes = !ranges::all_of(change.outgoing, &Outgoing::forget);
  if (change.arrival != Arrival::Create && !change.update && !change.shrink && !deletes) return {};
  if (!rebuilds()) return "--adopt-only leaves it for later";
  if (deletes) return "a plan deletes it";
  if (change.arrival == Arrival::Create) return "it is not in the cloud: a plan makes it";
  if (change.arrival == Arrival::Adopt)
    return "it leads elsewhere, and is not recorded: a plan asks before it is led back";
  return "files ask for something else than was found: a plan changes it";
}

// Recorded rows that are not in the cloud any more are forgotten, but for those whose change does so already, or takes
// their address.
void Selector::forget_gone() {
  TextSet present(input_.texts.size());  // recorded halves that are there
  for (const PriorRow& row : input_.prior.rows)
    if (row.type == k_mapping_type && row.presence != Existence::Absent) present.insert(row.address);
  DenseMap<PriorId, bool> leaves(input_.prior.rows.size());
  std::vector<bool> taken(input_.estate.size(), false);
  for (const Change& change : diff_.changes) {
    taken[change.resource.index()] = true;
    for (const Outgoing& outgoing : change.outgoing) leaves[outgoing.prior] = true;
  }
  for (const auto p : input_.prior.rows.ids()) {
    const PriorRow& row = input_.prior.rows[p];
    if (row.recorded == k_none || row.pending || row.presence != Existence::Absent) continue;
    if (leaves[p] || taken[row.resource.index()]) continue;
    Change gone{.resource = row.resource, .type = row.type, .action = Action::Forget, .reason = Reason::Drifted};
    const ResourceId mirror = input_.estate[row.resource].mirror;
    if (mirror && present.contains(input_.estate.address(mirror))) gone.reason = Reason::HalfMissing;
    gone.outgoing.push_back({p, true});
    diff_.changes.push_back(std::move(gone));
  }
  ranges::sort(diff_.changes, std::less(), &Change::resource);
}

void Selector::record_drift() {
  TextMap<PriorId> prior_at(input_.texts.size());
  for (const auto p : input_.prior.rows.ids())
    if (input_.prior.rows[p].recorded != k_none) prior_at.set(input_.prior.rows[p].address, p);
  for (const DriftItem& item : input_.prior.drift)
    if (item.column && item.recorded != item.found)  // an address that is lost is as it was recorded
      diff_.records.push_back({input_.estate.find(item.address), k_none, prior_at[item.address],
                               types_[item.type].column(*item.column).name, item.recorded, item.found});
  ranges::stable_sort(diff_.records, std::less(), &Record::resource);
}

void Selector::refresh_only() {
  diff_.changes.clear();
  std::erase_if(diff_.records, [&](const Record& record) {
    const ResourceType& type = types_[input_.prior.rows[record.prior].type];
    const auto column = type.find_column(record.attribute);
    return !column || type.column(*column).mutability != Mutability::Fact || diff_.asked[record.prior];
  });
  for (Record& record : diff_.records) record.desired = k_none;
  forget_gone();
  record_drift();
}

}  // namespace

// A suggestion is not worth seconds: addresses that one word is compared with, and that all words are.
constexpr std::size_t k_most_known = 20000, k_most_compared = 200000;

std::vector<std::string> expand_patterns(const std::vector<std::string>& words, const Estate& estate,
                                         const StringPool& texts) {
  if (std::none_of(words.begin(), words.end(), is_address_pattern)) return words;
  std::vector<std::string_view> known;
  for (const ResourceId each : estate.ids()) known.push_back(texts.view(estate.address(each)));
  return expand_address_patterns(words, known);
}

std::vector<bool> named_resources(const std::vector<std::string>& given, std::string_view option, const Estate& estate,
                                  const StringPool& texts, Diagnostics& diagnostics) {
  std::vector<bool> marked(estate.size(), false);
  if (given.empty()) return marked;
  const std::vector<std::string> words = expand_patterns(given, estate, texts);
  std::map<std::string_view, bool> found;  // by word
  for (const std::string& word : words) found.emplace(word, false);
  std::vector<std::string_view> known;
  for (const ResourceId each : estate.ids()) {
    const std::string_view address = texts.view(estate.address(each));
    for (const std::string_view name : {address, pair_of(address), vm_of_nic(address)})
      if (const auto at = found.find(name); at != found.end()) at->second = true;
    if (known.empty() || known.back() != pair_of(address)) known.push_back(pair_of(address));
  }
  std::set<std::string_view> wholes;  // pairs as a whole, and all else that was found
  for (const auto& [word, there] : found)
    if (there) wholes.insert(pair_of(word));
  for (std::size_t r = 0; r < marked.size(); ++r) {
    const std::string_view address = texts.view(estate.address(ResourceId(r))), vm = vm_of_nic(address);
    const auto named = found.find(vm);
    marked[r] = wholes.contains(pair_of(address)) || (named != found.end() && named->second);
  }
  std::size_t compared = 0;
  for (const std::string& word : words) {
    if (found[word]) continue;
    compared += known.size();
    const bool quick = known.size() <= k_most_known && compared <= k_most_compared;
    const bool pattern = is_address_pattern(word);
    diagnostics.add({Code::UnknownAddress,
                     Severity::Error,
                     fmt::format("{} {}: there is no such resource", option, word),
                     pattern ? "no address that is declared or recorded matches the pattern"
                             : "nothing of that address is declared or recorded",
                     suggest_addresses(word, quick ? known : std::vector<std::string_view>()),
                     {},
                     {}});
  }
  return marked;
}

void check_words(const Selection& selection, const Estate& estate, const StringPool& texts, Diagnostics& diagnostics) {
  named_resources(selection.target, "--target", estate, texts, diagnostics);
  named_resources(selection.exclude, "--exclude", estate, texts, diagnostics);
}

void keep_not_repaired(Plan& plan, const Selection& selection, const StringPool& texts) {
  if (plan.broken.empty()) return;
  std::set<ResourceId> repaired;
  for (const Change& change : plan.diff.changes)
    if (change.update || change.arrival == Arrival::Create) repaired.insert(change.resource);
  std::erase_if(plan.broken, [&](const BrokenHalf& half) { return repaired.contains(half.resource); });
  std::map<ResourceId, std::string> why;
  for (const LeftOutItem& item : plan.left_out) why.emplace(item.resource, item.because);
  for (const HeldItem& item : plan.diff.held)
    why.emplace(item.resource, item.because ? texts.view(item.because) : status_text(item.status));
  for (const UnknownItem& item : plan.diff.unknown) why.emplace(item.resource, texts.view(item.because));
  std::erase_if(plan.broken, [&](const BrokenHalf& half) { return half.leaves && !why.contains(half.resource); });
  for (BrokenHalf& half : plan.broken)
    half.because = selection.refresh_only ? "--refresh-only only records what was found" : why[half.resource];
}

std::vector<LeftOutItem> select_changes(const Selection& selection, const StepsInput& input, const TypeTable& types,
                                        Diff& diff) {
  return selection.empty() ? std::vector<LeftOutItem>() : Selector(selection, input, types, diff).run();
}

}  // namespace pairform
