#include "engine/read/directives.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/directive_reader.h"
#include "schema/value_words.h"

namespace pairform {
namespace {

class Reader {
 public:
  Reader(Configuration& config, const TypeTable& types, const DesiredState& desired, Diagnostics& diagnostics)
      : config_(config), desired_(desired), diagnostics_(diagnostics) {
    for (const Declaration& item : config.declarations.items) {
      if (item.within) continue;  // a nic goes with its vm
      declared_.try_emplace(config.texts.intern(declared_address(item, types, config.texts)).value, &item);
    }
    for (const Directive& directive : config.declarations.directives)
      if (directive.kind == Directive::Kind::Moved) moved_.try_emplace(directive.address.value, &directive);
    for (const DesiredId d : desired.rows.ids())
      if (desired.rows[d].type == k_network_type) networks_.try_emplace(desired.rows[d].address, d);
  }

  Directives read() {
    std::set<std::pair<Directive::Kind, std::uint32_t>> seen;
    for (const Directive& directive : config_.declarations.directives) {
      if (!seen.emplace(directive.kind, directive.address.value).second) {
        complain(Code::TableTwice, directive.at, directive.length, directive,
                 fmt::format("said twice about {}", view(directive.address)), "", "keep one of the two");
        continue;
      }
      switch (directive.kind) {
        case Directive::Kind::Moved: moved(directive); break;
        case Directive::Kind::Removed: removed(directive); break;
        case Directive::Kind::Import: imported(directive); break;
      }
    }
    return std::move(out_);
  }

 private:
  std::string_view view(Text text) const { return config_.texts.view(text); }
  const Declaration* declared(Text address) const {
    const auto at = declared_.find(address.value);
    return at == declared_.end() ? nullptr : at->second;
  }
  void complain(Code code, SourcePosition at, std::uint32_t length, const Directive& about, std::string summary,
                std::string detail, std::string help, const Declaration* other = nullptr) {
    Diagnostic diagnostic = error(code, at, length, std::move(summary), std::move(detail), std::move(help));
    diagnostic.address = view(about.address);
    if (other != nullptr) diagnostic.spans.push_back({other->at, other->length, "declared here"});
    diagnostics_.add(std::move(diagnostic));
  }
  bool still_declared(const Directive& directive, std::string_view word) {
    const Declaration* stanza = declared(directive.address);
    if (stanza == nullptr) return false;
    complain(Code::StillDeclared, directive.at, directive.length, directive,
             fmt::format("{} is {} and still declared", view(directive.address), word),
             "what a file declares is wanted under that address", "remove one of the two stanzas", stanza);
    return true;
  }
  void moved(const Directive& directive);
  void circle(const Directive& directive);
  void removed(const Directive& directive) {
    if (moved_.contains(directive.address.value))
      return complain(Code::TableTwice, directive.at, directive.length, directive,
                      fmt::format("{} is said to be moved and removed", view(directive.address)), "",
                      "keep one of the two stanzas");
    if (!still_declared(directive, "removed")) out_.removed.push_back(directive.address);
  }
  void imported(const Directive& directive);
  std::string where_to(const Directive& directive) const;
  // The declared address of that type which is near to `address`; empty: none is, or too many were asked for.
  std::string_view near_declared(std::string_view address, std::string_view type);
  Text end_of_chain(Text address);
  void find_first_of_circle(Text member);

