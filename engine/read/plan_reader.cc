#include "engine/read/plan_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <map>

#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/sha256.h"

namespace pairform {
namespace {

constexpr std::string_view k_checksum = ",\"checksum\":\"";  // as it stands in a saved plan
constexpr std::string_view k_links = ",\"links\":[";         // likewise

using simdjson::dom::element;
using simdjson::dom::object;

struct Damaged {
  std::string what;
};

std::string_view text_of(element json, std::string_view what) {
  std::string_view out;
  if (json.get(out) != simdjson::SUCCESS) throw Damaged{fmt::format("{} is not a text", what)};
  return out;
}

element member(object from, std::string_view key) {
  element out;
  if (from.at_key(key).get(out) != simdjson::SUCCESS) throw Damaged{fmt::format("\"{}\" is missing", key)};
  return out;
}

std::optional<std::string_view> optional_text(object from, std::string_view key) {
  const element value = member(from, key);
  if (value.is_null()) return std::nullopt;
  return text_of(value, key);
}

template <class Enum, std::size_t N>
Enum enum_of(const std::array<std::string_view, N>& texts, std::string_view text, std::string_view what) {
  const std::optional<Enum> found = find_enum<Enum>(texts, text);
  if (!found) throw Damaged{fmt::format("there is no {} \"{}\"", what, text)};
  return *found;
}

constexpr std::size_t k_digest_size = 71;  // "sha256:" and 64 hex digits

class PlanReader {
 public:
  PlanReader(Project& project, const RecordedState& recorded, SavedPlan& out)
      : project_(project), recorded_(recorded), texts_(project.texts()), out_(out) {}

  // The rest, once format and project are known to be ours. A plan of `plan --out` has "links"; what `plan --json`
  // printed has none. The order matters: links take recorded rows out of what is wanted, changes put rows in, records
  // then correct single values of them.
  void read(object root) {
    recorded_as_is();
    element links;
    out_.linked = root.at_key("links").get(links) == simdjson::SUCCESS;
    if (out_.linked)
      for (const element link : array(links)) read_link(object_of(link));
    for (const element change : array(member(root, "changes"))) read_change(object_of(change));
    if (out_.linked)
      for (const element step : array(member(root, "steps"))) read_step(object_of(step));
    for (const element record : array(member(root, "records"))) read_record(object_of(record));
    for (const element placement : array(member(root, "placements"))) read_placement(object_of(placement));
    assemble();
  }

  static object object_of(element json) {
    object out;
    if (json.get(out) != simdjson::SUCCESS) throw Damaged{"something that should be an object is not"};
    return out;
  }
  static simdjson::dom::array array(element json) {
    simdjson::dom::array out;
    if (json.get(out) != simdjson::SUCCESS) throw Damaged{"something that should be a list is not"};
    return out;
  }

 private:
  struct Wanted {
    DesiredRow row;
    Text recorded_id;
    std::vector<Text> cells;
  };

  void recorded_as_is();
  void read_change(object change);
  void read_record(object record);
  void read_placement(object placement);
  void read_link(object link);
  void read_step(object step);
  void read_remembered(object link, Wanted& wanted);
  void guess_links(object change, Text at, bool goes);
  void read_words(object change, SavedChange& saved);
  SavedChange& saved(std::string_view address);
  std::vector<Text> read_attributes(object attributes, TypeId type);
  std::optional<std::string> canonical(element value, const AttributeType& column);
  void assemble();
  void identify_network(Wanted& network, const IdentityMaker& identities);
  void identify_half(Wanted& half, const IdentityMaker& identities);
  void link_mirrors();
  Text follow(Text reference) const {
    const auto at = moved_.find(reference.value);
    return at == moved_.end() ? reference : at->second;
  }

