// Addresses, interned texts, suggestions, the order of diagnostics, and the type table against its column constants.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/diagnostic.h"
#include "schema/json_text.h"
#include "schema/string_pool.h"

namespace pairform {
namespace {

TEST(Address, OrdersByPartsThenBytes) {
  std::vector<std::string> addresses{"vm.a-b", "network.b", "vm.a.nic.x",          "mapping.a.reverse",
                                     "vm.a",   "network.B", "mapping.a-1.forward", "mapping.a.forward"};
  std::sort(addresses.begin(), addresses.end(), address_less);
  EXPECT_EQ(addresses, (std::vector<std::string>{"mapping.a.forward", "mapping.a.reverse", "mapping.a-1.forward",
                                                 "network.B", "network.b", "vm.a", "vm.a.nic.x", "vm.a-b"}));
  EXPECT_EQ(compare_addresses("vm.a", "vm.a"), 0);
}

TEST(Address, HasParts) {
  const auto nic = parse_address("vm.web1.nic.eth0");
  ASSERT_TRUE(nic);
  EXPECT_EQ(nic->type, "vm");
  EXPECT_EQ(nic->key, "web1");
  EXPECT_EQ(nic->nic, "eth0");
  EXPECT_EQ(parse_address("mapping.app.reverse")->half, "reverse");
  EXPECT_EQ(parse_address("mapping.app")->half, "");
  for (const char* bad : {"", "network", "network.", "network.a.b", "mapping.a.b", "mapping.a.", "vm.a.nic",
                          "vm.a.nic.", "vm.a.x.y", "network.a b", "state.a", "network.é"})
    EXPECT_FALSE(parse_address(bad)) << bad;
  EXPECT_EQ(pair_of("mapping.app.forward"), "mapping.app");
  EXPECT_EQ(pair_of("network.app"), "network.app");
  EXPECT_EQ(type_of("network.app"), "network");
}

TEST(StringPool, GivesEqualTextsOneIdAndKeepsThem) {
  StringPool pool;
  std::vector<Text> ids;
  for (int i = 0; i < 5000; ++i) ids.push_back(pool.intern("text " + std::to_string(i)));
  const std::string large(100'000, 'x');
  const Text big = pool.intern(large), empty = pool.intern("");
  EXPECT_EQ(pool.size(), 5002U);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = "text " + std::to_string(i);
    const Text id = ids[static_cast<std::size_t>(i)];
    ASSERT_EQ(pool.intern(text), id);
    ASSERT_EQ(pool.find(text), id);
    ASSERT_EQ(pool.view(id), text);
  }
  EXPECT_EQ(pool.view(big), large);
  EXPECT_EQ(pool.find(""), empty);
  EXPECT_FALSE(pool.find("nowhere"));
  EXPECT_EQ(pool.view(Text()), "");
  EXPECT_EQ(pool.size(), 5002U);
}

TEST(Diagnostic, SuggestsOnlyWhatIsNear) {
  const std::vector<std::string_view> names{"region", "name", "address_space", "subnets"};
  EXPECT_EQ(nearest("regoin", names), "region");
  EXPECT_EQ(nearest("adress_spaces", names), "address_space");
  EXPECT_EQ(nearest("nam", names), "name");
  EXPECT_EQ(nearest("colour", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest("x", {"b", "a"}), "a");
  EXPECT_EQ(nearest(std::string(10'000, 'x'), names), "");
}

TEST(Diagnostic, SortsByPlaceAndTellsEqualOnesOnce) {
  const auto at = [](std::uint32_t file, std::uint32_t line) {
    return error(Code::BadName, {FileId(file), line, 1}, 1, "at " + std::to_string(line), "", "");
  };
  Diagnostics diagnostics;
  diagnostics.add({Code::Usage, Severity::Error, "nowhere", {}, {}, {}, {}});
  diagnostics.add(at(1, 1));
  diagnostics.add(at(0, 9));
  diagnostics.add(at(0, 2));
  diagnostics.add(at(0, 9));
  EXPECT_EQ(diagnostics.errors(), 5U);
  diagnostics.sort();
  std::string order;
  for (const Diagnostic& item : diagnostics.items()) order += item.summary + ", ";
  EXPECT_EQ(order, "at 2, at 9, at 1, nowhere, ");
  EXPECT_EQ(diagnostics.errors(), 4U);
}

TEST(DiagnosticCode, IsUniqueAndHasATitle) {
  std::set<std::string> seen;
  for (const CodeInfo& info : all_codes()) {
    EXPECT_TRUE(seen.insert(code_text(info.code)).second) << code_text(info.code);
    EXPECT_EQ(code_text(info.code).size(), 6U);
    EXPECT_NE(code_title(info.code), "");
  }
  EXPECT_EQ(code_text(Code::SyntaxError), "PF1001");
}

TEST(JsonText, CanAlwaysBeReadAgain) {
  EXPECT_EQ(json_string("a\"\\\n\x01é\xFF"), "\"a\\\"\\\\\\n\\u0001é\xEF\xBF\xBD\"");
  EXPECT_TRUE(is_utf8("é東\xF0\x9F\x99\x82"));
  for (const char* bad : {"\xFF", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80"})
    EXPECT_FALSE(is_utf8(bad));
}

// Names of a type's columns, with blanks between.
std::string columns(const ResourceType& type) {
  std::string names;
  for (std::size_t c = 0; c < type.columns.size(); ++c) names += type.column(c).name + ' ';
  return names;
}

TEST(TypeTable, AgreesWithTheColumnConstants) {
  const TypeTable types = base_type_table();
  const ResourceType &network = types[k_network_type], &mapping = types[k_mapping_type];
  EXPECT_EQ(types.find_type("network"), k_network_type);
  EXPECT_EQ(types.find_type("mapping"), k_mapping_type);
  EXPECT_EQ(types.find_type("nic"), k_nic_type);
  EXPECT_EQ(types.find_type("vm"), k_vm_type);
  EXPECT_FALSE(types.find_type("half"));
  EXPECT_EQ(columns(network), "region name address_space subnets existing resource_group subscription ");
  EXPECT_EQ(network.columns.size(), network_column::count);
  EXPECT_EQ(network.find_column("existing"), network_column::existing);
  EXPECT_EQ(network.find_column("subscription"), network_column::subscription);
  EXPECT_FALSE(network.find_column("protect"));
  EXPECT_EQ(columns(mapping), "name source target subnets addresses ");
  EXPECT_EQ(mapping.columns.size(), half_column::count);
  EXPECT_EQ(mapping.find_column("target"), half_column::target);
  EXPECT_EQ(mapping.find_column("addresses"), half_column::addresses);
}

TEST(TypeTable, AgreesWithTheConstantsOfVmsAndNics) {
  const TypeTable types = base_type_table();
  const ResourceType &vm = types[k_vm_type], &nic = types[k_nic_type];
  EXPECT_EQ(columns(vm),
            "region name network target_region target_network existing resource_group subscription test_network ");
  EXPECT_EQ(vm.columns.size(), vm_column::count);
  EXPECT_EQ(vm.find_column("target_network"), vm_column::target_network);
  EXPECT_EQ(vm.find_stanza("protect"), vm_attribute::protect);
  EXPECT_EQ(vm.attributes.size(), vm_attribute::count);
  EXPECT_EQ(columns(nic), "subnet ip secondary target_subnet target_ip target_secondary test_subnet test_ip ");
  EXPECT_EQ(nic.columns.size(), nic_column::count);
  EXPECT_EQ(nic.find_column("target_ip"), nic_column::target_ip);
  EXPECT_EQ(nic.find_stanza("protect"), nic_attribute::protect);
  EXPECT_EQ(nic.attributes.size(), nic_attribute::count);
  // What a stanza gives stands in the order of columns; but target_ip may be "dhcp" there, and is an address in a row.
  for (const ResourceType* type : {&vm, &nic})
    for (std::size_t c = 0; c < type->columns.size(); ++c)
      EXPECT_EQ(type->columns[c], type == &nic && c == nic_column::target_ip ? nic_attribute::landed_ip : c);
}

TEST(TypeTable, AgreesWithTheAttributeConstantsOfStanzas) {
  const TypeTable types = base_type_table();
  const ResourceType &network = types[k_network_type], &mapping = types[k_mapping_type];
  for (std::size_t c = 0; c < network_column::count; ++c) EXPECT_EQ(network.columns[c], c);
  EXPECT_EQ(network.find_stanza("protect"), network_column::count);
  EXPECT_EQ(mapping.attributes.size(), mapping_attribute::count);
  EXPECT_EQ(mapping.find_stanza("name"), mapping_attribute::name);
  EXPECT_EQ(mapping.find_stanza("source"), mapping_attribute::source);
  EXPECT_EQ(mapping.find_stanza("target"), mapping_attribute::target);
  EXPECT_EQ(mapping.find_stanza("reverse_name"), mapping_attribute::reverse_name);
  EXPECT_EQ(mapping.find_stanza("mirror"), mapping_attribute::mirror);
  EXPECT_EQ(mapping.find_stanza("subnets"), mapping_attribute::subnets);
  EXPECT_EQ(mapping.find_stanza("addresses"), mapping_attribute::addresses);
  EXPECT_EQ(mapping.find_stanza("protect"), mapping_attribute::protect);
}

}  // namespace
}  // namespace pairform
