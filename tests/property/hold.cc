// Runs a property over scenarios, and makes a failing one small before it is shown.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tests/property/shrink.h"

namespace pairform::property {
namespace {

std::string current;       // what runs: for the signal handler
std::uint64_t points = 0;  // that were tried

void say_and_die(int signal) {
  std::fputs(("\naborted in " + current + "\n").c_str(), stderr);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void tried() { ++points; }

void hold(const char* name, std::uint64_t first_seed, std::uint64_t count, Appetite appetite,
          const Property& property) {
  const char* only = std::getenv("PAIRFORM_PROPERTY_SEED");
  if (only != nullptr) first_seed = std::strtoull(only, nullptr, 10), count = 1;
  std::uint64_t worlds = 0;
  points = 0;
  const auto old = std::signal(SIGABRT, say_and_die), old_fault = std::signal(SIGSEGV, say_and_die);
  for (std::uint64_t seed = first_seed; seed < first_seed + count; ++seed) {
    const Scenario scenario = random_scenario(seed, appetite);
    current = name + (" " + text(scenario));
    std::string why = outcome(property, scenario);
    ++worlds;
    if (why.empty()) continue;
    const Scenario small = smallest(property, scenario, why);
    ADD_FAILURE() << name << ", seed " << seed << " (PAIRFORM_PROPERTY_SEED=" << seed << "), made small:\n"
                  << text(small) << "--- what is wrong\n"
                  << why;
    break;
  }
  if (points == 0) fmt::print("{}: {} worlds\n", name, worlds);
  else fmt::print("{}: {} worlds, {} points\n", name, worlds, points);
  std::signal(SIGABRT, old);
  std::signal(SIGSEGV, old_fault);
}

}  // namespace pairform::property
