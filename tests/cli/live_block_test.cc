// The live block of an apply: what its rows say, and what is written to draw them.
#include "cli/live_block.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/duration_text.h"
#include "cli/step_board.h"
#include "tests/support/screen.h"

namespace pairform {
namespace {

using namespace std::chrono_literals;
using Rows = std::vector<std::string>;

constexpr StepBoard::Clock::time_point k_begin{};

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("network.app"), 11U);
  EXPECT_EQ(display_width("b\u00fcro"), 4U);
  EXPECT_EQ(display_width("\u65e5\u672c\u30cd\u30c3\u30c8"), 10U) << "wide characters";
  EXPECT_EQ(display_width("e\u0301"), 1U) << "a mark on the one before it";
  EXPECT_EQ(display_width("\U0001F600"), 2U);
  EXPECT_EQ(display_width("\x1b[1;31mred\x1b[0m"), 3U);
  EXPECT_EQ(display_width("a\xff"), 2U);
}

TEST(Cut, LeavesNoMoreThanFits) {
  EXPECT_EQ(cut("network.app", 11), "network.app");
  EXPECT_EQ(cut("network.app", 10), "network...");
  EXPECT_EQ(cut("network.app", 2), "..");
  EXPECT_EQ(cut("\u65e5\u672c\u30cd\u30c3\u30c8", 8), "\u65e5\u672c...");
  EXPECT_EQ(cut_middle("network.app-dr", 11), "netw...p-dr");
  EXPECT_EQ(cut_middle("network.app-dr", 14), "network.app-dr");
}

// What stands for a control or a hidden character is one: half of it would say something else.
TEST(Cut, LeavesEscapesWhole) {
  const std::string text = "ab\\u{202e}cd\\x1bef";
  EXPECT_EQ(cut(text, text.size()), text);
  for (std::size_t columns = 0; columns < text.size(); ++columns)
    for (const std::string& part : {cut(text, columns), cut_middle(text, columns)}) {
      EXPECT_LE(part.size(), columns);
      const auto whole = [&](std::string_view escape) {
        const std::size_t at = part.find(escape.substr(0, 2));
        return at == part.npos || part.substr(at, escape.size()) == escape;
      };
      EXPECT_TRUE(whole("\\u{202e}") && whole("\\x1b")) << part;
      EXPECT_EQ(part.find("2e}") != part.npos, part.find("\\u{202e}") != part.npos) << part;
    }
  EXPECT_EQ(cut("\\users\\xyz\\u{", 10), "\\users\\...") << "no escapes";
}

TEST(Wrap, KeepsTheFormOfDiagnostics) {
  const std::string text =
      "pairform.toml:12:10: error PF1402: there is no network.appdr\n"
      "  12 | target = \"network.appdr\"  # a line that is longer\n"
      "     |          ^^^^^^^^^^^^^^^                         ^\n"
      "  why:  one two three four five six seven\n"
      "        eight nine ten eleven twelve thirteen\n"
      "        az role assignment create --role Reader\n"
      "  \x1b[1mfix:  \x1b[0mone two three four five six seven\n";
  EXPECT_EQ(wrap_diagnostics(text, 0), text);
  EXPECT_EQ(wrap_diagnostics(text, 32),
            "pairform.toml:12:10: error\n"
            "  PF1402: there is no\n"
            "  network.appdr\n"
            "  12 | target = \"network.appdr\"  # a line that is longer\n"
            "     |          ^^^^^^^^^^^^^^^                         ^\n"
            "  why:  one two three four five\n"
            "        six seven\n"
            "        eight nine ten eleven\n"
            "        twelve thirteen\n"
            "        az role assignment create --role Reader\n"
            "  \x1b[1mfix:  \x1b[0mone two three four five\n"
            "        six seven\n");
}

TEST(Wrap, BreaksByColumns) {
  EXPECT_EQ(wrap("\u65e5\u672c\u30cd\u30c3\u30c8\u65e5\u672c\u30cd\u30c3\u30c8 \u65e5\u672c\u30cd\u30c3\u30c8", 30),
            "\u65e5\u672c\u30cd\u30c3\u30c8\u65e5\u672c\u30cd\u30c3\u30c8\n  \u65e5\u672c\u30cd\u30c3\u30c8");
}

