// Which actions of Azure a project needs where, and which of them a principal lacks. Actions and scopes are compared without
// case. Pure.
//
// A principal may do what some role gives ("Microsoft.Network/*") and the same role does not take away (notActions). What is
// needed are single actions: a role that lists them one by one, as Site Recovery Reader does, is as good as one with "*".
#pragma once
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pairform::azure {

// One role that is assigned at a scope or above, as GET {scope}/providers/Microsoft.Authorization/permissions answers it.
struct Permission {
  std::vector<std::string> actions, not_actions;
};

// "Microsoft.Network/*/read" matches "Microsoft.Network/virtualNetworks/subnets/read": "*" stands for any characters.
bool matches_action(std::string_view pattern, std::string_view action);
bool is_allowed(std::span<const Permission> permissions, std::string_view action);

// What is done at a scope.
enum class Work {
  ReadVault,
  FollowOperations,  // at the vault: what becomes of what was sent
  WriteHalves,       // at the vault: mappings, and the fabrics that they stand on
  WriteReplication,  // at the vault: containers, their mappings, policies, items
  ReadNetworks,
  WriteNetworks,
  ReadMachines,
  EnableMachines,  // at the machines
  UseTargetGroup,  // where copies of machines come up
  UseTargetNetwork,
  ReadAccount,
  UseCacheAccount,
  ReadGroup,
  MakeGroups,  // at the subscription
};
std::span<const std::string_view> actions_for(Work work);

// What is needed at which scope, and then what is missing there. By folded scope.
struct ScopeRights {
  std::string scope;  // as spelled
  std::set<std::string> actions;
};
class RightsNeeded {
 public:
  void add(const std::string& scope, Work work);
  const std::map<std::string, ScopeRights>& scopes() const { return scopes_; }

 private:
  std::map<std::string, ScopeRights> scopes_;
};

// Of what is needed, what the permissions do not give.
std::set<std::string> missing_actions(const std::set<std::string>& needed, std::span<const Permission> permissions);

// A custom role with all that is missing, as `az role definition create --role-definition` takes it: one line of JSON. It may
// be assigned in the resource groups, or subscriptions, that the scopes lie in.
std::string role_definition(const std::string& name, const std::vector<ScopeRights>& missing);

}  // namespace pairform::azure
