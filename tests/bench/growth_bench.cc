// How cost grows with one dimension of the input at a time: CPU time of the real program at n and at 2n, user and
// system, without what starting a process costs. Twice the input may cost at most 2.3 times: a pass that looks at all
// rows for each item shows as 4, a cache that is outgrown as 2.2.
//
// CPU time and the best of several runs, so that a busy machine does not matter; an n that is too quick to measure is
// doubled first.
//
//   growth_bench [--program FILE] [NAME]     NAME: only dimensions whose name contains it
#include <fcntl.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/act/scheduler.h"
#include "tests/bench/measure.h"
#include "tests/support/fake_provider.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
constexpr double k_gate = 2.3, k_long_enough = 0.08;
constexpr int k_repetitions = 3, k_sweeps = 3;
std::string program = PAIRFORM_BINARY;

// One project directory being written.
class Project {
 public:
  explicit Project(fs::path directory) : directory_(std::move(directory)) {
    fs::remove_all(directory_);
    fs::create_directories(directory_);
    state_ = "{\"pairform_state\":1,\"project\":\"growth\",\"provider\":\"simulator\",\"scope\":\"simulator\"}\n";
  }
  const fs::path& directory() const { return directory_; }

  void include(std::string_view files) { include_ = fmt::format("include = {}\n", files); }
  void toml(const std::string& text) { toml_ += text; }
  void existing(const std::string& key, std::string_view region) {
    toml(fmt::format("[network.{}]\nexisting = true\nregion = \"{}\"\n", key, region));
  }
  void managed(const std::string& key, std::string_view region, std::string_view more = {}) {
    toml(fmt::format(
        "[network.{}]\nregion = \"{}\"\naddress_space = [\"10.0.0.0/16\"]\nsubnets = {{ web = \"10.0.0.0/16\" }}\n{}",
        key, region, more));
  }
  void mapping(const std::string& key, std::string_view source, std::string_view target, std::string_view more = {}) {
    toml(fmt::format("[mapping.{}]\nsource = \"network.{}\"\ntarget = \"network.{}\"\n{}", key, source, target, more));
  }
  void vm(const std::string& key, std::string_view network) {
    toml(fmt::format("[vm.{}]\nnetwork = \"network.{}\"\ntarget_region = \"southeastasia\"\n", key, network));
  }
  void nic(const std::string& vm, const std::string& key, std::string_view subnet, std::size_t host) {
    toml(fmt::format("[vm.{}.nic.{}]\nsubnet = \"{}\"\nip = \"10.0.{}.{}\"\n", vm, key, subnet, host / 250,
                     host % 250 + 4));
  }
  // A recorded managed network; rows must come in the order of addresses.
  void recorded(const std::string& key, std::string_view region, std::string_view space = "[\"10.0.0.0/16\"]",
                std::string_view subnets = "{\"web\":\"10.0.0.0/16\"}") {
    has_state_ = true;
    state_ += fmt::format(
        "{{\"address\":\"network.{0}\",\"attributes\":{{\"address_space\":{2},\"existing\":false,\"name\":\"{0}\","
        "\"region\":\"{1}\",\"subnets\":{3}}},\"id\":\"{1}/{0}\",\"type\":\"network\"}}\n",
        key, region, space, subnets);
  }
  void file(const fs::path& name, const std::string& text) {
    fs::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name, std::ios::binary | std::ios::trunc) << text;
  }
  void write() {
    file("pairform.toml", include_ + "[project]\nname = \"growth\"\n" + toml_);
    if (has_state_) file("pairform.state.jsonl", state_);
  }
  void start_anew() { toml_.clear(); }

  int run(const std::vector<std::string>& words) const {
    const pid_t process = ::fork();
    if (process == 0) become(words);
    int status = 0;
    ::waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  void done(const std::vector<std::string>& words) const {
    if (const int code = run(words); code != 0)
      throw std::runtime_error(
          fmt::format("pairform {} in {} ended with {}", words.front(), directory_.string(), code));
  }
  [[noreturn]] void become(const std::vector<std::string>& words) const {
    const int null = ::open("/dev/null", O_RDWR);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, fd);
    std::vector<const char*> arguments{program.c_str(), "-C", directory_.c_str()};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    arguments.push_back(nullptr);
    ::execv(program.c_str(), const_cast<char* const*>(arguments.data()));
    _exit(127);
  }
  // Changes the simulator's database directly: many rows at once, which the portal would take one by one.
  void sql(const std::string& statements) const {
    sqlite3* connection = nullptr;
    const bool good =
        sqlite3_open((directory_ / ".pairform/simulator.db").c_str(), &connection) == SQLITE_OK &&
        sqlite3_exec(connection, ("BEGIN;" + statements + "COMMIT").c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    const std::string why = sqlite3_errmsg(connection);
    sqlite3_close(connection);
    if (!good) throw std::runtime_error("the simulator's database refuses: " + why);
  }

 private:
  fs::path directory_;
  std::string include_, toml_, state_;
  bool has_state_ = false;
};

