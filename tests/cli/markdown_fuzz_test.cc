// Plans full of names that would be links, mentions, HTML or the end of a fence, in budgets of all sizes: the comment
// stays within its budget, its fences are balanced, and nothing of a name stands outside of them. Judged by a checker of
// thirty lines that knows the few sentences that may stand outside, and by cmark-gfm, if it is there.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <regex>
#include <sstream>

#include "cli/render_markdown.h"
#include "tests/cli/markdown_plan.h"
#include "tests/support/program.h"

namespace pairform {
namespace {

// Each has the word EVIL in it, which no sentence of pairform has.
constexpr std::string_view k_names[] = {"EVIL",
                                        "`EVIL`",
                                        "```\nEVIL",
                                        "``````````````````````````````EVIL`",
                                        "@EVIL/team",
                                        "[EVIL](https://evil.example)",
                                        "![EVIL](https://evil.example/x.png)",
                                        "<img src=x onerror=EVIL>",
                                        "<!-- EVIL",
                                        "--> EVIL",
                                        "</details>EVIL",
                                        "\n# EVIL\n",
                                        "\r\n\r\n```\r\n@EVIL",
                                        "https://evil.example/EVIL",
                                        "#1 EVIL",
                                        "|EVIL|",
                                        "~~~\nEVIL\n~~~",
                                        "\u202E EVIL \u2066",
                                        "\u2028EVIL",
                                        "EVIL \xff\xfe",
                                        "\x1b[31mEVIL"};

class Worlds {
 public:
  explicit Worlds(std::uint64_t seed) : random_(seed) {}

