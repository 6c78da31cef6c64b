// A project and its simulated cloud, which stands beside it, and the real program in it: whole, killed at the n-th operation
// on a file of the project, or with an operation that fails (shim.cc). What stood at one moment is kept, and brought back as
// often as one likes. In memory (/dev/shm) where there is one: a run syncs files dozens of times.
// One object, one thread; its directory goes with it.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/program.h"
#include "tests/support/temporary_directory.h"

namespace pairform::crash {

using Words = std::vector<std::string>;
using Files = std::map<std::string, std::string>;  // bytes by path, from the project directory

// Kinds of operations on files, as shim.cc knows them. Those that change something; and all.
inline constexpr const char* k_changing = "create,write,sync,rename,unlink,truncate,chmod,mkdir,link";
inline constexpr const char* k_all_kinds = "open,read,create,write,sync,rename,unlink,truncate,chmod,mkdir,link";

// What is done to one operation of a run.
struct Hit {
  std::string kinds = k_changing;  // that are counted
  std::size_t at = 0;              // from 1; 0: they are only counted
  std::string deed{};              // "kill-before", "fail 28": shim.cc lists them
};

struct Operation {
  std::string kind, file;  // file: from the project directory
};

class Sandbox {
 public:
  Sandbox();

  std::filesystem::path project() const { return root_.path() / "live" / "project"; }
  // Environment of every later run.
  void set_environment(const std::string& name, const std::string& value) { environment_[name] = value; }

  // The stanzas are these; others go. State, journal and plans stay.
  void write_stanzas(const Files& files) const;
  void write(const std::string& file, std::string_view bytes) const;
  void remove(const std::string& file) const;  // a directory with what is in it
  std::string read(const std::string& file) const;
  bool sim(const Words& words) const;  // false: refused
  std::string cloud() const;           // as `sim list --json` shows it
  Files files() const;                 // all but the lock, which says who had it

  void keep() const;  // files and cloud as they are now
  void restore() const;

  // `in_child`: called in the process before it becomes the program: limits, closed descriptors.
  using InChild = std::function<void()>;
  Ran run(const Words& arguments, const InChild& in_child = {}) const;
  // With the shim. Afterwards operations() has what was counted.
  Ran run_hit(const Words& arguments, const Hit& hit, const InChild& in_child = {}) const;
  std::vector<Operation> operations() const;

 private:
  using Environment = std::map<std::string, std::string>;
  Ran run_in(const Words& arguments, const Environment& environment, const InChild& in_child) const;

  TemporaryDirectory root_;
  Environment environment_;
};

// Are this and the program built with a sanitizer? Each start of it takes ten times as long then.
inline constexpr bool k_sanitized =
#if defined(__SANITIZE_ADDRESS__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

// Was it SIGKILL that ended it?
bool is_killed(const Ran& ran);

// PAIRFORM_CRASH_ALL: how many seeded worlds a whole sweep takes, which spares nothing; 0: the short one of the suite.
std::uint64_t whole_sweep();

}  // namespace pairform::crash