std::string number(std::string_view stem, std::size_t i) { return fmt::format("{}{:07}", stem, i); }

using Words = std::vector<std::string>;
struct Dimension {
  std::string name;
  Words words;
  int exit = 0;
  std::size_t n = 1000;                                  // to begin with
  std::function<void(Project&, std::size_t)> make = {};  // writes the project
  std::function<void(Words&, std::size_t)> say = {};     // further words, by n
  std::function<void(std::size_t)> here = {};            // instead of the program: in a process of its own
  bool fixed = false;                                    // making the project takes long, so n is never doubled
};

struct Spent {
  int exit = 0;
  double seconds = 0;
};
Spent cpu(const std::function<void()>& body) {
  const pid_t process = ::fork();
  if (process == 0) {
    body();
    _exit(0);
  }
  int status = 0;
  struct rusage usage {};
  ::wait4(process, &status, 0, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, seconds(usage.ru_utime) + seconds(usage.ru_stime)};
}

// Steps of one request each two: a group and a lane of its own, as the machines of a real plan.
void run_grouped_steps(std::size_t n) {
  FakeProvider provider;
  std::vector<ScheduledStep> steps;
  for (std::size_t i = 0; i < n; ++i) {
    const std::string identity = number("s", i), lane = number("vm", i / 2);
    provider.routes[identity] = {lane, lane};
    steps.push_back({false, {"nic", Operation::Create, "", identity, {}, "p", {}}, {}});
  }
  SchedulerHooks hooks;
  hooks.before = [](std::span<const std::uint32_t>) { return true; };
  hooks.after = [](std::span<const StepResult>) {};
  run_steps(provider, std::move(steps), {}, hooks);
}

void managed_networks(Project& project, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) project.managed(number("n", i), "eastasia");
}
void all_recorded(Project& project, std::size_t n) {
  managed_networks(project, n);
  for (std::size_t i = 0; i < n; ++i) project.recorded(number("n", i), "eastasia");
}
void existing_pairs(Project& project, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    project.existing(number("a", i), "eastasia");
    project.existing(number("b", i), "southeastasia");
    project.mapping(number("m", i), number("a", i), number("b", i));
  }
}
void vms(Project& project, std::size_t n) {
  project.managed("app", "eastasia");
  project.managed("dr", "southeastasia");
  project.mapping("m", "app", "dr");
  for (std::size_t i = 0; i < n; ++i) {
    project.vm(number("v", i), "app");
    project.nic(number("v", i), "eth0", "web", i);
  }
}
void moves(Project& project, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    project.managed(number("new", i), "eastasia", fmt::format("name = \"{}\"\n", number("old", i)));
    project.toml(fmt::format("[moved.\"network.{}\"]\nto = \"network.{}\"\n", number("old", i), number("new", i)));
    project.recorded(number("old", i), "eastasia");
  }
}
void chain(Project& project, std::size_t n, bool circle) {
  for (std::size_t i = 0; i < n; ++i)
    project.toml(fmt::format("[moved.\"network.{}\"]\nto = \"network.{}\"\n", number("c", i),
                             number("c", circle ? (i + 1) % n : i + 1)));
  if (!circle) project.managed(number("c", n), "eastasia", fmt::format("name = \"{}\"\n", number("c", 0)));
  project.recorded(number("c", 0), "eastasia");
}
std::string subnet_map(std::size_t n) {
  std::string subnets;
  for (std::size_t i = 0; i < n; ++i)
    subnets += fmt::format("{}{} = \"10.{}.{}.{}/29\"", i == 0 ? "" : ", ", number("s", i), i >> 13, i >> 5 & 255,
                           (i & 31) << 3);
  return "{ " + subnets + " }";
}
std::string space_list(std::size_t n, std::size_t shift) {
  std::string spaces;
  for (std::size_t i = 0; i < n; ++i)
    spaces += fmt::format("{}\"10.{}.{}.{}/29\"", i == 0 ? "" : ",", (i + shift) >> 13, (i + shift) >> 5 & 255,
                          ((i + shift) & 31) << 3);
  return "[" + spaces + "]";
}
void one_network(Project& project, const std::string& spaces, const std::string& subnets) {
  project.toml(
      fmt::format("[network.app]\nregion = \"eastasia\"\naddress_space = {}\nsubnets = {}\n", spaces, subnets));
}
// Names of networks, pairs or vms, each behind an option.
std::function<void(Words&, std::size_t)> each(std::string option, std::string stem) {
  return [=](Words& words, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) words.insert(words.end(), {option, number(stem, i)});
  };
}

