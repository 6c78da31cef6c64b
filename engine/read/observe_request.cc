#include "engine/read/observe_request.h"

#include <algorithm>
#include <tuple>

#include "engine/read/refresh.h"
#include "schema/base_types.h"

namespace pairform {
namespace {

struct Named {
  Text identity;
  Text id;  // none: not recorded
  std::string_view type;
};

std::vector<Named> named(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
                         StringPool& texts) {
  std::vector<Named> all;
  for (const DesiredRow& row : desired.rows) {
    if (row.type == k_network_type) all.push_back({row.identity, Text(), "network"});
    if (row.type == k_vm_type) all.push_back({row.identity, Text(), "vm"});  // of a saved plan, which has no stanzas
  }
  for (const DeclaredVm& vm : desired.vms) all.push_back({vm.identity, Text(), "vm"});
  for (const StateRow& row : recorded.rows) {
    if (row.type == k_network_type)
      all.push_back({identities.network(texts, recorded.cell(row, network_column::region),
                                        recorded.cell(row, network_column::name),
                                        recorded.cell(row, network_column::resource_group),
                                        recorded.cell(row, network_column::subscription)),
                     row.id, "network"});
    if (row.type == k_vm_type) all.push_back({identities.recorded_vm(texts, recorded, row), row.id, "vm"});
  }
  return all;
}

}  // namespace

ProjectScope project_scope(const DesiredState& desired, const RecordedState& recorded, const IdentityMaker& identities,
                           StringPool& texts) {
  ProjectScope scope{regions_of(desired, recorded, texts), {}};
  std::vector<Named> all = named(desired, recorded, identities, texts);
  // Of one identity the entry with an id comes first and stands for all.
  std::sort(all.begin(), all.end(), [](const Named& a, const Named& b) {
    return std::tie(a.type, a.identity.value, a.id.value) < std::tie(b.type, b.identity.value, b.id.value);
  });
  for (std::size_t i = 0; i < all.size(); ++i)
    if (i == 0 || all[i].identity != all[i - 1].identity || all[i].type != all[i - 1].type)
      scope.known.push_back({all[i].type, texts.view(all[i].identity), texts.view(all[i].id)});
  return scope;
}

}  // namespace pairform
