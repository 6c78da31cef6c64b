#include "schema/diagnostic_text.h"

#include <gtest/gtest.h>

#include "schema/json_writer.h"
#include "schema/terminal_text.h"
#include "tests/schema/schema_support.h"

namespace pairform {
namespace {

struct LineCase {
  const char* name;
  std::string line;
  std::uint32_t column;
  std::uint32_t length;
  std::string quoted;
  std::string carets;
};

TEST(DiagnosticText, PutsTheCaretUnderTheRightCharacters) {
  const std::string x50(50, 'x');
  const LineCase cases[] = {
      {"plain", "a = 1", 5, 1, "a = 1", "    ^"},
      {"several", "name = \"app\" # x", 8, 5, "name = \"app\" # x", "       ^^^^^"},
      {"tabs stay tabs", "\ta\t= 1", 5, 1, "\ta\t= 1", "\t \t ^"},
      {"code points", "é東 = 1", 6, 1, "é東 = 1", "     ^"},
      {"a control character", "a\x1b = 1", 6, 1, "a\\x1b = 1", "        ^"},
      {"bidi under the caret", "a = \xE2\x80\xAE", 5, 1, "a = \\u{202e}", "    ^^^^^^^^"},
      {"no UTF-8", "a = \xFF\xFE", 6, 1, "a = \\xff\\xfe", "        ^^^^"},
      {"behind the last character", "a =", 4, 1, "a =", "   ^"},
      {"far behind it", "a =", 90, 9, "a =", "   ^"},
      {"longer than the line", "a = 1", 3, 99, "a = 1", "  ^^^"},
      {"a carriage return", "a = 1\r", 6, 1, "a = 1", "     ^"},
      {"long, caret in front", x50 + x50 + x50, 3, 2, x50 + x50 + x50.substr(30) + "…", "  ^^"},
      {"long, caret behind", x50 + x50 + x50 + "Y", 151, 1, "…" + x50 + x50 + x50.substr(31) + "Y",
       std::string(120, ' ') + "^"},
      {"long, caret in the middle", x50 + x50 + "Y" + x50 + x50, 101, 1,
       "…" + x50.substr(10) + "Y" + x50 + x50.substr(21) + "…", std::string(41, ' ') + "^"},
      {"longer than what is shown", "Y" + x50 + x50 + x50, 1, 151, "Y" + x50 + x50 + x50.substr(31) + "…",
       std::string(120, '^')},
  };
  for (const LineCase& item : cases) {
    SCOPED_TRACE(item.name);
    const TestProject project({{"f", "first\n" + item.line + "\nlast\n"}});
    SourceFiles sources;
    const FileId file = sources.add("f", project.directory() / "f");
    const std::string place = "f:2:" + std::to_string(item.column);
    const Diagnostic wrong = error(Code::BadName, {file, 2, item.column}, item.length, "wrong", "", "");
    EXPECT_EQ(diagnostic_text(wrong, sources, false),
              place + ": error PF1301: wrong\n   2 | " + item.quoted + "\n     | " + item.carets + "\n");
  }
}

class Rendered : public ::testing::Test {
 protected:
  Rendered() : project_({{"f", "one\ntwo\n"}, {"g", "\xEF\xBB\xBFthree\n"}}) {
    f_ = sources_.add("f", project_.directory() / "f");
    g_ = sources_.add("g", project_.directory() / "g");
    diagnostic_ = error(Code::SlotTwice, {f_, 2, 1}, 3, "slot taken twice", "One half per slot.",
                        "remove one of:\n[mapping.a]\n[mapping.b]");
    diagnostic_.spans.push_back({{g_, 1, 2}, 2, "taken here"});
    diagnostic_.spans.push_back({{f_, 9, 1}, 1, "a line that is gone"});
    diagnostic_.spans.push_back({{}, 1, "no place"});
    diagnostic_.address = "mapping.a";
  }

  std::string json_of(const Diagnostic& diagnostic) const {
    std::string out;
    JsonWriter json(out);
    write_diagnostic(json, diagnostic, sources_);
    return out;
  }