const Words validate{"validate"}, plan{"plan", "--offline"};
const std::string all = "[\"10.0.0.0/8\"]";

std::vector<Dimension> resource_dimensions() {
  return {
      {"networks", plan, 0, 8000, managed_networks},
      {"pairs", plan, 0, 4000, existing_pairs},
      {"vms, one nic each", plan, 0, 2000, vms},
      {"nics of one vm", plan, 0, 2000,
       [](Project& p, std::size_t n) {
         vms(p, 1);
         for (std::size_t i = 1; i < n; ++i) p.nic(number("v", 0), number("eth", i), "web", i);
       }},
      {"mappings onto one network", plan, 0, 4000,
       [](Project& p, std::size_t n) {
         p.existing("hub", "southeastasia");
         for (std::size_t i = 0; i < n; ++i) {
           p.existing(number("a", i), "eastasia");
           p.mapping(number("m", i), number("a", i), "hub", "mirror = false\n");
         }
       }},
  };
}

std::vector<Dimension> directive_dimensions() {
  return {
      {"imports", validate, 0, 2000,
       [](Project& p, std::size_t n) {
         managed_networks(p, n);
         for (std::size_t i = 0; i < n; ++i)
           p.toml(fmt::format("[import.\"network.{0}\"]\nid = \"eastasia/{0}\"\n", number("n", i)));
       }},
      {"moves", validate, 0, 2000, moves},
      {"moves", plan, 0, 2000, moves},
      {"chain of moves", validate, 0, 4000, [](Project& p, std::size_t n) { chain(p, n, false); }},
      {"chain of moves", plan, 0, 4000, [](Project& p, std::size_t n) { chain(p, n, false); }},
      {"circle of moves", validate, 1, 4000, [](Project& p, std::size_t n) { chain(p, n, true); }},
      {"references to a moved network", validate, 0, 2000,
       [](Project& p, std::size_t n) {
         chain(p, n, false);
         for (std::size_t i = 0; i < n; ++i) p.vm(number("v", i), number("c", 0));
       }},
      {"removed", plan, 0, 4000,
       [](Project& p, std::size_t n) {
         for (std::size_t i = 0; i < n; ++i) {
           p.toml(fmt::format("[removed.\"network.{}\"]\n", number("n", i)));
           p.recorded(number("n", i), "eastasia");
         }
       }},
  };
}

