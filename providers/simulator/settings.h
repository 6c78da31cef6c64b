// What the simulator adds to the type table: [provider.simulator], [vm.<key>.simulator]; the values of the
// former read for one project.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>

#include "engine/provider.h"

namespace pairform::simulator {

struct SimulatorSettings {
  std::filesystem::path database;
  std::chrono::milliseconds latency{0};  // of each call
  std::chrono::milliseconds jitter{0};   // up to so much more
  std::uint64_t seed = 1;
  double fault_rate = 0;                 // share of writes, 0 to 1
  std::int64_t throttle_per_second = 0;  // 0: none
  std::string edition;                   // of the project: what its writes bring about
  std::int64_t polls = 0;                // 0: a write is done at once
  std::int64_t unseen_looks = 0;         // look-ups that miss what was just made; 0: none
};

// Where the database of a project is, by its setting or the environment (provider.h).
std::filesystem::path database_setting(const ProviderContext& context);
// Throws std::runtime_error with a sentence where a value is out of range.
SimulatorSettings read_simulator_settings(const ProviderContext& context);

}  // namespace pairform::simulator
