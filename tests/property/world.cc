#include "tests/property/world.h"

#include <algorithm>
#include <set>

#include "schema/value.h"

namespace pairform::property {

std::string WorldNetwork::id() const { return ascii_lower(in_group(group) + path()); }

const WorldNetwork* World::find(const std::string& key) const {
  for (const WorldNetwork& network : networks)
    if (network.key == key) return &network;
  return nullptr;
}

std::map<std::string, ModelHalf> World::halves() const {
  std::map<std::string, ModelHalf> out;
  for (const WorldPair& pair : pairs) {
    const std::string source = find(pair.source)->id(), target = find(pair.target)->id();
    for (const ModelHalf& half : {ModelHalf{source, target}, ModelHalf{target, source}})
      if (pair.mirror || half.source == source) out[slot_of(half)] = half;
  }
  return out;
}

std::string WorldVm::identity() const { return ascii_lower(in_group(group) + region + "/" + name); }

namespace {

bool are_vms_legal(const World& world) {
  std::set<std::string> keys, ids;
  for (const WorldVm& vm : world.vms) {
    const WorldNetwork *network = world.find(vm.network), *target = world.find(vm.target_network);
    if (!keys.insert(vm.key).second || !ids.insert(vm.identity()).second || vm.target_region == vm.region) return false;
    if (!vm.network.empty() && (network == nullptr || network->region != vm.region)) return false;
    if (!vm.target_network.empty() && (target == nullptr || target->region != vm.target_region)) return false;
  }
  return true;
}

}  // namespace

bool World::is_legal() const {
  std::set<std::string> keys, ids;
  for (const WorldNetwork& network : networks)
    if (!keys.insert(network.key).second || !ids.insert(network.id()).second) return false;
  keys.clear();
  std::size_t wanted = 0;
  for (const WorldPair& pair : pairs) {
    const WorldNetwork *source = find(pair.source), *target = find(pair.target);
    if (!keys.insert(pair.key).second || source == nullptr || target == nullptr || source->region == target->region)
      return false;
    wanted += pair.mirror ? 2 : 1;
  }
  return halves().size() == wanted && are_vms_legal(*this);
}

namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string given(const char* attribute, const std::string& value) {
  return value.empty() ? "" : std::string(attribute) + " = " + quoted(value) + "\n";
}

std::string block(const WorldNetwork& network) {
  std::string out =
      "[network." + network.key + "]\nregion = " + quoted(network.region) + "\nname = " + quoted(network.name) + "\n";
  out += given("resource_group", network.group);
  if (network.protect) out += "protect = true\n";
  if (network.existing) return out + "existing = true\n";
  out += "address_space = [";
  for (const std::string& space : network.spaces) out += (out.back() == '[' ? "" : ", ") + quoted(space);
  out += "]\nsubnets = {";
  for (const auto& [name, prefix] : network.subnets)
    out += (out.back() == '{' ? " " : ", ") + name + " = " + quoted(prefix);
  return out + " }\n";
}

std::string table(const char* attribute, const std::map<std::string, std::string>& entries) {
  if (entries.empty()) return "";
  std::string out = std::string(attribute) + " = {";
  for (const auto& [name, value] : entries) out += (out.back() == '{' ? " " : ", ") + name + " = " + quoted(value);
  return out + " }\n";
}

std::string network(const std::string& key) { return key.empty() ? "" : "network." + key; }

std::string block(const WorldPair& pair) {
  return "[mapping." + pair.key + "]\nsource = " + quoted("network." + pair.source) +
         "\ntarget = " + quoted("network." + pair.target) + "\n" + (pair.mirror ? "" : "mirror = false\n") +
         (pair.protect ? "protect = true\n" : "") + table("subnets", pair.subnets) +
         (pair.same_host ? "addresses = \"same-host\"\n" : "") + given("test_network", network(pair.test_network)) +
         given("reverse_test_network", network(pair.reverse_test_network));
}

std::string block(const WorldVm& vm) {
  return "[vm." + vm.key + "]\n" + given("region", vm.region) + given("name", vm.name) +
         given("resource_group", vm.group) + given("network", network(vm.network)) +
         given("target_region", vm.target_region) + given("target_network", network(vm.target_network)) +
         given("test_network", network(vm.test_network)) + (vm.existing ? "existing = true\n" : "") +
         (vm.seeding_polls == 0
              ? ""
              : "[vm." + vm.key + ".simulator]\nseeding_polls = " + std::to_string(vm.seeding_polls) + "\n");
}

// A block of its own: it may stand in another file than its vm.
std::string block(const WorldVm& vm, const WorldNic& nic) {
  return "[vm." + vm.key + ".nic." + nic.name + "]\n" + given("subnet", nic.subnet) + given("ip", nic.ip) +
         table("secondary", nic.secondary) + given("target_subnet", nic.target_subnet) +
         given("target_ip", nic.target_ip) + given("test_subnet", nic.test_subnet);
}

}  // namespace

