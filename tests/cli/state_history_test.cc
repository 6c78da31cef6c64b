#include "cli/state_history.h"

#include <gtest/gtest.h>

namespace pairform {
namespace {

constexpr const char* k_id = "0123456789012345678901234567890123456789";

std::string head(const std::string& author, const std::string& subject) {
  const std::string nul(1, '\0');
  return nul + k_id + nul + "2026-11-03" + nul + author + nul + subject + '\n';
}
std::string half(const char* sign, const std::string& address, const std::string& target,
                 const std::string& more = "") {
  return sign + ("{\"address\":\"" + address + "\",\"type\":\"mapping\",\"id\":\"eastasia/app:southeastasia\",") +
         "\"attributes\":{\"name\":\"n\",\"source\":\"network.app\",\"target\":\"" + target + "\"}" + more + "}\n";
}

TEST(StateHistory, TellsWhatACommitChangedOfAResource) {
  const auto log =
      read_state_log(head("ana", "Retarget app") + "\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -3 +3 @@\n" +
                     half("-", "mapping.app.forward", "network.dr2") +
                     half("+", "mapping.app.forward", "network.app-dr", ",\"protect\":true"));
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].commit.id, k_id);
  EXPECT_EQ(log[0].commit.date, "2026-11-03");
  EXPECT_EQ(log[0].commit.author, "ana");
  EXPECT_EQ(log[0].commit.subject, "Retarget app");
  ASSERT_EQ(log[0].changes.size(), 1U);
  EXPECT_EQ(log[0].changes[0].address, "mapping.app.forward");
  EXPECT_EQ(log[0].changes[0].what, "protect nothing -> true, target network.dr2 -> network.app-dr");
}

TEST(StateHistory, TellsWhatComesGoesAndMoves) {
  const auto log = read_state_log(head("bo", "two") + half("-", "mapping.old.forward", "network.dr") +
                                  half("+", "mapping.new.forward", "network.dr") + head("ana", "one") +
                                  half("+", "mapping.old.forward", "network.dr") +
                                  "-{\"address\":\"network.lab\",\"type\":\"network\",\"id\":\"x\"}\n");
  ASSERT_EQ(log.size(), 2U);
  ASSERT_EQ(log[0].changes.size(), 1U);
  EXPECT_EQ(log[0].changes[0].address, "mapping.new.forward");
  EXPECT_EQ(log[0].changes[0].moved, "mapping.old.forward");
  EXPECT_EQ(log[0].changes[0].what, "moved from mapping.old.forward");
  ASSERT_EQ(log[1].changes.size(), 2U);
  EXPECT_EQ(log[1].changes[0].what, "recorded, target network.dr");
  EXPECT_EQ(log[1].changes[1].what, "recorded no more");
}

TEST(StateHistory, PassesOverWhatIsNoRow) {
  const auto log = read_state_log("nonsense\n" + head("a\x1b[2J", "s") +
                                  "+{\"pairform_state\":1,\"project\":\"p\"}\n+{broken\n-{}\n+<<<<<<<\n" +
                                  "+{\"address\":\"network.a\\u001b[2J\",\"type\":\"network\",\"id\":\"i\"}\n");
  ASSERT_EQ(log.size(), 1U);
  ASSERT_EQ(log[0].changes.size(), 1U);
  EXPECT_EQ(log[0].changes[0].address, "network.a\\x1b[2J") << "nothing of it reaches a terminal as it is";
  EXPECT_TRUE(read_state_log("").empty());
}

}  // namespace
}  // namespace pairform
