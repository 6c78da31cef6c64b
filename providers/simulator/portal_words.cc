#include "providers/simulator/portal_words.h"

#include <fmt/format.h>

#include "providers/simulator/shape_text.h"
#include "providers/simulator/vm_rules.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform::simulator {

Outcome done(std::string_view said) { return {escape_for_terminal(said) + '\n', {}}; }
Outcome failed(std::string_view error) { return {{}, escape_for_terminal(error)}; }
Outcome refused(const Refusal& refusal) { return failed(refusal.code + ": " + refusal.message); }

std::string json_lines(const std::vector<std::string>& values) {
  return values.empty() ? "[]\n" : fmt::format("[\n{}\n]\n", fmt::join(values, ",\n"));
}

std::string_view take_word(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

namespace {

// Takes @SUBSCRIPTION/GROUP from the front, where it is there. False: one of them is not a name.
bool take_group(std::vector<std::string_view>& parts, std::string& resource_group, std::string& subscription) {
  if (parts.size() != 4 || !parts[0].starts_with('@')) return true;
  const auto unless_dash = [](std::string_view part) { return part == "-" ? "" : std::string(part); };
  subscription = unless_dash(parts[0].substr(1));
  resource_group = unless_dash(parts[1]);
  for (const std::string_view group : {parts[0].substr(1), parts[1]})
    if (group != "-" && !is_group_name(group)) return false;
  parts.erase(parts.begin(), parts.begin() + 2);
  return true;
}

}  // namespace

std::optional<SimulatedNetwork> parse_path(std::string_view text) {
  std::vector<std::string_view> parts = split_words(text, '/');
  SimulatedNetwork network;
  if (!take_group(parts, network.resource_group, network.subscription) || parts.size() != 2) return std::nullopt;
  network.region = canonical_region(parts[0]);
  network.name = parts[1];
  if (!is_region(network.region) || !is_network_name(network.name)) return std::nullopt;
  network.id = network_id(network.region, network.name, network.resource_group, network.subscription);
  return network;
}

namespace {

// `least`: of the letters of its name.
Outcome not_region_and_name(std::string_view word, std::string_view what, int least, std::string_view form_name) {
  return wrong_form(
      fmt::format("\"{}\" is not a {}: it takes REGION/NAME, a region of letters and digits and a name of "
                  "{} to 64 letters, digits, _ . - that starts with a letter or digit and ends with one or _",
                  word, what, least),
      form_name);
}

}  // namespace

Outcome not_a_path(std::string_view word, std::string_view form_name) {
  return not_region_and_name(word, "network", 2, form_name);
}

std::optional<MachinePath> parse_machine(std::string_view text) {
  std::vector<std::string_view> parts = split_words(text, '/');
  MachinePath path;
  if (!take_group(parts, path.resource_group, path.subscription) || parts.size() != 2) return std::nullopt;
  path.region = canonical_region(parts[0]);
  path.name = parts[1];
  if (!is_region(path.region) || !is_vm_name(path.name)) return std::nullopt;
  path.id = vm_id(path.region, path.name, path.resource_group, path.subscription);
  return path;
}

Outcome not_a_machine(std::string_view word, std::string_view form_name) {
  return not_region_and_name(word, "machine", 1, form_name);
}

std::optional<std::string> parse_scope(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view front = text.substr(0, colon);
  if (front.find('/') == std::string_view::npos) {
    const std::string region = canonical_region(text);
    return is_region(region) ? std::optional(region) : std::nullopt;
  }
  if (colon != std::string_view::npos) {
    const auto network = parse_path(front);
    const std::string target_region = canonical_region(text.substr(colon + 1));
    if (!network || !is_region(target_region)) return std::nullopt;
    return mapping_id(network->id, target_region);
  }
  if (const auto network = parse_path(text)) return network->id;
  if (const auto machine = parse_machine(text)) return machine->id;
  const auto nic = split_nic_identity(text);
  const auto machine = nic ? parse_machine(nic->vm) : std::nullopt;
  if (!machine || !is_nic_name(nic->nic)) return std::nullopt;
  return nic_identity(machine->id, nic->nic);
}

}  // namespace pairform::simulator
