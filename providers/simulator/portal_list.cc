#include "providers/simulator/portal_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/simulator/rows.h"
#include "providers/simulator/shape_text.h"
#include "schema/json_text.h"
#include "schema/terminal_text.h"
#include "schema/value.h"

namespace pairform {
namespace {

std::string json_row(std::string_view kind, std::string_view id, std::string_view region,
                     std::string_view name, std::string_view attributes) {
  return fmt::format(R"({{"kind":"{}","id":{},"region":{},"name":{},"status":"settled","attributes":{}}})",
                     kind, json_string(id), json_string(region), json_string(name), attributes);
}

std::string network_json(Cloud& cloud, const SimulatedNetwork& network) {
  std::vector<std::string> in_use;
  for (const Ip& ip : network.in_use) in_use.push_back(to_text(ip));
  std::vector<std::pair<std::string, std::string>> tags, extra;
  for (Label& label : cloud.labels(network.id))
    (label.kind == LabelKind::Tag ? tags : extra).emplace_back(std::move(label.key), std::move(label.value));
  return json_row("network", network.id, network.region, network.name,
                  fmt::format(R"({{"address_space":{},"subnets":{},"in_use":{},"tags":{},"extra":{}}})",
                              canonical_space_text(network.shape), canonical_subnets_text(network.shape),
                              canonical_text_list(in_use), canonical_text_map(std::move(tags)),
                              canonical_text_map(std::move(extra))));
}

using Line = std::array<std::string, 5>;

std::string details(const SimulatedNetwork& network) {
  std::string out = prefixes_text(network.shape.address_space);
  if (!network.shape.subnets.empty()) out += "; " + subnets_text(network.shape.subnets);
  for (std::size_t i = 0; i < network.in_use.size(); ++i)
    out += (i == 0 ? "; in use " : " ") + to_text(network.in_use[i]);
  return out;
}

std::string align(const std::vector<Line>& lines) {
  std::array<std::size_t, 4> widths{};
  for (const Line& line : lines)
    for (std::size_t c = 0; c < widths.size(); ++c)
      widths[c] = std::max(widths[c], count_characters(line[c]));
  std::string out;
  for (const Line& line : lines) {
    for (std::size_t c = 0; c < widths.size(); ++c) {
      out += line[c];
      out.append(widths[c] - count_characters(line[c]) + 2, ' ');
    }
    out += line.back();
    out += '\n';
  }
  return out;
}

}  // namespace

std::string portal_json(Cloud& cloud) {
  std::string out = "[";
  const auto add = [&](const std::string& row) {
    out += out.size() == 1 ? "\n" : ",\n";
    out += row;
  };
  cloud.each_mapping([&](SimulatedMapping&& mapping) {
    add(json_row("mapping", mapping.id, mapping.region, mapping.name,
                 fmt::format(R"({{"source":{},"target":{}}})", json_string(mapping.source),
                             json_string(mapping.target))));
  });
  cloud.each_network([&](SimulatedNetwork&& network) { add(network_json(cloud, network)); });
  return out + (out.size() == 1 ? "]\n" : "\n]\n");
}

std::string portal_table(Cloud& cloud) {
  std::vector<Line> lines{{"KIND", "ID", "NAME", "STATUS", "DETAILS"}};
  cloud.each_mapping([&](SimulatedMapping&& mapping) {
    lines.push_back(
        {"mapping", mapping.id, escape_for_terminal(mapping.name), "settled", "to " + mapping.target});
  });
  cloud.each_network([&](SimulatedNetwork&& network) {
    lines.push_back({"network", network.id, network.name, "settled", details(network)});
  });
  std::string out = lines.size() == 1 ? "The simulator holds nothing.\n" : align(lines);
  const auto denied = cloud.denied();
  if (!denied.empty()) out += fmt::format("denied: {}\n", fmt::join(denied, ", "));
  return out;
}

}  // namespace pairform
