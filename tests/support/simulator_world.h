// A simulated cloud of its own for one test: a fresh directory, the portal, and providers opened on it.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "providers/provider_set.h"
#include "providers/simulator/portal.h"
#include "tests/support/temporary_directory.h"

namespace pairform::simulator {

class SimulatorWorld {
 public:
  const std::filesystem::path& directory() const { return directory_.path(); }
  std::filesystem::path database() const { return directory() / ".pairform" / "simulator.db"; }

  ToolResult sim(const std::vector<std::string>& words) const { return run_portal(database(), words); }
  // For what must succeed; says what it said.
  std::string done(const std::vector<std::string>& words) const {
    const ToolResult result = sim(words);
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(result.error, "");
    return result.out;
  }
  // For what must be refused; why.
  std::string refused(const std::vector<std::string>& words) const {
    const ToolResult result = sim(words);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    return result.error;
  }

  std::unique_ptr<Provider> open(std::vector<NamedValue> settings = {}) const {
    return provider_entries().front().open({directory().string(), {}, std::move(settings)});
  }

 private:
  TemporaryDirectory directory_{"simulator"};
};

// Networks app in eastasia and dr, dr2 in southeastasia, as in the worked examples.
inline void put_example_networks(const SimulatorWorld& world) {
  world.done({"put", "network", "eastasia/app", "address_space=10.0.0.0/16", "subnet.alpha=10.0.0.0/24",
              "subnet.web=10.0.1.0/24"});
  world.done({"put", "network", "southeastasia/dr", "address_space=10.0.0.0/16,10.9.0.0/16", "subnet.db=10.9.0.0/24",
              "subnet.web=10.0.1.0/24", "subnet.Zeta=10.9.2.0/29"});
  world.done({"put", "network", "southeastasia/dr2", "address_space=10.8.0.0/16"});
}

}  // namespace pairform::simulator
