#include "engine/decide/left_out.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "schema/address.h"

namespace pairform {
namespace {

// What an error is about, each unit once: the resource that it is told at, or those that it concerns.
std::vector<std::string_view> units_of(const Diagnostic& error) {
  if (error.concerns.empty()) return {unit_of(error.address)};
  std::vector<std::string_view> units;
  for (const std::string& each : error.concerns)
    if (units.empty() || units.back() != unit_of(each)) units.push_back(unit_of(each));
  return units;
}

class Judge {
 public:
  explicit Judge(const JudgeInput& input) : input_(input), out_(input.estate.size(), false) {
    Diagnostics unheard;  // an address that nothing has is told where the plan is selected
    const auto named = [&](const std::vector<std::string>& words, std::string_view option) {
      return named_resources(words, option, input_.estate, input_.texts, unheard);
    };
    excluded_ = named(input_.selection.exclude, "--exclude");
    targeted_ = named(input_.selection.target, "--target");
    needed_ = needed();
    for (const ResourceId r : input_.estate.ids()) out_[r.index()] = excluded_[r.index()] || !needed_[r.index()];
    for (const LeftOutItem& item : input_.left_alone) out_[item.resource.index()] = true;
  }

  Verdict run(SetAside& aside, Diagnostics& found);
  // Would the plan do without the resource that the error is about?
  bool can_do_without(const Diagnostic& error) const {
    const ResourceId at = resource_of(error.address);
    return at && input_.selection.target.empty() && !excluded_[at.index()];
  }

 private:
  std::vector<bool> needed() const;
  // A resource of the unit, the first by address; none: nothing has that address.
  ResourceId resource_of(std::string_view address) const {
    for (const std::string& each : {std::string(address), fmt::format("{}.forward", address)})
      if (const Text known = input_.texts.find(each))
        if (const ResourceId at = input_.estate.find(known)) return at;
    return ResourceId();
  }
  bool is_out(std::string_view address) const {
    const ResourceId at = resource_of(address);
    return at && out_[at.index()];
  }
  // Of one about several resources: what it is told at, or all of them.
  bool is_left_out(const Diagnostic& error) const {
    return is_out(error.address) ||
           (!error.concerns.empty() &&
            std::all_of(error.concerns.begin(), error.concerns.end(), [&](const auto& one) { return is_out(one); }));
  }
  bool misses_a_target() const {
    for (const LeftOutItem& item : input_.left_alone)
      if (targeted_[item.resource.index()]) return true;
    return false;
  }
  bool take(const Diagnostics& found, SetAside& aside, Diagnostics& others) const;
  enum class Which { All, Vms };
  bool set_aside(SetAside& aside, const std::vector<bool>& which, Which kind, std::string_view why) const;
  bool set_more_aside(SetAside& aside, bool grows) const;

