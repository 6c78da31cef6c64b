#include "engine/read/nic_checks.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/base_types.h"
#include "schema/ip.h"
#include "schema/value_reader.h"

namespace pairform {

NicChecks::Found NicChecks::find(std::span<const Declaration* const> chain, std::size_t attribute) const {
  for (const Declaration* from : chain) {
    if (const DeclaredValue* value = book_.own_value(*from, attribute)) return {value, from};
    if ((from->wrong >> attribute & 1U) != 0) break;
  }
  return {};
}

void NicChecks::check_all_of(const Declaration& nics, const Vm& vm) {
  const Declaration* const chain[] = {&nics};
  subnet_of(nics, find(chain, nic_column::target_subnet), vm.target_network, "lands in");
  subnet_of(nics, find(chain, nic_column::test_subnet), vm.test_network, "is tested in");
}

// Null: not known without the cloud, or reported.
const Subnet* NicChecks::subnet_of(const Declaration& nic, const Found& given, const DeclaredNetwork* network,
                                   std::string_view verb) {
  if (given.value == nullptr || network == nullptr || !book_.knows_subnets(*network)) return nullptr;
  const std::string_view name = book_.texts.view(given.value->value);
  if (!is_cloud_name(name, 1, k_subnet_name_most)) return nullptr;  // reported when it was read
  const Subnet* subnet = book_.find_subnet(*network, name);
  if (subnet == nullptr)
    book_.no_subnet(*network, name, nic, *given.value,
                    fmt::format("{} of {} names it, and the vm {} {}",
                                book_.types[k_nic_type].attributes[given.value->attribute].name, book_.address_of(nic),
                                verb, book_.texts.view(network->address)),
                    {given.value->at, given.value->length, {}});
  return subnet;
}

void NicChecks::check(DeclarationId n, std::span<const Declaration* const> chain, const Vm& vm) {
  const Declaration& nic = book_.item(n);
  const std::size_t group = vm.network == nullptr ? book_.networks().size() + vm.declaration.index()
                                                  : book_.networks().id_of(*vm.network).index();
  const Subnet* subnet = subnet_of(nic, find(chain, nic_column::subnet), vm.network, "lives on");
  const Subnet* target = subnet_of(nic, find(chain, nic_column::target_subnet), vm.target_network, "lands in");
  const Subnet* test = subnet_of(nic, find(chain, nic_column::test_subnet), vm.test_network, "is tested in");
  const auto each = [&](std::size_t attribute, const auto& use) {
    const DeclaredValue* value = book_.own_value(nic, attribute);
    if (value == nullptr) return;
    const std::string_view text = book_.texts.view(value->value);
    if (!text.starts_with('{')) return text == k_dynamic ? void() : use(*value, text, std::string());
    for (const auto& [name, ip] : book_.parsed.items(book_.texts, value->value)) use(*value, ip, name);
  };
  for (const std::size_t attribute : {nic_column::ip, nic_column::secondary})
    each(attribute, [&](const DeclaredValue& value, std::string_view ip, const std::string& name) {
      if (subnet != nullptr) check_usable(nic, value, ip, *vm.network, *subnet);
      if (vm.once)
        sources_.push_back({static_cast<std::uint32_t>(group), n, parse_ip(ip)->low, &value,
                            name.empty() ? Text() : book_.texts.intern(name)});
    });
  for (const std::size_t attribute : {nic_column::target_ip, nic_column::target_secondary})
    each(attribute, [&](const DeclaredValue& value, std::string_view ip, const std::string&) {
      if (target != nullptr) check_usable(nic, value, ip, *vm.target_network, *target);
    });
  each(nic_column::test_ip, [&](const DeclaredValue& value, std::string_view ip, const std::string&) {
    if (test != nullptr) check_usable(nic, value, ip, *vm.test_network, *test);
  });
}

void NicChecks::check_usable(const Declaration& nic, const DeclaredValue& value, std::string_view text,
                             const DeclaredNetwork& network, const Subnet& subnet) {
  const auto ip = parse_ip(text);
  const Prefix& prefix = subnet.prefixes.front();  // a managed network's subnet has one
  const bool inside = contains(prefix, *ip);
  if (inside && !is_reserved(prefix, *ip)) return;
  const Declaration& stanza = book_.item(network.declaration);
  const DeclaredValue& subnets = *book_.value(stanza, network_column::subnets);
  const std::string where = fmt::format("subnet \"{}\" of {}", subnet.name, book_.texts.view(network.address));
  Ip first = first_address(prefix), last = last_address(prefix);
  first.low += 4;
  last.low -= 1;
  Diagnostic unusable =
      error(Code::AddressOutside, value.at, value.length,
            inside ? fmt::format("{} is reserved in {}", text, where) : fmt::format("{} is not in {}", text, where),
            inside ? "The platform keeps the first four addresses and the last one of every subnet."
                   : fmt::format("{} is {}.", subnet.name, to_text(prefix)),
            fmt::format("write an address from {} to {}", to_text(first), to_text(last)));
  unusable.spans.push_back({subnets.at, subnets.length, "its subnets"});
  book_.complain(std::move(unusable), nic);
}

void NicChecks::check_given_twice() {
  std::stable_sort(sources_.begin(), sources_.end(), [](const SourceAddress& a, const SourceAddress& b) {
    return std::tie(a.group, a.ip, a.value->at) < std::tie(b.group, b.ip, b.value->at);
  });
  const auto who = [&](const SourceAddress& source) {
    std::string out = book_.address_of(source.nic);
    if (source.configuration) out += fmt::format(" ({})", book_.texts.view(source.configuration));
    return out;
  };
  for (std::size_t first = 0, i = 1; i < sources_.size(); ++i) {
    const SourceAddress &one = sources_[first], &two = sources_[i];
    if (one.group != two.group || one.ip != two.ip) {
      first = i;
      continue;
    }
    const std::string ip = to_text(Ip{false, 0, two.ip});
    Diagnostic twice =
        error(Code::AddressGivenTwice, two.value->at, two.value->length,
              fmt::format("{} is given to {} and to {}", ip, who(one), who(two)),
              one.group < book_.networks().size()
                  ? fmt::format("Both live on {}, where an address belongs to one of them.",
                                book_.texts.view(book_.networks()[StanzaBook::NetworkId(one.group)].address))
                  : "Both are of one machine, and an address belongs to one of them.",
              "correct the one that is wrong: the cloud shows which");
    if (one.value != two.value) twice.spans.push_back({one.value->at, one.value->length, "the other one"});
    book_.complain(std::move(twice), book_.item(two.nic));
  }
}

}  // namespace pairform
