// docs/reference.md is generated from the type table, so that it cannot say anything else than the program does.
// ACCEPT_GOLDEN=1 writes it anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "providers/provider_set.h"
#include "schema/value_words.h"
#include "tests/docs/document.h"

namespace pairform {
namespace {

std::string_view mutability_text(Mutability mutability) {
  switch (mutability) {
    case Mutability::InPlace: return "in place";
    case Mutability::Replaces: return "by a replace";
    case Mutability::CreateOnly: return "only at creation";
    case Mutability::Fact: return "never: a fact";
    case Mutability::Remembered: return "in state only";
  }
  return "";
}

std::string default_text(const AttributeType& attribute) {
  if (attribute.presence == Presence::Required) return "required";
  if (attribute.default_value.empty()) return "";
  return attribute.kind == Kind::Duration ? fmt::format("`\"{}ms\"`", attribute.default_value)
         : attribute.kind == Kind::String ? fmt::format("`\"{}\"`", attribute.default_value)
                                          : fmt::format("`{}`", attribute.default_value);
}

// What [defaults.vm] and its like take, and [vm.KEY.nics].
std::string defaults_text(const ResourceType& type) {
  std::string own, all;
  for (const AttributeType& attribute : type.attributes) {
    if (attribute.own) own += fmt::format("{}`{}`", own.empty() ? "" : " or ", attribute.name);
    if (attribute.for_all) all += fmt::format("{}`{}`", all.empty() ? "" : ", ", attribute.name);
  }
  std::string out = fmt::format(
      "`[defaults.{0}]` gives its attributes to every {0} that does not give them. It takes no {1}: those are each "
      "{0}'s "
      "own.\n\n",
      type.name, own);
  if (!type.all.empty())
    out += fmt::format("`[{}.KEY.{}]` gives to every {} of one {}, before those: {}.\n\n", type.within, type.all,
                       type.name, type.within, all);
  return out;
}

std::string section(const ResourceType& type, std::string_view header, bool changes) {
  std::string out = fmt::format("## {}\n\n{}\n\n", header, type.doc);
  if (type.attributes.empty()) return out + "It has no attributes.\n\n";
  if (type.defaults) out += defaults_text(type);
  out += changes ? "| attribute | kind | default | changed | meaning |\n| --- | --- | --- | --- | --- |\n"
                 : "| attribute | kind | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const AttributeType& attribute : type.attributes) {
    if (attribute.where == Where::Row) continue;
    const std::string kind = attribute.references.empty() ? std::string(kind_name(attribute.kind))
                                                          : fmt::format("address of a {}", attribute.references);
    const std::string table = changes && !attribute.provider.empty() ? attribute.provider + '.' : std::string();
    out += fmt::format("| `{}{}` | {} | {} |", table, attribute.name, kind, default_text(attribute));
    if (changes)
      out += fmt::format(" {} |", attribute.where == Where::Stanza ? "" : mutability_text(attribute.mutability));
    out += fmt::format(" {} |\n", attribute.doc);
  }
  return out + "\n";
}

std::string reference() {
  const TypeTable types = full_type_table();
  std::string out =
      "# Reference\n\n"
      "What the files of a project may say. Generated from the program's own table of types; a test holds the two "
      "together.\n"
      "How the tables fit together, and the checks that need more than one of them: "
      "[formats/project.md](formats/project.md).\n\n"
      "Kinds: a *region* does not count case and blanks; a *prefix* is canonical (`10.1.0.0/16`, no host bits); "
      "*subnets* are a\n"
      "table of names to prefixes; an *address* is `\"network.KEY\"`; a *duration* is a number with `ms`, `s`, `m` or "
      "`h`.\n\n";
  for (const ResourceType& type : types.types)
    out += section(type,
                   type.within.empty() ? fmt::format("[{}.KEY]", type.name)
                                       : fmt::format("[{}.KEY.{}.KEY]", type.within, type.name),
                   true);
  for (const ResourceType& type : types.directives)
    out += section(type, fmt::format("[{}.\"ADDRESS\"]", type.name), false);
  const std::string_view backend = "state.";
  for (const ResourceType& type : types.settings)
    out += section(type,
                   type.name.starts_with(backend)
                       ? fmt::format("[state], backend = \"{}\"", type.name.substr(backend.size()))
                       : fmt::format("[{}]", type.name),
                   false);
  out.pop_back();
  return out;
}

TEST(Reference, IsWhatTheTypeTableSays) {
  const std::filesystem::path page = std::filesystem::path(PAIRFORM_SOURCE_DIR) / "docs" / "reference.md";
  if (std::getenv("ACCEPT_GOLDEN") != nullptr) std::ofstream(page, std::ios::binary | std::ios::trunc) << reference();
  EXPECT_EQ(read_text(page), reference()) << "if the table is right: ACCEPT_GOLDEN=1";
}

TEST(Reference, EveryAttributeIsExplained) {
  const TypeTable types = full_type_table();
  for (const auto* tables : {&types.types, &types.directives, &types.settings})
    for (const ResourceType& type : *tables) {
      EXPECT_FALSE(type.doc.empty()) << type.name;
      for (const AttributeType& attribute : type.attributes)
        EXPECT_FALSE(attribute.doc.empty()) << type.name << '.' << attribute.name;
    }
}

}  // namespace
}  // namespace pairform
