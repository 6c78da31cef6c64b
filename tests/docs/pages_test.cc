// The documents are whole: a page a code, a row an attribute, and no link into nothing.
#include <gtest/gtest.h>

#include <cctype>
#include <regex>
#include <set>

#include "providers/provider_set.h"
#include "schema/diagnostic_code.h"
#include "schema/json_writer.h"
#include "tests/docs/document.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

const fs::path k_docs = fs::path(PAIRFORM_SOURCE_DIR) / "docs";

std::string title_of(const CodeInfo& info) { return code_text(info.code) + ": " + std::string(info.title); }

TEST(DiagnosticPages, EveryCodeHasAPageWithItsTitle) {
  for (const CodeInfo& info : all_codes()) {
    const fs::path page = k_docs / "diagnostics" / (code_text(info.code) + ".md");
    ASSERT_TRUE(fs::exists(page)) << page;
    EXPECT_EQ(read_document(page).lines.front(), "# " + title_of(info));
  }
}

TEST(DiagnosticPages, EveryPageBelongsToACode) {
  std::set<std::string> known{"README.md"};
  for (const CodeInfo& info : all_codes()) known.insert(code_text(info.code) + ".md");
  for (const auto& entry : fs::directory_iterator(k_docs / "diagnostics"))
    EXPECT_TRUE(known.contains(entry.path().filename().string())) << entry.path();
}

TEST(DiagnosticPages, AnExampleShowsTheCodeOfItsPage) {
  for (const CodeInfo& info : all_codes()) {
    const Document page = read_document(k_docs / "diagnostics" / (code_text(info.code) + ".md"));
    bool shown = page.steps.empty();
    for (const DocumentStep& step : page.steps)
      for (const std::string& line : step.expected) shown |= line.find(code_text(info.code)) != std::string::npos;
    EXPECT_TRUE(shown) << code_text(info.code) << " is shown by none of the commands on its page";
  }
}

TEST(DiagnosticPages, TheIndexListsEveryCode) {
  const std::string index = read_text(k_docs / "diagnostics" / "README.md");
  for (const CodeInfo& info : all_codes()) {
    const std::string line = "- [" + title_of(info) + "](" + code_text(info.code) + ".md)\n";
    EXPECT_NE(index.find(line), std::string::npos) << line;
  }
}

std::string_view kind_text(const AttributeType& attribute) {
  switch (attribute.kind) {
    case Kind::String:
    case Kind::Region: return "string";
    case Kind::Reference: return "address";
    case Kind::Boolean: return "boolean";
    case Kind::Integer: return "integer";
    case Kind::Number: return "number";
    case Kind::Duration: return "duration";
    case Kind::PrefixList: return "prefixes";
    case Kind::SubnetMap: return "prefixes by name";
    case Kind::TextList: return "strings";
    case Kind::Ip: return "IPv4 address";
    case Kind::SourceIp: return "IPv4 address or `\"dhcp\"`";
    case Kind::IpMap: return "IPv4 addresses by name";
    case Kind::TextMap: return "strings by name";
  }
  return "";
}

std::string default_text(const AttributeType& attribute) {
  if (attribute.presence == Presence::Required) return "required";
  if (attribute.default_value.empty()) return "";
  std::string value;
  JsonWriter json(value);
  write_value(json, attribute.kind, attribute.default_value);
  if (attribute.kind == Kind::Duration) value = '"' + attribute.default_value + "ms\"";
  return '`' + value + '`';
}

TEST(ProjectFormat, HasARowForEveryAttribute) {
  const std::string page = read_text(k_docs / "formats" / "project.md");
  const TypeTable table = full_type_table();
  std::vector<ResourceType> types = table.settings;
  types.insert(types.end(), table.types.begin(), table.types.end());
  types.insert(types.end(), table.directives.begin(), table.directives.end());
  for (const ResourceType& type : types) {
    const std::size_t section = page.find("\n## " + type.name + "\n");
    ASSERT_NE(section, std::string::npos) << type.name;
    const std::string_view rows = std::string_view(page).substr(section, page.find("\n## ", section + 1) - section);
    for (const AttributeType& attribute : type.attributes) {
      if (attribute.where == Where::Row) continue;
      const std::string row = "\n| `" + attribute.name + "` | " + std::string(kind_text(attribute)) + " | " +
                              default_text(attribute) + " | ";
      EXPECT_NE(rows.find(row), std::string_view::npos) << type.name << ':' << row;
    }
  }
}

// Names of variables stand in the sources as whole strings: "AZURE_TENANT_ID". What libcurl reads by itself does not.
TEST(Environment, HasARowForEveryVariableThatIsRead) {
  const std::string page = read_text(k_docs / "commands.md");
  const std::regex variable(R"re("([A-Z]+(_[A-Z]+)+)")re");
  std::set<std::string> found;
  for (const char* room : {"schema", "engine", "providers", "cli"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(PAIRFORM_SOURCE_DIR) / room)) {
      if (!entry.is_regular_file()) continue;
      const std::string text = read_text(entry.path());
      for (std::sregex_iterator at(text.begin(), text.end(), variable), end; at != end; ++at) found.insert((*at)[1]);
    }
  EXPECT_GT(found.size(), 10U);
  for (const std::string& name : found) EXPECT_NE(page.find('`' + name + '`'), std::string::npos) << name;
}

// A heading as the fragment that links to it: lower case, blanks as '-', other punctuation dropped.
std::string fragment_of(std::string_view heading) {
  std::string out;
  for (const char c : heading.substr(heading.find_first_not_of("# "))) {
    if (c == ' ') out += '-';
    else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_')
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

bool has_heading(const Document& document, std::string_view fragment) {
  for (const std::string& line : document.lines)
    if (line.starts_with('#') && fragment_of(line) == fragment) return true;
  return false;
}

// What the links of a line point to.
std::vector<std::string> links_of(std::string_view line) {
  std::vector<std::string> links;
  for (std::size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 2))
    links.emplace_back(line.substr(at + 2, line.find(')', at) - at - 2));
  return links;
}

TEST(Documents, LinkToWhatExists) {
  std::size_t count = 0;
  for (const fs::path& path : all_documents()) {
    bool in_block = false;
    for (const std::string& line : read_document(path).lines) {
      if (line.starts_with("```")) in_block = !in_block;
      if (in_block) continue;
      for (const std::string& link : links_of(line)) {
        if (link.find("://") != std::string::npos) continue;
        ++count;
        const std::size_t hash = link.find('#');
        const fs::path target = hash == 0 ? path : path.parent_path() / link.substr(0, hash);
        EXPECT_TRUE(fs::exists(target)) << path << " links to " << link;
        if (hash != std::string::npos && fs::exists(target)) {
          EXPECT_TRUE(has_heading(read_document(target), link.substr(hash + 1))) << path << " links to " << link;
        }
      }
    }
  }
  EXPECT_GT(count, all_codes().size());
}

}  // namespace
}  // namespace pairform
