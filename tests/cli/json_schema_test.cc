// The schema that editors go by. Judges that know nothing of pairform look at it in tests/editor.
#include "schema/json_schema.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

#include "providers/provider_set.h"
#include "schema/settings_reader.h"

namespace pairform {
namespace {

class Schema {
 public:
  explicit Schema(const KnownAddresses* known = nullptr) : text_(json_schema(full_type_table(), known)) {
    root_ = parser_.parse(text_);
  }
  // "/definitions/vm/properties"; fails the test where there is nothing.
  simdjson::dom::element at(const std::string& path) const {
    simdjson::dom::element found;
    EXPECT_EQ(root_.at_pointer(path).get(found), simdjson::SUCCESS) << path;
    return found;
  }
  std::string json(const std::string& path) const { return simdjson::minify(at(path)); }
  bool has(const std::string& path) const { return root_.at_pointer(path).error() == simdjson::SUCCESS; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

TEST(JsonSchema, HasEveryAttributeOfTheTypeTableWithItsMeaning) {
  const Schema schema;
  const TypeTable types = full_type_table();
  for (const ResourceType& type : types.types)
    for (const AttributeType& attribute : type.attributes) {
      if (attribute.where == Where::Row) continue;
      std::string path = "/definitions/" + type.name + "/properties/";
      if (!attribute.provider.empty()) path += attribute.provider + "/properties/";
      EXPECT_EQ(std::string_view(schema.at(path + attribute.name + "/description")), attribute.doc);
    }
  for (const ResourceType& type : types.directives)
    for (const AttributeType& attribute : type.attributes)
      EXPECT_TRUE(schema.has("/properties/" + type.name + "/additionalProperties/properties/" + attribute.name));
  EXPECT_TRUE(schema.has("/properties/provider/properties/azure/properties/vault"));
  EXPECT_TRUE(schema.has("/properties/state/properties/path")) << "what a backend adds";
  EXPECT_TRUE(schema.has("/definitions/vm/properties/nic/additionalProperties"));
}

TEST(JsonSchema, SaysWhatDefaultsTake) {
  const Schema schema;
  EXPECT_TRUE(schema.has("/properties/defaults/properties/vm/properties/target_region"));
  EXPECT_FALSE(schema.has("/properties/defaults/properties/vm/properties/name"));
  EXPECT_TRUE(schema.has("/definitions/vm/properties/nics/properties/target_subnet"));
  EXPECT_FALSE(schema.has("/definitions/vm/properties/nics/properties/ip"));
}

TEST(JsonSchema, HasDefaultsAndChoices) {
  const Schema schema;
  EXPECT_EQ(schema.json("/properties/project/properties/edition/enum"), R"(["2018-05","2026-02"])");
  EXPECT_EQ(schema.json("/properties/project/properties/provider/enum"), R"(["azure","simulator"])");
  EXPECT_EQ(schema.json("/properties/guards/properties/max_delete_percent/default"), "30");
  EXPECT_EQ(schema.json("/properties/provider/properties/simulator/properties/latency/default"), R"("0ms")");
  EXPECT_EQ(schema.json("/definitions/mapping/properties/mirror/default"), "true");
  EXPECT_EQ(simdjson::dom::array(schema.at("/properties/guards/properties/approve/items/enum")).size(),
            guarded_steps().size());
  EXPECT_EQ(schema.json("/properties/project/required"), R"(["name"])");
}

TEST(JsonSchema, UsesNothingThatEditorsStumbleOver) {
  const Schema schema;
  for (const std::string_view word : {"\"if\"", "\"then\"", "\"else\"", "\"patternProperties\""})
    EXPECT_EQ(schema.text().find(word), std::string::npos) << word;
}

TEST(JsonSchema, OfAProjectHasItsAddresses) {
  const KnownAddresses known{{"network.app", "network.dr"}, {"mapping.m", "network.app", "network.dr", "vm.a"}};
  const Schema schema(&known);
  EXPECT_EQ(schema.json("/definitions/network_address/enum"), R"(["network.app","network.dr"])");
  EXPECT_EQ(schema.json("/definitions/address/enum"), R"(["mapping.m","network.app","network.dr","vm.a"])");
  EXPECT_EQ(schema.json("/definitions/mapping/properties/target/allOf"),
            R"([{"$ref":"#/definitions/network_address"}])");
  const KnownAddresses none;
  EXPECT_TRUE(Schema(&none).has("/definitions/network_address/pattern")) << "an enum of nothing is no schema";
}

}  // namespace
}  // namespace pairform
