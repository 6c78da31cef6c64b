// Planning at scale against its gates, in one run on one machine, so that only ratios count:
//   a plan with no change, --offline, takes at most 2.5 times a bare toml++ parse of the same files
//   its peak memory is at most 1 KB a resource
//   time and memory a resource do not grow with the world
// The parse is single-threaded, each tree dropped before the next file. Times are the best of several, taken in turn.
//
//   bench [PAIRS]      default 20000: 100,000 resources; also measured with half and twice as many
#include <fcntl.h>
#include <fmt/format.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include "tests/bench/measure.h"
#include "tests/bench/world.h"
#include "tests/support/temporary_directory.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;
constexpr int k_repetitions = 7;
constexpr double k_parse_gate = 2.5, k_bytes_gate = 1024, k_growth_gate = 1.25;

int parse_all(const WorldOnDisk& world) {
  std::size_t tables = 0;
  for (const fs::path& file : world.files) tables += toml::parse_file(file.string()).size();
  return tables > world.files.size() ? 0 : 1;
}

int plan(const WorldOnDisk& world, bool timings) {
  if (!timings) {
    const int nowhere = ::open("/dev/null", O_WRONLY);
    ::dup2(nowhere, STDERR_FILENO);
  } else {
    ::setenv("PAIRFORM_TIMINGS", "1", 1);
  }
  ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
  const std::string directory = world.directory.string();
  ::execl(PAIRFORM_BINARY, PAIRFORM_BINARY, "-C", directory.c_str(), "plan", "--offline", "--detailed-exitcode",
          nullptr);
  return 127;
}

struct Row {
  WorldOnDisk world;
  Measured parse, plan;
  double ratio() const { return plan.seconds / parse.seconds; }
  double bytes_a_resource() const { return plan.peak_bytes / static_cast<double>(world.resources); }
  double microseconds_a_resource() const { return plan.seconds * 1e6 / static_cast<double>(world.resources); }
};

int run(std::size_t pairs) {
  const TemporaryDirectory place("bench");
  std::vector<Row> rows;
  for (const std::size_t size : {pairs / 2, pairs, pairs * 2}) {
    const fs::path directory = place.path() / std::to_string(size);
    measure([&] {  // in a process of its own: what it leaves in memory is nobody's
      write_world(directory, size);
      return 0;
    });
    rows.push_back({look_at_world(directory, size), {}, {}});
  }
  for (int i = 0; i < k_repetitions; ++i)
    for (Row& row : rows) {
      take_best(row.parse, measure([&] { return parse_all(row.world); }));
      take_best(row.plan, measure([&] { return plan(row.world, false); }));
    }
  fmt::print("{:>10} {:>9} {:>9} {:>10} {:>10} {:>7} {:>9} {:>11} {:>12}\n", "resources", "TOML MB", "state MB",
             "parse ms", "plan ms", "ratio", "peak MB", "B/resource", "us/resource");
  for (const Row& row : rows)
    fmt::print("{:>10} {:>9.1f} {:>9.1f} {:>10.1f} {:>10.1f} {:>7.2f} {:>9.1f} {:>11.0f} {:>12.2f}\n",
               row.world.resources, static_cast<double>(row.world.toml_bytes) / 1e6,
               static_cast<double>(row.world.state_bytes) / 1e6, row.parse.seconds * 1e3, row.plan.seconds * 1e3,
               row.ratio(), row.plan.peak_bytes / 1e6, row.bytes_a_resource(), row.microseconds_a_resource());
  fmt::print("\nPasses of a plan of {} resources:\n", rows[1].world.resources);
  std::fflush(stdout);
  measure([&] { return plan(rows[1].world, true); });
  fmt::print("\n");
  bool good = gate("time of a plan in parses of its files", rows[1].ratio(), k_parse_gate);
  good &= gate("peak bytes a resource", rows[1].bytes_a_resource(), k_bytes_gate);
  good &= gate("time a resource, four times the world",
               rows[2].microseconds_a_resource() / rows[0].microseconds_a_resource(), k_growth_gate);
  good &= gate("memory a resource, four times the world", rows[2].bytes_a_resource() / rows[0].bytes_a_resource(),
               k_growth_gate);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace pairform

int main(int argc, char** argv) {
  try {
    const long pairs = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 20000;
    if (pairs < 2) throw std::runtime_error("usage: bench [PAIRS]");
    return pairform::run(static_cast<std::size_t>(pairs));
  } catch (const std::exception& failed) {
    fmt::print(stderr, "bench: {}\n", failed.what());
    return 1;
  }
}
