// Of `pairform doctor`: what the project needs to be allowed, and what of that is missing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm_id.h"
#include "providers/azure/examiner.h"
#include "providers/azure/identity.h"
#include "schema/value.h"

namespace pairform::azure {
// By what the files ask for: a project that only looks on needs to read.
RightsNeeded Examiner::rights_needed() const {
  RightsNeeded out;
  const auto add = [&](const std::string& scope, Work work) {
    if (!scope.empty()) out.add(scope, work);
  };
  const std::string vault = settings_.vault_id();
  // Lists that were read need no right that is not there, whatever a role calls it.
  if (view_ == nullptr || view_->error || view_->inventory.plumbing.error) add(vault, Work::ReadVault);
  add(vault, Work::FollowOperations);
  if (!request_.halves.empty()) add(vault, Work::WriteHalves);
  for (const ExaminedNetwork& each : request_.networks) {
    const std::string group = group_of_network(each);
    add(group, Work::ReadNetworks);
    if (!each.existing) add(group, Work::WriteNetworks);
  }
  for (const ExaminedVm& vm : request_.vms) {
    const VirtualMachine* source = machine(vm.identity);
    const std::string home = source == nullptr ? std::string() : group_of_resource(source->id);
    add(home, Work::ReadMachines);
    if (vm.existing) continue;
    add(vault, Work::WriteReplication);
    add(home, Work::EnableMachines);
    add(target_group_of(vm), Work::UseTargetGroup);
    if (const VirtualNetwork* target = network(vm.target_network))
      add(group_of_resource(target->id), Work::UseTargetNetwork);
    add(cache_account_of(vm), Work::UseCacheAccount);
  }
  for (const auto& [region, id] : settings_.cache_storage_accounts) add(id, Work::ReadAccount);
  for (const auto& [region, group] : settings_.network_resource_groups) add(group_id(group), Work::ReadGroup);
  if (!settings_.create_resource_groups) return out;
  // Wherever a network goes, or a machine comes up.
  std::set<std::string> subscriptions{ascii_lower(settings_.subscription)};
  for (const ExaminedNetwork& each : request_.networks)
    if (!each.existing) subscriptions.insert(subscription_of(group_of_network(each)));
  for (const ExaminedVm& vm : request_.vms)
    if (is_to_be_replicated(vm)) subscriptions.insert(subscription_of(target_group_of(vm)));
  for (const std::string& each : subscriptions)
    if (!each.empty()) add("/subscriptions/" + each, Work::MakeGroups);
  return out;
}

void Examiner::tell_missing(const std::vector<ScopeRights>& missing) {
  const std::string name = fmt::format("pairform on {}", settings_.vault);
  out_.role_definition = role_definition(name, missing);
  std::size_t count = 0;
  for (const ScopeRights& each : missing) count += each.actions.size();
  add(Check::Rights, Level::Error, {},
      fmt::format("{} {} missing; this role has {}", count, count == 1 ? "right is" : "rights are",
                  count == 1 ? "it" : "them"),
      fmt::format("az role definition create --role-definition '{}'", out_.role_definition));
  for (const ScopeRights& each : missing)
    add(Check::Rights, Level::Error, {}, fmt::format("at {}: {}", each.scope, fmt::join(each.actions, ", ")),
        fmt::format("az role assignment create --assignee {} --role \"{}\" --scope {}", who_, name, each.scope));
}

void Examiner::rights() {
  const RightsNeeded needed = rights_needed();
  std::vector<ScopeRights> missing;
  std::vector<std::function<void()>> tasks;
  std::mutex mutex;
  for (const auto& [folded, at] : needed.scopes())
    tasks.emplace_back([&, &at = at] {
      const auto asked = request(Call::ReadPermissions, settings_, at.scope);
      if (!asked) return;
      std::vector<Permission> permissions;
      std::string wrong;
      const auto error = session_.arm().list(
          *asked,
          [&](simdjson::dom::element row) {
            const JsonIn role(row, wrong);
            permissions.push_back({role.texts("actions"), role.texts("notActions")});
          },
          limits_);
      // A group that is not there yet: `groups` tells.
      if (error && error->code.find("NotFound") != std::string::npos) return;
      if (error)
        return add(Check::Rights, Level::Warning, {},
                   fmt::format("the rights at {} could not be read: {}: {}", at.scope, error->code, error->message),
                   "see that Microsoft.Authorization/permissions/read is allowed there");
      std::set<std::string> lacks = missing_actions(at.actions, permissions);
      const std::lock_guard lock(mutex);
      if (!lacks.empty()) missing.push_back({at.scope, std::move(lacks)});
    });
  ask(tasks);
  std::sort(missing.begin(), missing.end(),
            [](const ScopeRights& a, const ScopeRights& b) { return ascii_lower(a.scope) < ascii_lower(b.scope); });
  if (!missing.empty()) return tell_missing(missing);
  const bool unread = std::any_of(out_.findings.begin(), out_.findings.end(),
                                  [](const Finding& each) { return each.check == Check::Rights; });
  if (!unread)
    add(Check::Rights, Level::Ok, {},
        fmt::format("nothing is missing at {} {}", needed.scopes().size(),
                    needed.scopes().size() == 1 ? "scope" : "scopes"));
}

}  // namespace pairform::azure