std::vector<Dimension> state_dimensions() {
  return {
      {"leaving networks", plan, 0, 4000,
       [](Project& p, std::size_t n) {
         for (std::size_t i = 0; i < n; ++i) p.recorded(number("n", i), "eastasia");
       }},
      {"guards", plan, 0, 2000,
       [](Project& p, std::size_t n) {
         for (std::size_t i = 0; i < n; ++i) {
           p.managed(number("n", i), "southeastasia", "protect = true\n");
           p.recorded(number("n", i), "eastasia");
         }
       }},
      {"rows of state out of order", plan, 1, 1000,
       [](Project& p, std::size_t n) {
         managed_networks(p, n);
         for (std::size_t i = n; i > 0; --i) p.recorded(number("n", i - 1), "eastasia");
       }},
      {"rows of state on two lines", plan, 1, 1000,
       [](Project& p, std::size_t n) {
         managed_networks(p, n);
         for (std::size_t i = 0; i < 2 * n; ++i) p.recorded(number("n", i / 2), "eastasia");
       }},
      {"everything gone from the cloud", {"plan"}, 0, 2000, all_recorded},
      {"everything gone, refreshed", {"plan", "--refresh-only"}, 0, 2000, all_recorded},
  };
}

std::vector<Dimension> file_dimensions() {
  return {
      {"subnets of one network", validate, 0, 4000,
       [=](Project& p, std::size_t n) { one_network(p, all, subnet_map(n)); }},
      {"subnets, each with its space", validate, 0, 4000,
       [](Project& p, std::size_t n) { one_network(p, space_list(n, 0), subnet_map(n)); }},
      {"spaces that all change", plan, 0, 4000,
       [](Project& p, std::size_t n) {
         one_network(p, space_list(n, n), "{}");
         p.recorded("app", "eastasia", space_list(n, 0), "{}");
       }},
      {"overlapping subnets", validate, 1, 500,
       [=](Project& p, std::size_t n) {
         std::string subnets = "wide = \"10.0.0.0/9\"";
         for (std::size_t i = 0; i < n; ++i)
           subnets += fmt::format(", {} = \"10.{}.{}.0/24\"", number("s", i), i >> 8, i & 255);
         one_network(p, all, "{" + subnets + "}");
       }},
      {"a table in two files", validate, 1, 500,
       [](Project& p, std::size_t n) {
         std::string twice;
         for (std::size_t i = 0; i < n; ++i)
           twice += fmt::format("[network.{}]\nexisting = true\nregion = \"eastasia\"\n", number("n", i));
         p.file("one.toml", twice);
         p.file("two.toml", twice);
         p.include("[\"one.toml\", \"two.toml\"]");
       }},
      {"included files", validate, 0, 1000,
       [](Project& p, std::size_t n) {
         p.include("[\"more/*.toml\"]");
         for (std::size_t i = 0; i < n; ++i)
           p.file("more/" + number("f", i) + ".toml",
                  fmt::format("[network.{}]\nexisting = true\nregion = \"eastasia\"\n", number("n", i)));
       }},
      {"names equal but for case in one line", validate, 1, 500,
       [=](Project& p, std::size_t n) {
         std::string subnets = subnet_map(n);
         subnets.pop_back();
         for (std::size_t i = 0; i < n; ++i) subnets += fmt::format(", {} = \"10.255.0.0/29\"", number("S", i));
         one_network(p, all, subnets + "}");
       }},
      {"equal subnets in one line", validate, 1, 500,
       [=](Project& p, std::size_t n) {
         std::string subnets;
         for (std::size_t i = 0; i < n; ++i)
           subnets += fmt::format("{}{} = \"10.1.0.0/24\"", i == 0 ? "" : ", ", number("s", i));
         one_network(p, all, "{" + subnets + "}");
       }},
      {"patterns that match nothing in one line", validate, 1, 500,
       [](Project& p, std::size_t n) {
         std::string patterns;
         for (std::size_t i = 0; i < n; ++i)
           patterns += fmt::format("{}\"{}/*.toml\"", i == 0 ? "" : ", ", number("x", i));
         p.include("[" + patterns + "]");
       }},
      {"references to a misspelt table", validate, 1, 1000,
       [](Project& p, std::size_t n) {
         for (std::size_t i = 0; i < n; ++i) {
           p.toml(fmt::format("[netwroks.{}]\nexisting = true\n", number("n", i)));
           p.vm(number("v", i), number("n", i));
         }
       }},
      {"defaults of files", validate, 0, 500,
       [](Project& p, std::size_t n) {
         p.include("[\"more/*.toml\"]");
         for (std::size_t i = 0; i < n; ++i)
           p.file("more/" + number("f", i) + ".toml",
                  fmt::format("[defaults.network]\nexisting = true\nregion = \"eastasia\"\n[network.{0}]\n"
                              "[defaults.vm]\nnetwork = \"network.{0}\"\ntarget_region = \"westus\"\n[vm.{0}]\n"
                              "[vm.{0}.nics]\ntarget_subnet = \"web\"\n",
                              number("n", i)));
       }},
      {"mistakes in one long line", validate, 1, 500,
       [=](Project& p, std::size_t n) {
         std::string subnets;
         for (std::size_t i = 0; i < n; ++i) subnets += fmt::format("{}{} = \"x\"", i == 0 ? "" : ", ", number("s", i));
         one_network(p, all, "{" + subnets + "}");
       }},
  };
}