  const JudgeInput& input_;
  std::vector<bool> excluded_, targeted_, needed_;
  std::vector<bool> out_;  // by resource: left out
};

// What the targets stand on: an error there is one of theirs.
std::vector<bool> Judge::needed() const {
  if (input_.selection.target.empty()) return std::vector<bool>(input_.estate.size(), true);
  std::vector<bool> needed(input_.estate.size(), false);
  std::vector<ResourceId> open;
  const auto add = [&](ResourceId at) {
    if (!at || needed[at.index()]) return;
    needed[at.index()] = true;
    open.push_back(at);
  };
  for (const ResourceId r : input_.estate.ids())
    if (targeted_[r.index()]) add(r);
  while (!open.empty()) {
    const ResourceId at = open.back();
    open.pop_back();
    add(input_.estate[at].mirror);
    const DesiredId row = input_.estate[at].desired;
    if (!row) continue;
    for (const Related<DesiredId> on : input_.relations.wanted().needs(row)) add(input_.desired.rows[on.row].resource);
  }
  return needed;
}

// Errors on what is left out; all else is among the others. True: they set more aside. What a unit that was set aside for
// an error has wrong was told then.
bool Judge::take(const Diagnostics& found, SetAside& aside, Diagnostics& others) const {
  SetAside more;
  bool grows = false;
  for (const Diagnostic& each : found.items()) {
    const std::vector<std::string_view> units = units_of(each);
    const auto is_aside = [&](std::string_view unit) { return aside.units.find(unit) != aside.units.end(); };
    const auto is_told = [&](std::string_view unit) {
      return is_aside(unit) && aside.units.find(unit)->second.has_error;
    };
    const bool all_aside = std::all_of(units.begin(), units.end(), is_aside);
    if (each.severity != Severity::Error || (!all_aside && !is_left_out(each))) {
      others.add(each);
      continue;
    }
    if (std::all_of(units.begin(), units.end(), is_told)) continue;
    grows |= !all_aside;
    for (const std::string_view unit : units)
      more.units.try_emplace(std::string(unit),
                             SetAside::Unit{fmt::format("{} {}", code_text(each.code), each.summary), true});
    more.told.push_back(each);
  }
  for (auto& [unit, why] : more.units) aside.units.insert_or_assign(unit, std::move(why));
  aside.told.insert(aside.told.end(), more.told.begin(), more.told.end());
  return grows;
}

// What is left out and has no error of its own; of nics only the vm. True: something is.
bool Judge::set_aside(SetAside& aside, const std::vector<bool>& which, Which kind, std::string_view why) const {
  bool grows = false;
  for (const ResourceId r : input_.estate.ids()) {
    const std::string_view address = input_.texts.view(input_.estate.address(r));
    if (!which[r.index()] || vm_of_nic(address) != address) continue;
    if (kind == Which::Vms && type_of(address) != "vm") continue;
    grows |= aside.units.try_emplace(std::string(unit_of(address)), SetAside::Unit{std::string(why)}).second;
  }
  return grows;
}

// What --exclude names without an error of its own may be what the error of another one is about: of two vms that ask
// for one address either can be left out.
bool Judge::set_more_aside(SetAside& aside, bool grows) const {
  constexpr std::size_t k_one_by_one = 2;
  const bool all = grows && ++aside.attempts > k_one_by_one;
  if (!grows || all) grows |= set_aside(aside, excluded_, Which::All, "--exclude names it");
  if (all) set_aside(aside, out_, Which::Vms, "no --target needs it");
  return grows;
}

Verdict Judge::run(SetAside& aside, Diagnostics& found) {
  Diagnostics others;
  const bool grows = take(found, aside, others), missed = misses_a_target();
  if (!missed && (grows || others.has_errors()) && set_more_aside(aside, grows)) return Verdict::Again;
  for (Diagnostic& each : aside.told) {
    if (!missed) each.severity = Severity::Warning;
    others.add(std::move(each));
  }
  found = std::move(others);
  return found.has_errors() ? Verdict::Refused : Verdict::Sound;
}

}  // namespace

std::string_view unit_of(std::string_view address) { return pair_of(vm_of_nic(address)); }

Verdict judge(const JudgeInput& input, SetAside& aside, Diagnostics& found) {
  if (!found.has_errors() && aside.units.empty()) return Verdict::Sound;
  if (input.selection.target.empty() && input.selection.exclude.empty()) return Verdict::Refused;
  return Judge(input).run(aside, found);
}

std::vector<LeftOutItem> resources_of(const SetAside& aside, const Estate& estate, const StringPool& texts) {
  std::vector<LeftOutItem> out;
  if (aside.units.empty()) return out;
  for (const ResourceId r : estate.ids()) {
    const std::string_view address = texts.view(estate.address(r));
    if (vm_of_nic(address) != address) continue;
    if (const auto unit = aside.units.find(unit_of(address)); unit != aside.units.end())
      out.push_back({r, unit->second.why});
  }
  return out;
}

namespace {

// The units that can be left out; where they are many, what the error is told at, which takes them along.
std::string excluded(const Diagnostic& error) {
  constexpr std::size_t k_most_named = 3;
  const std::vector<std::string_view> units = units_of(error);
  if (units.size() > k_most_named) return std::string(unit_of(error.address));
  return fmt::format("{}", fmt::join(units, " --exclude "));
}

}  // namespace

void offer_to_leave_out(const JudgeInput& input, Diagnostics& found) {
  const Judge judge(input);
  Diagnostics out;
  for (Diagnostic each : found.items()) {
    if (each.severity == Severity::Error && judge.can_do_without(each))
      each.help += fmt::format("{}or go on without it: --exclude {}", each.help.empty() ? "" : "\n", excluded(each));
    out.add(std::move(each));
  }
  found = std::move(out);
}

}  // namespace pairform
