#include "engine/recovery/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "engine/recovery/address_pools.h"
#include "engine/recovery/landing_text.h"
#include "engine/recovery/subnet_choice.h"

namespace pairform {
namespace {

// A configuration that has a subnet and waits for its address.
struct Item {
  std::uint32_t request = 0;
  std::uint32_t configuration = 0;
  std::uint32_t number = 0;  // over all configurations of all requests
  std::uint32_t pool = 0;
};

std::uint32_t count_configurations(const PlacementInput& input) {
  std::size_t count = 0;
  for (const LandingRequest& request : input.requests) count += request.configurations.size();
  return static_cast<std::uint32_t>(count);
}

// The subnets in which somebody lands. Only these get a pool of free addresses: the other subnets of a network may hold
// millions of addresses and nobody asks about them.
std::vector<LandedSubnet> landed_subnets(const PlacementInput& input, const std::vector<SubnetChoice>& choices) {
  std::vector<LandedSubnet> landed;
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (choices[i].target != k_no_subnet) landed.push_back({input.requests[i].target_network, choices[i].target});
  return landed;
}

class Placer {
 public:
  explicit Placer(const PlacementInput& input)
      : input_(input),
        choices_(choose_subnets(input, out_.problems)),
        pools_(input.networks, landed_subnets(input, choices_), count_configurations(input)) {}
  Placement run();

 private:
  void open(std::uint32_t number);
  void pass(IpReason rule);
  void find_promised();
  void take_promised();
  void note_rules_without_effect();
  void note_kept_otherwise();
  bool settle(IpReason rule, const Item& item);  // whether the rule settled the configuration
  bool override_it(const Item& item);            // I1
  bool keep_it(const Item& item);                // I2
  bool leave_dynamic(const Item& item);          // I0
  bool same_address(const Item& item);           // I3
  bool same_host(const Item& item);              // I4
  bool lowest_free(const Item& item);            // I5, I6
  bool give(const Item& item, const Ip& ip, IpReason reason);
  const Prefix* source_prefix(const Item& item) const;
  std::optional<Ip> same_address_of(const Item& item) const;
  std::optional<Ip> same_host_of(const Item& item) const;

  void report(const Item& item, Severity severity, Code code, std::string summary, std::string detail,
              std::string help);
  bool refuse(const Item& item, Code code, std::string summary, std::string detail, std::string help) {
    report(item, Severity::Error, code, std::move(summary), std::move(detail), std::move(help));
    return true;
  }
  std::string who(std::uint32_t number) const;
  std::string holder_text(const Item& item, std::uint32_t holder) const;
  std::string taken_text(const Item& item, const Ip& ip, std::uint32_t holder) const;
  std::string subnet_text(const Item& item) const {
    return fmt::format("subnet \"{}\" of {}", subnet(item).name, input_.networks[request(item).target_network].name);
  }
  std::string unusable_text(const Item& item, const Ip& ip);
  std::string full_text(const Item& item);
  static std::string_view override_word(const Item& item) {
    return item.configuration == 0 ? "target_ip" : "target_secondary";
  }

  const LandingRequest& request(const Item& item) const { return input_.requests[item.request]; }
  const ConfigurationRequest& wanted(const Item& item) const {
    return request(item).configurations[item.configuration];
  }
  const Subnet& subnet(const Item& item) const {
    return input_.networks[request(item).target_network].subnets[choices_[item.request].target];
  }
  FreeAddresses& pool(const Item& item) { return pools_[item.pool]; }
  // None: a configuration of the project holds it by this very plan.
  const Occupant* occupant(const Item& item, std::uint32_t holder) const {
    return holder < numbers_.size() ? nullptr
                                    : &input_.networks[request(item).target_network].occupied[holder - numbers_.size()];
  }

