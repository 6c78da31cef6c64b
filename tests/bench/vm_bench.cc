// Planning vms at scale: one vm with two nics for every 100 bytes or so of TOML, into /16 subnets, all of them new; and
// again once they are applied on the simulator, when nothing is to be done; then the same cloud discovered from nothing.
// Gates are on growth and on ratios within one run. Placement alone is placement_bench.
//
//   vm_bench [VMS]      default 10000, 20,000 nics; also measured with a quarter as many
#include <fcntl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include "tests/bench/measure.h"
#include "tests/support/temporary_directory.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
constexpr int k_repetitions = 5;
constexpr double k_growth_gate = 1.4, k_bytes_gate = 12 * 1024, k_discover_gate = 1.0;

void write_estate(const fs::path& directory, std::size_t vms) {
  constexpr std::size_t k_networks = 4, k_vms_a_file = 1000;
  fs::create_directories(directory / "vms");
  std::ofstream project(directory / "pairform.toml");
  project << "include = [\"vms/*.toml\"]\n[project]\nname = \"bench\"\n[defaults.vm]\nregion = \"eastasia\"\n"
             "target_region = \"southeastasia\"\n";
  for (std::size_t n = 0; n < k_networks; ++n)
    project << fmt::format(
        "[network.app{0}]\nregion = \"eastasia\"\naddress_space = [\"10.{0}.0.0/16\"]\n"
        "subnets = {{ web = \"10.{0}.0.0/16\" }}\n"
        "[network.dr{0}]\nregion = \"southeastasia\"\naddress_space = [\"10.{1}.0.0/16\"]\n"
        "subnets = {{ web = \"10.{1}.0.0/16\" }}\n"
        "[mapping.m{0}]\nsource = \"network.app{0}\"\ntarget = \"network.dr{0}\"\n",
        n, n + 100);
  std::ofstream file;
  for (std::size_t vm = 0; vm < vms; ++vm) {
    if (vm % k_vms_a_file == 0) {
      file.close();
      file.open(directory / "vms" / fmt::format("{:03}.toml", vm / k_vms_a_file));
    }
    const std::size_t network = vm % k_networks, host = 2 * (vm / k_networks) + 10;
    file << fmt::format("[vm.web{0:06}]\nnetwork = \"network.app{1}\"\n", vm, network);
    for (std::size_t nic = 0; nic < 2; ++nic)
      file << fmt::format("[vm.web{:06}.nic.eth{}]\nsubnet = \"web\"\nip = \"10.{}.{}.{}\"\n", vm, nic, network,
                          (host + nic) >> 8, (host + nic) & 255);
  }
}

int pairform(const fs::path& directory, std::initializer_list<const char*> words) {
  ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
  ::dup2(STDOUT_FILENO, STDERR_FILENO);
  const std::string place = directory.string();
  std::vector<const char*> arguments{PAIRFORM_BINARY, "-C", place.c_str()};
  arguments.insert(arguments.end(), words);
  arguments.push_back(nullptr);
  ::execv(PAIRFORM_BINARY, const_cast<char* const*>(arguments.data()));
  return 127;
}

struct Row {
  std::size_t vms = 0;
  Measured first, apply, again, discover;
  double microseconds(const Measured& measured) const { return measured.seconds * 1e6 / static_cast<double>(vms); }
  double bytes(const Measured& measured) const { return measured.peak_bytes / static_cast<double>(vms); }
};

int run(std::size_t vms) {
  const TemporaryDirectory place("bench");
  std::vector<Row> rows{{vms / 4, {}, {}, {}, {}}, {vms, {}, {}, {}, {}}};
  for (Row& row : rows) {
    const fs::path directory = place.path() / std::to_string(row.vms);
    write_estate(directory, row.vms);
    for (int i = 0; i < k_repetitions; ++i)
      take_best(row.first, measure([&] { return pairform(directory, {"plan", "--json"}); }));
    take_best(row.apply, measure([&] { return pairform(directory, {"apply", "--json", "--auto-approve"}); }));
    for (int i = 0; i < k_repetitions; ++i)
      take_best(row.again, measure([&] { return pairform(directory, {"plan", "--json", "--detailed-exitcode"}); }));
    const fs::path elsewhere = place.path() / fmt::format("{}-discovered", row.vms);
    fs::create_directories(elsewhere);
    fs::copy(directory / ".pairform", elsewhere / ".pairform", fs::copy_options::recursive);
    for (int i = 0; i < k_repetitions; ++i)
      take_best(row.discover, measure([&] { return pairform(elsewhere, {"discover"}); }));
  }
  fmt::print("{:>6} {:>6} {:>14} {:>8} {:>10} {:>14} {:>8} {:>12} {:>8}\n", "vms", "nics", "first plan ms", "peak MB",
             "apply ms", "next plan ms", "peak MB", "discover ms", "peak MB");
  for (const Row& row : rows)
    fmt::print("{:>6} {:>6} {:>14.1f} {:>8.1f} {:>10.1f} {:>14.1f} {:>8.1f} {:>12.1f} {:>8.1f}\n", row.vms, 2 * row.vms,
               row.first.seconds * 1e3, row.first.peak_bytes / 1e6, row.apply.seconds * 1e3, row.again.seconds * 1e3,
               row.again.peak_bytes / 1e6, row.discover.seconds * 1e3, row.discover.peak_bytes / 1e6);
  fmt::print("\n");
  bool good = gate("time a vm of a first plan, four times the estate",
                   rows[1].microseconds(rows[1].first) / rows[0].microseconds(rows[0].first), k_growth_gate);
  good &= gate("time a vm of a plan with no change, four times the estate",
               rows[1].microseconds(rows[1].again) / rows[0].microseconds(rows[0].again), k_growth_gate);
  good &= gate("time a vm of discover, four times the estate",
               rows[1].microseconds(rows[1].discover) / rows[0].microseconds(rows[0].discover), k_growth_gate);
  good &= gate("discover, as a multiple of the plan with no change", rows[1].discover.seconds / rows[1].again.seconds,
               k_discover_gate);
  good &= gate("peak bytes a vm with two nics, discover", rows[1].bytes(rows[1].discover), k_bytes_gate);
  good &= gate("peak bytes a vm with two nics, first plan", rows[1].bytes(rows[1].first), k_bytes_gate);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace pairform

int main(int argc, char** argv) {
  try {
    const long vms = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 10000;
    if (vms < 8) throw std::runtime_error("usage: vm_bench [VMS]");
    return pairform::run(static_cast<std::size_t>(vms));
  } catch (const std::exception& failed) {
    fmt::print(stderr, "vm_bench: {}\n", failed.what());
    return 1;
  }
}
