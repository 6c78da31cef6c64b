// What the tests of state share: a small estate, its rows, and texts of diagnostics.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/state/file_backend.h"
#include "engine/state/fold.h"
#include "engine/state/state_file.h"
#include "schema/base_types.h"

namespace pairform {

inline std::string lines(const std::vector<std::string_view>& all) {
  std::string out;
  for (const std::string_view line : all) out.append(line) += '\n';
  return out;
}

inline constexpr std::string_view k_header =
    R"({"pairform_state":1,"project":"contoso-dr","provider":"simulator","scope":"simulator"})";
inline constexpr std::string_view k_forward =
    R"({"address":"mapping.app.forward","attributes":{"name":"app-to-southeastasia","source":"network.app",)"
    R"("target":"network.app-dr"},"id":"eastasia/app:southeastasia","type":"mapping"})";
inline constexpr std::string_view k_reverse =
    R"({"address":"mapping.app.reverse","adopted":true,"attributes":{"name":"dr-to-eastasia",)"
    R"("source":"network.app-dr","target":"network.app"},"because":"vm.web1","depends_on":["network.x"],)"
    R"("id":"southeastasia/dr:eastasia","pending":"job \"7\"","protect":true,"type":"mapping"})";
inline constexpr std::string_view k_network =
    R"({"address":"network.app","attributes":{"address_space":["10.1.0.0/16","10.2.0.0/16"],"existing":false,)"
    R"("name":"app-vnet","region":"eastasia","subnets":{"db":["10.1.2.0/24","10.1.3.0/24"],"web":"10.1.1.0/24"}},)"
    R"("id":"eastasia/app-vnet","type":"network"})";
inline constexpr std::string_view k_existing =
    R"({"address":"network.app-dr","attributes":{"existing":true,"name":"dr","region":"southeastasia"},)"
    R"("id":"southeastasia/dr","type":"network"})";

inline std::string estate() { return lines({k_header, k_forward, k_reverse, k_network, k_existing}); }

// A pool, the type table, and what was said.
struct StateWorld {
  TypeTable types = base_type_table();
  StateWords words = file_words("/project/s.jsonl", "/project/.pairform");
  StringPool pool;
  Diagnostics diagnostics;

  RecordedState state;
  bool parse(std::string_view bytes) { return parse_state(bytes, types, words, FileId(), pool, state, diagnostics); }
  std::string text() const { return serialize_state(state, pool, types); }

  // "PF2001 summary" of each diagnostic, a line each.
  std::string said() const {
    std::string out;
    for (const Diagnostic& d : diagnostics.items()) out += code_text(d.code) + " " + d.summary + "\n";
    return out;
  }

  // A network row by its key and id; an empty id: none (a pending create).
  DetachedRow network(std::string_view key, std::string_view id, std::string_view region = "eastasia") {
    DetachedRow row;
    row.row.address = pool.intern("network." + std::string(key));
    row.row.type = k_network_type;
    if (id.empty()) row.row.pending = pool.intern("job");
    else row.row.id = pool.intern(id);
    row.cells.resize(network_column::count);
    row.cells[network_column::region] = pool.intern(region);
    return row;
  }
  DroppedRow dropped(std::string_view key, std::string_view id) {
    return {pool.intern("network." + std::string(key)), id.empty() ? Text() : pool.intern(id)};
  }
  // A state of networks, in the order given.
  RecordedState recorded(const std::vector<DetachedRow>& rows) {
    RecordedState out;
    out.project = "contoso-dr";
    out.provider = out.scope = "simulator";
    for (const DetachedRow& row : rows) {
      out.rows.push_back(row.row);
      out.rows.back().first_cell = static_cast<std::uint32_t>(out.cells.size());
      out.cells.insert(out.cells.end(), row.cells.begin(), row.cells.end());
    }
    return out;
  }
  // "network.a=1 network.b=2": addresses and ids in order.
  std::string brief(const RecordedState& of) const {
    std::string out;
    for (const StateRow& row : of.rows) {
      if (!out.empty()) out += ' ';
      out += std::string(pool.view(row.address)) + "=" + std::string(row.id ? pool.view(row.id) : "-");
    }
    return out;
  }
};

}  // namespace pairform
