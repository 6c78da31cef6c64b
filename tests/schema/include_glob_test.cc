#include "schema/include_glob.h"

#include <gtest/gtest.h>

#include "tests/schema/schema_support.h"

namespace pairform {
namespace {

// The names that the patterns match, with blanks between, then what is wrong, a line each.
std::string expand(const TestProject& project, const std::vector<std::string>& patterns) {
  std::vector<IncludePattern> includes;
  for (const std::string& pattern : patterns)
    includes.push_back({pattern, {{FileId(0U), 1, static_cast<std::uint32_t>(includes.size() + 1)}, 1}});
  Diagnostics diagnostics;
  std::string out;
  for (const IncludedFile& file : expand_includes(project.directory(), includes, diagnostics)) out += file.name + ' ';
  if (!out.empty()) out.back() = '\n';
  for (const Diagnostic& item : diagnostics.items()) {
    out += code_text(item.code) + ' ' + std::to_string(item.spans.at(0).at.column);
    if (item.spans.size() > 1) out += " and " + std::to_string(item.spans[1].at.column);
    out += ' ' + item.summary + '\n';
  }
  return out;
}

struct Case {
  const char* name;
  std::vector<std::string> patterns;
  const char* expected;
};

TEST(Include, MatchesAsItSays) {
  const TestProject project({{"pairform.toml", ""},
                             {"b.toml", ""},
                             {"a.toml", ""},
                             {"A.toml", ""},
                             {".h.toml", ""},
                             {"n/a.toml", ""},
                             {"n/b.txt", ""},
                             {"n/x/c.toml", ""},
                             {"n/x/y/d.toml", ""},
                             {"n/.git/e.toml", ""},
                             {".hidden/f.toml", ""},
                             {"n-1/g.toml", ""},
                             {"w*/h.toml", ""},
                             {"n/dir.toml/i.toml", ""}});
  const Case cases[] = {
      {"in one directory", {"n/*.toml"}, "n/a.toml\n"},
      {"sorted by bytes", {"[abA].toml"}, "A.toml a.toml b.toml\n"},
      {"patterns in any order", {"n/a.toml", "a.toml"}, "a.toml n/a.toml\n"},
      {"one character", {"?.toml"}, "A.toml a.toml b.toml\n"},
      {"any depth, none as well", {"n/**/*.toml"}, "n/a.toml n/dir.toml/i.toml n/x/c.toml n/x/y/d.toml\n"},
      {"any depth in the middle", {"**/x/**/d.toml"}, "n/x/y/d.toml\n"},
      {"any depth twice is once", {"n/**/**/d.toml"}, "n/x/y/d.toml\n"},
      {"any depth at the end", {"n/x/**"}, "n/x/c.toml n/x/y/d.toml\n"},
      {"two stars in a name are one", {"n/a**.toml"}, "n/a.toml\n"},
      {"directories by wildcard", {"n*/?.toml"}, "n-1/g.toml n/a.toml\n"},
      {"hidden only by name", {".hidden/*.toml", ".h*"}, ".h.toml .hidden/f.toml\n"},
      {"a star taken literally", {"w\\*/h.toml"}, "w*/h.toml\n"},
      {"dots and slashes that say nothing", {"./n//a.toml"}, "n/a.toml\n"},
      {"nothing",
       {"x/*.toml", "n/*.yaml"},
       "PF1004 1 include matches no file: \"x/*.toml\"\nPF1004 2 include matches no file: \"n/*.yaml\"\n"},
      {"no pattern", {"", "n/"}, "PF1004 1 include matches no file: \"\"\nPF1004 2 include matches no file: \"n/\"\n"},
      {"outside",
       {"/etc/*.conf", "../*.toml", "n/../a.toml"},
       "PF1005 1 include leaves the project: \"/etc/*.conf\"\nPF1005 2 include leaves the project: \"../*.toml\"\n"
       "PF1005 3 include leaves the project: \"n/../a.toml\"\n"},
      {"twice", {"n/*.toml", "n/**/a.toml"}, "n/a.toml\nPF1006 2 and 1 n/a.toml is included twice\n"},
      {"many twice",
       {"?.toml", "[abA].toml"},
       "A.toml a.toml b.toml\nPF1006 2 and 1 A.toml and 2 more files are included twice\n"},
      {"pairform.toml itself", {"p*.toml"}, "PF1006 1 pairform.toml is included twice\n"},
      {"not a pattern of fnmatch", {"[.toml"}, "PF1004 1 include matches no file: \"[.toml\"\n"},
  };
  for (const Case& item : cases) {
    SCOPED_TRACE(item.name);
    EXPECT_EQ(expand(project, item.patterns), item.expected);
  }
}

TEST(Include, DoesNotLeaveTheProjectThroughALink) {
  const TestProject project({{"pairform.toml", ""}, {"n/a.toml", ""}});
  project.write("../outside/x.toml", "");
  project.link("n/out.toml", "../../outside/x.toml");
  project.link("d", "../outside");
  EXPECT_EQ(expand(project, {"n/*.toml"}), "n/a.toml\nPF1005 1 include leaves the project by the link n/out.toml\n");
  EXPECT_EQ(expand(project, {"d/x.toml"}), "PF1005 1 include leaves the project by the link d\n");
  EXPECT_EQ(expand(project, {"**/x.toml"}), "PF1005 1 include leaves the project by the link d\n");
}

TEST(Include, FollowsLinksThatStayAndKnowsAFileByAnyName) {
  const TestProject project({{"pairform.toml", ""}, {"n/a.toml", ""}});
  project.link("m", "n");
  project.link("n/loop", "..");
  project.link("other.toml", "n/a.toml");
  EXPECT_EQ(expand(project, {"m/*.toml"}), "m/a.toml\n");
  EXPECT_EQ(expand(project, {"n/**/a.toml"}), "n/a.toml\n");
  EXPECT_EQ(expand(project, {"o*.toml", "n/a.toml"}), "other.toml\nPF1006 2 and 1 n/a.toml is included twice\n");
  EXPECT_EQ(expand(project, {"[mn]/a.toml"}), "m/a.toml\nPF1006 1 n/a.toml is included twice\n");
}

}  // namespace
}  // namespace pairform
