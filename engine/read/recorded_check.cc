#include "engine/read/recorded_check.h"

#include <fmt/format.h>

#include <array>
#include <unordered_set>

#include "schema/address.h"
#include "schema/base_types.h"
#include "schema/json_text.h"

namespace pairform {
namespace {

class RecordedCheck {
 public:
  RecordedCheck(const TypeTable& types, const ParsedColumns& parsed, const RecordedState& recorded,
                const IdentityMaker& identities, StringPool& texts)
      : types_(types),
        parsed_(parsed),
        recorded_(recorded),
        identities_(identities),
        texts_(texts),
        names_(DesiredState(), recorded, identities, texts) {}

  std::vector<WrongRow> run() {
    for (const RecordedId r : recorded_.rows.ids())
      if (recorded_.rows[r].type == k_network_type) check(r);
    for (const RecordedId r : recorded_.rows.ids())
      if (recorded_.rows[r].type != k_network_type && !rests_on_wrong(recorded_.rows[r])) check(r);
    return std::move(found_);
  }

 private:
  std::string_view text(Text value) const { return value ? texts_.view(value) : std::string_view(); }
  std::string_view cell(const StateRow& row, std::size_t column) const { return text(recorded_.cell(row, column)); }

  // "network.app has the id …": what does not agree in row `r`.
  void tell(RecordedId r, std::string what) {
    if (recorded_.rows[r].type == k_network_type) wrong_.insert(recorded_.rows[r].address.value);
    found_.push_back({r, std::move(what)});
  }

  // Few rows depend on what their attributes do not tell: the set is made for the first of them.
  bool is_recorded(Text address) {
    if (addresses_.empty())
      for (const StateRow& row : recorded_.rows) addresses_.insert(row.address.value);
    return addresses_.contains(address.value);
  }

  // One mistake, one message: what refers to a network that is wrong is not told.
  bool rests_on_wrong(const StateRow& row) const {
    const ResourceType& type = types_[row.type];
    for (std::size_t c = 0; c < type.columns.size(); ++c)
      if (type.column(c).kind == Kind::Reference && wrong_.contains(recorded_.cell(row, c).value)) return true;
    return false;
  }

  void check(RecordedId r) {
    const StateRow& row = recorded_.rows[r];
    if (const std::string wrong = row.id ? id_problem(row) : ""; !wrong.empty()) return tell(r, wrong);
    if (row.type == k_mapping_type) check_regions(r, half_column::source, half_column::target);
    if (row.type == k_vm_type) check_vm(r);
    if (!row.depends_on) return;
    for (const std::string& other : parsed_.list(texts_, row.depends_on))
      if (!is_recorded(texts_.intern(other)))
        return tell(r, fmt::format("depends on {}, which is not recorded", other));
  }

  // Empty: the provider may have given this id to what the attributes say, or cannot tell.
  std::string id_problem(const StateRow& row) {
    if (identities_.provider.may_have_id == nullptr) return "";
    std::vector<NamedView> attributes;
    if (row.type == k_mapping_type) {
      // A held half stays recorded where the stanza of its network goes, and the network is forgotten: nobody can tell then.
      for (const std::size_t column : {half_column::source, half_column::target}) {
        const Text end = recorded_.cell(row, column);
        if (names_.recorded_identity(end) == end && parse_address(text(end))) return "";
      }
      attributes = {{"source", text(names_.recorded_identity(recorded_.cell(row, half_column::source)))},
                    {"target", text(names_.recorded_identity(recorded_.cell(row, half_column::target)))}};
    } else if (row.type == k_network_type) {
      attributes = {{"region", cell(row, network_column::region)},
                    {"name", cell(row, network_column::name)},
                    {"resource_group", cell(row, network_column::resource_group)},
                    {"subscription", cell(row, network_column::subscription)}};
    } else if (row.type == k_vm_type) {
      vm_ = row.address;
      vm_identity_ = identities_.recorded_vm(texts_, recorded_, row);
      attributes = {{"region", cell(row, vm_column::region)},
                    {"name", cell(row, vm_column::name)},
                    {"resource_group", cell(row, vm_column::resource_group)},
                    {"subscription", cell(row, vm_column::subscription)},
                    {"target_region", cell(row, vm_column::target_region)}};
    } else if (vm_ && vm_of_nic(text(row.address)) == text(vm_)) {  // a vm stands before its nics
      attributes = {{"vm", text(vm_identity_)}, {"key", parse_address(text(row.address))->nic}};
    } else {
      return "";
    }
    const std::string_view type = row.type == k_mapping_type   ? "mapping"
                                  : row.type == k_network_type ? "network"
                                  : row.type == k_vm_type      ? "vm"
                                                               : "nic";
    if (identities_.provider.may_have_id(type, attributes, text(row.id))) return "";
    std::string said;
    for (const NamedView& attribute : attributes)
      if (!attribute.value.empty())
        said += fmt::format("{}{} {}", said.empty() ? "" : ", ", attribute.name, attribute.value);
    return fmt::format("has the id {}, which is not that of its attributes: {}", json_string(text(row.id)), said);
  }