  TestProject project_;
  SourceFiles sources_;
  FileId f_, g_;
  Diagnostic diagnostic_;
};

TEST_F(Rendered, ShowsEveryPlaceTheReasonAndTheWayOut) {
  EXPECT_EQ(diagnostic_text(diagnostic_, sources_, false), R"(f:2:1: error PF1404: slot taken twice
   2 | two
     | ^^^
  also: g:1:2: taken here
   1 | three
     |  ^^
  also: f:9:1: a line that is gone
  why:  One half per slot.
  fix:  remove one of:
        [mapping.a]
        [mapping.b]
)");
}

TEST_F(Rendered, HasColourOnlyWhereAsked) {
  const Diagnostic warning{Code::NoMirror, Severity::Warning, "w", "", "h", {{{f_, 1, 1}, 3, {}}}, {}};
  EXPECT_EQ(diagnostic_text(warning, sources_, true),
            "\x1b[1mf:1:1: \x1b[0m\x1b[1;33mwarning PF1408:\x1b[0m w\n"
            "\x1b[2m   1 | \x1b[0mone\n\x1b[2m     | \x1b[0m\x1b[1;33m^^^\x1b[0m\n"
            "  \x1b[1mfix:  \x1b[0mh\n");
  EXPECT_EQ(diagnostic_text(diagnostic_, sources_, false).find('\x1b'), std::string::npos);
}

TEST_F(Rendered, NeedsNoPlace) {
  const Diagnostic note{Code::StillPending, Severity::Note, "steps pending", "Because.", "", {}, {}};
  EXPECT_EQ(diagnostic_text(note, sources_, false), "note PF4004: steps pending\n  why:  Because.\n");
}

TEST_F(Rendered, EscapesWhatOthersWrote) {
  const Diagnostic bad{Code::StepFailed, Severity::Error, "a\nb\x1b[2J", "c\xE2\x80\xAE\td", "e\rf", {}, {}};
  EXPECT_EQ(diagnostic_text(bad, sources_, false),
            "error PF4001: a\\nb\\x1b[2J\n  why:  c\\u{202e}\\td\n  fix:  e\\rf\n");
}

TEST_F(Rendered, SeparatesSeveralByABlankLine) {
  const Diagnostic one{Code::StillPending, Severity::Note, "one", "", "", {}, {}};
  const Diagnostic two{Code::StillPending, Severity::Note, "two", "", "", {}, {}};
  const std::vector<Diagnostic> both{one, two};
  EXPECT_EQ(diagnostics_text(both, sources_, false), "note PF4004: one\n\nnote PF4004: two\n");
}

TEST_F(Rendered, IsOneJsonObject) {
  EXPECT_EQ(json_of(diagnostic_),
            R"({"code":"PF1404","severity":"error","summary":"slot taken twice","detail":"One half per slot.\n)"
            R"(g:1:2: taken here\nf:9:1: a line that is gone\nremove one of:\n[mapping.a]\n[mapping.b]",)"
            R"("file":"f","line":2,"column":1,"address":"mapping.a"})");
  const Diagnostic bare{Code::Usage, Severity::Warning, "\"q\"", "", "", {}, {}};
  EXPECT_EQ(json_of(bare),
            R"({"code":"PF5001","severity":"warning","summary":"\"q\"","detail":"","file":null,"line":null,)"
            R"("column":null,"address":null})");
}

TEST(TerminalText, EscapesWhatMovesTheCursorOrTheReadingDirection) {
  EXPECT_EQ(escape_for_terminal("plain é 東 \xF0\x9F\x99\x82 \\"), "plain é 東 \xF0\x9F\x99\x82 \\");
  EXPECT_EQ(escape_for_terminal(std::string_view("\0\n\t\r\x1b\x7f", 6)), "\\x00\\n\\t\\r\\x1b\\x7f");
  EXPECT_EQ(escape_for_terminal("\xC2\x9B"), "\\x9b");  // C1: a terminal may take it for ESC [
  EXPECT_EQ(escape_for_terminal("\xE2\x80\xAE\xE2\x81\xA6\xE2\x80\x8B\xEF\xBB\xBF"),
            "\\u{202e}\\u{2066}\\u{200b}\\u{feff}");
  EXPECT_EQ(escape_for_terminal("\xF3\xA0\x80\xA1"), "\\u{e0021}");
  EXPECT_EQ(escape_for_terminal("a\xC3"), "a\\xc3");
  EXPECT_EQ(escape_for_terminal("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate is no UTF-8
}

TEST(TerminalText, CountsCodePoints) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("é東a"), 3U);
  EXPECT_EQ(count_characters("\xFF\xC3"), 2U);
}

}  // namespace
}  // namespace pairform
