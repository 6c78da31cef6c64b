// How scenarios with machines are made up: few networks with few prefixes and names, so that what a vm brings about
// meets what is declared, found and recorded; most machines stand in the cloud, some are made up by their stanza.
// Accidents are guesses: the cloud refuses what does not fit, and that is no matter.
#include <algorithm>
#include <set>

#include "tests/property/world.h"

namespace pairform::property {
namespace {

const std::vector<std::string> k_vm_keys{"a", "a-b", "B", "web1", "web10", "z"};
const std::vector<std::string> k_subnet_names{"app", "db", "Web", "zone"};

class VmMaker {
 public:
  VmMaker(std::uint64_t seed, Appetite appetite) : random_(seed), tests_(seed + 7919), appetite_(appetite) {
    scenario_.seed = seed;
  }

  Scenario make() {
    regions_ = {"eastasia", "southeastasia", "westeurope"};
    regions_.resize(2 + random_.below(2));
    World& before = scenario_.before;
    if (random_.chance(50)) before.edition = random_.pick(std::vector<std::string>{"2018-05", "2026-02"});
    for (std::size_t i = 2 + random_.below(4); i > 0; --i) before.networks.push_back(network());
    for (std::size_t i = random_.below(3); i > 0; --i) add_stranger();
    for (std::size_t i = random_.below(4); i > 0; --i) legally(before, &VmMaker::add_pair);
    for (std::size_t i = random_.below(5); i > 0; --i) legally(before, &VmMaker::add_vm);
    if (random_.chance(30)) foreign_half(scenario_.machines);
    name_test_networks(before, 30);
    scenario_.after = before;
    for (std::size_t i = random_.below(appetite_.edits + 1); i > 0; --i) legally(scenario_.after, &VmMaker::edit);
    name_test_networks(scenario_.after, appetite_.edits == 0 ? 0 : 15);
    for (std::size_t i = random_.below(appetite_.accidents + 1); i > 0; --i) accident();
    if (random_.chance(30)) strangers_machine(scenario_.machines);
    if (random_.chance(30)) strangers_machine(scenario_.accidents);
    if (random_.chance(30)) add_to_derived();
    // Nobody takes an address that a stanza says is a machine's own: it could not be made up.
    std::erase_if(scenario_.accidents, [&](const Words& words) {
      return words[0] == "use" && addresses_.contains(words[1] + "/" + words[2]);
    });
    return std::move(scenario_);
  }

 private:
  void legally(World& world, void (VmMaker::*change)(World&)) {
    const World saved = world;
    (this->*change)(world);
    if (!world.is_legal()) world = saved;
  }
  WorldNetwork network();
  void add_stranger();
  void add_pair(World& world);
  void add_vm(World& world);
  WorldNic nic(const WorldNetwork& network, const std::string& name);
  std::string free_ip(const WorldNetwork& network, const std::string& prefix);
  void add_overrides(World& world, WorldVm& vm);
  void name_test_networks(World& world, unsigned percent);
  void edit(World& world);
  void edit_vm(World& world, WorldVm& vm);
  void edit_pair(World& world);
  void edit_network(World& world);
  void accident();
  void accident_of(const WorldVm& vm);
  void foreign_half(std::vector<Words>& into);
  void strangers_machine(std::vector<Words>& into);
  void add_to_derived();
  std::string other_region(const std::string& region) {
    std::vector<std::string> others(regions_);
    std::erase(others, region);
    return random_.pick(others);
  }
  std::string network_in(const World& world, const std::string& region) {
    std::vector<std::string> keys;
    for (const WorldNetwork& each : world.networks)
      if (each.region == region) keys.push_back(each.key);
    return keys.empty() ? "" : random_.pick(keys);
  }
  std::vector<WorldNetwork> all_networks() const {
    std::vector<WorldNetwork> all = scenario_.before.networks;
    all.insert(all.end(), scenario_.strangers.begin(), scenario_.strangers.end());
    return all;
  }
  // A resource group; most have none.
  std::string group() { return random_.chance(25) ? random_.pick(std::vector<std::string>{"Shop", "ops"}) : ""; }
  // How `put vm` names a network.
  static std::string word_of(const WorldNetwork& network) {
    return network.group.empty() ? network.name : network.id();
  }
  // Words that put the machine as the vm's nics say.
  static Words machine(const WorldVm& vm, const std::string& network);