TEST(DurationText, IsShort) {
  EXPECT_EQ(duration_text(999ms), "0 s");
  EXPECT_EQ(duration_text(59s), "59 s");
  EXPECT_EQ(duration_text(3min), "3 m");
  EXPECT_EQ(duration_text(200s), "3 m 20 s");
  EXPECT_EQ(duration_text(2h), "2 h");
  EXPECT_EQ(duration_text(3903s), "1 h 5 m");
  EXPECT_EQ(short_duration_text(412ms), "0.4 s");
  EXPECT_EQ(short_duration_text(1250ms), "1.3 s");
  EXPECT_EQ(short_duration_text(9940ms), "9.9 s");
  EXPECT_EQ(short_duration_text(9960ms), "10 s");
  EXPECT_EQ(short_duration_text(61s), "1 m 1 s");
}

TEST(StepBoard, CountsEveryKindOfStep) {
  StepBoard board(12, k_begin);
  for (std::uint32_t step = 0; step < 7; ++step) board.start(step, fmt::format("create network.n{}", step), k_begin);
  board.end(0, StepBoard::End::Done, k_begin + 2s);
  board.end(1, StepBoard::End::Failed, k_begin + 2s);
  board.end(11, StepBoard::End::Skipped, k_begin + 2s);
  board.end(10, StepBoard::End::Deferred, k_begin + 2s);
  board.accept(2);
  EXPECT_EQ(board.counts(), "1 of 12 done, 1 failed, 1 skipped, 1 deferred, 4 running, 1 accepted, 3 waiting");
  EXPECT_EQ(board.unanswered().size(), 4U) << "an accepted step was answered";
  EXPECT_EQ(board.unanswered_count(), 4U);
  board.accept(2);
  board.accept(3);
  board.end(2, StepBoard::End::Done, k_begin + 2s);
  EXPECT_EQ(board.unanswered_count(), board.unanswered().size());
  EXPECT_EQ(board.counts(), "2 of 12 done, 1 failed, 1 skipped, 1 deferred, 3 running, 1 accepted, 3 waiting");
}

TEST(StepBoard, TellsWhatFiveStepsDoAndForHowLong) {
  StepBoard board(12, k_begin);
  board.start(0, "create vm.web1", k_begin);
  board.accept(0);
  board.remark(0, "accepted, polled 3 of 10 times");
  board.start(1, "create mapping.m.forward", k_begin + 1s);
  board.remark(1, "retry 2 of 5");
  for (std::uint32_t step = 2; step < 10; ++step)
    board.start(step, fmt::format("create network.n{}", step), k_begin + 60s);
  EXPECT_EQ(board.rows(k_begin + 65s, {80, 24}),
            (Rows{"  0 of 12 done, 9 running, 1 accepted, 2 waiting, 1 m 5 s",
                  "    create vm.web1, accepted, polled 3 of 10 times, 1 m 5 s",
                  "    create mapping.m.forward, retry 2 of 5, 1 m 4 s", "    create network.n2, 5 s",
                  "    create network.n3, 5 s", "    create network.n4, 5 s", "    and 5 more"}));
}

TEST(StepBoard, NoRowIsWiderThanTheTerminalAndTheTimesStay) {
  StepBoard board(12, k_begin);
  board.start(0, "create network.prod-shop-frontend-and-checkout-eastasia", k_begin);
  board.start(1, "create vm.\u65e5\u672c\u30cd\u30c3\u30c8\u65e5\u672c\u30cd\u30c3\u30c8\u65e5\u672c\u30cd\u30c3\u30c8",
              k_begin);
  board.end(2, StepBoard::End::Failed, k_begin);
  EXPECT_EQ(board.rows(k_begin + 7s, {40, 24}),
            (Rows{"  0 of 12 done, 1 failed, 2 run..., 7 s", "    create netwo...eckout-eastasia, 7 s",
                  "    create vm.\u65e5...\u30c3\u30c8\u65e5\u672c\u30cd\u30c3\u30c8, 7 s"}));
  for (std::size_t columns = 1; columns < 100; ++columns)
    for (const std::string& row : board.rows(k_begin + 7s, {columns, 24})) {
      EXPECT_LT(display_width(row), std::max<std::size_t>(columns, 2)) << columns << ": " << row;
    }
}

TEST(StepBoard, IsNoHigherThanTheTerminal) {
  StepBoard board(12, k_begin);
  for (std::uint32_t step = 0; step < 10; ++step) board.start(step, "create network.n", k_begin);
  for (std::size_t rows = 1; rows < 12; ++rows)
    EXPECT_EQ(board.rows(k_begin, {80, rows}).size(), std::clamp<std::size_t>(rows, 2, 8) - 1) << rows;
}

struct Drawn {
  Screen screen;
  std::string bytes;
  LiveBlock block{[this](std::string_view text) {
    bytes += text;
    screen.write(as_the_driver_hands_it_on(text));
  }};
};

