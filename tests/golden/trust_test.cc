// What pairform must not believe, and what it must not touch: links that lead out of the project, another project's
// journal, rows of state that do not agree with themselves, names that are no names, closed descriptors.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }
std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}
Ran shell(const Program& program, const std::string& line) { return program.run_other("/bin/sh", {"-c", line}); }

// The file is a link to one outside the project directory, which holds "precious".
class LeadsOut : public ::testing::TestWithParam<const char*> {};

TEST_P(LeadsOut, NothingOutsideIsReadOrWritten) {
  Program program;
  make_pair_project(program);
  const fs::path outside = program.directory().parent_path() / "outside";
  program.write("../outside", "precious");
  program.remove(GetParam());
  fs::create_symlink(outside, program.directory() / GetParam());
  for (const Program::Arguments& arguments : std::vector<Program::Arguments>{
           {"plan"}, {"apply"}, {"apply", "--auto-approve"}, {"state", "rm", "mapping.m"}, {"state", "list"}}) {
    const Ran ran = program.run(arguments);
    const bool lock_is_not_needed = arguments[0] == "state" && arguments[1] == "list" && GetParam()[10] == 'l';
    EXPECT_EQ(ran.exit_code, lock_is_not_needed ? 0 : 1) << arguments[0] << ran.out << ran.err;
  }
  EXPECT_EQ(program.read("../outside"), "precious");
}
INSTANTIATE_TEST_SUITE_P(Links, LeadsOut,
                         ::testing::Values(".pairform/lock", ".pairform/journal", "pairform.state.jsonl"),
                         [](const auto& tested) { return std::to_string(tested.index); });

