// .pairform/schema.json: made by init, kept up to date by validate, plan and apply, made by no other.
#include <gtest/gtest.h>

#include "tests/support/program.h"

namespace pairform {
namespace {

constexpr const char* k_file = ".pairform/schema.json";
constexpr std::string_view k_network = "[network.app]\nexisting = true\nregion = \"eastasia\"\n";

class SchemaFile : public testing::Test {
 protected:
  SchemaFile() {
    pairform_.done({"init"});
    pairform_.append("pairform.toml", k_network);
    EXPECT_FALSE(knows("network.app"));
  }
  bool knows(std::string_view address) const {
    return pairform_.read(k_file).find('"' + std::string(address) + '"') != std::string::npos;
  }
  Program pairform_;
};

TEST_F(SchemaFile, IsMadeForTheFirstLineOfAProject) {
  EXPECT_TRUE(pairform_.read("pairform.toml").starts_with("#:schema .pairform/schema.json\n"));
  EXPECT_NE(pairform_.read(k_file), "");
}

TEST_F(SchemaFile, FollowsTheFilesWithValidate) {
  pairform_.done({"validate"});
  EXPECT_TRUE(knows("network.app"));
  EXPECT_EQ(pairform_.read(k_file), pairform_.done({"schema", "--project"}));
}

TEST_F(SchemaFile, FollowsTheFilesWithPlanAndApply) {
  pairform_.run({"plan"});
  EXPECT_TRUE(knows("network.app"));
  pairform_.done({"sim", "put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.a=10.0.0.0/24"});
  pairform_.append("pairform.toml",
                   "[network.db]\nregion = \"eastasia\"\naddress_space = [\"10.1.0.0/16\"]\n"
                   "subnets = { web = \"10.1.1.0/24\" }\n");
  pairform_.done({"apply", "--auto-approve"});
  EXPECT_TRUE(knows("network.db"));
}

TEST_F(SchemaFile, FollowsAlsoFilesThatAreWrong) {
  pairform_.append("pairform.toml", "[mapping.m]\nsource = \"network.app\"\ntarget = \"network.nowhere\"\n");
  EXPECT_EQ(pairform_.run({"validate"}).exit_code, 1);
  EXPECT_TRUE(knows("network.app") && knows("mapping.m"));
}

// What stands in a file with a syntax error is still there, and references to it are right.
TEST_F(SchemaFile, StaysWhereAFileCannotBeRead) {
  pairform_.done({"validate"});
  pairform_.append("pairform.toml", "[network.db\n");
  EXPECT_EQ(pairform_.run({"validate"}).exit_code, 1);
  EXPECT_TRUE(knows("network.app"));
  const Ran asked = pairform_.run({"schema", "--project"});
  EXPECT_EQ(asked.exit_code, 1);
  EXPECT_EQ(asked.out, "");
  EXPECT_NE(asked.err.find("PF1001"), std::string::npos) << asked.err;
}

TEST_F(SchemaFile, IsNotMadeAgainNorWrittenThroughALink) {
  pairform_.remove(k_file);
  pairform_.done({"validate"});
  EXPECT_FALSE(std::filesystem::exists(pairform_.directory() / k_file));
  pairform_.write("elsewhere", "theirs\n");
  std::filesystem::create_symlink("../elsewhere", pairform_.directory() / k_file);
  pairform_.done({"validate"});
  EXPECT_EQ(pairform_.read("elsewhere"), "theirs\n");
}

TEST_F(SchemaFile, ThatCannotBeWrittenFailsNoCommand) {
  std::filesystem::create_directories(pairform_.directory() / ".pairform/.schema.json.new/x");
  const Ran ran = pairform_.run({"validate"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.err, "");
}

TEST(Schema, OfAnyProjectNeedsNone) {
  const Program pairform;
  const Ran ran = pairform.run({"schema"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_TRUE(ran.out.starts_with(R"({"$schema":"http://json-schema.org/draft-07/schema#")")) << ran.out;
  EXPECT_EQ(pairform.run({"schema", "--project"}).exit_code, 1);
}

}  // namespace
}  // namespace pairform