  std::size_t up_to(std::size_t most) { return std::uniform_int_distribution<std::size_t>(0, most)(random_); }
  std::string name() {
    std::string out;
    for (std::size_t part = up_to(2) + 1; part > 0; --part) out += k_names[up_to(std::size(k_names) - 1)];
    if (up_to(30) == 0) out += std::string(up_to(3000), '`');
    return up_to(4) == 0 ? out + std::string(up_to(600), 'x') : out;
  }
  PlanWriter plan() {
    PlanWriter out;
    const std::size_t size = up_to(3) == 0 ? up_to(300) : up_to(8);
    constexpr std::string_view actions[] = {"create", "update", "replace", "delete", "move", "forget", "adopt"};
    constexpr std::string_view reasons[] = {"half_missing", "half_crossed", "drifted", "not_recorded", "found", "EVIL"};
    for (std::size_t c = 0; c < size; ++c) {
      const std::string action(actions[up_to(6)]), reason(reasons[up_to(5)]), key = fmt::format("k{}", c);
      if (up_to(1) == 0) {
        out.half(key, "forward", action, reason, name(), name(), action == "delete" ? "" : name(),
                 up_to(2) == 0 ? name() : "");
        out.half(key, "reverse", "update", reason, name(), name(), name());
      } else {
        out.network("network." + key, action, reason, name(), name());
      }
      if (up_to(3) == 0) out.nic("vm." + key + ".nic.eth0", name());
      if (up_to(3) == 0) out.landing("vm." + key + ".nic.eth0", name(), name());
      if (up_to(5) == 0) out.item("held", "vm." + key, name(), up_to(1) == 0 ? name() : "");
      if (up_to(5) == 0) out.item("unknown", "network." + key, "", name());
      if (up_to(5) == 0) out.item("left_out", "network." + key, "", name());
      if (up_to(5) == 0) out.record("vm." + key, name());
      if (up_to(5) == 0)
        out.diagnostic(up_to(1) == 0 ? "warning" : "note", "PF3211", name(), up_to(1) == 0 ? name() : "");
    }
    if (up_to(9) == 0) out.project = name();
    if (up_to(9) == 0) out.applyable = false;
    if (up_to(9) == 0) {
      out.failed();
      out.diagnostic("error", "PF1102", name(), name());
    }
    return out;
  }
  MarkdownOptions options() {
    MarkdownOptions out;
    constexpr std::size_t budgets[] = {0, 6'000, 6'001, 7'000, 32'768, 65'000, 1'000'000};
    out.budget = up_to(2) == 0 ? budgets[up_to(6)] : up_to(70'000);
    out.verbose = up_to(1) == 0;
    for (std::size_t approval = up_to(3); approval > 0; --approval)
      out.approvals.push_back("half.overwrite: " + name());
    // The command line is escaped by whoever makes it.
    out.command =
        fmt::format("pairform apply --target '{}' --approve 0123", up_to(1) == 0 ? "`EVIL` @EVIL" : "network.a");
    if (up_to(9) == 0) out.command += std::string(up_to(2000), '`');
    return out;
  }

 private:
  std::mt19937_64 random_;
};

// All that may stand outside of a fence.
bool may_stand_outside(const std::string& line) {
  static const std::regex known(
      "|<!-- pairform:[a-z0-9-]*(…)?( sha256:[0-9a-f]{64})? -->|### pairform(: `[a-z0-9-]+(…)?`)?"
      "|\\*\\*No plan:\\*\\* there are errors\\."
      "|(\\*\\*No changes\\.\\*\\* )?(\\*\\*[0-9]+ to [a-z]+\\*\\*, )*[0-9]+ unchanged\\."
      "|([0-9]+ of these repairs? what was changed behind pairform's back\\. ?|[0-9]+ resources? (is|are) adopted as "
      "(it is|they are), and not listed\\. ?|Not everything could be read: this plan is not complete\\. ?)+"
      "|\\*\\*Look at this first:\\*\\*|To carry out exactly this plan:"
      "|To carry out exactly this plan: `pairform apply` with the options that it was made with, and `--approve "
      "sha256:[0-9a-f]{64}`"
      "|This plan cannot be applied: it was made offline, or without seeing everything\\."
      "|<details( open)?><summary>[0-9]+( of [0-9]+)? (pairs?|other changes?|landings?)</summary>|</details>"
      "|Left out, to stay within [0-9]+ bytes: [0-9a-z ,]+\\. `pairform plan` shows the whole\\.");
  return std::regex_match(line, known);
}

// What is wrong with a comment; "" if nothing is.
std::string wrong_with(const std::string& text, std::size_t budget) {
  if (text.size() > std::max(budget, k_least_markdown_budget)) return fmt::format("{} bytes", text.size());
  if (!text.ends_with('\n')) return "no line end";
  std::istringstream lines(text);
  std::size_t fence = 0, details = 0;  // backticks of the fence that is open; <details> that are open
  for (std::string line; std::getline(lines, line);) {
    for (const char c : line)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "a control character: " + line;
    if (line.find("\u202E") != std::string::npos || line.find("\u2066") != std::string::npos) return "bidi: " + line;
    const std::size_t ticks =
        line.find_first_not_of('`') == std::string::npos ? line.size() : line.find_first_not_of('`');
    if (fence != 0) {
      if (ticks >= fence && ticks == line.size()) fence = 0;
      else if (line.find_first_not_of(' ') != std::string::npos && line[line.find_first_not_of(' ')] == '`')
        return "a simple reader would end the fence: " + line;
    } else if (ticks >= 3) {
      if (line.substr(ticks) != "diff" && line.substr(ticks) != "sh") return "another fence: " + line;
      fence = ticks;
    } else if (!may_stand_outside(line)) {
      return "outside of a fence: " + line;
    } else {
      details += line.starts_with("<details") ? 1 : 0;
      if (line == "</details>" && details-- == 0) return "</details> without a beginning";
    }
  }
  return fence != 0 ? "a fence is open at the end" : details != 0 ? "<details> is open at the end" : "";
}

std::uint64_t rounds(std::uint64_t usual) {
  const char* times = std::getenv("PAIRFORM_PROPERTY_ROUNDS");
  return times == nullptr ? usual : usual * std::strtoull(times, nullptr, 10);
}

TEST(MarkdownFuzz, NothingOfANameStandsOutsideOfAFence) {
  std::size_t cut = 0, whole = 0;
  for (std::uint64_t seed = 0; seed < rounds(150); ++seed) {
    Worlds worlds(seed);
    const PlanWriter plan = worlds.plan();
    const MarkdownOptions options = worlds.options();
    const std::string text = plan_markdown(plan.json(), options);
    ASSERT_EQ(wrong_with(text, options.budget), "") << "seed " << seed << ", budget " << options.budget << "\n" << text;
    (text.find("Left out, to stay") == std::string::npos ? whole : cut) += 1;
  }
  EXPECT_GT(cut, 10U);
  EXPECT_GT(whole, 10U);
}

TEST(MarkdownFuzz, TheCheckerFindsWhatIsWrong) {
  EXPECT_NE(wrong_with("### pairform: `a`\n\n@EVIL\n", 6'000), "");
  EXPECT_NE(wrong_with("```diff\n  a\n", 6'000), "");
  EXPECT_NE(wrong_with("```diff\n```\n<img src=x>\n```diff\n```\n", 6'000), "");
  EXPECT_NE(wrong_with(std::string(6'001, '\n'), 6'000), "");
}

// The HTML of the comment, without what stands in code.
std::string outside_of_code(const std::string& html) {
  std::string out = html;
  for (const char* kind : {"pre", "code"})
    for (std::size_t begin; (begin = out.find(fmt::format("<{}", kind))) != std::string::npos;) {
      const std::string end = fmt::format("</{}>", kind);
      const std::size_t at = out.find(end, begin);
      if (at == std::string::npos) return out;
      out.erase(begin, at + end.size() - begin);
    }
  return out;
}

TEST(MarkdownFuzz, AParserOfMarkdownFindsNoLinkImageOrHtmlOfAName) {
  if (::access("/usr/bin/cmark-gfm", X_OK) != 0) GTEST_SKIP() << "cmark-gfm is not installed";
  const Program program;
  for (std::uint64_t seed = 1000; seed < 1000 + rounds(25); ++seed) {
    Worlds worlds(seed);
    const std::string json = worlds.plan().json();
    program.write("comment.md", plan_markdown(json, worlds.options()));
    const Ran ran =
        program.run_other("/usr/bin/cmark-gfm", {"--unsafe", "-e", "autolink", "-e", "table", "comment.md"});
    ASSERT_EQ(ran.exit_code, 0) << ran.err;
    const std::string outside = outside_of_code(ran.out);
    for (const char* bad : {"EVIL", "<a ", "<img", "<table", "@"})
      ASSERT_EQ(outside.find(bad), std::string::npos) << "seed " << seed << ": " << bad << "\n" << outside;
    ASSERT_NE(outside.find("<h3>pairform"), std::string::npos) << outside;
  }
}

}  // namespace
}  // namespace pairform
