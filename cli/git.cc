#include "cli/git.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace pairform {
namespace {

// Variables that would make git speak otherwise, or of another repository, than it does for a person who stands there.
bool is_kept(const char* variable) {
  for (const char* dropped : {"GIT_", "LC_ALL=", "LANGUAGE="})
    if (std::strncmp(variable, dropped, std::strlen(dropped)) == 0) return false;
  return true;
}

std::vector<std::string> environment() {
  std::vector<std::string> out;
  for (char** each = environ; *each != nullptr; ++each)
    if (is_kept(*each)) out.emplace_back(*each);
  for (const char* ours : {"LC_ALL=C.UTF-8", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_PAGER=cat"})
    out.emplace_back(ours);
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  out.reserve(words.size() + 1);
  for (std::string& each : words) out.push_back(each.data());
  out.push_back(nullptr);
  return out;
}

std::string read_all(int from) {
  std::string out;
  std::array<char, 65536> part{};
  while (true) {
    const ssize_t count = ::read(from, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return out;
    out.append(part.data(), static_cast<std::size_t>(count));
  }
}

// The process, its output in the pipe; 0: it could not be made.
pid_t start(std::vector<std::string> words, int out) {
  posix_spawn_file_actions_t actions;
  if (::posix_spawn_file_actions_init(&actions) != 0) return 0;
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<std::string> variables = environment();
  pid_t process = 0;
  if (::posix_spawnp(&process, "git", &actions, nullptr, pointers(words).data(), pointers(variables).data()) != 0)
    process = 0;
  ::posix_spawn_file_actions_destroy(&actions);
  return process;
}

// Starting git takes as long as all else that `status --offline` does, and outside a repository it is for nothing.
bool is_in_a_repository(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::path at = std::filesystem::canonical(directory, error);
  for (; !error; at = at.parent_path()) {
    if (std::filesystem::exists(at / ".git", error)) return true;
    if (at == at.parent_path()) return false;
  }
  return true;  // it cannot be looked at: git may say why
}

}  // namespace

std::optional<GitAnswer> ask_git(const std::filesystem::path& directory, const std::vector<std::string>& arguments) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return std::nullopt;
  std::vector<std::string> words{"git", "--no-pager", "-c", "core.fsmonitor=false", "-C", directory.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const pid_t process = start(std::move(words), pipe[1]);
  ::close(pipe[1]);
  GitAnswer answer;
  if (process != 0) answer.out = read_all(pipe[0]);
  ::close(pipe[0]);
  if (process == 0) return GitAnswer{127, {}};
  int status = 0;
  while (::waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return std::nullopt;
  answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return answer;
}

// A name or a subject cannot hold a NUL, and no line of a state file begins with one.
const char* const k_commit_format = "%x00%H%x00%as%x00%an%x00%s";

std::optional<Commit> parse_commit(std::string_view line) {
  if (line.empty() || line.front() != '\0') return std::nullopt;
  Commit commit;
  for (std::string* field : {&commit.id, &commit.date, &commit.author}) {
    line.remove_prefix(1);
    const std::size_t end = line.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    *field = line.substr(0, end);
    line.remove_prefix(end);
  }
  commit.subject = line.substr(1);
  return commit;
}

std::optional<Commit> newest_commit(const std::filesystem::path& directory, const std::string& file) {
  if (!is_in_a_repository(directory)) return std::nullopt;
  const auto answer = ask_git(directory, {"--literal-pathspecs", "log", "-1", "--no-show-signature",
                                          std::string("--format=") + k_commit_format, "--", file});
  if (!answer || answer->exit_code != 0) return std::nullopt;
  return parse_commit(std::string_view(answer->out).substr(0, answer->out.find('\n')));
}

}  // namespace pairform
