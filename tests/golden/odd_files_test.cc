// Pipes, directories, devices and sockets in the place of files: told, never waited for, and the lock is free again.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/golden/projects.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

void make_socket(const fs::path& path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  ASSERT_LT(path.string().size(), sizeof name.sun_path);
  path.string().copy(name.sun_path, path.string().size());
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  EXPECT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ::close(socket);
}

void put(const std::string& kind, const fs::path& path) {
  fs::create_directories(path.parent_path());
  fs::remove_all(path);
  if (kind == "pipe") ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  else if (kind == "directory") fs::create_directory(path);
  else if (kind == "device") fs::create_symlink("/dev/zero", path);
  else make_socket(path);
}

std::string problem(const std::string& kind) {
  return kind == "directory" ? "it is a directory" : "it is not a regular file";
}

class OddFile : public ::testing::TestWithParam<std::string> {};

TEST_P(OddFile, IsNoPlan) {
  Program program;
  make_pair_project(program);
  put(GetParam(), program.directory() / "p");
  const std::string said = fmt::format(
      "error PF2020: p cannot be read\n"
      "  why:  {}\n"
      "  fix:  name a file that this made: pairform plan --out FILE\n",
      problem(GetParam()));
  const Ran shown = program.run({"show", "p"});
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_EQ(shown.out + shown.err, said);
  const Ran applied = program.run({"apply", "p"});
  EXPECT_EQ(applied.exit_code, 1);
  EXPECT_EQ(applied.out + applied.err, said);
  EXPECT_FALSE(fs::exists(program.directory() / ".pairform/lock")) << "the lock was never asked for";
}

TEST_P(OddFile, IsNoStateJournalOrLock) {
  if (GetParam() == "directory") GTEST_SKIP() << "a directory was never waited for";
  for (const char* file : {"pairform.state.jsonl", ".pairform/journal", ".pairform/lock"}) {
    Program program;
    make_pair_project(program);
    put(GetParam(), program.directory() / file);
    const Ran planned = program.run({"plan"});
    EXPECT_EQ(planned.exit_code, 1) << file << planned.out << planned.err;
    const Ran applied = program.run({"apply", "--auto-approve"});
    EXPECT_EQ(applied.exit_code, 1) << file << applied.out;
    EXPECT_TRUE(applied.err.starts_with("error PF2011: cannot open ")) << file << applied.err;
    // The device stands behind a link.
    const char* said = GetParam() != "device"                        ? "it is not a regular file"
                       : std::string(file) == "pairform.state.jsonl" ? "it leaves the project through a link"
                                                                     : "it is a symbolic link";
    EXPECT_NE(applied.err.find(said), std::string::npos) << file << applied.err;
    program.remove(file);
    EXPECT_EQ(program.run({"apply", "--auto-approve"}).exit_code, 0) << file;
  }
}

TEST_P(OddFile, IsNoGitignore) {
  Program program;
  put(GetParam(), program.directory() / ".gitignore");
  const Ran ran = program.run({"init"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_NE(ran.err.find(GetParam() == "device" ? "it is a symbolic link" : problem(GetParam())), std::string::npos)
      << ran.err;
  EXPECT_FALSE(fs::exists(program.directory() / "pairform.toml")) << "half a project helps nobody";
}

INSTANTIATE_TEST_SUITE_P(InThePlaceOf, OddFile, ::testing::Values("pipe", "directory", "device", "socket"),
                         [](const auto& tested) { return tested.param; });

TEST(OddFile, APipeThatNobodyReadsTakesNoPlan) {
  Program program;
  make_pair_project(program);
  put("pipe", program.directory() / "p");
  const Ran ran = program.run({"plan", "--out", "p"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_TRUE(ran.err.starts_with("error PF5005: p is a socket, or a pipe that nobody reads")) << ran.err;
}

TEST(OddFile, APipeThatIsReadTakesAPlan) {
  Program program;
  make_pair_project(program);
  const fs::path pipe = program.directory() / "p";
  put("pipe", pipe);
  const int reader = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK);  // the plan is smaller than the buffer of a pipe
  ASSERT_GE(reader, 0);
  program.done({"plan", "--out", "p"});
  std::string plan(1 << 16, '\0');
  const ssize_t size = ::read(reader, plan.data(), plan.size());
  ::close(reader);
  EXPECT_GT(size, 0);
  EXPECT_TRUE(plan.starts_with("{\"format_version\":")) << plan.substr(0, 40);
}

TEST(OddFile, APipeIsNoCloud) {
  Program program;
  make_pair_project(program);
  put("pipe", program.directory() / ".pairform/simulator.db");
  const Ran ran = program.run({"plan"});
  EXPECT_EQ(ran.exit_code, 1) << ran.out << ran.err;
}

}  // namespace
}  // namespace pairform
