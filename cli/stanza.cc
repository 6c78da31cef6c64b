#include "cli/stanza.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "engine/model/way_home.h"
#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/json_text.h"
#include "schema/value.h"

namespace pairform {

namespace {

// The code unit of an escape "\\u200e" at the beginning of `text`; 0: there is none.
unsigned escaped_unit(std::string_view text) {
  unsigned unit = 0;
  if (!text.starts_with("\\u") || text.size() < 6) return 0;
  std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  return unit;
}

}  // namespace

// JSON's escapes are TOML's, but for DEL, and for what JSON writes as two surrogates: U+E0001 is \\U000e0001.
std::string toml_string(std::string_view text) {
  const std::string json = json_string(text);
  std::string out;
  for (std::string_view rest = json; !rest.empty();) {
    std::size_t taken = rest.front() == '\\' ? 2 : 1;
    const unsigned high = escaped_unit(rest), low = high >= 0xD800 && high < 0xDC00 ? escaped_unit(rest.substr(6)) : 0;
    if (low != 0) {
      out += fmt::format("\\U{:08x}", 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
      taken = 12;
    } else if (rest.front() == '\x7f') {
      out += "\\u007f";
    } else {
      out += rest.substr(0, taken);
    }
    rest.remove_prefix(taken);
  }
  return out;
}

std::string inline_table(const TextItems& items) {
  std::string out;
  for (const auto& [key, value] : items)
    out += fmt::format("{}{} = {}", out.empty() ? " " : ", ", is_key(key) ? key : toml_string(key), toml_string(value));
  return fmt::format("{{{} }}", out);
}

namespace {

class StanzaWriter {
 public:
  StanzaWriter(const StanzaRow& row, const StringPool& texts)
      : row_(row), texts_(texts), out_(fmt::format("[{}]\n", pair_of(row.address))) {}

  std::string_view cell(std::size_t column) const { return texts_.view(row_.cells[column]); }
  void line(std::string_view attribute, std::string_view value) { out_ += fmt::format("{} = {}\n", attribute, value); }
  void text(std::string_view attribute, std::size_t column) {
    if (!cell(column).empty()) line(attribute, toml_string(cell(column)));
  }
  // A name that is not the key.
  void name(std::size_t column) {
    if (cell(column) != row_.address.substr(row_.address.find('.') + 1)) text("name", column);
  }
  std::string finish() {
    if (row_.protect) line("protect", "true");
    return std::move(out_);
  }

 private:
  const StanzaRow& row_;
  const StringPool& texts_;
  std::string out_;
};

// Can a managed stanza say it? It has one IPv4 prefix a subnet.
bool is_plain(const std::vector<Subnet>& subnets) {
  return std::all_of(subnets.begin(), subnets.end(), [](const Subnet& subnet) {
    return subnet.prefixes.size() == 1 && !subnet.prefixes.front().base.v6;
  });
}

}  // namespace

std::string network_stanza(const StanzaRow& network, const ParsedColumns& parsed, const StringPool& texts) {
  StanzaWriter out(network, texts);
  out.text("region", network_column::region);
  out.name(network_column::name);
  out.text("resource_group", network_column::resource_group);
  out.text("subscription", network_column::subscription);
  const std::vector<Subnet>& subnets = parsed.subnets(texts, network.cells[network_column::subnets]);
  const std::vector<Prefix>& spaces = parsed.prefixes(texts, network.cells[network_column::address_space]);
  const bool v6 = std::any_of(spaces.begin(), spaces.end(), [](const Prefix& prefix) { return prefix.base.v6; });
  if (out.cell(network_column::existing) == "true" || v6 || !is_plain(subnets)) {
    out.line("existing", "true");
    return out.finish();
  }
  out.line("address_space", out.cell(network_column::address_space));
  TextItems items;
  items.reserve(subnets.size());
  for (const Subnet& subnet : subnets) items.emplace_back(subnet.name, to_text(subnet.prefixes.front()));
  out.line("subnets", inline_table(items));
  return out.finish();
}

namespace {

// The entries of the way home that do not follow from `subnets` backwards.
TextItems reverse_entries(TextItems home, const TextItems& subnets) {
  const TextItems followed = way_home_items(subnets);
  std::erase_if(
      home, [&](const auto& entry) { return std::find(followed.begin(), followed.end(), entry) != followed.end(); });
  return home;
}

}  // namespace

std::string pair_stanza(const StanzaRow& half, const PairExtras& extras, const ParsedColumns& parsed,
                        const StringPool& texts) {
  StanzaWriter out(half, texts);
  const bool forward = half.address.ends_with(".forward");
  out.text("source", forward ? half_column::source : half_column::target);
  out.text("target", forward ? half_column::target : half_column::source);
  if (extras.one_way)
    out.line("mirror", "false  # only this half is recorded: without this line a plan makes the way back");
  if (forward && !out.cell(half_column::subnets).empty())
    out.line("subnets", inline_table(parsed.items(texts, half.cells[half_column::subnets])));
  const TextItems forth = forward ? parsed.items(texts, half.cells[half_column::subnets]) : TextItems();
  if (const TextItems back = reverse_entries(parsed.items(texts, extras.home), forth); !back.empty())
    out.line("reverse_subnets", inline_table(back));
  out.text("addresses", half_column::addresses);
  if (extras.test_network) out.line("test_network", toml_string(texts.view(extras.test_network)));
  if (extras.reverse_test_network)
    out.line("reverse_test_network", toml_string(texts.view(extras.reverse_test_network)));
  return out.finish();
}

std::string vm_stanza(const StanzaRow& vm, bool fixed, const StringPool& texts) {
  StanzaWriter out(vm, texts);
  out.text("region", vm_column::region);
  out.name(vm_column::name);
  out.text("resource_group", vm_column::resource_group);
  out.text("subscription", vm_column::subscription);
  out.text("network", vm_column::network);
  out.text("target_region", vm_column::target_region);
  if (fixed) out.text("target_network", vm_column::target_network);
  out.text("test_network", vm_column::test_network);
  if (out.cell(vm_column::existing) == "true") out.line("existing", "true");
  return out.finish();
}

std::string nic_stanza(const StanzaRow& nic, const StringPool& texts) {
  const std::string_view own = texts.view(nic.cells[nic_column::ip]),
                         lands = texts.view(nic.cells[nic_column::target_ip]);
  const bool dynamic = own == "dhcp";
  if (own.empty() || dynamic == lands.empty()) return {};
  return fmt::format("[{}]\ntarget_ip = {}\n", nic.address, toml_string(dynamic ? lands : "dhcp"));
}

std::string landing_stanza(const StanzaRow& nic, const ParsedColumns& parsed, const StringPool& texts) {
  StanzaWriter out(nic, texts);
  if (out.cell(nic_column::target_subnet).empty()) return {};
  const std::string_view lands = out.cell(nic_column::target_ip);
  out.text("target_subnet", nic_column::target_subnet);
  out.line("target_ip", toml_string(lands.empty() ? "dhcp" : lands));
  if (const TextItems& further = parsed.items(texts, nic.cells[nic_column::target_secondary]); !further.empty())
    out.line("target_secondary", inline_table(further));
  out.text("test_subnet", nic_column::test_subnet);
  out.text("test_ip", nic_column::test_ip);
  return out.finish();
}

}  // namespace pairform