std::vector<Dimension> word_dimensions() {
  return {
      {"targets", plan, 0, 1000, existing_pairs, each("--target", "mapping.m")},
      {"excludes", plan, 0, 1000, existing_pairs, each("--exclude", "mapping.m")},
      {"targets that nobody has", plan, 1, 500, existing_pairs, each("--target", "mapping.x")},
      {"place anew", plan, 0, 1000, vms, each("--place-anew", "vm.v")},
      {"grouped steps", {}, 0, 10000, {}, {}, run_grouped_steps},
  };
}

// Inputs of which a part is in the simulated cloud, where applies put it.
std::vector<Dimension> cloud_dimensions() {
  const Words apply{"apply", "--auto-approve"};
  return {
      {"addresses that strangers take",
       {"plan"},
       0,
       600,
       [=](Project& p, std::size_t n) {
         vms(p, n);
         p.write();
         p.done(apply);
         p.sql(
             "INSERT OR IGNORE INTO address_use(network, ip) SELECT n.id, u.ip FROM network n, nic_use u "
             "WHERE n.name = 'dr';");
       },
       {},
       {},
       true},
      {"kept landings in a network of as many subnets",
       {"plan"},
       0,
       600,
       [=](Project& p, std::size_t n) {
         Words put{"sim", "put", "network", "southeastasia/dr", "address_space=10.0.0.0/8"};
         for (std::size_t i = 0; i < n; ++i)
           put.push_back(fmt::format("subnet.{}=10.{}.{}.{}/29", number("s", i), i >> 13, i >> 5 & 255, (i & 31) << 3));
         one_network(p, "[\"10.0.0.0/8\"]", subnet_map(n));
         p.existing("dr", "southeastasia");
         p.mapping("m", "app", "dr");
         for (std::size_t i = 0; i < n; ++i) {
           p.vm(number("v", i), "app");
           p.toml(fmt::format("[vm.{}.nic.eth0]\nsubnet = \"{}\"\nip = \"10.{}.{}.{}\"\n", number("v", i),
                              number("s", i), i >> 13, i >> 5 & 255, ((i & 31) << 3) + 4));
         }
         p.write();
         p.done(put);
         p.done(apply);
       },
       {},
       {},
       true},
      {"leaving networks that strangers use",
       {"plan"},
       1,
       400,
       [=](Project& p, std::size_t n) {
         managed_networks(p, n);
         p.write();
         p.done(apply);
         Project other(p.directory() / "other");
         const fs::path cloud =
             ".pairform/simulator.db";  // a project's must be inside the project: copied there and back
         fs::create_directories(other.directory() / ".pairform");
         fs::copy_file(p.directory() / cloud, other.directory() / cloud);
         for (std::size_t i = 0; i < n; ++i) {
           other.existing(number("n", i), "eastasia");
           other.managed(number("o", i), "southeastasia");
           other.mapping(number("m", i), number("o", i), number("n", i), "mirror = false\n");
         }
         other.write();
         other.done(apply);
         fs::copy_file(other.directory() / cloud, p.directory() / cloud, fs::copy_options::overwrite_existing);
         p.start_anew();
         p.write();
       },
       {},
       {},
       true},
  };
}