  Configuration& config_;
  const DesiredState& desired_;
  Diagnostics& diagnostics_;
  Directives out_;
  std::map<std::uint32_t, const Declaration*> declared_;  // by address
  std::map<std::uint32_t, const Directive*> moved_;       // by the address moved from
  std::map<std::uint32_t, const Directive*> to_;          // by the address moved to, of those read
  std::map<std::uint32_t, Text> end_of_;                  // by the address moved from: see end_of_chain
  std::set<const Directive*> first_of_circle_;            // the stanza of each circle that is written first
  std::map<Text, DesiredId> networks_;                    // by address: the row of a network
  std::size_t suggestions_ = 0;
};

// Where a chain of moves ends; none: in a circle. Every address of a chain is walked over once, whichever stanza asks.
Text Reader::end_of_chain(Text address) {
  std::vector<Text> path;
  Text end;
  for (;;) {
    const auto next = moved_.find(address.value);
    if (next == moved_.end()) {
      end = address;
      break;
    }
    // No end yet: the address is on the path that is walked now, or in a circle. Coming back to it is a circle either way.
    const auto [known, first] = end_of_.try_emplace(address.value, Text());
    if (!first) {
      end = known->second;
      if (std::find(path.begin(), path.end(), address) != path.end()) find_first_of_circle(address);
      break;
    }
    path.push_back(address);
    address = next->second->value;
  }
  for (const Text each : path) end_of_[each.value] = end;
  return end;
}

void Reader::find_first_of_circle(Text member) {
  const Directive* first = moved_.at(member.value);
  for (const Directive* at = moved_.at(first->value.value); at->address != member; at = moved_.at(at->value.value))
    if (at->at < first->at) first = at;
  first_of_circle_.insert(first);
}

// Once a circle, at the stanza of it that is written first; not where a chain only leads into a circle.
void Reader::circle(const Directive& directive) {
  if (!first_of_circle_.contains(&directive)) return;
  constexpr std::size_t k_most_shown = 8;
  std::string path(view(directive.address));
  Text at = directive.value;
  std::size_t left_out = 0, shown = 1;
  for (; at != directive.address; at = moved_.at(at.value)->value)
    if (++shown <= k_most_shown) path += " -> " + std::string(view(at));
    else ++left_out;
  if (left_out != 0) path += fmt::format(" -> {} more", left_out);
  complain(Code::MovedInCircle, directive.value_at, directive.value_length, directive,
           fmt::format("{} moves in a circle", view(directive.address)), fmt::format("{} -> {}", path, view(at)),
           "let the chain end at an address that is declared");
}

void Reader::moved(const Directive& directive) {
  const std::string_view to = view(directive.value);
  const auto wrong = [&](Code code, std::string summary, std::string detail, std::string help) {
    complain(code, directive.value_at, directive.value_length, directive, std::move(summary), std::move(detail),
             std::move(help));
  };
  const auto parts = parse_address(to);
  if (!parts || !parts->half.empty() || !parts->nic.empty() || type_of(to) != type_of(view(directive.address)))
    return wrong(
        Code::BadAddress, fmt::format("\"{}\" is not an address that {} could move to", to, view(directive.address)),
        !blank_problem(to).empty() && parse_address(trimmed(to))
            ? std::string(blank_problem(to))
            : "a network moves to a network's address, a pair as a whole to a pair's, a vm with its nics to a vm's",
        fmt::format("write to = \"{}\"", where_to(directive)));
  if (still_declared(directive, "moved")) return;
  const Text end = end_of_chain(directive.address);
  if (!end) return circle(directive);
  if (declared(end) == nullptr && config_.may_declare(view(end))) return;
  const std::string_view near =
      declared(end) == nullptr ? near_declared(view(end), type_of(view(end))) : std::string_view();
  if (declared(end) == nullptr)
    return wrong(Code::MovedToNothing,
                 fmt::format("{} moves to {}, which nobody declares", view(directive.address), view(end)), "",
                 near.empty() ? "declare it, or use [removed] to let go of the old one"
                              : fmt::format("did you mean \"{}\"?", near));
  const auto [other, first] = to_.try_emplace(directive.value.value, &directive);
  if (!first) {
    Diagnostic twice =
        error(Code::MovedTwice, directive.value_at, directive.value_length,
              fmt::format("{} and {} move to one address", view(other->second->address), view(directive.address)), "",
              "only one resource can have an address: remove one of the two");
    twice.spans.push_back({other->second->at, other->second->length, "the other one"});
    twice.address = view(directive.address);
    diagnostics_.add(std::move(twice));
    return;
  }
  out_.moved.emplace_back(directive.address, end);
}

// What a wrong `to` was meant to be: the address in it, if it is of the type of what moves; else an example.
std::string Reader::where_to(const Directive& directive) const {
  const std::string_view type = type_of(view(directive.address)), to = view(directive.value);
  std::string meant = address_meant(to);
  if (meant.empty() && is_key(trimmed(to))) meant = fmt::format("{}.{}", type, trimmed(to));
  return type_of(meant) == type ? meant : fmt::format("{}.new", type);
}

std::string_view Reader::near_declared(std::string_view address, std::string_view type) {
  constexpr std::size_t k_most_suggestions = 50;  // each looks at every candidate
  if (++suggestions_ > k_most_suggestions) return {};
  std::vector<std::string_view> candidates;
  for (const auto& [each, stanza] : declared_)
    if (const std::string_view candidate = view(Text(each)); type_of(candidate) == type)
      candidates.push_back(candidate);
  return nearest_address(address, candidates);
}

void Reader::imported(const Directive& directive) {
  const Declaration* stanza = declared(directive.address);
  if (stanza == nullptr && config_.may_declare(view(directive.address))) return;
  if (stanza == nullptr) {
    const std::string_view near = near_declared(view(directive.address), "network");
    return complain(Code::ImportOfNothing, directive.at, directive.length, directive,
                    fmt::format("{} is imported, and nobody declares it", view(directive.address)), "",
                    near.empty() ? fmt::format("declare [{}] with what it holds", view(directive.address))
                                 : fmt::format("did you mean [import.\"{}\"]?", near));
  }
  const auto found = networks_.find(directive.address);
  if (found == networks_.end()) return;  // its stanza is wrong, which was reported
  const DesiredRow& row = desired_.rows[found->second];
  if (row.existing)
    return complain(Code::ImportDiffers, directive.at, directive.length, directive,
                    fmt::format("{} is made elsewhere, there is nothing to import", view(directive.address)),
                    "existing networks are adopted by themselves", "remove the import stanza");
  if (ascii_lower(view(directive.value)) == view(row.identity)) return out_.imported.push_back(row.address);
  complain(Code::ImportDiffers, directive.value_at, directive.value_length, directive,
           fmt::format("\"{}\" is not {}", view(directive.value), view(directive.address)),
           fmt::format("by its stanza it is \"{}\"", view(row.identity)),
           "correct the id, or the name and region of the stanza");
}

// Finds directives that have nothing left to do in recorded state, and those that would move a resource onto a recorded
// one.
class StateCheck {
 public:
  StateCheck(const Configuration& config, const DesiredState& desired, const RecordedState& recorded,
             const Directives& directives, Diagnostics& diagnostics)
      : config_(config), desired_(desired), recorded_(recorded), directives_(directives), diagnostics_(diagnostics) {
    for (const StateRow& row : recorded.rows) known_.insert(pair_of(view(row.address)));
    managed_ = known_;
    for (const StateRow& row : recorded.rows)
      if (row.type == k_network_type && is_existing(recorded, row, config.texts)) managed_.erase(view(row.address));
    for (const auto& [from, to] : directives.moved) {
      leaving_.insert(view(from));
      end_of_.emplace(from, to);
    }
    find_passed_through();
  }

