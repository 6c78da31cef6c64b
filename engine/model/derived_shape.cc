#include "engine/model/derived_shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "schema/base_types.h"

namespace pairform {
namespace {

using ByName = std::map<std::string, const Subnet*>;  // case does not count

ByName by_name(const std::vector<Subnet>& subnets) {
  ByName out;
  for (const Subnet& subnet : subnets) out[ascii_lower(subnet.name)] = &subnet;
  return out;
}

const Subnet* find(const ByName& subnets, const std::string& name) {
  const auto at = subnets.find(ascii_lower(name));
  return at == subnets.end() ? nullptr : at->second;
}

bool has(const std::vector<Prefix>& spaces, const Prefix& space) {
  return std::find(spaces.begin(), spaces.end(), space) != spaces.end();
}

// Is it inside one of them?
bool is_inside(const std::vector<Prefix>& spaces, const Prefix& inner) {
  return std::any_of(spaces.begin(), spaces.end(), [&](const Prefix& outer) { return contains(outer, inner); });
}

bool overlaps(const Subnet& a, const Subnet& b) {
  for (const Prefix& one : a.prefixes)
    for (const Prefix& other : b.prefixes)
      if (overlap(one, other)) return true;
  return false;
}

const Subnet* overlapped(const std::vector<Subnet>& in, const Subnet& subnet) {
  const auto at = std::find_if(in.begin(), in.end(), [&](const Subnet& each) { return overlaps(each, subnet); });
  return at == in.end() ? nullptr : &*at;
}

// Those that are not inside another one, in order, each once.
std::vector<Prefix> outermost(std::vector<Prefix> spaces) {
  std::sort(spaces.begin(), spaces.end());  // the wider first
  std::vector<Prefix> out;
  for (const Prefix& space : spaces)
    if (out.empty() || !contains(out.back(), space)) out.push_back(space);
  return out;
}

class Follower {
 public:
  explicit Follower(const FollowInput& input)
      : input_(input),
        found_(by_name(input.found.subnets)),
        source_(by_name(input.source.subnets)),
        recorded_(input.recorded == nullptr ? ByName() : by_name(input.recorded->subnets)) {}

  Followed run() {
    split();
    want_spaces();
    for (const Subnet& subnet : input_.source.subnets)
      if (find(found_, subnet.name) == nullptr && !why_not(subnet)) additions_.push_back(&subnet);
    want_subnets();
    keep_spaces();
    return std::move(out_);
  }

 private:
  bool is_adopted() const { return input_.recorded == nullptr; }
  bool is_own(const Subnet& subnet) const;
  bool is_own(const Prefix& space) const;
  void split();
  void want_spaces();
  std::optional<std::string> why_not(const Subnet& wanted) const;
  void want_subnets();
  void keep_spaces();
  void leave_out(const Subnet& subnet, std::string because) {
    out_.left_out.push_back({subnet_text(subnet), std::move(because), subnet.name});
  }