TEST(Trust, AGitignoreThatIsALinkIsNotWrittenThrough) {
  Program program;
  program.write("../outside", "precious\n");
  fs::create_directory(program.directory() / "fresh");
  fs::create_symlink("../../outside", program.directory() / "fresh/.gitignore");
  const Ran ran = program.run({"init", "fresh"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find("it is a symbolic link"), std::string::npos) << ran.err;
  EXPECT_EQ(program.read("../outside"), "precious\n");
  EXPECT_FALSE(fs::exists(program.directory() / "fresh/pairform.toml"));
}

// beta is a copy of alpha's directory, made after a crash of alpha's apply.
TEST(Trust, TheJournalOfAnotherProjectIsNotCarriedOnWith) {
  Program program;
  make_pair_project(program, "\n[provider.simulator]\nlatency = \"50ms\"\n");
  program.start({"apply", "--auto-approve", "--parallelism", "1"});
  ASSERT_TRUE(program.wait_until_said("done        3  create mapping.m.forward"));
  program.signal(SIGKILL);
  program.finish();
  const std::string cloud = program.done({"sim", "list", "--json"});
  program.write("pairform.toml", "[project]\nname = \"beta\"\n");
  const Ran ran = program.run({"apply", "--auto-approve"});
  EXPECT_EQ(ran.exit_code, 1) << ran.out;
  EXPECT_EQ(first_line(ran.err),
            "error PF2009: .pairform/journal: journal of the project \"contoso-dr\", but this is \"beta\"");
  EXPECT_EQ(program.done({"sim", "list", "--json"}), cloud);
}

// Killed between the service's answer and its line in the journal: the line is not there.
TEST(Trust, AVmThatIsBusyIsWaitedForWhateverTheJournalLacks) {
  for (const bool journal_is_deleted : {false, true}) {
    Program program;
    make_pair_project(program);
    program.done({"sim", "put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
    program.done({"sim", "put", "network", "southeastasia/dr", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
    program.done({"sim", "put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.0.1.10"});
    const std::string files = program.read("pairform.toml");
    const auto declare = [&](int polls) {
      program.write("pairform.toml",
                    fmt::format("{}\n[vm.web1]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n\n"
                                "[vm.web1.simulator]\nseeding_polls = {}\n",
                                files, polls));
    };
    declare(4);
    program.start({"apply", "--auto-approve"});
    ASSERT_TRUE(program.wait_until_said("accepted    5  create vm.web1"));
    program.signal(SIGKILL);
    program.finish();
    std::string journal = program.read(".pairform/journal");
    const std::size_t accepted = journal.find("\"result\":\"accepted\"");
    ASSERT_NE(accepted, std::string::npos);
    journal.resize(journal.rfind('\n', accepted) + 1);
    if (journal_is_deleted) program.remove(".pairform/journal");
    else program.write(".pairform/journal", journal);
    const Ran next = program.run({"apply", "--auto-approve", "--wait", "0s"});
    EXPECT_EQ(next.exit_code, 7) << next.out << next.err;
    int runs = 0;
    while (program.run({"apply", "--auto-approve"}).exit_code == 7 && ++runs < 10) {}
    EXPECT_LT(runs, 10) << "it never settles";
    EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
    EXPECT_NE(program.done({"sim", "list"}).find("web 10.0.1.10; to web 10.0.1.10"), std::string::npos);
  }
}

struct RowCase {
  std::string_view what, by;  // in the state file
  std::string_view said;      // of the first error, behind its place and code
};

TEST(Trust, ARowThatDoesNotAgreeWithItselfIsToldByItsLine) {
  Program program;
  make_pair_project(program);
  program.done({"sim", "put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  program.done({"sim", "put", "network", "southeastasia/dr", "address_space=10.0.0.0/16", "subnet.web=10.0.1.0/24"});
  program.done({"sim", "put", "vm", "eastasia/web1", "network=app", "nic.eth0=web:10.0.1.10"});
  program.append("pairform.toml", "\n[vm.web1]\nnetwork = \"network.app\"\ntarget_region = \"southeastasia\"\n");
  program.done({"apply", "--auto-approve"});
  const std::string state = program.read("pairform.state.jsonl");
  const RowCase cases[] = {
      {R"("name":"app")", R"("name":"fa")",
       "4:1: error PF2001: network.app has the id \"eastasia/app\", which is not that of its attributes: region "
       "eastasia, name fa"},
      {R"("id":"eastasia/app","type")", R"("id":"eastasia/fa","type")",
       "4:1: error PF2001: network.app has the id \"eastasia/fa\", which is not that of its attributes: region "
       "eastasia, name app"},
      {R"("source":"network.app")", R"("source":"eastasia/fa")",
       "2:1: error PF2001: mapping.m.forward has the id \"eastasia/app:southeastasia\", which is not that of its "
       "attributes: source eastasia/fa, target southeastasia/dr"},
      {R"("id":"southeastasia/dr:eastasia")", R"("id":"southeastasia/d:eastasia")",
       "3:1: error PF2001: mapping.m.reverse has the id \"southeastasia/d:eastasia\", which is not that of its "
       "attributes: source southeastasia/dr, target eastasia/app"},
      {R"("name":"web1")", R"("name":"web2")",
       "6:1: error PF2001: vm.web1 has the id \"eastasia/web1\", which is not that of its attributes: region "
       "eastasia, name web2, target_region southeastasia"},
      {R"("network":"network.app")", R"("network":"network.dr")",
       "6:1: error PF2001: vm.web1 is recorded with network.dr, which is in southeastasia, not in eastasia"},
      {R"("target_region":"southeastasia")", R"("target_region":"westus")",
       "6:1: error PF2001: vm.web1 is recorded with network.dr, which is in southeastasia, not in westus"},
      {"nic.eth0", "nic.eth1",
       "7:1: error PF2001: vm.web1.nic.eth1 has the id \"eastasia/web1/eth0\", which is not that of its attributes: "
       "vm eastasia/web1, key eth1"},
      {R"("id":"eastasia/web1","type")", R"("depends_on":["network.x"],"id":"eastasia/web1","type")",
       "6:1: error PF2001: vm.web1 depends on network.x, which is not recorded"}};
  for (const auto& [what, by, said] : cases) {
    program.write("pairform.state.jsonl", replaced(state, what, by));
    const Ran ran = program.run({"plan"});
    EXPECT_EQ(ran.exit_code, 1) << by << ran.out;
    EXPECT_EQ(first_line(ran.err), "pairform.state.jsonl:" + std::string(said));
    EXPECT_EQ(ran.err.find("error PF", ran.err.find("error PF") + 1), std::string::npos) << ran.err;
  }
  program.write("pairform.state.jsonl", state);
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
}

TEST(Trust, AByteOrderMarkAndCarriageReturnsOfStateAreNoChange) {
  Program program;
  make_pair_project(program);
  program.done({"apply", "--auto-approve"});
  const std::string state = program.read("pairform.state.jsonl");
  std::string foreign = "\xEF\xBB\xBF";
  for (const char c : state) foreign += c == '\n' ? std::string("\r\n") : std::string(1, c);
  program.write("pairform.state.jsonl", foreign);
  EXPECT_EQ(program.run({"plan", "--detailed-exitcode"}).exit_code, 0);
  program.done({"apply", "--auto-approve"});
  EXPECT_EQ(program.read("pairform.state.jsonl"), foreign) << "an apply with nothing to do does not touch it";
  program.done({"state", "mv", "mapping.m", "mapping.n"});
  program.done({"state", "mv", "mapping.n", "mapping.m"});
  EXPECT_EQ(program.read("pairform.state.jsonl"), state);
}

TEST(Trust, NamesOnTheCommandLineAreEscaped) {
  Program program;
  const std::string made = program.done({"init", "a\x1b[31mb\nc"});
  EXPECT_TRUE(made.starts_with("Made a\\x1b[31mb\\nc/pairform.toml, a\\x1b[31mb\\nc/")) << made;
  EXPECT_EQ(made.find('\x1b'), std::string::npos) << made;
  for (const Program::Arguments& arguments :
       std::vector<Program::Arguments>{{"sim", "put", "net\nfix: forged"},
                                       {"sim", "put", "network", "eastasia/x\n  fix:  forged"},
                                       {"sim", "deny", "a\n  fix:  forged"},
                                       {"sim", "fail", "x\n  fix:  forged", "network"}}) {
    const Ran ran = program.run(arguments);
    EXPECT_EQ(ran.exit_code, 1);
    const std::size_t error = ran.err.find("error PF");  // behind the line that says which database is used
    ASSERT_NE(error, std::string::npos) << ran.err;
    EXPECT_NE(first_line(ran.err.substr(error)).find("forged"), std::string::npos) << ran.err;
  }
}

TEST(Trust, ClosedDescriptorsDoNotBecomeItsFiles) {
  Program program;
  make_pair_project(program);
  const Ran applied = shell(program, std::string(PAIRFORM_BINARY) + " apply --auto-approve >&-");
  EXPECT_EQ(applied.exit_code, 0) << applied.err;
  const Ran moved = shell(program, std::string(PAIRFORM_BINARY) + " state mv mapping.m mapping.n <&- >&- 2>&-");
  EXPECT_EQ(moved.exit_code, 0);
  EXPECT_NE(program.read("pairform.state.jsonl").find("mapping.n.forward"), std::string::npos);
}

TEST(SavedPlan, IsNotWrittenOverAFileOfTheProjectUnderAnyName) {
  Program program;
  make_pair_project(program, "\n[provider.simulator]\ndatabase = \"cloud.db\"\n");
  const std::string files = program.read("pairform.toml");
  fs::create_hard_link(program.directory() / "pairform.toml", program.directory() / "other");
  fs::create_symlink("cloud.db", program.directory() / "link");
  for (const char* name : {"cloud.db", "cloud.db-wal", "other", "link", "pairform.state.jsonl", ".pairform/plan"}) {
    const Ran ran = program.run({"plan", "--out", name});
    EXPECT_EQ(ran.exit_code, 1) << name;
    EXPECT_EQ(first_line(ran.err), fmt::format("error PF5005: {} is part of the project", name));
  }
  EXPECT_EQ(program.read("pairform.toml"), files);
  EXPECT_EQ(program.run({"plan"}).exit_code, 0);
}

// The disk is made full by a limit on the size of files.
TEST(SavedPlan, ThatDoesNotFitLeavesTheOneThatWasThere) {
  Program program;
  make_pair_project(program);
  program.write("p", "the plan of before");
  const Ran ran = shell(program, "trap '' XFSZ; ulimit -f 1; " + std::string(PAIRFORM_BINARY) + " plan --out p");
  EXPECT_EQ(ran.exit_code, 1) << ran.out;
  EXPECT_EQ(program.read("p"), "the plan of before");
  program.done({"plan", "--out", "p"});
  EXPECT_TRUE(program.read("p").starts_with("{"));
  fs::create_symlink("p", program.directory() / "link");
  program.done({"plan", "--out", "link"});
  EXPECT_TRUE(fs::is_symlink(program.directory() / "link"));
}

TEST(SavedPlan, WithoutItsChecksumIsRefusedAsEdited) {
  Program program;
  make_pair_project(program);
  program.done({"plan", "--out", "p"});
  const std::string plan = program.read("p");
  const std::size_t checksum = plan.rfind(",\"checksum\"");
  program.write("p", plan.substr(0, checksum) + "}\n");
  for (const char* command : {"show", "apply"}) {
    const Ran ran = program.run({command, "p"});
    EXPECT_EQ(ran.exit_code, 1) << command;
    EXPECT_EQ(ran.err.substr(0, 62), "error PF2020: p is damaged\n  why:  it is not as it was saved: ");
  }
}

TEST(SavedPlan, OfPlanJsonIsTakenAndSaidToHaveNoChecksum) {
  Program program;
  make_pair_project(program);
  program.write("p", program.done({"plan", "--json"}));
  for (const char* command : {"show", "apply"}) {
    const Ran ran = program.run({command, "p"});
    EXPECT_EQ(ran.exit_code, 0) << command << ran.err;
    EXPECT_EQ(first_line(ran.err), "note PF2024: p has no checksum");
  }
}

}  // namespace
}  // namespace pairform