  void run() {
    for (const Directive& directive : config_.declarations.directives) {
      const std::string_view address = view(directive.address);
      // With a -> b -> c and only mapping.a recorded, the stanza of mapping.b is not done: mapping.a moves through it.
      if (passed_through_.contains(address) && !known_.contains(address)) continue;
      if (!has_work(directive)) done(directive);
      else if (directive.kind == Directive::Kind::Moved) moved(directive);
    }
  }

 private:
  std::string_view view(Text text) const { return config_.texts.view(text); }
  bool has_work(const Directive& directive) const {
    const std::string_view address = view(directive.address);
    return directive.kind == Directive::Kind::Import ? !managed_.contains(address) : known_.contains(address);
  }
  void find_passed_through();
  void done(const Directive& directive);
  std::string_view meant(std::string_view address);
  void moved(const Directive& directive);
  void refuse_move(const Directive& directive, std::string summary, std::string help) {
    diagnostics_.add({Code::MovedOntoRecorded,
                      Severity::Error,
                      std::move(summary),
                      "both are recorded: one of them would be forgotten",
                      std::move(help),
                      {{directive.value_at, directive.value_length, {}}},
                      std::string(view(directive.address))});
  }

  const Configuration& config_;
  const DesiredState& desired_;
  const RecordedState& recorded_;
  const Directives& directives_;
  Diagnostics& diagnostics_;
  std::size_t suggestions_ = 0;
  std::vector<std::string_view> undeclared_;   // recorded, and neither declared nor derived nor moved; once asked
  std::set<std::string_view> known_;           // recorded addresses, pairs as a whole
  std::set<std::string_view> managed_;         // those that were not made elsewhere
  std::set<std::string_view> leaving_;         // addresses that a move leaves
  std::map<Text, Text> end_of_;                // recorded address -> where its chain of moves ends
  std::map<Text, std::string_view> first_at_;  // such an end -> the first recorded address that moves there
  // Addresses that a chain of moves passes through while its beginning is recorded: mapping.b in a -> b -> c.
  std::set<std::string_view> passed_through_;
};

void StateCheck::find_passed_through() {
  std::map<Text, Text> next;
  for (const Directive& directive : config_.declarations.directives)
    if (directive.kind == Directive::Kind::Moved) next.try_emplace(directive.address, directive.value);
  for (const auto& [from, to] : directives_.moved) {
    if (!known_.contains(view(from))) continue;
    // What another beginning has passed through, it has passed through to the end.
    for (Text at = from; at != to && passed_through_.insert(view(at)).second;) at = next.at(at);
  }
}

// What is recorded and leaves, under an address near to this one: mapping.app of [removed."mapping.ap"]. Empty: nothing.
std::string_view StateCheck::meant(std::string_view address) {
  constexpr std::size_t k_most_suggestions = 50;  // each looks at every candidate
  if (++suggestions_ > k_most_suggestions) return {};
  if (undeclared_.empty()) {
    std::set<std::string_view> stay(leaving_);
    for (const DesiredRow& row : desired_.rows) stay.insert(pair_of(view(row.address)));
    for (const DeclaredVm& vm : desired_.vms) stay.insert(view(vm.address));
    for (const Directive& each : config_.declarations.directives) stay.insert(view(each.address));
    for (const StateRow& row : recorded_.rows)
      if (const std::string_view each = pair_of(view(row.address));
          !row.because && row.type != k_nic_type && !stay.contains(each))
        undeclared_.push_back(each);
  }
  return nearest_address(address, undeclared_);
}

void StateCheck::done(const Directive& directive) {
  const std::string_view address = view(directive.address);
  const std::string_view near = directive.kind == Directive::Kind::Import ? std::string_view() : meant(address);
  if (!near.empty()) {
    diagnostics_.add({Code::DirectiveDone,
                      Severity::Warning,
                      fmt::format("{} is not recorded", address),
                      fmt::format("{} is recorded, and no stanza declares it any more: the plan removes it", near),
                      fmt::format("did you mean {}? otherwise this stanza may be deleted", near),
                      {{directive.at, directive.length, {}}},
                      std::string(address)});
    return;
  }
  diagnostics_.add({Code::DirectiveDone,
                    Severity::Note,
                    directive.kind == Directive::Kind::Import ? fmt::format("{} is imported already", address)
                                                              : fmt::format("{} is not recorded any more", address),
                    "this stanza has done its work",
                    "it may be deleted",
                    {{directive.at, directive.length, {}}},
                    std::string(address)});
}

void StateCheck::moved(const Directive& directive) {
  const std::string_view address = view(directive.address), to = view(directive.value);
  const Text end = end_of_[directive.address];
  const auto [other, alone] = first_at_.try_emplace(end, address);
  if (!alone)
    refuse_move(directive, fmt::format("{} and {} would both move to {}", other->second, address, view(end)),
                "remove one of the moved stanzas, or remove one of the two first");
  if (known_.contains(to) && !leaving_.contains(to))
    refuse_move(directive, fmt::format("{} would move onto {}, which is recorded", address, to),
                "remove the moved stanza, or move or remove the other one first");
}

}  // namespace

Directives read_directives(Configuration& config, const TypeTable& types, const DesiredState& desired,
                           Diagnostics& diagnostics) {
  if (config.declarations.directives.empty()) return {};
  return Reader(config, types, desired, diagnostics).read();
}

void check_against_state(const Configuration& config, const DesiredState& desired, const RecordedState& recorded,
                         const Directives& directives, Diagnostics& diagnostics) {
  if (config.declarations.directives.empty()) return;
  StateCheck(config, desired, recorded, directives, diagnostics).run();
}

}  // namespace pairform