  const PlacementInput& input_;
  Placement out_;
  std::vector<Item> kept_;  // static ones that may be let go, in the order of requests
  std::vector<SubnetChoice> choices_;
  AddressPools pools_;
  std::vector<Item> numbers_;                                       // by number
  std::vector<Item> waiting_;                                       // in the order of requests
  std::map<std::pair<std::uint32_t, Ip>, std::uint32_t> promised_;  // network and address -> occupant
  std::vector<std::string> full_texts_;  // by pool, once it is full: nothing is taken there afterwards
};

// One pass a rule over all that still wait, so that an override of the last nic wins over what the first one would take
// by default: `vm.web9` with target_ip = 10.2.1.4 gets it, and `vm.web1`, which would get the lowest free address, gets
// 10.2.1.5.
Placement Placer::run() {
  out_.nics.resize(input_.requests.size());
  for (std::uint32_t i = 0; i < input_.requests.size(); ++i) open(i);
  find_promised();
  for (const IpReason rule : k_ip_rules) {
    pass(rule);
    if (rule == IpReason::Kept) take_promised();
  }
  note_rules_without_effect();
  note_kept_otherwise();
  std::stable_sort(out_.problems.begin(), out_.problems.end(),
                   [](const PlacementProblem& a, const PlacementProblem& b) {
                     return std::tie(a.request, a.configuration) < std::tie(b.request, b.configuration);
                   });
  return std::move(out_);
}

// Puts the configurations of one nic among those that wait. Those of a fixed nic (held, or unknown) do not wait: they
// hold the address where they were kept, so that no newcomer is given it.
void Placer::open(std::uint32_t number) {
  const LandingRequest& asked = input_.requests[number];
  const SubnetChoice& choice = choices_[number];
  const bool chosen = choice.target != k_no_subnet;
  PlacedNic& nic = out_.nics[number];
  nic.reason = choice.reason;
  if (chosen) nic.subnet = input_.networks[asked.target_network].subnets[choice.target].name;
  else if (asked.fixed) nic.subnet = asked.kept_subnet;
  nic.addresses.resize(asked.configurations.size());
  for (std::uint32_t i = 0; i < asked.configurations.size(); ++i) {
    const Item item{number, i, static_cast<std::uint32_t>(numbers_.size()),
                    chosen ? pools_.pool(asked.target_network, choice.target) : k_no_pool};
    numbers_.push_back(item);
    if (!asked.fixed && chosen) waiting_.push_back(item);
    const std::optional<Ip>& kept = asked.configurations[i].kept;
    if (!asked.fixed || !kept) continue;
    nic.addresses[i] = {kept, IpReason::Kept};
    pools_.take(asked.target_network, *kept, item.number);
  }
}

void Placer::find_promised() {
  for (std::uint32_t n = 0; n < input_.networks.size(); ++n)
    for (std::uint32_t o = 0; o < input_.networks[n].occupied.size(); ++o) {
      const Occupant& one = input_.networks[n].occupied[o];
      if (!one.promised || one.ip.v6) continue;
      const auto [at, first] = promised_.try_emplace({n, one.ip}, o);
      if (!first && one.owner < input_.networks[n].occupied[at->second].owner) at->second = o;  // the first by name
    }
}

// The landings of strangers, once what this project has placed before is kept. Example: the service recorded 10.2.1.4
// for uksouth/alien, and vm.web1 has kept 10.2.1.4 since before: vm.web1 keeps it, a newcomer is not given it.
void Placer::take_promised() {
  for (const auto& [where, occupant] : promised_) {
    const auto& [network, ip] = where;
    const std::optional<std::uint32_t> holder = pools_.holder(network, ip);
    if (!holder) pools_.take(network, ip, static_cast<std::uint32_t>(numbers_.size()) + occupant);
    if (!holder || *holder >= numbers_.size()) continue;
    const Item& item = numbers_[*holder];
    const std::string_view stranger = input_.networks[network].occupied[occupant].owner;
    report(item, Severity::Warning, Code::PromisedTwice,
           fmt::format("{} in {} is promised twice", to_text(ip), input_.networks[network].name),
           fmt::format("{} lands on it, and so does {}, which is not of this project: who fails over first gets it",
                       who(item.number), stranger),
           fmt::format("let one of them go: pairform plan --place-anew {}, or change the other one",
                       request(item).address));
  }
}

// `addresses = "same-host"` of a pair that applies to none of its configurations, as with /24 to /29: the user
// should know.
void Placer::note_rules_without_effect() {
  std::map<std::uint32_t, std::optional<Item>> without;  // by rule: its first configuration; none: it applies to one
  for (const Item& item : numbers_) {
    const std::uint32_t rule = request(item).rule;
    const bool placed = !request(item).fixed && choices_[item.request].target != k_no_subnet;
    if (rule == k_no_rule || !input_.rules[rule].same_host || !placed || !wanted(item).source) continue;
    const auto [at, first] = without.try_emplace(rule, item);
    if (at->second && same_host_of(item)) at->second.reset();
  }
  for (const auto& [rule, item] : without)
    if (item)
      report(*item, Severity::Note, Code::SameHostWithoutEffect,
             fmt::format("addresses = \"same-host\" of {} applies to nobody", input_.rules[rule].name),
             "no subnet that its machines land in has room for their host numbers",
             "make the subnets larger, or leave it out");
}

// What is kept stays, also where same-address or same-host would give another address now that nobody has. (The lowest
// free address is no choice of a rule: it is another one every day.)
void Placer::note_kept_otherwise() {
  for (const Item& item : kept_) {
    const Ip& kept = *out_.nics[item.request].addresses[item.configuration].ip;
    for (const IpReason rule : {IpReason::SameAddress, IpReason::SameHost}) {
      const std::optional<Ip> ip = rule == IpReason::SameAddress ? same_address_of(item) : same_host_of(item);
      if (ip == kept) break;
      if (!ip || !pool(item).is_free(*ip)) continue;
      report(item, Severity::Note, Code::KeptLandings, fmt::format("{} keeps {}", who(item.number), to_text(kept)),
             fmt::format("{} would give it {}", reason_text(rule), to_text(*ip)), "let it go: --place-anew");
      break;
    }
  }
}

// Who is left over keeps the order of requests for the next rule.
void Placer::pass(IpReason rule) {
  std::vector<Item> left;
  for (const Item& item : waiting_)
    if (!settle(rule, item)) left.push_back(item);
  waiting_ = std::move(left);
}

bool Placer::settle(IpReason rule, const Item& item) {
  switch (rule) {
    case IpReason::Override: return override_it(item);
    case IpReason::Kept: return keep_it(item);
    case IpReason::Dynamic: return leave_dynamic(item);
    case IpReason::SameAddress: return same_address(item);
    case IpReason::SameHost: return same_host(item);
    case IpReason::NextAvailable: return lowest_free(item);
  }
  return false;
}

bool Placer::give(const Item& item, const Ip& ip, IpReason reason) {
  pool(item).take(ip, item.number);
  out_.nics[item.request].addresses[item.configuration] = {ip, reason};
  return true;
}

// An override that cannot be had is an error, not a reason to try the next rule: the user wrote this very address.
bool Placer::override_it(const Item& item) {
  if (wanted(item).override_dynamic) {
    out_.nics[item.request].addresses[item.configuration] = {std::nullopt, IpReason::Override};
    return true;
  }
  const std::optional<Ip>& ip = wanted(item).override_ip;
  if (!ip) return false;
  const bool promised = promised_.contains({request(item).target_network, *ip});
  if (pool(item).is_free(*ip) && !promised) return give(item, *ip, IpReason::Override);
  refuse(item, Code::OverrideUnusable, fmt::format("{} cannot have {}", who(item.number), to_text(*ip)),
         unusable_text(item, *ip),
         fmt::format("choose another address of the subnet, or leave {} out", override_word(item)));
  if (const std::optional<std::uint32_t> holder = pool(item).holder(*ip); holder && *holder < numbers_.size())
    out_.problems.back().other = ConfigurationPlace{numbers_[*holder].request, numbers_[*holder].configuration};
  return true;
}

// A kept address counts only while its nic still has an address of its own (10.1.1.10; not "dhcp" since then) and lands
// in the subnet in which the address was kept. Where a stranger has taken it meanwhile (a test machine in the recovery
// network) the user is warned, and the later rules choose another one; where an override of this project has, it is
// silent: the user wrote that.
bool Placer::keep_it(const Item& item) {
  const LandingRequest& asked = request(item);
  const std::optional<Ip>& kept = wanted(item).kept;
  if (wanted(item).kept_dynamic && asked.keep_first &&
      ascii_lower(asked.kept_subnet) == ascii_lower(subnet(item).name)) {
    out_.nics[item.request].addresses[item.configuration] = {std::nullopt, IpReason::Kept};
    return true;
  }
  if (!kept || (!wanted(item).source && !asked.keep_first)) return false;
  if (ascii_lower(asked.kept_subnet) != ascii_lower(subnet(item).name)) return false;
  if (pool(item).is_free(*kept)) {
    if (wanted(item).source && !asked.keep_first) kept_.push_back(item);
    return give(item, *kept, IpReason::Kept);
  }
  const std::optional<std::uint32_t> holder = pool(item).holder(*kept);
  if (const Occupant* other = holder ? occupant(item, *holder) : nullptr; other != nullptr && other->stranger) {
    report(item, Severity::Warning, Code::AddressLost, fmt::format("{} loses {}", who(item.number), to_text(*kept)),
           taken_text(item, *kept, *holder), "free the address to keep it; otherwise it lands where the plan says");
    out_.problems.back().lost_to = fmt::format("{} ({})", to_text(*kept), other->owner);
  }
  return false;
}

bool Placer::leave_dynamic(const Item& item) { return !wanted(item).source; }

// The prefix of the source subnet in which the nic's address lies: a subnet may have several.
const Prefix* Placer::source_prefix(const Item& item) const {
  const std::uint32_t at = choices_[item.request].source;
  if (at == k_no_subnet) return nullptr;
  for (const Prefix& prefix : input_.networks[request(item).source_network].subnets[at].prefixes)
    if (!prefix.base.v6 && contains(prefix, *wanted(item).source)) return &prefix;
  return nullptr;
}

// The very same address, where the target subnet has the same prefix: a network that is a copy of the source.
std::optional<Ip> Placer::same_address_of(const Item& item) const {
  const Prefix* from = source_prefix(item);
  const std::vector<Prefix>& to = subnet(item).prefixes;
  if (from == nullptr || std::find(to.begin(), to.end(), *from) == to.end()) return std::nullopt;
  return wanted(item).source;
}

// The same host number, where the pair asks for it: 10.1.1.10 in 10.1.1.0/24 becomes 10.2.1.10 in 10.2.1.0/24, also in
// 10.2.1.0/25, which has room for it.
std::optional<Ip> Placer::same_host_of(const Item& item) const {
  const std::uint32_t rule = request(item).rule;
  const Prefix* from = source_prefix(item);
  if (rule == k_no_rule || !input_.rules[rule].same_host || from == nullptr) return std::nullopt;
  const std::uint64_t host = wanted(item).source->low - from->base.low;
  const Prefix* to = nullptr;  // numerically first that has room, in whatever order they are given
  for (const Prefix& prefix : subnet(item).prefixes)
    if (!prefix.base.v6 && host <= last_address(prefix).low - prefix.base.low && (to == nullptr || prefix < *to))
      to = &prefix;
  if (to == nullptr) return std::nullopt;
  return Ip{false, 0, to->base.low + host};
}

bool Placer::same_address(const Item& item) {
  const std::optional<Ip> ip = same_address_of(item);
  return ip && pool(item).is_free(*ip) && give(item, *ip, IpReason::SameAddress);
}

bool Placer::same_host(const Item& item) {
  const std::optional<Ip> ip = same_host_of(item);
  return ip && pool(item).is_free(*ip) && give(item, *ip, IpReason::SameHost);
}

// The last rule. With strict_addresses it is an error to come this far: it says which address would have been kept, and
// what is in its way.
bool Placer::lowest_free(const Item& item) {
  if (input_.strict_addresses) {
    const Ip& source = *wanted(item).source;
    std::optional<Ip> ip = same_address_of(item);
    if (!ip) ip = same_host_of(item);
    const std::string why =
        ip ? unusable_text(item, *ip) : fmt::format("no prefix of {} is that of its source", subnet_text(item));
    return refuse(item, Code::AddressNotKept, fmt::format("{} cannot keep {}", who(item.number), to_text(source)),
                  fmt::format("{}, and strict_addresses refuses the next available", why),
                  fmt::format("give {}", override_word(item)));
  }
  if (const std::optional<Ip> ip = pool(item).lowest()) return give(item, *ip, IpReason::NextAvailable);
  return refuse(item, Code::SubnetFull,
                fmt::format("{} finds no free address in {}", who(item.number), subnet_text(item)), full_text(item),
                "make the subnet larger, or give target_subnet");
}

void Placer::report(const Item& item, Severity severity, Code code, std::string summary, std::string detail,
                    std::string help) {
  out_.problems.push_back({item.request,
                           item.configuration,
                           {code,
                            severity,
                            std::move(summary),
                            std::move(detail),
                            std::move(help),
                            {},
                            std::string(request(item).address)}});
}

std::string Placer::who(std::uint32_t number) const {
  const Item& item = numbers_[number];
  return configuration_text(request(item).address, item.configuration, wanted(item).name);
}

std::string Placer::holder_text(const Item& item, std::uint32_t holder) const {
  const Occupant* other = occupant(item, holder);
  return other == nullptr ? who(holder) : std::string(other->owner);
}

std::string Placer::taken_text(const Item& item, const Ip& ip, std::uint32_t holder) const {
  return occupant(item, holder) == nullptr
             ? fmt::format("{} is given to {}", to_text(ip), who(holder))
             : fmt::format("{} is taken in {} ({})", to_text(ip), input_.networks[request(item).target_network].name,
                           holder_text(item, holder));
}

std::string Placer::unusable_text(const Item& item, const Ip& ip) {
  if (const auto promised = promised_.find({request(item).target_network, ip}); promised != promised_.end())
    return taken_text(item, ip, static_cast<std::uint32_t>(numbers_.size()) + promised->second);
  if (const std::optional<std::uint32_t> holder = pool(item).holder(ip)) return taken_text(item, ip, *holder);
  if (pool(item).contains(ip))
    return fmt::format("{} is the platform's, as the first four addresses and the last one of every prefix are",
                       to_text(ip));
  std::vector<Prefix> prefixes = subnet(item).prefixes;
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<std::string> texts;
  texts.reserve(prefixes.size());
  for (const Prefix& prefix : prefixes) texts.push_back(to_text(prefix));
  return fmt::format("{} is not in {}, which is {}", to_text(ip), subnet_text(item), list_text(texts, texts.size()));
}

// Who holds the addresses of a full subnet. Made once a pool, because each of a thousand nics that find no address
// there is told the same.
std::string Placer::full_text(const Item& item) {
  full_texts_.resize(std::max<std::size_t>(full_texts_.size(), item.pool + 1));
  std::string& text = full_texts_[item.pool];
  if (!text.empty()) return text;
  std::vector<std::string> holders;
  for (const TakenAddress& one : pool(item).first_taken(k_most_listed))
    holders.push_back(fmt::format("{} ({})", to_text(Ip{false, 0, one.address}), holder_text(item, one.holder)));
  const std::uint64_t capacity = pool(item).capacity();
  text = capacity == 0 ? std::string("it holds no IPv4 address that can be given")
                       : fmt::format("it holds {}: {}", capacity, list_text(holders, pool(item).taken()));
  return text;
}

}  // namespace

Placement place(const PlacementInput& input) { return Placer(input).run(); }

}  // namespace pairform
