#include "engine/act/evidence.h"

#include "engine/model/derived_shape.h"
#include "schema/base_types.h"

namespace pairform {

const CloudRow* found_row(const LookupAnswer& answer) {
  const auto* row = std::get_if<CloudRow>(&answer);
  return row != nullptr && !row->facts_only ? row : nullptr;
}

bool is_busy(const CloudRow* now) { return now != nullptr && now->status == Status::Busy; }

bool Evidence::holds(const DetachedRow& row, const CloudRow& now) const {
  const ResourceType& type = project_.types[row.row.type];
  std::vector<Text> found = named_cells(now, type, names_, project_.texts());
  if (row.row.type == k_network_type && row.row.because) {
    std::vector<Text> was;
    for (const StateRow& recorded : recorded_.rows)
      if (recorded.address == row.row.address)
        for (was.clear(); was.size() < type.columns.size();) was.push_back(recorded_.cell(recorded, was.size()));
    keep_own_shape(was, row.cells, found, project_.texts());
  }
  for (std::size_t c = 0; c < type.columns.size(); ++c) {
    if (type.column(c).mutability != Mutability::InPlace || is_existing_column(row.row.type, c)) continue;
    Text planned = row.cells[c];
    if (planned && type.column(c).kind == Kind::Reference) planned = names_.name(names_.recorded_identity(planned));
    if (planned != found[c]) return false;
  }
  return true;
}

bool Evidence::is_of_create(const DetachedRow& row, const CloudRow& now) const {
  if (row.row.type == k_network_type) return now.owner_project == project_.config.settings.name;
  return row.row.type == k_vm_type ? !now.made_elsewhere : holds(row, now);
}

bool Evidence::is_begun_anew(TypeId type, Text id, const CloudRow& now) const {
  return type == k_vm_type && id && now.made_elsewhere && now.id != project_.texts().view(id);
}

bool Evidence::happened(const JournalIntent& intent, const CloudRow* now) const {
  const TypeId type = project_.types.find_type(now == nullptr ? std::string_view() : std::string_view(now->type));
  const bool is_there = now != nullptr && !is_begun_anew(type, intent.id, *now);
  if (!intent.row || !is_there) return !intent.row && !is_there;
  return intent.operation == "create" ? is_of_create(*intent.row, *now) : holds(*intent.row, *now);
}

bool Evidence::is_at_work(const JournalIntent& intent, const CloudRow* now) const {
  if (!is_busy(now)) return false;
  if (!intent.row) return !is_begun_anew(project_.types.find_type(now->type), intent.id, *now);
  return intent.operation == "create" ? is_of_create(*intent.row, *now) || intent.row->row.type == k_nic_type
                                      : !holds(*intent.row, *now);
}

}  // namespace pairform
