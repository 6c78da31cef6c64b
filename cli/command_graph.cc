// Resources and what they need, as text for drawing programs: by region, a pair as one line with two heads, a vm with
// its nics, the network it lives on and the one it comes up in. Drawn without the cloud: what vms bring about follows
// from files and state.
#include <fmt/format.h>

#include <map>

#include "cli/command.h"
#include "schema/address.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

enum class Drawn { Pair, OneWay, Part, LivesOn, ComesUpIn };

struct Line {
  std::string_view from, to, label;
  Drawn as = Drawn::Pair;
};

struct Node {
  std::string_view address;
  TypeId type;
};

struct Drawing {
  std::map<std::string_view, std::vector<Node>> regions;
  std::vector<Line> lines;
};

Drawing draw(const Run& run) {
  Drawing drawing;
  std::string_view vm, region;  // of the nics that follow
  for (const DesiredRow& row : run.world.desired.rows) {
    const std::string_view address = run.project.texts().view(row.address);
    const auto cell = [&](std::size_t column) { return run.project.texts().view(run.world.desired.cell(row, column)); };
    if (row.type == k_mapping_type) {
      if (address.ends_with(".forward"))
        drawing.lines.push_back({cell(half_column::source), cell(half_column::target), pair_of(address),
                                 row.mirror != k_none ? Drawn::Pair : Drawn::OneWay});
      continue;
    }
    if (row.type == k_network_type) region = cell(network_column::region);
    if (row.type == k_vm_type) {
      vm = address;
      region = cell(vm_column::region);
      if (!cell(vm_column::network).empty())
        drawing.lines.push_back({vm, cell(vm_column::network), "lives on", Drawn::LivesOn});
      if (!cell(vm_column::target_network).empty())
        drawing.lines.push_back({vm, cell(vm_column::target_network), "comes up in", Drawn::ComesUpIn});
      if (!cell(vm_column::test_network).empty())
        drawing.lines.push_back({vm, cell(vm_column::test_network), "is tested in", Drawn::ComesUpIn});
    }
    if (row.type == k_nic_type) drawing.lines.push_back({vm, address, {}, Drawn::Part});
    drawing.regions[region].push_back({address, row.type});
  }
  return drawing;
}

std::string dot_line(const Line& line) {
  std::string how;
  switch (line.as) {
    case Drawn::Pair: how = fmt::format("label=\"{}\", dir=both", line.label); break;
    case Drawn::OneWay: how = fmt::format("label=\"{}\"", line.label); break;
    case Drawn::Part: how = "dir=none"; break;
    case Drawn::LivesOn: how = fmt::format("label=\"{}\", style=dotted", line.label); break;
    case Drawn::ComesUpIn: how = fmt::format("label=\"{}\", style=dashed", line.label); break;
  }
  return fmt::format("  \"{}\" -> \"{}\" [{}];\n", line.from, line.to, how);
}

std::string dot(const Drawing& drawing) {
  std::string out = "digraph pairform {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const auto& [region, nodes] : drawing.regions) {
    out += fmt::format("  subgraph \"cluster_{0}\" {{\n    label=\"{0}\";\n", region);
    for (const Node& node : nodes)
      out += fmt::format("    \"{}\"{};\n", node.address,
                         node.type == k_vm_type    ? " [shape=box3d]"
                         : node.type == k_nic_type ? " [shape=ellipse]"
                                                   : "");
    out += "  }\n";
  }
  for (const Line& line : drawing.lines) out += dot_line(line);
  return out + "}\n";
}

std::string mermaid_line(const Line& line, std::size_t from, std::size_t to) {
  switch (line.as) {
    case Drawn::Pair: return fmt::format("  n{} <-->|\"{}\"| n{}\n", from, line.label, to);
    case Drawn::OneWay:
    case Drawn::LivesOn: return fmt::format("  n{} -->|\"{}\"| n{}\n", from, line.label, to);
    case Drawn::Part: return fmt::format("  n{} --- n{}\n", from, to);
    case Drawn::ComesUpIn: return fmt::format("  n{} -.->|\"{}\"| n{}\n", from, line.label, to);
  }
  return {};
}

// Mermaid takes no '.' or '-' in names: nodes are numbered, and labelled with their addresses.
std::string mermaid(const Drawing& drawing) {
  std::string out = "flowchart LR\n";
  std::map<std::string_view, std::size_t> number;
  std::size_t region_number = 0;
  for (const auto& [region, nodes] : drawing.regions) {
    out += fmt::format("  subgraph r{}[\"{}\"]\n", ++region_number, region);
    for (const Node& node : nodes) {
      const std::size_t n = number.size() + 1;
      number[node.address] = n;
      const bool machine = node.type == k_vm_type || node.type == k_nic_type;
      out += fmt::format("    n{}{}\"{}\"{}\n", n, machine ? "([" : "[", node.address, machine ? "])" : "]");
    }
    out += "  end\n";
  }
  for (const Line& line : drawing.lines) out += mermaid_line(line, number[line.from], number[line.to]);
  return out;
}

// What vms bring about, by what is known without the cloud. False: errors.
bool derive_offline(Run& run, Diagnostics& diagnostics) {
  if (run.world.desired.vms.empty()) return true;
  PlanOptions options;
  options.offline = true;
  return read_state(run, diagnostics) && read_world(run, options, diagnostics);
}

}  // namespace

Exit command_graph(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  const bool sound = load_project(run, options.directory, diagnostics) && derive_offline(run, diagnostics);
  print_diagnostics(run, diagnostics, options);
  print_timings(run, options);
  if (!sound) return Exit::Error;
  const Drawing drawing = draw(run);
  print(options.format == "mermaid" ? mermaid(drawing) : dot(drawing));
  return Exit::Ok;
}

}  // namespace pairform
