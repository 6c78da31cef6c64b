// Where every NIC lands: spec section 5 for a whole project at once, as one pure function.
//
// Subnets are chosen first (rules S1 to S6, each NIC by itself). Addresses follow in passes over all configurations of
// the project, each in the order given: what is fixed, then all I1 (override), I2 (kept), I3 (same address), I4 (same
// host), I5 (lowest free). So an override never loses to a default, what is kept never to a newcomer, and the result
// depends on the order of requests (address order) alone, never on that of networks, subnets, rules or occupants.
// A problem is its configuration's own: that one gets no address, takes none, and nobody else is told about it.
// Only IPv4 places: IPv6 prefixes and addresses are passed over.
// Cost: O((requests + occupants of the networks landed in) * log), no walk over addresses. Pure: any thread.
// Held against an oracle that walks every address in tests/property.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/diagnostic.h"
#include "schema/enum_list.h"
#include "schema/ip.h"
#include "schema/value.h"

namespace pairform {

#define PAIRFORM_SUBNET_REASONS(X) \
  X(Override, "override")          \
  X(Mapped, "mapped")              \
  X(SameName, "same-name")         \
  X(Kept, "kept")                  \
  X(First, "first")
enum class SubnetReason : std::uint8_t { PAIRFORM_SUBNET_REASONS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_subnet_reason_texts{PAIRFORM_SUBNET_REASONS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view reason_text(SubnetReason reason) { return enum_text(k_subnet_reason_texts, reason); }

#define PAIRFORM_IP_REASONS(X)   \
  X(Dynamic, "dynamic")          \
  X(Override, "override")        \
  X(Kept, "kept")                \
  X(SameAddress, "same-address") \
  X(SameHost, "same-host")       \
  X(NextAvailable, "next-available")
enum class IpReason : std::uint8_t { PAIRFORM_IP_REASONS(PAIRFORM_ENUMERATOR) };
inline constexpr std::array k_ip_reason_texts{PAIRFORM_IP_REASONS(PAIRFORM_ENUM_TEXT)};
constexpr std::string_view reason_text(IpReason reason) { return enum_text(k_ip_reason_texts, reason); }

// The rules in the order in which they are tried; placement applies them, landing_reasons.h explains them in that
// order. A nic whose recorded subnet comes first (LandingRequest::keep_first) tries Kept right after Override.
inline constexpr std::array k_subnet_rules{SubnetReason::Override, SubnetReason::Mapped, SubnetReason::SameName,
                                           SubnetReason::Kept, SubnetReason::First};
inline constexpr std::array k_subnet_rules_kept_first{SubnetReason::Override, SubnetReason::Kept, SubnetReason::Mapped,
                                                      SubnetReason::SameName, SubnetReason::First};
constexpr const auto& subnet_rules(bool keep_first) { return keep_first ? k_subnet_rules_kept_first : k_subnet_rules; }
inline constexpr std::array k_ip_rules{IpReason::Override,    IpReason::Kept,     IpReason::Dynamic,
                                       IpReason::SameAddress, IpReason::SameHost, IpReason::NextAvailable};
static_assert(k_subnet_rules.size() == k_subnet_reason_texts.size() &&
                  k_subnet_rules_kept_first.size() == k_subnet_rules.size() &&
                  k_ip_rules.size() == k_ip_reason_texts.size(),
              "every reason is a rule, and stands in the order of rules");

constexpr std::uint32_t k_no_rule = UINT32_MAX;

// An address that somebody has in a network, whatever is planned: a source NIC of the project that lives there, or
// what the cloud reports in use (but by the project's own copies). The same address may be given more than once.
struct Occupant {
  Ip ip;
  std::string_view owner;  // for messages: "vm.db1.nic.eth0", "in use"
  bool stranger = true;    // false: one of the project's own
  // Nobody has it yet: the service has recorded it as the landing of a stranger. What is kept stays nevertheless.
  bool promised = false;
};

struct LandingNetwork {
  std::string_view name;  // for messages: "network.dr"
  std::vector<Subnet> subnets;
  std::vector<Occupant> occupied;  // of interest only where somebody lands
  // Subnets that the cloud says are given over to a service, and to which; names in lower case, by bytes.
  std::vector<std::pair<std::string, std::string>> delegated{};
};

// What a mapping says of landings, in the direction of one half (the caller turns `subnets` round for the way home).
struct MappingRule {
  std::string_view name;                                     // for messages: "mapping.app"
  std::vector<std::pair<std::string, std::string>> subnets;  // source subnet -> target subnet
  bool same_host = false;
};

struct ConfigurationRequest {
  std::string_view name = "primary";
  std::optional<Ip> source;  // none: dynamic
  std::optional<Ip> override_ip;
  bool override_dynamic = false;  // target_ip = "dhcp": no address, whatever the source has
  std::optional<Ip> kept;         // recorded or found: from the same source address, into `kept_subnet` of this network
  bool kept_dynamic = false;      // found in `kept_subnet` without an address; counts with keep_first
};

// One NIC. Views live as long as the caller's texts. Empty subnet: none.
struct LandingRequest {
  std::string_view address;          // for messages: "vm.web1.nic.eth0"
  std::uint32_t source_network = 0;  // index into PlacementInput::networks
  std::uint32_t target_network = 0;
  std::uint32_t rule = k_no_rule;  // index into PlacementInput::rules; k_no_rule: X is not the pair's own target
  std::string_view source_subnet;
  std::string_view override_subnet;
  std::string_view kept_subnet;
  bool fixed = false;       // not to be placed (held, or unknown): it is where it was kept, and occupies that
  bool keep_first = false;  // existing = true: what is kept gives way to an override alone
  bool for_test = false;    // of a test failover: messages name test_subnet
  std::vector<ConfigurationRequest> configurations;  // primary, then secondaries by name
};

struct PlacementInput {
  std::span<const LandingNetwork> networks;
  std::span<const MappingRule> rules;
  std::span<const LandingRequest> requests;  // in address order
  bool strict_subnets = false;
  bool strict_addresses = false;
};

struct PlacedAddress {
  std::optional<Ip> ip;  // none: dynamic, or there was a problem
  IpReason reason = IpReason::Dynamic;
};

struct PlacedNic {
  std::string_view subnet;  // as the target network spells it; empty: there was a problem
  SubnetReason reason = SubnetReason::First;
  std::vector<PlacedAddress> addresses;  // by configuration of the request
};

struct ConfigurationPlace {
  std::uint32_t request = 0;
  std::uint32_t configuration = 0;  // of that request
};

// What a user is to be told: an error of section 5, or the warning that a kept address was lost (AddressLost).
struct PlacementProblem {
  std::uint32_t request = 0;
  std::optional<std::uint32_t> configuration;  // none: about the subnet
  Diagnostic diagnostic;                       // code, severity, texts and address (the NIC's); the caller adds spans
  std::optional<ConfigurationPlace> other{};  // of this plan, that has what this one wants; none: nobody, or a stranger
  std::string lost_to{};                      // of AddressLost: the address and who has it, "10.2.1.10 (in use)"
};

struct Placement {
  std::vector<PlacedNic> nics;             // by request
  std::vector<PlacementProblem> problems;  // by request and configuration
};

Placement place(const PlacementInput& input);

}  // namespace pairform