  // A half joins two regions, as far as they are known.
  void check_regions(RecordedId r, std::size_t source, std::size_t target) {
    const StateRow& row = recorded_.rows[r];
    const Text from = names_.recorded_region(recorded_.cell(row, source));
    if (from && from == names_.recorded_region(recorded_.cell(row, target)))
      tell(r, fmt::format("leads from {} to {} within {}", cell(row, source), cell(row, target), text(from)));
  }

  // A machine's networks are in its regions.
  void check_vm(RecordedId r) {
    const StateRow& row = recorded_.rows[r];
    using Side = std::array<std::size_t, 2>;
    for (const auto& [network, region] :
         {Side{vm_column::network, vm_column::region}, Side{vm_column::target_network, vm_column::target_region},
          Side{vm_column::test_network, vm_column::target_region}}) {
      const Text there = names_.recorded_region(recorded_.cell(row, network));
      if (!there || there == recorded_.cell(row, region)) continue;
      return tell(r, fmt::format("is recorded with {}, which is in {}, not in {}", cell(row, network), text(there),
                                 cell(row, region)));
    }
  }

  const TypeTable& types_;
  const ParsedColumns& parsed_;
  const RecordedState& recorded_;
  const IdentityMaker& identities_;
  StringPool& texts_;
  NetworkNames names_;
  std::unordered_set<std::uint32_t> addresses_;  // recorded ones, once asked about
  std::unordered_set<std::uint32_t> wrong_;      // of networks that do not agree with themselves
  Text vm_, vm_identity_;                        // of the last vm
  std::vector<WrongRow> found_;
};

}  // namespace

std::vector<WrongRow> find_wrong_rows(const TypeTable& types, const ParsedColumns& parsed,
                                      const RecordedState& recorded, const IdentityMaker& identities,
                                      StringPool& texts) {
  return RecordedCheck(types, parsed, recorded, identities, texts).run();
}

bool check_recorded(const TypeTable& types, const ParsedColumns& parsed, const RecordedState& recorded,
                    const IdentityMaker& identities, const StateWords& words, FileId file, StringPool& texts,
                    Diagnostics& diagnostics) {
  constexpr std::size_t k_most_told = 20;
  const std::vector<WrongRow> found = find_wrong_rows(types, parsed, recorded, identities, texts);
  for (std::size_t i = 0; i < found.size() && i < k_most_told; ++i) {
    const auto line = static_cast<std::uint32_t>(found[i].row.index() + 2);  // behind the header
    Diagnostic wrong{Code::StateDamaged,
                     Severity::Error,
                     fmt::format("{} {}", texts.view(recorded.rows[found[i].row].address), found[i].what),
                     "pairform never writes such a row: a hand or a merge has changed it.",
                     words.restore +
                         ", or the row alone: state is memory, and `pairform plan` finds again what is in "
                         "the cloud.",
                     {},
                     {}};
    if (file) wrong.spans.push_back({{file, line, 1}, 1, {}});
    else wrong.summary = fmt::format("{}:{}: {}", words.state, line, wrong.summary);
    diagnostics.add(std::move(wrong));
  }
  return found.empty();
}

}  // namespace pairform
