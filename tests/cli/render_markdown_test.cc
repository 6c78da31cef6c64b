#include "cli/render_markdown.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/markdown_block.h"
#include "tests/cli/markdown_plan.h"

namespace pairform {
namespace {

std::string markdown(const PlanWriter& plan, MarkdownOptions options = {}) {
  if (options.command.empty()) options.command = "pairform apply --approve 0123";
  return plan_markdown(plan.json(), options);
}

TEST(Markdown, TellsAPairHalfByHalfAndTheCommandWithTheDigest) {
  PlanWriter plan;
  plan.half("app", "forward", "update", "half_crossed", "network.app", "eastasia/other", "network.dr");
  plan.half("app", "reverse", "create", "half_missing", "network.dr", "", "network.app");
  EXPECT_EQ(markdown(plan),
            fmt::format("<!-- pairform:contoso-dr {} -->\n"
                        "### pairform: `contoso-dr`\n"
                        "\n"
                        "**1 to create**, **1 to update**, 70 unchanged.\n"
                        "\n"
                        "2 of these repair what was changed behind pairform's back.\n"
                        "\n"
                        "**Look at this first:**\n"
                        "\n"
                        "```diff\n"
                        "@@ Broken pairs found @@\n"
                        "!  mapping.app: network.app leads to eastasia/other, not to network.dr; step 1 "
                        "puts it right. Also: no way back, network.dr -> network.app is missing; step 2 "
                        "creates it\n"
                        "@@ Exposure, should the region be lost meanwhile @@\n"
                        "!  mapping.app: network.app leads to eastasia/other until step 1\n"
                        "!  mapping.app: network.dr has no way back until step 2\n"
                        "```\n"
                        "\n"
                        "To carry out exactly this plan:\n"
                        "\n"
                        "```sh\n"
                        "pairform apply --approve 0123\n"
                        "```\n"
                        "\n"
                        "<details open><summary>1 pair</summary>\n"
                        "\n"
                        "```diff\n"
                        "  mapping.app  network.app <-> network.dr\n"
                        "!   forward: update: this half leads elsewhere in the cloud (step 1)\n"
                        "-     network.app -> eastasia/other\n"
                        "+     network.app -> network.dr\n"
                        "+   reverse: create: this half is missing in the cloud (step 2)\n"
                        "```\n"
                        "</details>\n"
                        "\n",
                        PlanWriter::k_digest));
}

TEST(Markdown, TellsWhatAReviewerMustSeeBeforeAnythingElse) {
  PlanWriter plan;
  plan.half("app", "forward", "delete", "not_declared", "network.app", "network.dr", "");
  plan.half("web", "forward", "update", "found", "network.web", "eastasia/other", "network.dr",
            "eastasia/web:southeastasia");
  plan.item("held", "vm.web1", "failed_over", "");
  plan.item("unknown", "network.lab", "", "access denied");
  plan.diagnostic("warning", "PF3211", "mapping.app is gone from the files");
  MarkdownOptions options;
  options.approvals = {"half.overwrite: mapping.web.forward"};
  const std::string text = markdown(plan, options);
  const auto place = [&](std::string_view what) {
    EXPECT_NE(text.find(what), std::string::npos) << what << "\n" << text;
    return text.find(what);
  };
  EXPECT_LT(place("@@ Needs approval @@\n!  half.overwrite: mapping.web.forward\n"), place("@@ Deletes @@\n"));
  EXPECT_LT(
      place("-  mapping.app.forward, was network.app -> network.dr: no file declares it any more (step 1)\n"),
      place("@@ Overwrites what is not recorded here @@\n!  mapping.web.forward, was network.web -> eastasia/other"));
  EXPECT_LT(place("!  vm.web1 (failed_over)\n"), place("!  network.lab: access denied\n"));
  EXPECT_LT(place("!  PF3211: mapping.app is gone from the files\n"), place("To carry out exactly this plan"));
  EXPECT_LT(place("To carry out exactly this plan"), place("<summary>2 pairs</summary>"));
}

TEST(Markdown, WithErrorsListsThemAndHasNoDigest) {
  PlanWriter plan;
  plan.failed();
  plan.diagnostic("error", "PF1102", "there is no attribute \"soruce\"", "networks.toml");
  EXPECT_EQ(markdown(plan),
            "<!-- pairform:contoso-dr -->\n### pairform: `contoso-dr`\n\n**No plan:** there are errors.\n\n"
            "**Look at this first:**\n\n```diff\n@@ Errors @@\n"
            "!  PF1102 networks.toml:3:1: there is no attribute \"soruce\"\n```\n\n");
}

TEST(Markdown, OfAPlanThatCannotBeAppliedHasNoCommand) {
  PlanWriter plan;
  plan.half("app", "forward", "create", "not_recorded", "network.app", "", "network.dr");
  plan.applyable = false;
  MarkdownOptions options;
  options.offline = true;
  const std::string text = markdown(plan, options);
  EXPECT_EQ(text.find("--approve"), std::string::npos);
  EXPECT_NE(text.find("Offline: against recorded state, not the cloud."), std::string::npos);
}

TEST(Markdown, TellsACommandInWordsThatIsTooLong) {
  PlanWriter plan;
  plan.half("app", "forward", "create", "not_recorded", "network.app", "", "network.dr");
  MarkdownOptions options;
  options.command = "pairform apply --target " + std::string(5000, 'x');
  const std::string text = markdown(plan, options);
  EXPECT_NE(text.find(fmt::format("and `--approve {}`", PlanWriter::k_digest)), std::string::npos);
  EXPECT_EQ(text.find("xxx"), std::string::npos);
}

TEST(Markdown, CountsWhatIsAdoptedAsItIs) {
  PlanWriter plan;
  plan.half("app", "forward", "adopt", "found", "network.app", "network.dr", "network.dr", "a:b");
  plan.half("app", "reverse", "adopt", "found", "network.dr", "network.app", "network.app", "b:a");
  EXPECT_NE(markdown(plan).find("2 resources are adopted as they are, and not listed."), std::string::npos);
  EXPECT_EQ(markdown(plan).find("mapping.app"), std::string::npos);
  MarkdownOptions all;
  all.verbose = true;
  EXPECT_NE(markdown(plan, all).find("    forward: adopt: found in the cloud, not recorded (step 1)\n"),
            std::string::npos);
}

// 3,000 pairs are created and 500 deleted: far more than there is room for.
TEST(Markdown, FallsFromTheEndAndSaysWhatFell) {
  PlanWriter plan;
  for (int pair = 0; pair < 3000; ++pair) {
    const std::string key = fmt::format("p{:04}", pair), from = "network.a" + key, to = "network.b" + key;
    const bool goes = pair < 500;
    plan.half(key, "forward", goes ? "delete" : "create", goes ? "not_declared" : "not_recorded", from, goes ? to : "",
              goes ? "" : to);
  }
  plan.network("network.new", "create", "not_recorded");
  for (const std::size_t budget : {6'000U, 20'000U, 65'000U, 150'000U}) {
    MarkdownOptions options;
    options.budget = budget;
    const std::string text = markdown(plan, options);
    EXPECT_LE(text.size(), budget);
    EXPECT_GT(text.size(), budget * 3 / 4) << "the room is used";
    EXPECT_NE(text.find("-  mapping.p0000.forward, was "), std::string::npos);
    EXPECT_NE(text.find("pairform apply --approve 0123"), std::string::npos);
    const std::string last = text.substr(text.rfind("Left out"));
    EXPECT_TRUE(last.starts_with(fmt::format("Left out, to stay within {} bytes: ", budget))) << last;
    EXPECT_NE(last.find(" of 3000 pairs, 1 other change. `pairform plan` shows the whole.\n"), std::string::npos)
        << last;
  }
}

TEST(Markdown, FencesAreLongerThanAnyRunOfBackticks) {
  EXPECT_EQ(fence_around("a `b` c"), "```");
  EXPECT_EQ(fence_around("a ```` b ```"), "`````");
}

TEST(Markdown, CutsNoCharacterApart) {
  EXPECT_EQ(cut_text("mapping", 7), "mapping");
  EXPECT_EQ(cut_text("mapping", 6), "map…");
  EXPECT_EQ(cut_text("äöü", 5), "ä…");
  EXPECT_EQ(cut_text("äöü", 4), "…");
}

}  // namespace
}  // namespace pairform
