// Placement alone, at scale: 20,000 NICs into /16 subnets, in each way that an address can be found, and one NIC into a
// /8 with a million taken addresses, scattered or in one run. Each in a process of its own; best of several.
//
//   placement_bench
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <stdexcept>

#include "engine/recovery/placement.h"

namespace pairform {
namespace {

constexpr int k_repetitions = 5;
constexpr std::size_t k_nics = 20000, k_taken = 1000000;
constexpr double k_most_milliseconds = 300, k_most_megabytes = 64;

struct Estate {
  std::vector<std::string> addresses;
  std::vector<LandingNetwork> networks{{"network.app", {}, {}}, {"network.dr", {}, {}}};
  std::vector<MappingRule> rules{{"mapping.m", {}, false}};
  std::vector<LandingRequest> requests;
};

void add_subnet(Estate& estate, std::size_t network, std::string name, std::string_view prefix) {
  estate.networks[network].subnets.push_back({std::move(name), {parse_prefix(prefix)->prefix}});
}

void add_nics(Estate& estate, std::size_t count, std::string_view subnet, std::uint64_t first) {
  for (std::size_t i = 0; i < count; ++i) estate.addresses.push_back(fmt::format("vm.machine{:05}.nic.eth0", i));
  for (std::size_t i = 0; i < count; ++i) {
    LandingRequest request;
    request.address = estate.addresses[i];
    request.target_network = 1;
    request.rule = 0;
    request.source_subnet = subnet;
    request.configurations.push_back({"primary", Ip{false, 0, first + i}, {}, {}});
    estate.requests.push_back(std::move(request));
  }
}

// All from one /16 into one /16.
Estate one_subnet(std::string_view target, bool same_host) {
  Estate estate;
  add_subnet(estate, 0, "web", "10.1.0.0/16");
  add_subnet(estate, 1, "web", target);
  estate.rules[0].same_host = same_host;
  add_nics(estate, k_nics, "web", parse_ip("10.1.1.0")->low);
  return estate;
}

Estate kept() {
  Estate estate = one_subnet("10.2.0.0/16", false);
  for (std::size_t i = 0; i < k_nics; ++i) {
    estate.requests[i].kept_subnet = "web";
    estate.requests[i].configurations[0].kept = Ip{false, 0, parse_ip("10.2.200.0")->low - i};
  }
  return estate;
}

// A /29 for everybody: all but three are told who holds it.
Estate full() { return one_subnet("10.2.0.0/29", false); }

Estate crowded(bool scattered) {
  Estate estate;
  add_subnet(estate, 0, "web", "10.1.0.0/16");
  add_subnet(estate, 1, "web", "11.0.0.0/8");
  std::mt19937 random(1);
  const std::uint64_t base = parse_ip("11.0.0.0")->low;
  for (std::size_t i = 0; i < k_taken; ++i)
    estate.networks[1].occupied.push_back(
        {{false, 0, base + (scattered ? random() % (1U << 24) : 4 + i)}, "in use", true});
  add_nics(estate, 1, "web", parse_ip("10.1.1.0")->low);
  return estate;
}

struct Measured {
  double milliseconds = 1e9;
  double megabytes = 0;  // of the whole process, what it is asked with included
};

double peak_megabytes() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

template <class Make>
void measure(std::string_view name, Make make, bool& good) {
  int pipe_ends[2];
  if (::pipe(pipe_ends) != 0) throw std::runtime_error("no pipe");
  if (const pid_t process = ::fork(); process == 0) {
    Measured best;
    const Estate estate = make();
    const double before = peak_megabytes();
    for (int i = 0; i < k_repetitions; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      const Placement placement = place({estate.networks, estate.rules, estate.requests});
      const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - begun;
      if (placement.nics.size() != estate.requests.size()) ::_exit(1);
      best.milliseconds = std::min(best.milliseconds, spent.count());
    }
    best.megabytes = peak_megabytes() - before;
    ::_exit(::write(pipe_ends[1], &best, sizeof best) == sizeof best ? 0 : 1);
  }
  Measured measured;
  const bool read = ::read(pipe_ends[0], &measured, sizeof measured) == sizeof measured;
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  int status = 0;
  if (::wait(&status) < 0 || status != 0 || !read) throw std::runtime_error("a measured process failed");
  const bool within = measured.milliseconds <= k_most_milliseconds && measured.megabytes <= k_most_megabytes;
  fmt::print("{}  {:<48} {:>8.1f} ms {:>8.1f} MB more\n", within ? "ok    " : "FAILED", name, measured.milliseconds,
             measured.megabytes);
  std::fflush(stdout);
  good &= within;
}

int run() {
  bool good = true;
  fmt::print("Placement, at most {} ms and {} MB each:\n", k_most_milliseconds, k_most_megabytes);
  std::fflush(stdout);
  measure(
      "20,000 NICs, one /16, same address", [] { return one_subnet("10.1.0.0/16", false); }, good);
  measure(
      "20,000 NICs, one /16, same host", [] { return one_subnet("10.2.0.0/16", true); }, good);
  measure(
      "20,000 NICs, one /16, next available", [] { return one_subnet("10.2.0.0/16", false); }, good);
  measure("20,000 NICs, one /16, kept", kept, good);
  measure("20,000 NICs, one /29: all but 3 refused", full, good);
  measure(
      "1 NIC, a /8 with 1,000,000 taken, scattered", [] { return crowded(true); }, good);
  measure(
      "1 NIC, a /8 with 1,000,000 taken, in one run", [] { return crowded(false); }, good);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace pairform

int main() {
  try {
    return pairform::run();
  } catch (const std::exception& failed) {
    fmt::print(stderr, "placement_bench: {}\n", failed.what());
    return 1;
  }
}