  Project& project_;
  const RecordedState& recorded_;
  StringPool& texts_;
  SavedPlan& out_;
  std::map<std::uint32_t, Wanted> wanted_;                   // by address
  std::map<std::uint32_t, std::size_t> at_;                  // address -> out_.changes
  std::map<std::uint32_t, Text> moved_;                      // recorded address -> address now
  std::map<std::uint32_t, std::pair<Text, Text>> networks_;  // by address: identity, region
  std::map<std::uint32_t, object> link_at_;                  // address -> its link
};

// What is wanted begins as what is recorded, exactly as found (as_is); each change of the plan then takes or replaces
// its row.
void PlanReader::recorded_as_is() {
  for (const StateRow& row : recorded_.rows) {
    Wanted wanted;
    wanted.row = {
        .address = row.address, .type = row.type, .because = row.because, .protect = row.protect, .as_is = true};
    wanted.recorded_id = row.id;
    for (std::size_t c = 0; c < project_.types[row.type].columns.size(); ++c)
      wanted.cells.push_back(recorded_.cell(row, c));
    wanted_[row.address.value] = std::move(wanted);
  }
}

std::optional<std::string> PlanReader::canonical(element value, const AttributeType& column) {
  if (value.is_null()) return std::nullopt;
  std::string text;
  switch (column.kind) {
    case Kind::String:
    case Kind::Region:
    case Kind::Reference:
    case Kind::Ip:
    case Kind::SourceIp: text = text_of(value, column.name); break;
    default: text = simdjson::minify(value);  // written by us: canonical already
  }
  if ((column.kind == Kind::IpMap || column.kind == Kind::TextMap) && text == "{}")
    return std::nullopt;  // so JSON writes what is not given
  if (!is_sound(column.kind, text)) throw Damaged{fmt::format("{} has a value of the wrong kind", column.name)};
  return text;
}

std::vector<Text> PlanReader::read_attributes(object attributes, TypeId type) {
  const ResourceType& table = project_.types[type];
  std::vector<Text> cells(table.columns.size());
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (table.column(c).mutability == Mutability::Remembered) continue;  // stands in `remembered` of the link
    element given;
    if (table.column(c).came_later && attributes.at_key(table.column(c).name).get(given) != simdjson::SUCCESS) continue;
    const auto value = canonical(member(attributes, table.column(c).name), table.column(c));
    if (value) cells[c] = texts_.intern(*value);
  }
  return cells;
}

void PlanReader::read_change(object change) {
  const std::string_view address = text_of(member(change, "address"), "address");
  const TypeId type = project_.types.find_type_of(address);
  if (!type) throw Damaged{fmt::format("\"{}\" is not an address", address)};
  const Text at = texts_.intern(address);
  const element after = member(change, "after");
  if (out_.linked) read_words(change, saved(address));
  else guess_links(change, at, after.is_null());
  if (after.is_null()) return;
  bool is_protected = false;
  if (member(change, "protected").get(is_protected) != simdjson::SUCCESS)
    throw Damaged{"\"protected\" is not true or false"};
  Wanted wanted;
  wanted.row = {.address = at, .type = type, .protect = is_protected};
  if (const auto because = optional_text(change, "because")) wanted.row.because = texts_.intern(*because);
  wanted.cells = read_attributes(object_of(after), type);
  if (const auto more = link_at_.find(at.value); more != link_at_.end()) read_remembered(more->second, wanted);
  wanted_[at.value] = std::move(wanted);
}

void PlanReader::read_link(object link) {
  SavedChange saved;
  saved.address = texts_.intern(text_of(member(link, "address"), "address"));
  if (const auto origin = optional_text(link, "origin")) {
    saved.origin = texts_.intern(*origin);
    wanted_.erase(saved.origin.value);
    moved_[saved.origin.value] = saved.address;
  }
  if (member(link, "found").get(saved.found) != simdjson::SUCCESS) throw Damaged{"\"found\" is not true or false"};
  for (const element each : array(member(link, "leaves"))) {
    const Text outgoing = texts_.intern(text_of(member(object_of(each), "address"), "address"));
    wanted_.erase(outgoing.value);
    saved.leaves.emplace_back(outgoing, text_of(member(object_of(each), "operation"), "operation") == "forget");
  }
  link_at_.emplace(saved.address.value, link);
  at_[saved.address.value] = out_.changes.size();
  out_.changes.push_back(std::move(saved));
}

// What `after` does not show.
void PlanReader::read_remembered(object link, Wanted& wanted) {
  element value;
  if (link.at_key("remembered").get(value) == simdjson::SUCCESS)
    for (const auto& [name, item] : object_of(value)) {
      const auto column = project_.types[wanted.row.type].find_column(name);
      if (!column) throw Damaged{"a remembered attribute is unknown"};
      if (const auto text = canonical(item, project_.types[wanted.row.type].column(*column)))
        wanted.cells[*column] = texts_.intern(*text);
    }
  if (link.at_key("extras").get(value) != simdjson::SUCCESS) return;
  const std::string extras = simdjson::minify(value);
  if (!is_sound(Kind::TextMap, extras)) throw Damaged{"extras has a value of the wrong kind"};
  wanted.row.extras = texts_.intern(extras);
}

SavedChange& PlanReader::saved(std::string_view address) {
  const auto found = at_.find(texts_.intern(address).value);
  if (found == at_.end()) throw Damaged{fmt::format("{} has no link", address)};
  return out_.changes[found->second];
}

void PlanReader::read_words(object change, SavedChange& saved) {
  const std::string_view action = text_of(member(change, "action"), "action"),
                         reason = text_of(member(change, "reason"), "reason");
  saved.action = enum_of<Action>(k_action_texts, action, "action");
  saved.reason = enum_of<Reason>(k_reason_texts, reason, "reason");
  if (const auto previous = optional_text(change, "previous_address"))
    saved.previous_address = texts_.intern(*previous);
  if (const auto id = optional_text(change, "adopted_id")) saved.adopted_id = texts_.intern(*id);
  const ResourceType& type = project_.types[project_.types.find_type_of(texts_.view(saved.address))];
  for (const element name : array(member(change, "changed"))) {
    const auto column = type.find_column(text_of(name, "changed"));
    if (!column) throw Damaged{"a changed attribute is unknown"};
    saved.changed |= 1U << *column;
  }
}

// A plan that `plan --json` printed has no links. They are inferred: a change without `after` wants nothing there, a
// previous address means a move, a forget means a `removed` stanza, and an adopted id an `import`.
void PlanReader::guess_links(object change, Text at, bool goes) {
  if (goes) wanted_.erase(at.value);
  if (const auto previous = optional_text(change, "previous_address")) {
    const Text from = texts_.intern(*previous);
    wanted_.erase(from.value);
    moved_[from.value] = at;
  }
  if (text_of(member(change, "action"), "action") == "forget") project_.directives.removed.push_back(at);
  if (optional_text(change, "adopted_id")) project_.directives.imported.push_back(at);
}

void PlanReader::read_step(object step) {
  SavedChange& change = saved(text_of(member(step, "address"), "address"));
  const auto arrives = [&](Arrival arrival) {
    if (change.arrival != Arrival::None && change.arrival != arrival)
      throw Damaged{fmt::format("{} has two steps of which only one can bring it about", texts_.view(change.address))};
    change.arrival = arrival;
  };
  switch (enum_of<StepOperation>(k_operation_texts, text_of(member(step, "operation"), "operation"), "operation")) {
    case StepOperation::Create: arrives(Arrival::Create); break;
    case StepOperation::Adopt: arrives(Arrival::Adopt); break;
    case StepOperation::Move: arrives(Arrival::Move); break;
    case StepOperation::Update: change.update = true; break;
    case StepOperation::Shrink: change.shrink = true; break;
    case StepOperation::Delete:
    case StepOperation::Forget: break;  // `leaves` of the link says which
  }
}

void PlanReader::read_placement(object placement) {
  const auto text = [&](std::string_view key) {
    const auto value = optional_text(placement, key);
    return value ? texts_.intern(*value) : Text();
  };
  out_.placements.push_back(
      {.nic = text("nic"),
       .configuration = text("configuration"),
       .target_network = text("target_network"),
       .subnet = text("target_subnet"),
       .ip = text("target_ip"),
       .subnet_reason = enum_of<SubnetReason>(k_subnet_reason_texts,
                                              text_of(member(placement, "subnet_reason"), "subnet_reason"), "reason"),
       .ip_reason =
           enum_of<IpReason>(k_ip_reason_texts, text_of(member(placement, "ip_reason"), "ip_reason"), "reason")});
}

void PlanReader::read_record(object record) {
  const Text address = texts_.intern(text_of(member(record, "address"), "address"));
  const std::string_view attribute = text_of(member(record, "attribute"), "attribute");
  out_.records.push_back({address, std::string(attribute)});
  const TypeId type = project_.types.find_type_of(texts_.view(address));
  const std::size_t column = type ? project_.types[type].find_column(attribute).value_or(UINT16_MAX) : UINT16_MAX;
  const bool known = column != UINT16_MAX;
  const Mutability mutability = known ? project_.types[type].column(column).mutability : Mutability::Fact;
  // What a stanza calls a recorded resource now (read/taken_over.h) is of its identity, and is written as it is given, too.
  const bool remembered = mutability == Mutability::Remembered || mutability == Mutability::Replaces;
  if (!remembered && attribute != "because" && attribute != "protect" && attribute != "existing")
    return;  // drift of a cloud attribute, by `plan --refresh-only`: rebuild_plan records what is found now
  const auto at = wanted_.find(address.value);
  if (at == wanted_.end())
    throw Damaged{fmt::format("a record is about {}, which is not in the plan", texts_.view(address))};
  Wanted& wanted = at->second;
  if (attribute == "because") {
    const auto because = optional_text(record, "after");
    wanted.row.because = because ? texts_.intern(*because) : Text();
    return;
  }
  if (remembered) {
    const auto value = canonical(member(record, "after"), project_.types[type].column(column));
    wanted.cells[column] = value ? texts_.intern(*value) : Text();
    return;
  }
  bool value = false;
  if (member(record, "after").get(value) != simdjson::SUCCESS) throw Damaged{"a record's value is not true or false"};
  if (attribute == "protect") wanted.row.protect = value;
  else if (known && is_existing_column(type, column)) wanted.cells[column] = texts_.intern(value ? "true" : "false");
  else throw Damaged{fmt::format("a record about \"{}\"", attribute)};
}

// Sorted desired rows with identities and mirrors, as resolve() makes them from files.
void PlanReader::assemble() {
  const IdentityMaker identities{*project_.entry};
  std::vector<Wanted*> rows;
  for (auto& [address, wanted] : wanted_) rows.push_back(&wanted);
  std::sort(rows.begin(), rows.end(), [&](const Wanted* a, const Wanted* b) {
    return address_less(texts_.view(a->row.address), texts_.view(b->row.address));
  });
  for (Wanted* wanted : rows)
    if (wanted->row.type == k_network_type) identify_network(*wanted, identities);
  Text vm;  // identity of the last one: a vm stands before its nics
  for (Wanted* wanted : rows) {
    DesiredRow& row = wanted->row;
    for (std::size_t c = 0; c < wanted->cells.size(); ++c)
      // Untouched rows name networks by their recorded address still; rows of changes name them as they are now.
      if (row.as_is && project_.types[row.type].column(c).kind == Kind::Reference)
        wanted->cells[c] = follow(wanted->cells[c]);
    if (row.type == k_vm_type) {
      row.existing = texts_.view(wanted->cells[vm_column::existing]) == "true";
      const auto& cells = wanted->cells;
      row.identity = vm = identities.vm(texts_, cells[vm_column::region], cells[vm_column::name],
                                        cells[vm_column::resource_group], cells[vm_column::subscription]);
    }
    if (row.type == k_nic_type)
      row.identity = identities.nic(texts_, vm, texts_.intern(parse_address(texts_.view(row.address))->nic));
    if (row.type == k_mapping_type) identify_half(*wanted, identities);
    row.first_cell = static_cast<std::uint32_t>(out_.desired.cells.size());
    out_.desired.cells.insert(out_.desired.cells.end(), wanted->cells.begin(), wanted->cells.end());
    out_.desired.rows.push_back(row);
  }
  link_mirrors();
}

void PlanReader::identify_network(Wanted& network, const IdentityMaker& identities) {
  const auto& cells = network.cells;
  network.row.existing = texts_.view(cells[network_column::existing]) == "true";
  network.row.identity = identities.network(texts_, cells[network_column::region], cells[network_column::name],
                                            cells[network_column::resource_group], cells[network_column::subscription]);
  networks_[network.row.address.value] = {network.row.identity, cells[network_column::region]};
}

void PlanReader::identify_half(Wanted& half, const IdentityMaker& identities) {
  const auto from = networks_.find(half.cells[half_column::source].value),
             to = networks_.find(half.cells[half_column::target].value);
  const bool known = from != networks_.end() && to != networks_.end();
  if (!known && !half.row.as_is)
    throw Damaged{
        fmt::format("{} stands on a network that is neither in the plan nor in state", texts_.view(half.row.address))};
  // An untouched half may stand on a network outside the project, of which the region is not known here.
  half.row.identity = known ? identities.slot(texts_, from->second.first, to->second.second) : half.recorded_id;
}

// The halves of a pair stand next to each other.
void PlanReader::link_mirrors() {
  auto& rows = out_.desired.rows;
  DesiredId last;
  for (const DesiredId d : rows.ids()) {
    const bool mirrors = last && rows[d].type == k_mapping_type &&
                         pair_of(texts_.view(rows[d].address)) == pair_of(texts_.view(rows[last].address));
    if (mirrors) {
      rows[d].mirror = last;
      rows[last].mirror = d;
    }
    last = d;
  }
}

}  // namespace

