// A library that is loaded before libc (LD_PRELOAD) into the real program, and makes the n-th operation on a file of the
// project kill it, or fail. It stands below everything that is tested: pairform, the C++ library, SQLite.
//
//   CRASH_DIRECTORY  operations on what is below it count; nothing else is touched (the simulator's file is kept elsewhere)
//   CRASH_KINDS      "create,write,…": the kinds that count, of those that k_kinds names
//   CRASH_LOG        a file to which each one that counts adds a line: its kind, a blank, its path
//   CRASH_AT         the number of the operation that is hit, from 1; 0: none
//   CRASH_DO         what happens to it:
//     kill-before, kill-after   the process is killed (SIGKILL) before or after it
//     kill-half                 a write: half of its bytes are written, then as above. Anything else: as kill-before
//     kill-unsynced             an fsync: what it would have made durable is lost first, as when the power fails: the file
//                               has again the size that it had when it was opened, or last synced. Else: as kill-before
//     fail N                    it fails with the errno N, once
//     fail-on N                 it fails, and so does each one after it
//     short                     a write: half of its bytes are written, which is the answer
//     signal N                  the process gets the signal N, and goes on with the operation
//
// Operations are those of the thread that makes them; the count is one for the process. An executed program counts anew.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

const char* given(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? "" : value;
}

enum class Deed { Nothing, KillBefore, KillAfter, KillHalf, KillUnsynced, Fail, FailOn, Short, Signal };

// What is asked for. Read when first needed: other libraries may open files before ours is set up.
struct Orders {
  const char* directory = given("CRASH_DIRECTORY");
  const char* kinds = given("CRASH_KINDS");
  const char* log = given("CRASH_LOG");
  long at = std::atol(given("CRASH_AT"));
  Deed deed = Deed::Nothing;
  int error = 0;  // or the signal

  Orders() {
    const char* words = given("CRASH_DO");
    const auto is = [&](const char* word) { return std::strncmp(words, word, std::strlen(word)) == 0; };
    if (is("kill-before")) deed = Deed::KillBefore;
    if (is("kill-after")) deed = Deed::KillAfter;
    if (is("kill-half")) deed = Deed::KillHalf;
    if (is("kill-unsynced")) deed = Deed::KillUnsynced;
    if (is("fail ")) deed = Deed::Fail, error = std::atoi(words + 5);
    if (is("fail-on ")) deed = Deed::FailOn, error = std::atoi(words + 8);
    if (is("short")) deed = Deed::Short;
    if (is("signal ")) deed = Deed::Signal, error = std::atoi(words + 7);
  }
};

const Orders& orders() {
  static const Orders all;
  return all;
}

std::atomic<long> count{0};

// Sizes that are durable, by descriptor; as they were when it was opened.
std::array<std::atomic<off_t>, 1024> durable_sizes{};

[[noreturn]] void die() {
  ::kill(::getpid(), SIGKILL);
  for (;;) ::pause();
}

using Path = std::array<char, PATH_MAX>;

void add(Path& path, const char* text) {
  const std::size_t size = std::strlen(path.data());
  std::strncpy(path.data() + size, text, path.size() - size - 1);
}

