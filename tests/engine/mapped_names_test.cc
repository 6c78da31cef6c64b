// Names in a mapping's `subnets` and `reverse_subnets` that only the cloud knows, told at the entry that gives them.
#include "engine/recovery/mapped_names.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/model/names.h"
#include "engine/recovery/missing_subnet.h"
#include "schema/base_types.h"
#include "tests/engine/resolve_support.h"

namespace pairform {
namespace {

std::string joined_identity(std::string_view, std::span<const NamedView> attributes) {
  std::string out;
  for (const NamedView& attribute : attributes) out += std::string(attribute.value) + "/";
  return out;
}

struct NamesCase {
  const char* name;
  const char* mapping;   // what [mapping.app] says beside its ends
  const char* expected;  // "line:column summary, help" of each
  const char* source = R"({"db":"10.1.2.0/24","web":"10.1.1.0/24"})";
  const char* target = R"({"dr-db":"10.2.2.0/24","dr-web":"10.2.1.0/24"})";
};

std::string names_text(const NamesCase& item) {
  Resolved files = resolve_text(
      "[network.app]\nexisting = true\nregion = \"east\"\n[network.dr]\nexisting = true\nregion = \"west\"\n"
      "[mapping.app]\nsource = \"network.app\"\ntarget = \"network.dr\"\n" +
      std::string(item.mapping));
  EXPECT_EQ(files.text, "");
  StringPool& texts = files.config.texts;
  PriorState prior;
  for (const DesiredRow& row : files.desired.rows) {
    if (row.type != k_network_type) continue;
    PriorRow found{.address = row.address, .type = row.type, .identity = row.identity};
    found.first_cell = static_cast<std::uint32_t>(prior.cells.size());
    prior.cells.resize(prior.cells.size() + base_type_table()[k_network_type].columns.size());
    const char* subnets = texts.view(row.address) == "network.app" ? item.source : item.target;
    prior.cells[found.first_cell + network_column::subnets] = texts.intern(subnets);
    prior.rows.push_back(found);
  }
  const ProviderEntry provider{"simulator", "2018-05", {"2018-05"}, nullptr, joined_identity, nullptr, nullptr};
  const RecordedState nothing;
  const NetworkNames names(files.desired, nothing, IdentityMaker{provider}, texts);
  const ParsedColumns parsed;
  const DenseMap<DeclaredVmId, VmLanding> nobody;
  Diagnostics diagnostics;
  check_mapped_names({files.config, parsed, nothing, names, nobody, {}}, files.desired, prior, texts, diagnostics);
  std::string out;
  for (const Diagnostic& each : diagnostics.items()) {
    EXPECT_EQ(each.address, "mapping.app");
    out += fmt::format("{}:{} {}, {}\n", each.spans.at(0).at.line, each.spans.at(0).at.column, each.summary, each.help);
  }
  return out;
}

TEST(MappedNames, AreToldAtTheirEntries) {
  const NamesCase cases[] = {
      {"all are there", "subnets = { WEB = \"dr-web\" }\n", ""},
      {"a source subnet", "subnets = { web = \"dr-web\", dbs = \"dr-db\" }\n",
       "10:29 network.app has no subnet \"dbs\", did you mean \"db\"?\n"},
      {"a target subnet", "subnets = { web = \"dr-web\", db = \"elsewhere\" }\n",
       "10:34 network.dr has no subnet \"elsewhere\", name one of: dr-db and dr-web\n"},
      {"in a table of several lines", "[mapping.app.subnets]\nweb = \"dr-web\"\n\ndb = \"dr-bd\"\n",
       "13:6 network.dr has no subnet \"dr-bd\", did you mean \"dr-db\"?\n"},
      {"on the way home", "reverse_subnets = { dr-wbe = \"web\", dr-db = \"back\" }\n",
       "10:45 network.app has no subnet \"back\", name one of: db and web\n"
       "10:21 network.dr has no subnet \"dr-wbe\", did you mean \"dr-web\"?\n"},
      {"one name of two entries: once", "subnets = { db = \"gone\", web = \"GONE\" }\n",
       "10:18 network.dr has no subnet \"gone\", name one of: dr-db and dr-web\n"},
      {"a network without subnets", "subnets = { web = \"dr-web\" }\n",
       "10:19 network.dr has no subnet \"dr-web\", the network has no subnets: add it there\n",
       R"({"web":"10.1.1.0/24"})", "{}"},
  };
  for (const NamesCase& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(names_text(item), item.expected);
  }
}

TEST(MissingSubnet, IsSuggestedOnlyWhereThatIsNotTooMuch) {
  EXPECT_EQ(missing_subnet({"network.dr", "wbe", {"web", "db"}, true, "why"}).help, "did you mean \"web\"?");
  EXPECT_EQ(missing_subnet({"network.dr", "wbe", {}, false, "why"}).help, "name a subnet that it has");
}

}  // namespace
}  // namespace pairform