namespace {

struct Block {
  const char* type;  // of [defaults.<type>]; "": a nic, which takes none here
  std::string text;
};

std::vector<Block> blocks_of(const World& world) {
  std::vector<Block> blocks;
  for (const WorldNetwork& network : world.networks) blocks.push_back({"network", block(network)});
  for (const WorldPair& pair : world.pairs) blocks.push_back({"mapping", block(pair)});
  for (const WorldVm& vm : world.vms) {
    blocks.push_back({"vm", block(vm)});
    for (const WorldNic& nic : vm.nics) blocks.push_back({"", block(vm, nic)});
  }
  return blocks;
}

// The line "region = …" of a block, with its end; "": it has none.
std::string line_of(const std::string& block, const char* attribute) {
  const std::size_t at = block.find("\n" + std::string(attribute) + " = ");
  return at == std::string::npos ? "" : block.substr(at + 1, block.find('\n', at + 1) - at);
}

// Moves a line that all blocks of a type in one file share into the defaults of that file: "" or "[defaults.vm]\n…".
std::string factor_out(std::vector<Block>& file, const std::string& type, const std::vector<const char*>& attributes,
                       Random& random) {
  std::string defaults;
  for (const char* attribute : attributes) {
    std::set<std::string> lines;
    for (const Block& each : file)
      if (each.type == type) lines.insert(line_of(each.text, attribute));
    if (lines.size() != 1 || lines.begin()->empty() || random.chance(40)) continue;
    defaults += *lines.begin();
    for (Block& each : file)
      if (each.type == type) each.text.erase(each.text.find("\n" + *lines.begin()) + 1, lines.begin()->size());
  }
  return defaults.empty() ? "" : "\n[defaults." + type + "]\n" + defaults;
}

// What the defaults of one file say. Those of pairform.toml hold for all files, so there only what every stanza gives.
std::string file_defaults(std::vector<Block>& file, bool is_project, Random& random) {
  if (is_project)
    return factor_out(file, "vm", {"region", "target_region"}, random) +
           factor_out(file, "network", {"region"}, random);
  return factor_out(file, "vm", {"region", "target_region", "resource_group"}, random) +
         factor_out(file, "network", {"region", "existing", "protect", "resource_group"}, random) +
         factor_out(file, "mapping", {"addresses", "mirror", "protect"}, random);
}

}  // namespace

std::map<std::string, std::string> files_of(const World& world, std::uint64_t layout,
                                            const std::string& provider_settings) {
  std::vector<Block> blocks = blocks_of(world);
  Random random(layout);
  if (layout != 0) random.shuffle(blocks);
  std::map<std::size_t, std::vector<Block>> files;  // 0: pairform.toml
  for (Block& each : blocks) files[layout == 0 ? 0 : random.below(4)].push_back(std::move(each));
  std::map<std::string, std::string> parts;
  std::string own;
  for (auto& [number, file] : files) {
    std::string& text = number == 0 ? own : parts["parts/" + std::to_string(number) + ".toml"];
    if (layout != 0) text = file_defaults(file, number == 0, random);
    for (const Block& each : file) text += "\n" + each.text;
  }
  std::string head = parts.empty() ? "" : "include = [\"parts/*.toml\"]\n";
  head += "[project]\nname = \"world\"\n" + given("edition", world.edition);
  if (!provider_settings.empty()) head += "\n[provider.simulator]\n" + provider_settings;
  parts["pairform.toml"] = head + own;
  return parts;
}

std::vector<WorldNetwork> made_elsewhere(const Scenario& scenario) {
  std::set<std::string> known;
  for (const WorldNetwork& network : scenario.before.networks)
    if (!network.existing) known.insert(network.id());
  std::vector<WorldNetwork> out;
  for (const auto* networks : {&scenario.before.networks, &scenario.after.networks, &scenario.strangers})
    for (const WorldNetwork& network : *networks)
      if ((network.existing || networks == &scenario.strangers) && known.insert(network.id()).second)
        out.push_back(network);
  return out;
}

void forget_reshaping(Scenario& scenario) {
  std::erase_if(scenario.accidents, [](const Words& words) { return words[1] == "network" && words.size() > 4; });
}

Words put_words(const WorldNetwork& network) {
  Words words{"put", "network", network.path(), "address_space="};
  for (const std::string& space : network.spaces) words.back() += (words.back().back() == '=' ? "" : ",") + space;
  for (const auto& [name, prefix] : network.subnets) words.push_back("subnet." + name + "=" + prefix);
  words.push_back("extra.owner=somebody");
  if (!network.group.empty()) words.push_back("resource_group=" + network.group);
  return words;
}

std::string text(const Scenario& scenario) {
  std::string out = "seed " + std::to_string(scenario.seed) + "\n--- cloud\n";
  const auto sim = [&](const Words& words) {
    out += "sim";
    for (const std::string& word : words) out += " " + word;
    out += "\n";
  };
  for (const WorldNetwork& network : made_elsewhere(scenario)) sim(put_words(network));
  for (const Words& words : scenario.machines) sim(words);
  out += "--- before\n" + files_of(scenario.before, 0, "").at("pairform.toml");
  out += "--- accidents\n";
  for (const Words& words : scenario.accidents) sim(words);
  return out + "--- after\n" + files_of(scenario.after, 0, "").at("pairform.toml");
}

ModelCloud expected_cloud(const ModelCloud& found, const std::vector<std::string>& recorded, const World& world) {
  ModelCloud out = found;
  std::set<std::string> wanted;
  for (const WorldNetwork& network : world.networks) wanted.insert(network.id());
  for (const std::string& id : recorded) {
    out.halves.erase(id);
    if (!wanted.contains(id)) out.networks.erase(id);
  }
  for (const WorldNetwork& network : world.networks) {
    if (network.existing) continue;
    ModelNetwork& made =
        out.networks.try_emplace(network.id(), ModelNetwork{"", "", R"({"pairform-project":"world"})", "{}", "[]"})
            .first->second;
    std::vector<Prefix> spaces;
    for (const std::string& space : network.spaces) spaces.push_back(parse_prefix(space)->prefix);
    made.address_space = canonical_prefix_list(spaces);
    std::vector<Subnet> subnets;
    for (const auto& [name, prefix] : network.subnets) subnets.push_back({name, {parse_prefix(prefix)->prefix}});
    made.subnets = canonical_subnet_map(subnets);
  }
  for (const auto& [slot, half] : world.halves()) out.halves[slot] = half;
  return out;
}

}  // namespace pairform::property