  Random random_;
  Random tests_;  // of test networks, so that the rest of a scenario is what its seed always made
  Appetite appetite_;
  Scenario scenario_;
  std::vector<std::string> regions_;
  std::set<std::string> addresses_;                     // "network/ip" and "network/subnet" of nics
  std::map<std::string, std::vector<WorldNic>> facts_;  // by identity of a vm, as the portal was told
  std::map<std::string, std::string> homes_;            // by identity of a vm: id of its network
  unsigned number_ = 0;
};

WorldNetwork VmMaker::network() {
  const std::string number = std::to_string(++number_), space = "10." + std::to_string(1 + random_.below(3));
  WorldNetwork made{.key = "n" + number,
                    .region = random_.pick(regions_),
                    .name = (random_.chance(20) ? "VNet" : "net") + number,
                    .existing = random_.chance(65),
                    .protect = random_.chance(3),
                    .spaces = {},
                    .subnets = {},
                    .group = group()};
  if (!made.group.empty() && random_.chance(50)) made.name = "shared";
  made.spaces.push_back(space + ".0.0/16");
  std::vector<std::string> names(k_subnet_names);
  random_.shuffle(names);
  names.resize(random_.chance(5) ? 0 : 1 + random_.below(3));
  for (const std::string& name : names) {
    const std::size_t place = static_cast<std::size_t>(std::find(k_subnet_names.begin(), k_subnet_names.end(), name) -
                                                       k_subnet_names.begin());
    made.subnets[name] = space + "." + std::to_string(1 + place) + (random_.chance(15) ? ".0/29" : ".0/24");
  }
  return made;
}

// Nobody's; often under the name that a vm would ask for.
void VmMaker::add_stranger() {
  WorldNetwork stranger = network();
  stranger.existing = true;
  if (random_.chance(60)) {
    const WorldNetwork& like = random_.pick(scenario_.before.networks);
    stranger.name = like.name + "-asr";
    stranger.group = like.group.empty() ? "" : like.group + "-asr";
    stranger.region = other_region(like.region);
    if (random_.chance(60)) stranger.spaces = like.spaces, stranger.subnets = like.subnets;
  }
  for (const WorldNetwork& each : all_networks())
    if (each.id() == stranger.id()) return;
  scenario_.strangers.push_back(stranger);
}

void VmMaker::add_pair(World& world) {
  if (world.networks.empty()) return;
  const WorldNetwork& source = random_.pick(world.networks);
  const std::string target = network_in(world, other_region(source.region));
  if (target.empty()) return;
  WorldPair pair{.key = "m" + std::to_string(++number_),
                 .source = source.key,
                 .target = target,
                 .mirror = !random_.chance(10),
                 .protect = false,
                 .subnets = {},
                 .same_host = random_.chance(30)};
  if (random_.chance(8)) pair.key = source.key + "-to-" + random_.pick(regions_);
  const WorldNetwork& to = *world.find(target);
  if (random_.chance(20) && !source.subnets.empty() && !to.subnets.empty())
    pair.subnets[source.subnets.begin()->first] = to.subnets.rbegin()->first;
  world.pairs.push_back(pair);
}

std::string VmMaker::free_ip(const WorldNetwork& network, const std::string& prefix) {
  const std::string base = prefix.substr(0, prefix.rfind('.') + 1);
  for (std::size_t host = 4 + (prefix.ends_with("/24") && random_.chance(60) ? random_.below(40) : 0);
       host < (prefix.ends_with("/24") ? 90 : 7); ++host)
    if (addresses_.insert(network.id() + "/" + base + std::to_string(host)).second) return base + std::to_string(host);
  return "dhcp";
}

WorldNic VmMaker::nic(const WorldNetwork& network, const std::string& name) {
  const auto subnet =
      std::next(network.subnets.begin(), static_cast<std::ptrdiff_t>(random_.below(network.subnets.size())));
  addresses_.insert(network.id() + "/" + subnet->first);
  WorldNic made{.name = name,
                .subnet = subnet->first,
                .ip = random_.chance(20) ? "dhcp" : free_ip(network, subnet->second),
                .secondary = {},
                .target_subnet = {},
                .target_ip = {}};
  if (made.ip != "dhcp" && random_.chance(25))
    if (const std::string ip = free_ip(network, subnet->second); ip != "dhcp") made.secondary["vip"] = ip;
  return made;
}

Words VmMaker::machine(const WorldVm& vm, const std::string& network) {
  Words words{"put", "vm", vm.region + "/" + vm.name, "network=" + network};
  if (!vm.group.empty()) words.push_back("resource_group=" + vm.group);
  for (const WorldNic& nic : vm.nics) {
    std::string word = "nic." + nic.name + "=" + nic.subnet + (nic.ip == "dhcp" ? "" : ":" + nic.ip);
    for (const auto& [name, ip] : nic.secondary) word += "," + name + ":" + ip;
    words.push_back(word);
  }
  return words;
}

void VmMaker::add_overrides(World& world, WorldVm& vm) {
  if (vm.nics.empty() || world.networks.empty()) return;
  WorldNic& nic = vm.nics[random_.below(vm.nics.size())];
  const std::string key = network_in(world, vm.target_region);
  const WorldNetwork* target = world.find(key);
  if (target == nullptr || target->subnets.empty()) return;
  const auto subnet =
      std::next(target->subnets.begin(), static_cast<std::ptrdiff_t>(random_.below(target->subnets.size())));
  nic.target_subnet = subnet->first;
  if (random_.chance(40))
    nic.target_ip = subnet->second.substr(0, subnet->second.rfind('.')) + "." + std::to_string(4 + random_.below(3));
}

// Some pairs, vms and nics say where a test failover comes up, or say it otherwise than before; what an edit has made
// impossible is not said.
void VmMaker::name_test_networks(World& world, unsigned percent) {
  const auto name = [&](std::string& key, const std::string& region) {
    const WorldNetwork* named = world.find(key);
    if (named == nullptr || named->region != region) key.clear();
    if (!tests_.chance(percent)) return false;
    std::vector<std::string> keys{""};
    for (const WorldNetwork& network : world.networks)
      if (network.region == region) keys.push_back(network.key);
    key = tests_.pick(keys);
    return true;
  };
  for (WorldPair& pair : world.pairs) {
    name(pair.test_network, world.find(pair.target)->region);
    name(pair.reverse_test_network, world.find(pair.source)->region);
    if (!pair.mirror) pair.reverse_test_network.clear();
  }
  for (WorldVm& vm : world.vms) {
    name(vm.test_network, vm.target_region);
    const WorldNetwork* tested = world.find(vm.test_network);
    for (WorldNic& nic : vm.nics) {
      if (tested == nullptr || !tested->subnets.contains(nic.test_subnet)) nic.test_subnet.clear();
      if (tested == nullptr || tested->subnets.empty() || !tests_.chance(percent)) continue;
      nic.test_subnet =
          std::next(tested->subnets.begin(), static_cast<std::ptrdiff_t>(tests_.below(tested->subnets.size())))->first;
    }
  }
}

void VmMaker::add_vm(World& world) {
  if (world.networks.empty()) return;
  const std::string number = std::to_string(++number_);
  const WorldNetwork& network = random_.pick(world.networks);
  WorldVm vm{.key = random_.pick(k_vm_keys),
             .region = network.region,
             .name = (random_.chance(20) ? "VM-" : "vm-") + number,
             .network = network.key,
             .target_region = other_region(network.region),
             .target_network = {},
             .existing = false,
             .seeding_polls = 0,
             .nics = {},
             .group = group()};
  if (!vm.group.empty() && random_.chance(50)) vm.name = "shared";
  if (random_.chance(25)) vm.target_network = network_in(world, vm.target_region);
  if (!network.subnets.empty())
    for (std::size_t i = random_.below(3); i > 0; --i) vm.nics.push_back(nic(network, "eth" + std::to_string(i - 1)));
  if (network.existing && random_.chance(65)) {  // it stands in the cloud; files need not tell
    scenario_.machines.push_back(machine(vm, word_of(network)));
    facts_[vm.identity()] = vm.nics;
    homes_[vm.identity()] = network.id();
    if (random_.chance(15)) {
      scenario_.machines.push_back({"replicate", vm.identity(), vm.target_region});
      vm.existing = random_.chance(60);
    }
    if (random_.chance(40)) vm.network.clear();
    if (random_.chance(60)) vm.nics.clear();
  }
  if (random_.chance(15)) add_overrides(world, vm);
  world.vms.push_back(vm);
}

void VmMaker::edit(World& world) {
  switch (random_.below(10)) {
    case 0:
    case 1: add_vm(world); return;
    case 2: add_pair(world); return;
    case 3:
      if (world.networks.size() < 7) world.networks.push_back(network());
      return;
    case 4:
    case 5: edit_network(world); return;
    case 6:
    case 7:
      if (!world.pairs.empty()) edit_pair(world);
      return;
    default:
      if (!world.vms.empty()) edit_vm(world, world.vms[random_.below(world.vms.size())]);
      return;
  }
}

void VmMaker::edit_vm(World& world, WorldVm& vm) {
  switch (random_.below(9)) {
    case 0:
    case 1:
    case 2: world.vms.erase(world.vms.begin() + (&vm - world.vms.data())); return;
    case 3: vm.target_network = random_.chance(40) ? "" : network_in(world, vm.target_region); return;
    case 4: vm.target_region = other_region(vm.region), vm.target_network.clear(); return;
    case 5: add_overrides(world, vm); return;
    case 6:
      for (WorldNic& nic : vm.nics) nic.target_subnet = nic.target_ip = "";
      return;
    case 7: vm.key = random_.pick(k_vm_keys); return;
    default: vm.existing ^= true; return;
  }
}

void VmMaker::edit_pair(World& world) {
  WorldPair& pair = world.pairs[random_.below(world.pairs.size())];
  switch (random_.below(8)) {
    case 0:
    case 1:
    case 2:
      pair.target = network_in(world, world.find(pair.target)->region);
      pair.subnets.clear();
      return;
    case 3:
      pair.source = network_in(world, world.find(pair.source)->region);
      pair.subnets.clear();
      return;
    case 4: std::swap(pair.source, pair.target), pair.subnets.clear(); return;
    case 5: pair.same_host ^= true; return;
    default: world.pairs.erase(world.pairs.begin() + (&pair - world.pairs.data())); return;
  }
}

void VmMaker::edit_network(World& world) {
  if (world.networks.empty()) return;
  WorldNetwork& network = world.networks[random_.below(world.networks.size())];
  const std::string space = network.spaces.front().substr(0, network.spaces.front().find(".0.0/"));
  // A subnet where somebody lives stays: the service would not let it go.
  const bool lived_in =
      !network.subnets.empty() && addresses_.contains(network.id() + "/" + network.subnets.begin()->first);
  const std::size_t what = random_.below(4);
  switch (network.existing || (lived_in && what != 0) ? 2 : what) {
    case 0:
      ++number_;
      network.subnets["late" + std::to_string(number_)] = space + "." + std::to_string(100 + number_ % 100) + ".0/24";
      return;
    case 1:
      if (network.subnets.size() > 1) network.subnets.erase(network.subnets.begin());
      return;
    case 3:
      if (!network.subnets.empty())
        network.subnets.begin()->second = space + "." + std::to_string(60 + random_.below(20)) + ".0/24";
      return;
    default: {
      const std::string key = network.key;
      if (std::any_of(world.pairs.begin(), world.pairs.end(),
                      [&](const WorldPair& pair) { return pair.source == key || pair.target == key; }))
        return;
      for (WorldVm& vm : world.vms)
        if (vm.network == key || vm.target_network == key) return;
      world.networks.erase(world.networks.begin() + (&network - world.networks.data()));
    }
  }
}

void VmMaker::foreign_half(std::vector<Words>& into) {
  const std::vector<WorldNetwork> all = all_networks();
  const WorldNetwork &from = random_.pick(all), &to = random_.pick(all);
  if (from.region == to.region) return;
  into.push_back({"put", "mapping", from.id(), to.id()});
  if (random_.chance(50)) into.push_back({"put", "mapping", to.id(), from.id()});
}

// A machine that no file declares, on a network of the project, replicated as the portal does it.
void VmMaker::strangers_machine(std::vector<Words>& into) {
  const WorldNetwork& network = random_.pick(scenario_.before.networks);
  if (!network.existing || network.subnets.empty()) return;
  WorldVm vm{.key = {},
             .region = network.region,
             .name = "other-" + std::to_string(++number_),
             .network = network.key,
             .target_region = other_region(network.region),
             .target_network = {},
             .existing = false,
             .seeding_polls = 0,
             .nics = {}};
  vm.nics.push_back(nic(network, "eth0"));
  into.push_back(machine(vm, network.name));
  into.push_back({"replicate", vm.identity(), vm.target_region});
}

// Somebody puts a subnet of his own into the network that a vm brought about, if it did.
void VmMaker::add_to_derived() {
  const WorldNetwork& source = random_.pick(scenario_.before.networks);
  WorldNetwork derived = source;
  derived.region = other_region(source.region);
  derived.name += "-asr";
  const std::string& space = source.spaces.front();
  const std::string part = random_.chance(50) ? ".200.0/26" : ".100.0/22";
  derived.subnets["others"] = space.substr(0, space.find(".0.0/")) + part;
  scenario_.accidents.push_back(put_words(derived));
}

void VmMaker::accident_of(const WorldVm& vm) {
  const std::string id = vm.identity();
  const auto machine_facts = facts_.find(id);
  switch (random_.below(6)) {
    case 0: {  // its replication is ended by hand, the machine stays
      if (machine_facts == facts_.end()) return;
      for (const WorldNetwork& network : scenario_.before.networks) {
        if (network.id() != homes_.at(id)) continue;
        WorldVm same = vm;
        same.nics = machine_facts->second;
        scenario_.accidents.push_back({"delete", "vm", id});
        scenario_.accidents.push_back(machine(same, word_of(network)));
      }
      return;
    }
    case 1: scenario_.accidents.push_back({"replicate", id, vm.target_region}); return;
    case 2:
    case 3:
    case 4: {  // other facts
      if (machine_facts == facts_.end()) return;
      for (const WorldNetwork& network : scenario_.before.networks) {
        if (network.id() != homes_.at(id) || network.subnets.empty()) continue;
        WorldVm other = vm;
        other.nics = machine_facts->second;
        if (!other.nics.empty() && random_.chance(30)) other.nics.pop_back();
        else if (!other.nics.empty() && random_.chance(60)) other.nics.back() = nic(network, other.nics.back().name);
        else other.nics.push_back(nic(network, "eth9"));
        scenario_.accidents.push_back(machine(other, word_of(network)));
      }
      return;
    }
    default: {
      const std::vector<WorldNetwork> all = all_networks();
      const WorldNetwork& target = random_.pick(all);
      if (target.subnets.empty()) return;
      const auto& [subnet, prefix] = *target.subnets.begin();
      scenario_.accidents.push_back({"land", id + "/eth0", subnet, prefix.substr(0, prefix.rfind('.')) + ".5"});
    }
  }
}

void VmMaker::accident() {
  const std::vector<WorldNetwork> all = all_networks();
  switch (random_.below(8)) {
    case 0: foreign_half(scenario_.accidents); return;
    case 1: {
      const WorldNetwork& network = random_.pick(all);
      scenario_.accidents.push_back({"delete", "mapping", network.id(), other_region(network.region)});
      return;
    }
    case 2: {  // what the portal made for a vm
      const WorldNetwork& network = random_.pick(scenario_.before.networks);
      const std::string scope = in_group(network.group.empty() ? "" : network.group + "-asr");
      scenario_.accidents.push_back(
          {"delete", "mapping", scope + other_region(network.region) + "/" + network.name + "-asr", network.region});
      return;
    }
    case 3:
    case 4: {
      const WorldNetwork& network = random_.pick(all);
      if (network.subnets.empty()) return;
      const auto& prefix =
          std::next(network.subnets.begin(), static_cast<std::ptrdiff_t>(random_.below(network.subnets.size())))
              ->second;
      scenario_.accidents.push_back(
          {"use", network.id(), prefix.substr(0, prefix.rfind('.')) + "." + std::to_string(4 + random_.below(3))});
      return;
    }
    default:
      if (!scenario_.before.vms.empty()) accident_of(random_.pick(scenario_.before.vms));
      return;
  }
}

}  // namespace

Scenario random_vm_scenario(std::uint64_t seed, Appetite appetite) { return VmMaker(seed, appetite).make(); }

}  // namespace pairform::property
