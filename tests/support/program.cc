#include "tests/support/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace pairform {
namespace {

namespace fs = std::filesystem;
constexpr const char* k_no_leaks = "detect_leaks=0";
constexpr auto k_patience = std::chrono::seconds(60);

// A pool of file names is kept apart from the project, which must hold nothing but what pairform puts there.
int open_or_die(const fs::path& file, int flags) {
  const int fd = ::open(file.c_str(), flags, 0644);
  if (fd < 0) _exit(127);
  return fd;
}

int exit_code(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

std::string read_whole(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

Program::Program() {
  fs::create_directory(directory_);
  for (const char* kept : {"PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
    if (const char* value = std::getenv(kept)) environment_[kept] = value;
  environment_.try_emplace("ASAN_OPTIONS", k_no_leaks);
  environment_["TERM"] = "xterm";
  environment_["LC_ALL"] = "C.UTF-8";
  environment_["PAIRFORM"] = PAIRFORM_BINARY;
}

Program::~Program() {
  if (started_ != 0) {
    ::kill(started_, SIGKILL);
    ::waitpid(started_, nullptr, 0);
  }
}

void Program::look_for_leaks() {
  if (environment_["ASAN_OPTIONS"] == k_no_leaks) environment_.erase("ASAN_OPTIONS");
}

void Program::set_environment(const std::string& name, const std::string& value) {
  if (value.empty()) environment_.erase(name);
  else environment_[name] = value;
}

void Program::write(const fs::path& file, std::string_view text) const {
  fs::create_directories((at_ / file).parent_path());
  std::ofstream(at_ / file, std::ios::binary | std::ios::trunc) << text;
}

void Program::append(const fs::path& file, std::string_view text) const {
  std::ofstream(at_ / file, std::ios::binary | std::ios::app) << text;
}

std::string Program::read(const fs::path& file) const { return read_whole(at_ / file); }
void Program::remove(const fs::path& file) const { fs::remove_all(at_ / file); }
void Program::copy_in(const fs::path& from) const {
  fs::copy(from, directory_, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
}

Program::Output Program::output(std::string_view name) const {
  return {root_.path() / (std::string(name) + ".out"), root_.path() / (std::string(name) + ".err")};
}

void Program::become(const std::string& program, const Arguments& arguments) const {
  if (::chdir(at_.c_str()) != 0) _exit(127);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);  // whatever the tests run under
  std::vector<std::string> pairs;
  for (const auto& [name, value] : environment_) pairs.push_back(name + '=' + value);
  std::vector<const char*> words{program.c_str()}, environment;
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  for (const std::string& pair : pairs) environment.push_back(pair.c_str());
  environment.push_back(nullptr);
  ::execve(program.c_str(), const_cast<char* const*>(words.data()), const_cast<char* const*>(environment.data()));
  _exit(127);
}

pid_t Program::spawn(const std::string& program, const Arguments& arguments, const Output& to) const {
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("cannot fork");
  if (process > 0) return process;
  ::dup2(open_or_die("/dev/null", O_RDONLY), STDIN_FILENO);
  ::dup2(open_or_die(to.out, O_WRONLY | O_CREAT | O_TRUNC), STDOUT_FILENO);
  ::dup2(open_or_die(to.err, O_WRONLY | O_CREAT | O_TRUNC), STDERR_FILENO);
  become(program, arguments);
}

Ran Program::wait(pid_t process, const Output& from) const {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  int status = 0;
  while (::waitpid(process, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "it does not end";
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {exit_code(status), read_whole(from.out), read_whole(from.err)};
}

Ran Program::run(const Arguments& arguments) const { return run_other(PAIRFORM_BINARY, arguments); }

Ran Program::run_other(const std::string& program, const Arguments& arguments) const {
  const Output to = output("run");
  return wait(spawn(program, arguments, to), to);
}

std::string Program::done(const Arguments& arguments) const {
  const Ran ran = run(arguments);
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  return ran.out;
}

Ran Program::run_at_terminal(const Arguments& arguments, std::string_view typed) const {
  int terminal = -1;
  const pid_t process = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (process < 0) throw std::runtime_error("no terminal");
  if (process == 0) become(PAIRFORM_BINARY, arguments);
  if (::write(terminal, typed.data(), typed.size()) != static_cast<ssize_t>(typed.size()))
    ADD_FAILURE() << "cannot type";
  Ran ran;
  char buffer[4096];
  for (;;) {  // reading fails once the other end is closed
    struct pollfd ready {
      terminal, POLLIN, 0
    };
    if (::poll(&ready, 1, static_cast<int>(std::chrono::milliseconds(k_patience).count())) == 0) {
      ADD_FAILURE() << "it waits for ever; it said:\n" << ran.out;
      ::kill(process, SIGKILL);
      break;
    }
    const ssize_t count = ::read(terminal, buffer, sizeof buffer);
    if (count > 0) ran.out.append(buffer, static_cast<std::size_t>(count));
    else if (count == 0 || errno != EINTR) break;
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  ::close(terminal);
  ran.exit_code = exit_code(status);
  return ran;
}

void Program::start(const Arguments& arguments) { started_ = spawn(PAIRFORM_BINARY, arguments, output("started")); }
void Program::signal(int number) const { ::kill(started_, number); }
std::string Program::said() const { return read_whole(output("started").out); }
std::string Program::said_on_error() const { return read_whole(output("started").err); }

bool Program::wait_until(const std::function<bool()>& is_so) const {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  while (!is_so()) {
    siginfo_t ended{};
    const bool over =
        ::waitid(P_PID, static_cast<id_t>(started_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0;
    if (over || std::chrono::steady_clock::now() > deadline) return is_so();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

bool Program::wait_until_said(std::string_view text) const {
  return wait_until([&] { return said().find(text) != std::string::npos; });
}

// Under the thread sanitizer every program has one more from its start.
bool Program::wait_until_threads() const {
#ifdef __SANITIZE_THREAD__
  constexpr int k_threads_of_an_idle_program = 2;
#else
  constexpr int k_threads_of_an_idle_program = 1;
#endif
  return wait_until([&] {
    std::error_code gone;
    const std::filesystem::directory_iterator threads("/proc/" + std::to_string(started_) + "/task", gone);
    return !gone && std::distance(begin(threads), end(threads)) > k_threads_of_an_idle_program;
  });
}

Ran Program::finish() {
  const Ran ran = wait(started_, output("started"));
  started_ = 0;
  return ran;
}

}  // namespace pairform