  const FollowInput& input_;
  ByName found_, source_, recorded_;
  NetworkShape own_, others_;             // of what was found
  std::vector<const Subnet*> additions_;  // subnets of the source that come
  Followed out_;
};

// One that state records, as it records it; or under the name that the source has. What was adopted: as the source has it.
bool Follower::is_own(const Subnet& subnet) const {
  const Subnet* wanted = find(source_, subnet.name);
  if (is_adopted()) return wanted != nullptr;
  const Subnet* recorded = find(recorded_, subnet.name);
  return recorded != nullptr && (wanted != nullptr || recorded->prefixes == subnet.prefixes);
}

// A space that was narrowed by hand is own; one that was widened holds what others may use.
bool Follower::is_own(const Prefix& space) const {
  if (is_adopted()) return is_inside(input_.source.spaces, space);
  return is_inside(input_.recorded->spaces, space);
}

void Follower::split() {
  for (const Subnet& subnet : input_.found.subnets) (is_own(subnet) ? own_ : others_).subnets.push_back(subnet);
  for (const Prefix& space : input_.found.spaces) (is_own(space) ? own_ : others_).spaces.push_back(space);
}

void Follower::want_spaces() {
  for (const Prefix& space : input_.source.spaces) {
    const bool recorded = is_adopted() || has(input_.recorded->spaces, space);
    if (is_inside(others_.spaces, space)) {
      if (recorded) out_.own.spaces.push_back(space);  // somebody widened it
      continue;
    }
    const auto other = std::find_if(others_.spaces.begin(), others_.spaces.end(),
                                    [&](const Prefix& each) { return overlap(each, space); });
    if (other == others_.spaces.end()) out_.own.spaces.push_back(space);
    else
      out_.left_out.push_back({fmt::format("address space {}", to_text(space)),
                               fmt::format("it overlaps {}, which somebody else added", to_text(*other)),
                               {}});
  }
}

// Why this subnet of the source cannot be there; none: it can.
std::optional<std::string> Follower::why_not(const Subnet& wanted) const {
  if (const Subnet* other = overlapped(others_.subnets, wanted))
    return fmt::format("it overlaps {}, which somebody else added", subnet_text(*other));
  if (const Subnet* kept = overlapped(out_.own.subnets, wanted))
    return fmt::format("it overlaps {}, which stays", subnet_text(*kept));
  for (const Subnet& old : own_.subnets)
    if (find(source_, old.name) == nullptr && overlaps(old, wanted))
      return fmt::format("it overlaps {}, which is there still", subnet_text(old));
  for (const Prefix& prefix : wanted.prefixes)
    if (!is_inside(out_.own.spaces, prefix) && !is_inside(others_.spaces, prefix))
      return std::string("it is in no address space that the network has");
  return std::nullopt;
}

// Own subnets that somebody uses keep the prefix that they have; others get that of the source; then what is new.
void Follower::want_subnets() {
  std::set<std::string> stays;
  for (const Subnet* subnet : additions_) stays.insert(ascii_lower(subnet->name));
  for (const Subnet& subnet : input_.found.subnets)
    if (!is_own(subnet) || find(source_, subnet.name) != nullptr) stays.insert(ascii_lower(subnet.name));
  std::vector<std::pair<const Subnet*, const Subnet*>> changed;  // now, wanted
  for (const Subnet& now : own_.subnets) {
    const Subnet* wanted = find(source_, now.name);
    if (wanted != nullptr && wanted->prefixes == now.prefixes) {
      out_.own.subnets.push_back(*wanted);
    } else if (std::string user = input_.user(now, stays); user.empty()) {
      if (wanted != nullptr) changed.emplace_back(&now, wanted);
    } else {
      out_.own.subnets.push_back(now);
      if (wanted != nullptr) leave_out(*wanted, fmt::format("{} is used by {}", subnet_text(now), user));
    }
  }
  for (const auto& [now, wanted] : changed) {
    std::optional<std::string> why = why_not(*wanted);
    out_.own.subnets.push_back(why ? *now : *wanted);
    if (why) leave_out(*wanted, std::move(*why));
  }
  for (const Subnet& subnet : input_.source.subnets) {
    const Subnet* now = find(found_, subnet.name);
    if (now == nullptr) {
      if (std::optional<std::string> why = why_not(subnet)) leave_out(subnet, std::move(*why));
      else out_.own.subnets.push_back(subnet);
    } else if (!is_own(*now) && now->prefixes != subnet.prefixes) {
      leave_out(subnet, fmt::format("somebody else added {}", subnet_text(*now)));
    }
  }
}

// A space that the source has no more stays while a subnet is in it.
void Follower::keep_spaces() {
  const auto needed = [&](const Prefix& space, const std::vector<Subnet>& subnets) {
    for (const Subnet& subnet : subnets)
      for (const Prefix& prefix : subnet.prefixes)
        if (contains(space, prefix) && !is_inside(out_.own.spaces, prefix) && !is_inside(others_.spaces, prefix))
          return true;
    return false;
  };
  std::vector<Prefix> kept;
  for (const Prefix& space : own_.spaces)
    if (!is_inside(out_.own.spaces, space) && (needed(space, out_.own.subnets) || needed(space, others_.subnets)))
      kept.push_back(space);
  out_.own.spaces.insert(out_.own.spaces.end(), kept.begin(), kept.end());
  out_.own.spaces = outermost(std::move(out_.own.spaces));
}

}  // namespace

std::string subnet_text(const Subnet& subnet) {
  std::string prefixes;
  for (const Prefix& prefix : subnet.prefixes) prefixes += (prefixes.empty() ? "" : ", ") + to_text(prefix);
  return fmt::format("subnet \"{}\" ({})", subnet.name, prefixes);
}

SplitShape split_shape(const NetworkShape& found, const NetworkShape* recorded, const NetworkShape& wanted) {
  SplitShape out;
  const ByName wants = by_name(wanted.subnets), had = recorded == nullptr ? ByName() : by_name(recorded->subnets);
  for (const Subnet& subnet : found.subnets) {
    const Subnet* was = find(had, subnet.name);
    const bool own = find(wants, subnet.name) != nullptr || (was != nullptr && was->prefixes == subnet.prefixes);
    (own ? out.own : out.others).subnets.push_back(subnet);
  }
  const std::vector<Prefix> none;
  const std::vector<Prefix>& recorded_spaces = recorded == nullptr ? none : recorded->spaces;
  for (const Prefix& space : found.spaces) {
    const bool own = is_inside(recorded_spaces, space) || is_inside(wanted.spaces, space);
    (own ? out.own : out.others).spaces.push_back(space);
  }
  // One that somebody widened is there still.
  for (const Prefix& space : wanted.spaces)
    if (is_inside(out.others.spaces, space)) out.own.spaces.push_back(space);
  std::sort(out.own.spaces.begin(), out.own.spaces.end());
  return out;
}

void keep_own_shape(const std::vector<Text>& recorded, const std::vector<Text>& wanted, std::vector<Text>& cells,
                    StringPool& texts) {
  const auto shape = [&](const std::vector<Text>& of) {
    return parse_shape(texts.view(of[network_column::address_space]), texts.view(of[network_column::subnets]));
  };
  NetworkShape was;
  if (!recorded.empty()) was = shape(recorded);
  const NetworkShape own = split_shape(shape(cells), recorded.empty() ? nullptr : &was, shape(wanted)).own;
  cells[network_column::address_space] = texts.intern(canonical_prefix_list(own.spaces));
  cells[network_column::subnets] = texts.intern(canonical_subnet_map(own.subnets));
}

NetworkShape join_shapes(const NetworkShape& own, const NetworkShape& others) {
  NetworkShape out = own;
  out.spaces.insert(out.spaces.end(), others.spaces.begin(), others.spaces.end());
  out.spaces = outermost(std::move(out.spaces));
  const ByName names = by_name(own.subnets);
  for (const Subnet& subnet : others.subnets)
    if (find(names, subnet.name) == nullptr) out.subnets.push_back(subnet);
  return out;
}

Followed follow_source(const FollowInput& input) { return Follower(input).run(); }

}  // namespace pairform