void path_of(int fd, Path& path) {
  std::array<char, 40> link{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(link.data(), path.data(), path.size() - 1);
  path[size < 0 ? 0 : static_cast<std::size_t>(size)] = '\0';
}

// `name` from `directory`: a descriptor, or AT_FDCWD.
void path_of(int directory, const char* name, Path& path) {
  if (name[0] != '/') {
    if (directory != AT_FDCWD) path_of(directory, path);
    else if (::getcwd(path.data(), path.size()) == nullptr) path[0] = '\0';
    add(path, "/");
  }
  add(path, name);
}

bool is_below(const Path& path) {
  const std::size_t size = std::strlen(orders().directory);
  return size != 0 && std::strncmp(path.data(), orders().directory, size) == 0 && path[size] == '/';
}

bool is_listed(const char* kind) {
  const std::size_t size = std::strlen(kind);
  for (const char* at = orders().kinds; (at = std::strstr(at, kind)) != nullptr; at += size) {
    const bool begins = at == orders().kinds || at[-1] == ',';
    if (begins && (at[size] == ',' || at[size] == '\0')) return true;
  }
  return false;
}

void note(const char* kind, const Path& path) {
  if (orders().log[0] == '\0') return;
  static const auto real_open = next<int (*)(const char*, int, ...)>("open");
  static const auto real_write = next<ssize_t (*)(int, const void*, std::size_t)>("write");
  std::array<char, PATH_MAX + 32> line{};
  const int size = std::snprintf(line.data(), line.size(), "%s %s\n", kind, path.data());
  const int fd = real_open(orders().log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0 || real_write(fd, line.data(), static_cast<std::size_t>(size)) != size) std::abort();
  ::close(fd);
}

// What happens to an operation.
Deed deed_for(const char* kind, const Path& path) {
  const int kept = errno;
  if (!is_below(path) || !is_listed(kind)) return Deed::Nothing;
  const long number = ++count;
  note(kind, path);
  errno = kept;
  if (orders().at == 0 || number < orders().at) return Deed::Nothing;
  return number == orders().at || orders().deed == Deed::FailOn ? orders().deed : Deed::Nothing;
}

// Runs `call`, which answers below zero where it fails. `half` does half of it, `undo` what a loss of power would.
template <class Call, class Half, class Undo>
auto run(const char* kind, const Path& path, Call call, Half half, Undo undo) {
  const Deed deed = deed_for(kind, path);
  switch (deed) {
    case Deed::KillBefore: die();
    case Deed::KillHalf: half(); die();
    case Deed::KillUnsynced: undo(); die();
    case Deed::Fail:
    case Deed::FailOn: errno = orders().error; return static_cast<decltype(call())>(-1);
    case Deed::Short: return half();
    case Deed::Signal: ::kill(::getpid(), orders().error); break;
    default: break;
  }
  const auto answer = call();
  if (deed == Deed::KillAfter) die();
  return answer;
}

template <class Call>
auto run(const char* kind, const Path& path, Call call) {
  return run(
      kind, path, call, [] { return static_cast<decltype(call())>(-1); }, [] {});
}

void remember_size(int fd) {
  struct stat status {};
  if (fd >= 0 && static_cast<std::size_t>(fd) < durable_sizes.size() && ::fstat(fd, &status) == 0)
    durable_sizes[static_cast<std::size_t>(fd)] = status.st_size;
}

template <class Call>
int run_open(int directory, const char* name, int flags, Call call) {
  Path path{};
  path_of(directory, name, path);
  const char* kind = (flags & O_CREAT) != 0 ? "create" : "open";
  const int fd = run(kind, path, call);
  if (is_below(path)) remember_size(fd);
  return fd;
}

template <class Call>
ssize_t run_write(int fd, std::size_t size, Call call) {
  Path path{};
  path_of(fd, path);
  return run(
      "write", path, [&] { return call(size); }, [&] { return call(size / 2); }, [] {});
}

template <class Call>
int run_sync(int fd, Call call) {
  Path path{};
  path_of(fd, path);
  const int answer = run(
      "sync", path, call, [] { return -1; },
      [&] {
        static const auto truncate = next<int (*)(int, off_t)>("ftruncate");
        struct stat status {};
        if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return;
        const off_t durable = durable_sizes[static_cast<std::size_t>(fd)];
        if (durable < status.st_size && truncate(fd, durable) != 0) std::abort();
      });
  if (answer == 0 && is_below(path)) remember_size(fd);
  return answer;
}

mode_t mode_of(int flags, std::va_list arguments) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace

// Names of the C library, whose headers have other names of parameters, and attributes.
extern "C" {

int open(const char* name, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, ...)>("open");
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return run_open(AT_FDCWD, name, flags, [&] { return real(name, flags, mode); });
}

int open64(const char* name, int flags, ...) {
  static const auto real = next<int (*)(const char*, int, ...)>("open64");
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return run_open(AT_FDCWD, name, flags, [&] { return real(name, flags, mode); });
}

int openat(int directory, const char* name, int flags, ...) {
  static const auto real = next<int (*)(int, const char*, int, ...)>("openat");
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return run_open(directory, name, flags, [&] { return real(directory, name, flags, mode); });
}

int openat64(int directory, const char* name, int flags, ...) {
  static const auto real = next<int (*)(int, const char*, int, ...)>("openat64");
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return run_open(directory, name, flags, [&] { return real(directory, name, flags, mode); });
}

int creat(const char* name, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("creat");
  return run_open(AT_FDCWD, name, O_CREAT, [&] { return real(name, mode); });
}

FILE* fopen(const char* name, const char* how) {
  static const auto real = next<FILE* (*)(const char*, const char*)>("fopen");
  Path path{};
  path_of(AT_FDCWD, name, path);
  FILE* opened = nullptr;
  const char* kind = how[0] == 'r' ? "open" : "create";
  run(kind, path, [&] { return (opened = real(name, how)) == nullptr ? -1 : 0; });
  return opened;
}

FILE* fopen64(const char* name, const char* how) { return fopen(name, how); }

ssize_t read(int fd, void* bytes, size_t size) {
  static const auto real = next<ssize_t (*)(int, void*, size_t)>("read");
  Path path{};
  path_of(fd, path);
  return run(
      "read", path, [&] { return real(fd, bytes, size); }, [&] { return real(fd, bytes, size < 2 ? size : size / 2); },
      [] {});
}

ssize_t write(int fd, const void* bytes, size_t size) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
  return run_write(fd, size, [&](size_t part) { return real(fd, bytes, part); });
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return run_write(fd, size, [&](size_t part) { return real(fd, bytes, part, at); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return run_write(fd, size, [&](size_t part) { return real(fd, bytes, part, at); });
}

// Half of a list is the first half of its first part.
ssize_t writev(int fd, const struct iovec* parts, int number) {
  static const auto real = next<ssize_t (*)(int, const struct iovec*, int)>("writev");
  const auto half = [&] {
    struct iovec first = parts[0];
    first.iov_len /= 2;
    return real(fd, &first, 1);
  };
  return run_write(fd, 2, [&](size_t part) { return part == 2 || number == 0 ? real(fd, parts, number) : half(); });
}

int fsync(int fd) {
  static const auto real = next<int (*)(int)>("fsync");
  return run_sync(fd, [&] { return real(fd); });
}

int fdatasync(int fd) {
  static const auto real = next<int (*)(int)>("fdatasync");
  return run_sync(fd, [&] { return real(fd); });
}

int rename(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  Path path{};
  path_of(AT_FDCWD, to, path);
  return run("rename", path, [&] { return real(from, to); });
}

int renameat(int from_directory, const char* from, int to_directory, const char* to) {
  static const auto real = next<int (*)(int, const char*, int, const char*)>("renameat");
  Path path{};
  path_of(to_directory, to, path);
  return run("rename", path, [&] { return real(from_directory, from, to_directory, to); });
}

int unlink(const char* name) {
  static const auto real = next<int (*)(const char*)>("unlink");
  Path path{};
  path_of(AT_FDCWD, name, path);
  return run("unlink", path, [&] { return real(name); });
}

int unlinkat(int directory, const char* name, int flags) {
  static const auto real = next<int (*)(int, const char*, int)>("unlinkat");
  Path path{};
  path_of(directory, name, path);
  return run("unlink", path, [&] { return real(directory, name, flags); });
}

int remove(const char* name) {
  static const auto real = next<int (*)(const char*)>("remove");
  Path path{};
  path_of(AT_FDCWD, name, path);
  return run("unlink", path, [&] { return real(name); });
}

int ftruncate(int fd, off_t size) {
  static const auto real = next<int (*)(int, off_t)>("ftruncate");
  Path path{};
  path_of(fd, path);
  return run("truncate", path, [&] { return real(fd, size); });
}

int ftruncate64(int fd, off64_t size) {
  static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
  Path path{};
  path_of(fd, path);
  return run("truncate", path, [&] { return real(fd, size); });
}

int fchmod(int fd, mode_t mode) {
  static const auto real = next<int (*)(int, mode_t)>("fchmod");
  Path path{};
  path_of(fd, path);
  return run("chmod", path, [&] { return real(fd, mode); });
}

int mkdir(const char* name, mode_t mode) {
  static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
  Path path{};
  path_of(AT_FDCWD, name, path);
  return run("mkdir", path, [&] { return real(name, mode); });
}

int mkdirat(int directory, const char* name, mode_t mode) {
  static const auto real = next<int (*)(int, const char*, mode_t)>("mkdirat");
  Path path{};
  path_of(directory, name, path);
  return run("mkdir", path, [&] { return real(directory, name, mode); });
}

int link(const char* from, const char* to) {
  static const auto real = next<int (*)(const char*, const char*)>("link");
  Path path{};
  path_of(AT_FDCWD, to, path);
  return run("link", path, [&] { return real(from, to); });
}

}  // extern "C"
