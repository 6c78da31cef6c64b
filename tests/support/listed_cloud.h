// A cloud made by hand beside an estate (estate_builder.h), for tests of the passes that read it: what listings show,
// which scopes refuse, and by a FakeProvider what look-ups answer. Identities are as there: "east/app",
// "east/app>west". The project is "p". Ownership: a CloudView of it needs it, and the estate, to live.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "engine/model/cloud_view.h"
#include "engine/read/refresh.h"
#include "tests/support/estate_builder.h"
#include "tests/support/fake_provider.h"

namespace pairform {

struct ListedCloud {
  void network(const std::string& region, const std::string& name, const std::string& subnets = "") {
    list(row("network", region + "/" + name, {{"region", region}, {"name", name}}, "subnets", subnets));
  }
  void half(const std::string& source, const std::string& target, const std::string& name = "") {
    const std::string slot = source + ">" + target.substr(0, target.find('/'));
    list(row("mapping", slot, {{"source", source}, {"target", target}}, "name", name));
  }
  void vm(const std::string& identity, const std::string& network, const std::string& target) {
    list(row("vm", identity, {{"network", network}}, "target_network", target));
  }
  void nic(const std::string& vm, const std::string& name, const std::string& target_subnet,
           const std::string& target_ip = "") {
    list(row("nic", vm + "/" + name, {{"vm", vm}, {"name", name}, {"target_subnet", target_subnet}}, "target_ip",
             target_ip));
  }
  CloudView view(EstateBuilder& world, bool offline = false) {
    Observed observed;
    for (const CloudRow& row : listed) add_observed(observed, row, world.types(), "p", world.texts());
    for (const auto& [scope, why] : unseen)
      observed.unseen.push_back({world.texts().intern(scope), world.texts().intern(why)});
    return {std::move(observed), offline ? nullptr : &provider, world.types(), "p", world.texts()};
  }
  CloudRow& last() { return listed.back(); }

  std::vector<CloudRow> listed;
  std::vector<std::pair<std::string, std::string>> unseen;  // scope, why
  FakeProvider provider;

 private:
  void list(CloudRow row) { listed.push_back(std::move(row)); }
  static CloudRow row(const char* type, const std::string& identity, std::vector<NamedValue> attributes,
                      const char* further, const std::string& value) {
    if (!value.empty()) attributes.push_back({further, value});
    return {.type = type, .id = identity, .identity = identity, .attributes = std::move(attributes)};
  }
};

}  // namespace pairform