TEST(LiveBlock, IsDrawnAgainInItsPlace) {
  Drawn drawn{Screen(20, 6)};
  drawn.screen.write("before\r\n");
  drawn.block.show({"one", "two", "three"}, {20, 6});
  EXPECT_EQ(drawn.screen.text(), "before\none\ntwo\nthree\n\n");
  drawn.block.show({"1", "two"}, {20, 6});
  EXPECT_EQ(drawn.screen.text(), "before\n1\ntwo\n\n");
  drawn.screen.write("^C");  // echoed where the cursor stands
  drawn.block.show({"1", "two", "more", "and more"}, {20, 6});
  EXPECT_EQ(drawn.screen.text(), "before\n1\ntwo\nmore\nand more\n\n");
  drawn.block.clear();
  drawn.screen.write("done\r\n");
  drawn.block.show({"1"}, {20, 6});
  EXPECT_EQ(drawn.screen.text(), "before\ndone\n1\n\n");
}

TEST(LiveBlock, WritesNothingWhereNothingHasChangedAndNoRowThatIsTheSame) {
  Drawn drawn{Screen(20, 6)};
  drawn.block.show({"one", "two"}, {20, 6});
  drawn.bytes.clear();
  drawn.block.show({"one", "two"}, {20, 6});
  EXPECT_EQ(drawn.bytes, "");
  drawn.block.show({"one", "TWO"}, {20, 6});
  EXPECT_EQ(drawn.bytes.find("one"), std::string::npos);
  EXPECT_EQ(drawn.screen.text(), "one\nTWO\n\n");
}

TEST(LiveBlock, ScrollsWithTheScreen) {
  Drawn drawn{Screen(20, 4)};
  for (int i = 0; i < 6; ++i) drawn.screen.write("line\r\n");
  drawn.block.show({"one", "two", "three"}, {20, 4});
  drawn.block.show({"1", "2", "3"}, {20, 4});
  EXPECT_EQ(drawn.screen.text(), "line\nline\nline\nline\nline\nline\n1\n2\n3\n\n");
}

TEST(LiveBlock, NoRowReachesTheLastColumn) {
  for (const std::size_t columns : {1U, 2U, 10U, 40U, 80U, 200U}) {
    Drawn drawn{Screen(std::max<std::size_t>(columns, 2), 24)};
    drawn.block.show({std::string(300, 'a'), std::string(300, 'b')}, {columns, 24});
    drawn.block.show({std::string(300, 'c'), std::string(300, 'd')}, {columns, 24});
    EXPECT_TRUE(drawn.screen.broken().empty()) << columns;
    EXPECT_EQ(drawn.screen.lines().size(), 3U) << columns;
  }
}

// Terminals break the lines that they have when they become narrower.
TEST(LiveBlock, FindsItsTopWhereTheTerminalHasBecomeNarrower) {
  Drawn wide{Screen(60, 24)};
  wide.block.show({std::string(50, 'a'), "b"}, {60, 24});
  wide.bytes.clear();
  wide.block.show({std::string(50, 'c'), "d"}, {20, 24});
  EXPECT_TRUE(wide.bytes.starts_with("\r\x1b[4A")) << "50 columns are three rows of 20";
  EXPECT_NE(wide.bytes.find("d\x1b[K\n"), std::string::npos) << "everything is drawn";
}

// Ten steps for a minute, looked at ten times a second.
TEST(LiveBlock, IsNeverSilentForASecondAndNeverFloods) {
  for (const std::size_t columns : {40U, 80U, 200U}) {
    Drawn drawn{Screen(columns, 24)};
    StepBoard board(40, k_begin);
    for (std::uint32_t step = 0; step < 10; ++step)
      board.start(step, fmt::format("create network.prod-shop-frontend-and-checkout-eastasia-{}", step), k_begin);
    std::size_t drawn_at = 0;
    StepBoard::Clock::duration silent{}, last{};
    for (auto now = 0ms; now < 60s; now += 100ms) {
      drawn.block.show(board.rows(k_begin + now, {columns, 24}), {columns, 24});
      if (drawn.bytes.size() != drawn_at) last = now;
      drawn_at = drawn.bytes.size();
      silent = std::max<StepBoard::Clock::duration>(silent, now - last);
    }
    EXPECT_LE(silent, 1s);
    EXPECT_LT(drawn.bytes.size(), 60U * 6U * 100U) << columns;
    EXPECT_EQ(drawn.screen.lines().size(), 8U) << drawn.screen.text();
  }
}

}  // namespace
}  // namespace pairform
