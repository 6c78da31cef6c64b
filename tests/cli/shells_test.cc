// Completion in the real shells, as somebody who types and presses Tab would get it. A shell that is not installed is
// skipped by its name.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/golden/projects.h"
#include "tests/support/program.h"

namespace pairform {
namespace {

class Shells : public ::testing::Test {
 protected:
  void SetUp() override {
    make_pair_project(program_);
    const std::filesystem::path bin = program_.directory() / "bin";
    std::filesystem::create_directory(bin);
    std::filesystem::create_symlink(PAIRFORM_BINARY, bin / "pairform");
    program_.set_environment("PATH", bin.string() + ":/usr/bin:/bin");
    program_.set_environment("HOME", program_.directory().string());
    program_.write("out.txt", "");
  }
  bool lacks(const std::string& shell) const {
    return program_.run_other("/bin/sh", {"-c", "command -v " + shell}).exit_code != 0;
  }
  std::string said_by(const std::string& shell, std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), shell);
    const Ran ran = program_.run_other("/usr/bin/env", arguments);
    EXPECT_EQ(ran.err, "") << shell;
    return ran.out;
  }
  Program program_;
};

// What readline would call, with the words that it would have.
TEST_F(Shells, BashCompletes) {
  if (lacks("bash")) GTEST_SKIP() << "there is no bash";
  const auto tab = [&](const std::string& words) {
    return said_by("bash", {"--norc", "-c",
                            "eval \"$(pairform completion bash)\"\ncompopt() { echo \"compopt $*\"; }\n"
                            "COMP_WORDS=(" +
                                words +
                                ") COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                "_pairform pairform\nprintf '%s\\n' \"${COMPREPLY[@]}\"\ncomplete -p pairform"});
  };
  const std::string registered = "complete -F _pairform pairform\n";
  EXPECT_EQ(tab("pairform pl"), "plan\n" + registered);
  EXPECT_EQ(tab("pairform plan --target ''"), "mapping.m\nnetwork.app\nnetwork.dr\n" + registered);
  EXPECT_EQ(tab("pairform plan --target = map"), "mapping.m\n" + registered);
  EXPECT_EQ(tab("pairform plan --dest"), "--destroy\n" + registered);
  EXPECT_EQ(tab("pairform apply ''"), "compopt -o default\n\n" + registered);
  EXPECT_EQ(tab("pairform nonsense ''"), "\n" + registered);
}

// Zsh completes only where a terminal is, so one is made by its own module.
TEST_F(Shells, ZshCompletes) {
  if (lacks("zsh")) GTEST_SKIP() << "there is no zsh";
  program_.write("rc/.zshrc",
                 "PS1='> '; unset zle_bracketed_paste; autoload -Uz compinit; compinit -u -D\n"
                 "eval \"$(pairform completion zsh)\"\nzstyle ':completion:*' list-prompt ''\nLISTMAX=1000\n");
  program_.write("tab.zsh",
                 "zmodload zsh/zpty; zpty z 'ZDOTDIR=rc TERM=dumb COLUMNS=120 zsh -i'\n"
                 "zpty -r -m z seen '*> *'\nzpty -w -n z \"$1\"$'\\t'\n"
                 "zpty -r -m z seen \"*$2*\" && print -r -- found\nzpty -d z\n");
  const auto tab = [&](const std::string& line, const std::string& expected) {
    return said_by("timeout", {"50", "zsh", "-f", "tab.zsh", line, expected});
  };
  EXPECT_EQ(tab("pairform promo", "promote "), "found\n");
  EXPECT_EQ(tab("pairform why network.d", "network.dr "), "found\n");
  EXPECT_EQ(tab("pairform plan --dest", "--destroy "), "found\n");
  EXPECT_EQ(tab("pairform apply pairform.to", "pairform.toml "), "found\n");
}

TEST_F(Shells, FishCompletes) {
  if (lacks("fish")) GTEST_SKIP() << "there is no fish";
  const auto tab = [&](const std::string& line) {
    return said_by("fish", {"--no-config", "-c", "pairform completion fish | source; complete -C '" + line + "'"});
  };
  EXPECT_EQ(tab("pairform promo"), "promote\tprint the stanza for a resource that no file declares\n");
  EXPECT_EQ(tab("pairform why "), "mapping.m\nnetwork.app\nnetwork.dr\n");
  EXPECT_EQ(tab("pairform why network.d"), "network.dr\n");
  EXPECT_EQ(tab("pairform plan --target=map"), "--target=mapping.m\n");
  EXPECT_EQ(tab("pairform apply pairform.to"), "pairform.toml\n");
  EXPECT_EQ(tab("pairform nonsense "), "");
}

}  // namespace
}  // namespace pairform
