#include "providers/azure/credential/cli.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "providers/azure/credential/answer.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the program

namespace pairform::azure {
namespace {

using Kind = CredentialError::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t k_most_output = 1U << 20U;

struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe for `az`");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t which) {
    if (ends.at(which) >= 0) close(ends.at(which));
    ends.at(which) = -1;
  }
  std::array<int, 2> ends{-1, -1};
};

enum class Ending { Exited, NotFound, TimedOut, Stopped };
struct Output {
  Ending ending = Ending::Exited;
  int code = 0;
  std::string out, err;
};

// Starts a program of the PATH in a process group of its own, so that what it starts can be ended with it. 0: not found.
pid_t start(const std::vector<std::string>& arguments, Pipe& out, Pipe& err) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err.ends[1], STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (const std::string& each : arguments) argv.push_back(const_cast<char*>(each.c_str()));
  argv.push_back(nullptr);
  pid_t process = 0;
  const int failed = posix_spawnp(&process, argv[0], &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  out.close_end(1);
  err.close_end(1);
  return failed == 0 ? process : 0;
}

// Reads both pipes to their ends. What is more than k_most_output is dropped. Exited: both have ended.
Ending read_all(Pipe& out, Pipe& err, Output& output, steady_clock::time_point until, const HttpLimits& limits) {
  std::array<pollfd, 2> watched{pollfd{out.ends[0], POLLIN, 0}, pollfd{err.ends[0], POLLIN, 0}};
  while (watched[0].fd >= 0 || watched[1].fd >= 0) {
    if (limits.stop.stop_requested()) return Ending::Stopped;
    if (steady_clock::now() >= until) return Ending::TimedOut;
    if (poll(watched.data(), watched.size(), 100) < 0 && errno != EINTR) return Ending::TimedOut;
    for (std::size_t i = 0; i < watched.size(); ++i) {
      if (watched.at(i).fd < 0 || watched.at(i).revents == 0) continue;
      std::array<char, 4096> part{};
      const ssize_t count = read(watched.at(i).fd, part.data(), part.size());
      std::string& text = i == 0 ? output.out : output.err;
      if (count > 0 && text.size() < k_most_output) text.append(part.data(), static_cast<std::size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) watched.at(i).fd = -1;
    }
  }
  return Ending::Exited;
}

Output run(const std::vector<std::string>& arguments, milliseconds limit, const HttpLimits& limits) {
  Pipe out, err;
  Output output;
  const pid_t process = start(arguments, out, err);
  if (process == 0) {
    output.ending = Ending::NotFound;
    return output;
  }
  output.ending = read_all(out, err, output, steady_clock::now() + limit, limits);
  if (output.ending != Ending::Exited) kill(-process, SIGKILL);
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  output.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return output;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of(" \r\n");
  if (end == text.npos) return "it says nothing";
  const std::size_t begin = text.find_last_of('\n', end);
  return text.substr(begin == text.npos ? 0 : begin + 1, end - (begin == text.npos ? 0 : begin + 1) + 1);
}

bool says_sign_in(const std::string& text) {
  return text.find("az login") != text.npos || text.find("az account set") != text.npos;
}

}  // namespace

TokenResult fetch_cli_token(const SignIn& sign_in, const HttpLimits& limits) {
  std::vector<std::string> arguments{
      "az", "account", "get-access-token", "--output", "json", "--scope", sign_in.audience + "/.default"};
  // `az` takes one of the two.
  if (!sign_in.subscription.empty()) arguments.insert(arguments.end(), {"--subscription", sign_in.subscription});
  else if (!sign_in.tenant.empty()) arguments.insert(arguments.end(), {"--tenant", sign_in.tenant});
  Output output = run(arguments, sign_in.cli_limit, limits);
  const Secret printed(std::move(output.out));
  switch (output.ending) {
    case Ending::NotFound: return CredentialError{Kind::NotThere, "there is no `az` on the PATH", {}};
    case Ending::Stopped: return CredentialError{Kind::Stopped, "stopped while `az` ran", {}};
    case Ending::TimedOut:
      return CredentialError{Kind::Refused,
                             fmt::format("`az` gave no token within {} s", sign_in.cli_limit.count() / 1000),
                             "run `az account get-access-token` by hand, and see what it waits for"};
    case Ending::Exited: break;
  }
  if (output.code == 127) return CredentialError{Kind::NotThere, "there is no `az` on the PATH", {}};
  if (output.code == 0) return read_cli_token(printed.reveal(), steady_clock::now(), std::chrono::system_clock::now());
  if (says_sign_in(output.err))
    return CredentialError{Kind::NotThere, "nobody is signed in with `az`", "run `az login`"};
  return CredentialError{Kind::Refused, fmt::format("`az` failed: {}", last_line(output.err)),
                         "run `az login`, or `az account set --subscription …`"};
}

}  // namespace pairform::azure