// One size of one dimension, ready to be measured again and again.
class Measurement {
 public:
  Measurement(const Dimension& dimension, const fs::path& place, std::size_t n)
      : dimension_(dimension), project_(place), n_(n), words_(dimension.words) {
    if (dimension.here) return;
    dimension.make(project_, n);
    if (!dimension.fixed) project_.write();
    if (dimension.say) dimension.say(words_, n);
  }
  // The best of all so far, without the start.
  double take(double start) {
    for (int i = 0; i < k_repetitions; ++i) {
      const Spent spent = cpu([&] {
        if (dimension_.here) dimension_.here(n_);
        else project_.become(words_);
      });
      if (spent.exit != (dimension_.here ? 0 : dimension_.exit))
        throw std::runtime_error(
            fmt::format("{}: ended with {}, not {}", dimension_.name, spent.exit, dimension_.exit));
      best_ = std::min(best_, spent.seconds);
    }
    return std::max(best_ - (dimension_.here ? 0 : start), 1e-4);
  }

 private:
  const Dimension& dimension_;
  Project project_;
  std::size_t n_;
  Words words_;
  double best_ = 1e9;
};

bool sweep(const Dimension& dimension, const fs::path& place, double start) {
  constexpr std::size_t k_most_doublings = 6;
  std::size_t n = dimension.n;
  auto small = std::make_unique<Measurement>(dimension, place / "n", n);
  double one = small->take(start);
  for (std::size_t i = 0; i < k_most_doublings && one < k_long_enough && !dimension.fixed; ++i) {
    n *= 2;
    small = std::make_unique<Measurement>(dimension, place / "n", n);
    one = small->take(start);
  }
  Measurement large(dimension, place / "2n", 2 * n);
  double two = large.take(start);
  for (int i = 1; i < k_sweeps && two / one > k_gate; ++i) {
    one = small->take(start);
    two = large.take(start);
  }
  const bool good = two / one <= k_gate;
  std::string command;
  for (const std::string& word : dimension.words) command += (command.empty() ? "" : " ") + word;
  fmt::print("{}  {:<46} {:<28} {:>7} {:>7.3f} {:>7.3f} {:>6.2f}\n", good ? "ok    " : "FAILED", dimension.name,
             command.substr(0, 28), n, one, two, two / one);
  std::fflush(stdout);
  return good;
}

int run(std::string_view wanted) {
  const char* temporary = std::getenv("TMPDIR");
  std::string place = fmt::format("{}/pairform-growth.XXXXXX", temporary == nullptr ? "/tmp" : temporary);
  if (mkdtemp(place.data()) == nullptr) throw std::runtime_error("no temporary directory");
  Project empty(fs::path(place) / "empty");
  empty.write();
  double start = 1e9;
  for (int i = 0; i < 10; ++i) start = std::min(start, cpu([&] { empty.become({"validate"}); }).seconds);
  fmt::print("        {:<46} {:<28} {:>7} {:>7} {:>7} {:>6}\n", "dimension", "command", "n", "s at n", "at 2n",
             "ratio");
  bool good = true;
  for (const auto& dimensions : {resource_dimensions(), directive_dimensions(), state_dimensions(), file_dimensions(),
                                 word_dimensions(), cloud_dimensions()})
    for (const Dimension& dimension : dimensions)
      if (dimension.name.find(wanted) != std::string::npos) {
        try {
          good &= sweep(dimension, fs::path(place), start);
        } catch (const std::exception& failed) {
          good = false;
          fmt::print("FAILED  {}\n", failed.what());
        }
        fs::remove_all(fs::path(place) / "n");
        fs::remove_all(fs::path(place) / "2n");
      }
  fs::remove_all(place);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace pairform

int main(int argc, char** argv) {
  try {
    std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() > 1 && words[0] == "--program") {
      pairform::program = words[1];
      words.erase(words.begin(), words.begin() + 2);
    }
    return pairform::run(words.empty() ? "" : words[0]);
  } catch (const std::exception& failed) {
    fmt::print(stderr, "growth_bench: {}\n", failed.what());
    return 1;
  }
}
