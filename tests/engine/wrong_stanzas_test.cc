// What stanzas with errors may say, for commands that go on without them.
#include "engine/read/wrong_stanzas.h"

#include <gtest/gtest.h>

#include "schema/base_types.h"
#include "tests/engine/resolve_support.h"

namespace pairform {
namespace {

struct WrongCase {
  const char* name;
  const char* files;  // behind k_networks
  // Which of network.app, network.lab (both in eastasia) and network.dr (in southeastasia) a wrong mapping may map; and
  // whether a network may be declared that has no row.
  const char* expected;
};

std::string found_text(const WrongCase& item) {
  const Resolved resolved = resolve_text(k_networks + item.files);
  const WrongStanzas wrong = find_wrong_stanzas(resolved.config, base_type_table(), resolved.desired);
  std::string out;
  for (const auto& [key, region] : {std::pair("app", "eastasia"), {"lab", "eastasia"}, {"dr", "southeastasia"}})
    if (wrong.may_map(resolved.config.texts.find(std::string("network.") + key), resolved.config.texts.find(region)))
      out += std::string(out.empty() ? "" : " ") + key;
  return out + (wrong.networks ? (out.empty() ? "networks" : " networks") : "");
}

TEST(WrongStanzas, MaySayWhatTheyCouldMean) {
  const WrongCase cases[] = {
      {"nothing is wrong", "[mapping.m]\nsource = \"network.app\"\ntarget = \"network.dr\"\n", ""},
      {"a misspelt target: its source, or any network elsewhere",
       "[mapping.m]\nsource = \"network.app\"\ntarget = \"network.drr\"\n", "app dr"},
      {"a misspelt source", "[mapping.m]\nsource = \"network.ap\"\ntarget = \"network.dr\"\n", "app lab dr"},
      {"both ends misspelt", "[mapping.m]\nsource = \"network.ap\"\ntarget = \"network.drr\"\n", "app lab dr"},
      {"no target", "[mapping.m]\nsource = \"network.app\"\n", "app dr"},
      {"another error in it", "[mapping.m]\nsource = \"network.app\"\ntarget = \"network.dr\"\nmiror = false\n",
       "app dr"},
      {"two pairs on one slot",
       "[mapping.m]\nsource = \"network.app\"\ntarget = \"network.dr\"\n"
       "[mapping.n]\nsource = \"network.lab\"\ntarget = \"network.dr\"\n",
       "lab dr"},
      {"an end of which the stanza is wrong",
       "[network.x]\nregion = \"southeastasia\"\nexistin = true\n"
       "[mapping.m]\nsource = \"network.app\"\ntarget = \"network.x\"\n",
       "app networks"},
      {"a table that is misspelt", "[mappping.m]\nsource = \"network.app\"\ntarget = \"network.dr\"\n", "app lab dr"},
      {"a network's", "[netwrok.x]\nregion = \"eastasia\"\n", "networks"},
  };
  for (const WrongCase& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(found_text(item), item.expected);
  }
}

}  // namespace
}  // namespace pairform