bool read_plan(std::string_view bytes, std::string_view file_name, Project& project, const RecordedState& recorded,
               SavedPlan& out, Diagnostics& diagnostics) {
  const auto refuse = [&](Code code, std::string summary, std::string detail, std::string help) {
    diagnostics.add({code, Severity::Error, std::move(summary), std::move(detail), std::move(help), {}, {}});
    return false;
  };
  constexpr std::string_view again = "make it again: pairform plan --out FILE";
  simdjson::dom::parser parser;
  element json;
  object root;
  if (parser.parse(bytes.data(), bytes.size()).get(json) != simdjson::SUCCESS || json.get(root) != simdjson::SUCCESS)
    return refuse(Code::PlanDamaged, fmt::format("{} is not a plan", file_name), "it is not one JSON object",
                  std::string(again));
  try {
    const std::string_view format = text_of(member(root, "format_version"), "format_version");
    if (!format.starts_with("1."))
      return refuse(Code::PlanTooNew, fmt::format("{} has format {}", file_name, format),
                    "this pairform reads format 1", "use the pairform that wrote it, or make it again");
    out.project = text_of(member(root, "project"), "project");
    out.provider = text_of(member(root, "provider"), "provider");
    out.edition = text_of(member(root, "edition"), "edition");
    if (!is_as_saved(bytes)) throw Damaged{std::string(k_edited)};
    if (!has_checksum(bytes)) diagnostics.add(without_checksum(file_name));
    if (out.project != project.config.settings.name || out.provider != project.config.settings.provider)
      return refuse(Code::PlanOfAnother, fmt::format("{} is a plan of another project", file_name),
                    fmt::format("it is of \"{}\" ({}), this is \"{}\" ({})", out.project, out.provider,
                                project.config.settings.name, project.config.settings.provider),
                    "apply it in its own project directory");
    out.digest = optional_text(root, "digest").value_or("");
    bool applyable = false;
    if (member(root, "applyable").get(applyable) != simdjson::SUCCESS)
      throw Damaged{"\"applyable\" is not true or false"};
    for (const std::string_view list :
         {"changes", "steps", "drift", "placements", "records", "held", "unknown", "foreign", "diagnostics"})
      static_cast<void>(PlanReader::array(member(root, list)));
    if (!applyable || out.digest.size() != k_digest_size)
      return refuse(Code::PlanDamaged, fmt::format("{} cannot be applied", file_name),
                    "it was made offline, with errors, or without seeing everything", std::string(again));
    project.edition = out.edition;
    PlanReader(project, recorded, out).read(root);
  } catch (const Damaged& damaged) {
    return refuse(Code::PlanDamaged, fmt::format("{} is damaged", file_name), damaged.what, std::string(again));
  }
  return true;
}

bool has_checksum(std::string_view bytes) { return bytes.find("\"checksum\"") != std::string_view::npos; }

Diagnostic without_checksum(std::string_view file_name) {
  return {
      Code::NoChecksum,
      Severity::Note,
      fmt::format("{} has no checksum", file_name),
      "`plan --json` printed it, so an edit cannot be told. Steps, values and counts are those of its digest; what it "
      "says beside them (before, reason, drift) is taken as it stands.",
      "save plans that others read: pairform plan --out FILE",
      {},
      {}};
}

// Links and checksum are written together.
bool is_as_saved(std::string_view bytes) {
  if (!has_checksum(bytes)) return bytes.find(k_links) == std::string_view::npos;
  const std::size_t at = bytes.rfind(k_checksum);
  if (at == std::string_view::npos) return false;
  const std::string expected = sha256_name(bytes.substr(0, at)) + "\"}";
  std::string_view rest = bytes.substr(at + k_checksum.size());
  while (rest.ends_with('\n')) rest.remove_suffix(1);
  return rest == expected;
}

}  // namespace pairform
