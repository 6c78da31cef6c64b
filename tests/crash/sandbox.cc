#include "tests/crash/sandbox.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "providers/simulator/portal.h"

namespace pairform::crash {
namespace {

namespace fs = std::filesystem;
constexpr auto k_patience = std::chrono::seconds(60);

fs::path in_memory() {
  std::error_code none;
  return fs::is_directory("/dev/shm", none) && ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : fs::temp_directory_path();
}

void redirect(const fs::path& file, int flags, int to) {
  const int fd = ::open(file.c_str(), flags, 0644);
  if (fd < 0 || ::dup2(fd, to) < 0) _exit(127);
  ::close(fd);
}

[[noreturn]] void become(const Words& arguments, const std::map<std::string, std::string>& environment) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : environment) pairs.push_back(name + '=' + value);
  std::vector<const char*> words{PAIRFORM_BINARY}, surroundings;
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  for (const std::string& pair : pairs) surroundings.push_back(pair.c_str());
  surroundings.push_back(nullptr);
  ::execve(PAIRFORM_BINARY, const_cast<char* const*>(words.data()), const_cast<char* const*>(surroundings.data()));
  _exit(127);
}

int wait_for(pid_t process) {
  const auto deadline = std::chrono::steady_clock::now() + k_patience;
  int status = 0;
  while (::waitpid(process, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "it does not end";
      ::kill(process, SIGKILL);
      ::waitpid(process, &status, 0);
      break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Sandbox::Sandbox() : root_("crash", in_memory()) {
  fs::create_directories(project());
  for (const char* kept : {"PATH", "HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"})
    if (const char* value = std::getenv(kept)) environment_[kept] = value;
  environment_.try_emplace("ASAN_OPTIONS", "detect_leaks=0");  // looked for in tests/golden
  environment_["LC_ALL"] = "C.UTF-8";
  environment_["PAIRFORM_SIMULATOR_DB"] = (root_.path() / "live" / "cloud.db").string();
}

void Sandbox::write_stanzas(const Files& files) const {
  for (const auto& [name, bytes] : this->files())
    if (name.ends_with(".toml")) fs::remove(project() / name);
  for (const auto& [name, bytes] : files) write(name, bytes);
}

void Sandbox::write(const std::string& file, std::string_view bytes) const {
  fs::create_directories((project() / file).parent_path());
  std::ofstream(project() / file, std::ios::binary | std::ios::trunc) << bytes;
}

void Sandbox::remove(const std::string& file) const { fs::remove_all(project() / file); }
std::string Sandbox::read(const std::string& file) const { return read_whole(project() / file); }

bool Sandbox::sim(const Words& words) const {
  return simulator::run_portal(root_.path() / "live" / "cloud.db", words).exit_code == 0;
}

std::string Sandbox::cloud() const {
  const Words words{"list", "--json"};
  return simulator::run_portal(root_.path() / "live" / "cloud.db", words).out;
}

Files Sandbox::files() const {
  Files all;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(project()))
    if (entry.is_regular_file() && entry.path() != project() / ".pairform" / "lock")
      all[entry.path().lexically_relative(project()).string()] = read_whole(entry.path());
  return all;
}

void Sandbox::keep() const {
  fs::remove_all(root_.path() / "kept");
  fs::copy(root_.path() / "live", root_.path() / "kept", fs::copy_options::recursive);
}

void Sandbox::restore() const {
  fs::remove_all(root_.path() / "live");
  fs::copy(root_.path() / "kept", root_.path() / "live", fs::copy_options::recursive);
}

Ran Sandbox::run_in(const Words& arguments, const Environment& environment, const InChild& in_child) const {
  const fs::path out = root_.path() / "out", err = root_.path() / "err";
  const pid_t process = ::fork();
  if (process < 0) throw std::runtime_error("cannot fork");
  if (process == 0) {
    if (::chdir(project().c_str()) != 0) _exit(127);
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(err, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_DFL);
    if (in_child) in_child();
    become(arguments, environment);
  }
  const int exit_code = wait_for(process);
  return {exit_code, read_whole(out), read_whole(err)};
}

Ran Sandbox::run(const Words& arguments, const InChild& in_child) const {
  return run_in(arguments, environment_, in_child);
}

Ran Sandbox::run_hit(const Words& arguments, const Hit& hit, const InChild& in_child) const {
  const fs::path log = root_.path() / "log";
  fs::remove(log);
  Environment environment = environment_;
  environment["LD_PRELOAD"] = PAIRFORM_CRASH_SHIM;
  // The runtime of the address sanitizer does not come first then, and works all the same.
  std::string& asan = environment["ASAN_OPTIONS"];
  asan += (asan.empty() ? "" : ":") + std::string("verify_asan_link_order=0");
  environment["CRASH_DIRECTORY"] = project().string();
  environment["CRASH_KINDS"] = hit.kinds;
  environment["CRASH_LOG"] = log.string();
  environment["CRASH_AT"] = std::to_string(hit.at);
  environment["CRASH_DO"] = hit.deed;
  return run_in(arguments, environment, in_child);
}

std::vector<Operation> Sandbox::operations() const {
  std::vector<Operation> all;
  std::istringstream lines(read_whole(root_.path() / "log"));
  for (std::string kind, path; lines >> kind && std::getline(lines >> std::ws, path);)
    all.push_back({kind, fs::path(path).lexically_relative(project()).string()});
  return all;
}

bool is_killed(const Ran& ran) { return ran.exit_code == 128 + SIGKILL; }

std::uint64_t whole_sweep() {
  const char* worlds = std::getenv("PAIRFORM_CRASH_ALL");
  return worlds == nullptr ? 0 : std::strtoull(worlds, nullptr, 10);
}

}  // namespace pairform::crash
