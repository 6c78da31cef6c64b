// Resources and what they need, as text for drawing programs: networks by region, a pair as one line with two heads.
// Drawn from the files, without the cloud.
#include <fmt/format.h>

#include <map>

#include "cli/command.h"
#include "schema/address.h"
#include "schema/network_types.h"

namespace pairform {
namespace {

struct Line {
  std::string_view from, to, mapping;
  bool pair = false;
};

struct Drawing {
  std::map<std::string_view, std::vector<std::string_view>> regions;  // region -> addresses of networks
  std::vector<Line> lines;
};

Drawing draw(const Run& run) {
  Drawing drawing;
  for (const DesiredRow& row : run.desired.rows) {
    const std::string_view address = run.texts().view(row.address);
    const auto cell = [&](std::size_t column) { return run.texts().view(run.desired.cell(row, column)); };
    if (row.type == k_network_type) drawing.regions[cell(network_column::region)].push_back(address);
    else if (address.ends_with(".forward"))
      drawing.lines.push_back({cell(half_column::source), cell(half_column::target), pair_of(address), row.mirror != k_no_row});
  }
  return drawing;
}

std::string dot(const Drawing& drawing) {
  std::string out = "digraph pairform {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const auto& [region, networks] : drawing.regions) {
    out += fmt::format("  subgraph \"cluster_{0}\" {{\n    label=\"{0}\";\n", region);
    for (const std::string_view network : networks) out += fmt::format("    \"{}\";\n", network);
    out += "  }\n";
  }
  for (const Line& line : drawing.lines)
    out += fmt::format("  \"{}\" -> \"{}\" [label=\"{}\"{}];\n", line.from, line.to, line.mapping, line.pair ? ", dir=both" : "");
  return out + "}\n";
}

// Mermaid takes no '.' or '-' in names: nodes are numbered, and labelled with their addresses.
std::string mermaid(const Drawing& drawing) {
  std::string out = "flowchart LR\n";
  std::map<std::string_view, std::size_t> number;
  std::size_t region_number = 0;
  for (const auto& [region, networks] : drawing.regions) {
    out += fmt::format("  subgraph r{}[\"{}\"]\n", ++region_number, region);
    for (const std::string_view network : networks) {
      const std::size_t n = number.size() + 1;
      number[network] = n;
      out += fmt::format("    n{}[\"{}\"]\n", n, network);
    }
    out += "  end\n";
  }
  for (const Line& line : drawing.lines)
    out += fmt::format("  n{} {}|\"{}\"| n{}\n", number[line.from], line.pair ? "<-->" : "-->", line.mapping, number[line.to]);
  return out;
}

}  // namespace

Exit command_graph(const Options& options) {
  Run run = new_run();
  Diagnostics diagnostics;
  const bool sound = load_project(run, options.directory, diagnostics);
  print_diagnostics(run, diagnostics, options);
  if (!sound) return Exit::Error;
  const Drawing drawing = draw(run);
  print(options.format == "mermaid" ? mermaid(drawing) : dot(drawing));
  return Exit::Ok;
}

}  // namespace pairform
