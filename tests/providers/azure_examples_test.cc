// The answers that Azure's own descriptions give as examples: those of the kinds that pairform reads decode, and those of other
// instance types are left out as such.
#include <gtest/gtest.h>

#include <map>

#include "providers/azure/arm/long_running.h"
#include "providers/azure/half.h"
#include "providers/azure/item.h"
#include "providers/azure/network.h"
#include "providers/azure/plumbing.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

template <class Thing>
std::string told(const Decoded<Thing>& decoded) {
  return decoded.thing ? "ours" : decoded.wrong.empty() ? "of another kind" : "wrong: " + decoded.wrong;
}

std::string told_of(std::string_view kind, element body) {
  if (kind == "item") return told(decode_item(body));
  if (kind == "mapping") return told(decode_network_mapping(body));
  if (kind == "fabric") return told(decode_fabric(body));
  if (kind == "container") return told(decode_container(body));
  if (kind == "container mapping") return told(decode_container_mapping(body));
  if (kind == "policy") return told(decode_policy(body));
  if (kind == "network") return told(decode_network(body));
  if (kind == "interface") return told(decode_interface(body));
  return read_job(simdjson::minify(body)) ? "ours" : "wrong: no job";
}

TEST(ExamplesOfTheDescriptions, DecodeOrAreOfAnotherKind) {
  simdjson::dom::parser parser;
  element root;
  ASSERT_EQ(
      parser.load(PAIRFORM_SOURCE_DIR "/tests/providers/azure_recordings/examples-of-the-descriptions.json").get(root),
      simdjson::SUCCESS);
  std::map<std::string, int> met;
  for (const element each : simdjson::dom::array(root["answers"])) {
    const std::string_view kind = each["kind"], example = each["example"], expected = each["told"];
    EXPECT_EQ(told_of(kind, each["body"]), expected) << example;
    ++met[std::string(kind) + (expected == "ours" ? "" : ", not ours")];
  }
  // An item that says nothing but "A2A" and "Protected" is not understood. A container mapping to "Microsoft Azure" is of
  // Hyper-V or VMware.
  EXPECT_EQ(met, (std::map<std::string, int>{{"container", 2},
                                             {"container mapping, not ours", 3},
                                             {"container, not ours", 2},
                                             {"fabric, not ours", 2},
                                             {"interface", 8},
                                             {"item, not ours", 5},
                                             {"job", 8},
                                             {"mapping, not ours", 1},
                                             {"network", 16},
                                             {"policy, not ours", 1}}));
}

}  // namespace
}  // namespace pairform::azure
