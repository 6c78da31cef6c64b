// A type name means one thing: two definitions of one name in one namespace are undefined behaviour once they meet in
// one program (the one-definition rule), and no compiler sees both.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/architecture/source_files.h"

namespace pairform::architecture {
namespace {

// Where the literal that begins at `at` ends (one past its closing quote); `at` itself if none begins there.
std::size_t after_literal(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "R\"" && (at == 0 || std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0)) {
    const std::size_t open = text.find('(', at);
    const std::string close = ')' + std::string(text.substr(at + 2, open - at - 2)) + '"';
    return text.find(close, open) + close.size();
  }
  const char quote = text[at];
  const bool digits = quote == '\'' && at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0;
  if ((quote != '"' && quote != '\'') || digits) return at;  // 1'000 is a number
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
  return end + 1;
}

// Words and single signs, without comments, literals and preprocessor lines.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  bool line_start = true;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (line_start && c == '#') {
      while (at < text.size() && text[at] != '\n') at += text[at] == '\\' ? 2 : 1;
    } else if (text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), text.size());
    } else if (const std::size_t end = after_literal(text, at); end != at) {
      at = end;
    } else if (is_word(c)) {
      std::size_t last = at;
      while (last < text.size() && is_word(text[last])) ++last;
      tokens.emplace_back(text.substr(at, last - at));
      at = last;
    } else {
      if (c == '\n' || std::isspace(static_cast<unsigned char>(c)) == 0) line_start = c == '\n';
      if (std::isspace(static_cast<unsigned char>(c)) == 0) tokens.emplace_back(1, c);
      ++at;
      continue;
    }
    line_start = false;
  }
  return tokens;
}

// The name that `struct`, `class`, `enum class` … before a brace defines; empty: it is no type that begins here. Only
// keywords count that are no parameter of a template or function.
std::string type_name(const std::vector<std::string>& statement) {
  static const std::set<std::string> keywords{"struct", "class", "enum", "union"}, before_parameters{"<", ",", "("};
  std::size_t at = statement.size();
  while (at > 0 &&
         !(keywords.contains(statement[at - 1]) && (at == 1 || !before_parameters.contains(statement[at - 2]))))
    --at;
  if (at == 0 || at == statement.size()) return {};
  std::string name = statement[at];
  for (; at + 3 < statement.size() && statement[at + 1] == ":" && statement[at + 2] == ":"; at += 3)
    name += "::" + statement[at + 3];
  return name;
}

// The types that a file defines at namespace scope, with their namespaces ("pairform::simulator::Cloud"). Not those of
// an anonymous namespace: they belong to one file.
std::vector<std::string> types_defined_in(std::string_view text) {
  std::vector<std::string> scopes, found, statement;  // "" in scopes: anonymous namespace, or a brace that is none
  for (const std::string& token : tokens_of(text)) {
    if (token == "{") {
      const bool is_namespace = !statement.empty() && statement[0] == "namespace";
      std::string name;
      for (std::size_t i = 1; is_namespace && i < statement.size(); ++i) name += statement[i];
      const bool outside = std::find(scopes.begin(), scopes.end(), "") == scopes.end();
      if (const std::string type = type_name(statement); outside && !is_namespace && !type.empty()) {
        std::string full;
        for (const std::string& scope : scopes) full += scope + "::";
        found.push_back(full + type);
      }
      scopes.push_back(name);
    } else if (token == "}" && !scopes.empty()) {
      scopes.pop_back();
    }
    if (token == "{" || token == "}" || token == ";") statement.clear();
    else statement.push_back(token);
  }
  return found;
}

TEST(Architecture, TypesAreFoundWithTheirNamespaces) {
  EXPECT_EQ(types_defined_in("#define X struct Y {\n"
                             "namespace a::b {\n"
                             "struct First;  // struct Comment {\n"
                             "struct First { struct Inner {}; int n = 1'000; };\n"
                             "enum class Second : int { Class, Struct };\n"
                             "const char* text = \"struct Text {\"; const char brace = '{';\n"
                             "const char* raw = R\"(struct Raw {)\";\n"
                             "template <class T> class Third final : public Base<T> {};\n"
                             "template <class T> T function(struct Fourth* of) { struct Local {}; return {}; }\n"
                             "struct First::Second {};\n"
                             "namespace { struct Hidden {}; }\n"
                             "}\n"
                             "struct Last {};\n"),
            (std::vector<std::string>{"a::b::First", "a::b::Second", "a::b::Third", "a::b::First::Second", "Last"}));
}

TEST(Architecture, ATypeNameIsDefinedOnceInANamespace) {
  std::map<std::string, std::vector<std::string>> places;
  for (const SourceFile& file : sources({"schema", "engine", "providers", "cli"})) {
    std::string text;
    for (const std::string& line : file.lines) text += line + '\n';
    for (const std::string& type : types_defined_in(text)) places[type].push_back(file.path);
  }
  EXPECT_GT(places.size(), 200U);
  for (const auto& [type, paths] : places)
    EXPECT_EQ(paths.size(), 1U) << type << " is defined in " << testing::PrintToString(paths);
}

}  // namespace
}  // namespace pairform::architecture
