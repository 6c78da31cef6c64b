// Of `pairform doctor`: what networks, storage accounts, resource groups and machines are like, as far as it matters.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "providers/azure/arm/error.h"
#include "providers/azure/arm_id.h"
#include "providers/azure/examiner.h"
#include "providers/azure/identity.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

constexpr std::size_t k_most_eligibility = 100;  // requests: a few seconds, and a small part of what the service allows

// The ARM id that the project means by an identity, folded; "" where it means none, or several.
std::string bound_id(const Bindings& bindings, const std::string& identity) {
  const auto at = bindings.all().find(identity);
  return at != bindings.all().end() && at->second.what == Bound::To ? at->second.id : std::string();
}

const AzureSubnet* find_subnet(const VirtualNetwork& network, const std::string& name) {
  for (const AzureSubnet& each : network.subnets)
    if (ascii_lower(each.name) == ascii_lower(name)) return &each;
  return nullptr;
}

}  // namespace

std::string group_of_resource(const std::string& id) {
  const auto parsed = parse_arm_id(id);
  return !parsed || parsed->resource_group.empty()
             ? std::string()
             : fmt::format("/subscriptions/{}/resourceGroups/{}", parsed->subscription, parsed->resource_group);
}

std::string Examiner::why_unread(const Read& answer) {
  if (answer.error) return fmt::format("{}: {}", answer.error->code, answer.error->message);
  const ArmError error = read_error(answer.body);
  return error.code.empty() ? fmt::format("status {}", answer.status)
                            : fmt::format("{}: {}", error.code, error.message);
}

std::string Examiner::group_id(const std::string& group, const std::string& subscription) const {
  return group.empty() ? std::string()
                       : fmt::format("/subscriptions/{}/resourceGroups/{}",
                                     subscription.empty() ? settings_.subscription : subscription, group);
}

const VirtualNetwork* Examiner::network(const std::string& identity) const {
  if (view_ == nullptr) return nullptr;
  const std::string id = bound_id(view_->names->networks(), identity);
  return id.empty() ? nullptr : view_->vms->find_network(id);
}

const VirtualMachine* Examiner::machine(const std::string& identity) const {
  if (view_ == nullptr) return nullptr;
  const std::string id = bound_id(view_->names->machines(), identity);
  return id.empty() ? nullptr : view_->vms->find_machine(id);
}

// What is there, or is to be made: where it goes.
std::string Examiner::group_of_network(const ExaminedNetwork& each) const {
  if (const VirtualNetwork* there = network(each.identity)) return group_of_resource(there->id);
  const auto place = place_of(each.identity);
  if (!place) return {};
  if (!place->resource_group.empty()) return group_id(place->resource_group, place->subscription);
  const auto at = settings_.network_resource_groups.find(place->region);
  return each.existing || at == settings_.network_resource_groups.end() ? std::string()
                                                                        : group_id(at->second, place->subscription);
}

ReplicationChoice Examiner::choice_of(const ExaminedVm& vm) const {
  std::vector<NamedValue> extras;
  extras.reserve(vm.extras.size());
  for (const auto& [name, value] : vm.extras) extras.push_back({name, value});
  const VirtualMachine* source = machine(vm.identity);
  return choose_replication(extras, settings_, source == nullptr ? std::string() : source->id, vm.region,
                            view_ == nullptr ? CacheAccounts() : view_->cache_accounts);
}

std::string Examiner::cache_account_of(const ExaminedVm& vm) const { return choice_of(vm).cache_account; }

std::string Examiner::target_group_of(const ExaminedVm& vm) const {
  const VirtualMachine* source = machine(vm.identity);
  return source == nullptr ? std::string() : group_id(choice_of(vm).target_group, subscription_of(source->id));
}

// What protects, routes or leads out a source subnet, and lacks where its machines come up.
void Examiner::subnet_settings() {
  std::size_t compared = 0, lacking = 0;
  for (const ExaminedHalf& half : request_.halves) {
    const VirtualNetwork *source = network(half.source), *target = network(half.target);
    if (source == nullptr || target == nullptr) continue;
    for (const auto& [from_name, to_name] : half.subnets) {
      const AzureSubnet *from = find_subnet(*source, from_name), *to = find_subnet(*target, to_name);
      if (from == nullptr || to == nullptr) continue;
      ++compared;
      std::vector<std::string_view> lacks;
      if (!from->security_group.empty() && to->security_group.empty()) lacks.emplace_back("network security group");
      if (!from->route_table.empty() && to->route_table.empty()) lacks.emplace_back("route table");
      if (!from->nat_gateway.empty() && to->nat_gateway.empty()) lacks.emplace_back("NAT gateway");
      if (lacks.empty()) continue;
      ++lacking;
      add(Check::Subnets, Level::Warning, half.address,
          fmt::format("subnet \"{}\" of {} has a {}, \"{}\" of {} has none", from->name, source->name,
                      fmt::join(lacks, " and a "), to->name, target->name),
          fmt::format("give \"{}\" of {} one of {}, if what comes up there needs it", to->name, target->name,
                      target->region));
    }
  }
  if (compared != 0 && lacking == 0)
    add(Check::Subnets, Level::Ok, {},
        "security groups, route tables and NAT gateways of source subnets have a counterpart at their targets");
}

void Examiner::cache_account(const std::string& region, const std::string& id, const std::string& address) {
  const Read answer = read(Call::ReadStorageAccount, id);
  const std::string name(last_segment(id));
  if (answer.error || (answer.status != 200 && answer.status != 404))
    return add(Check::Cache, Level::Warning, address,
               fmt::format("storage account {} could not be read: {}", name, why_unread(answer)),
               "see that pairform may read it");
  const auto parsed = parse_arm_id(id);
  if (answer.status == 404)
    return add(Check::Cache, Level::Error, address, fmt::format("there is no storage account {}", id),
               fmt::format("az storage account create --name {} --resource-group {} --location {}", name,
                           parsed ? parsed->resource_group : "GROUP", region));
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string wrong;
  const bool read_well = parser.parse(answer.body).get(root) == simdjson::SUCCESS;
  const std::string there = read_well ? canonical_region(JsonIn(root, wrong).text("location")) : std::string();
  if (there != region)
    return add(Check::Cache, Level::Error, address,
               fmt::format("storage account {} is in {}, and caches replication from {}", name, there, region),
               fmt::format("name an account in {}", region));
  add(Check::Cache, Level::Ok, address, fmt::format("{}: storage account {}", region, name));
}

// Enabling needs an account in the region of the machine.
void Examiner::cache_accounts() {
  std::map<std::pair<std::string, std::string>, std::string> asked;  // region and folded id -> id, as spelled
  for (const auto& [region, id] : settings_.cache_storage_accounts)
    asked.emplace(std::pair(region, ascii_lower(id)), id);
  std::map<std::string, std::vector<std::string>> without;  // region -> vms
  for (const ExaminedVm& vm : request_.vms) {
    if (!is_to_be_replicated(vm)) continue;
    if (const std::string id = cache_account_of(vm); id.empty()) without[vm.region].push_back(vm.address);
    else asked.emplace(std::pair(vm.region, ascii_lower(id)), id);
  }
  for (const auto& [region, vms] : without)
    add(Check::Cache, Level::Error, {},
        fmt::format("no cache account is known for {} of {}, which {} to be replicated",
                    vms.size() == 1 ? vms.front() : fmt::format("{} vms", vms.size()), region,
                    vms.size() == 1 ? "is" : "are"),
        fmt::format("cache_storage_accounts = {{ {} = \"GROUP/ACCOUNT\" }} in [provider.azure]", region));
  std::vector<std::function<void()>> tasks;
  tasks.reserve(asked.size());
  for (const auto& [key, id] : asked)
    tasks.emplace_back([this, region = key.first, id = id] { cache_account(region, id, {}); });
  ask(tasks);
}

// The groups that networks and copies of machines are made in.
void Examiner::groups() {
  std::map<std::string, std::pair<std::string, std::string>> asked;  // folded id -> id, region
  for (const ExaminedNetwork& each : request_.networks)
    if (const std::string id = group_of_network(each); !each.existing && !id.empty())
      asked.emplace(ascii_lower(id), std::pair(id, place_of(each.identity)->region));
  for (const ExaminedVm& vm : request_.vms)
    if (const std::string id = is_to_be_replicated(vm) ? target_group_of(vm) : std::string(); !id.empty())
      asked.emplace(ascii_lower(id), std::pair(id, vm.target_region));
  for (const auto& [region, group] : settings_.network_resource_groups)
    asked.emplace(ascii_lower(group_id(group)), std::pair(group_id(group), region));
  std::vector<std::function<void()>> tasks;
  tasks.reserve(asked.size());
  for (const auto& [folded, group] : asked)
    tasks.emplace_back([this, id = group.first, region = group.second] {
      const auto parsed = parse_arm_id(id);
      if (!parsed) return;
      const Read answer = read(Call::ReadGroup, "/subscriptions/" + parsed->subscription, parsed->resource_group);
      const std::string& name = parsed->resource_group;
      if (answer.status == 200)
        return add(Check::Groups, Level::Ok, {}, fmt::format("resource group {} is there", name));
      if (answer.status == 404 && settings_.create_resource_groups)
        return add(Check::Groups, Level::Note, {}, fmt::format("resource group {} is made when it is needed", name));
      if (answer.status == 404)
        return add(Check::Groups, Level::Error, {}, fmt::format("there is no resource group {}", name),
                   fmt::format("az group create --subscription {} --name {} --location {}\n"
                               "or let pairform make it: create_resource_groups = true in [provider.azure]",
                               parsed->subscription, name, region));
      add(Check::Groups, Level::Warning, {},
          fmt::format("resource group {} could not be read, so it is not known whether it is there: {}", name,
                      why_unread(answer)),
          "see that pairform may read it");
    });
  ask(tasks);
}

// What the service itself has against the machine, before any job is begun.
void Examiner::eligible(const ExaminedVm& vm, const VirtualMachine& machine, Eligible& out) {
  const Read answer = read(Call::ReadEligibility, machine.id);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string wrong;
  // Without that right, or before the service knows the subscription, nothing is known.
  if (answer.status != 200 || parser.parse(answer.body).get(root) != simdjson::SUCCESS) {
    const std::string why = answer.error ? answer.error->code : read_error(answer.body).code;
    const std::lock_guard lock(mutex_);
    out.not_told[why.empty() ? fmt::format("status {}", answer.status) : why].push_back(vm.address);
    return;
  }
  const std::vector<JsonIn> errors = JsonIn(root, wrong).object("properties").list("errors");
  for (const JsonIn& error : errors) {
    const std::string action = error.text("recommendedAction"), causes = error.text("possibleCauses");
    add(Check::Eligibility, Level::Error, vm.address,
        fmt::format("{}: {}{}{}", error.text("code"), error.text("message"), causes.empty() ? "" : " ", causes),
        action.empty() ? "see the support matrix of Site Recovery" : action);
  }
  if (!errors.empty()) return;
  const std::lock_guard lock(mutex_);
  out.taken.push_back(vm.address);
}

// It is a request a machine, so not of all of a large project: an apply asks each one again before it begins a job.
void Examiner::eligibility() {
  std::vector<std::function<void()>> tasks;
  std::size_t not_asked = 0;
  Eligible told;
  for (const ExaminedVm& vm : request_.vms) {
    const VirtualMachine* there = is_to_be_replicated(vm) ? machine(vm.identity) : nullptr;
    if (there == nullptr) continue;
    if (tasks.size() == k_most_eligibility) ++not_asked;
    else tasks.emplace_back([this, &vm, there, &told] { eligible(vm, *there, told); });
  }
  ask(tasks);
  const auto tell = [&](Level level, const std::vector<std::string>& vms, std::string_view words, std::string fix) {
    const bool one = vms.size() == 1;
    add(Check::Eligibility, level, one ? vms.front() : std::string(),
        fmt::format("the service {} replicate {}", words, one ? "it" : fmt::format("{} vms", vms.size())),
        std::move(fix));
  };
  if (!told.taken.empty()) tell(Level::Ok, told.taken, "would", {});
  for (const auto& [why, vms] : told.not_told)
    tell(Level::Note, vms, fmt::format("does not say ({}) whether it would", why),
         "an apply goes on without that; its job tells");
  if (not_asked != 0)
    add(Check::Eligibility, Level::Note, {},
        fmt::format("{} more {} not asked about: at most {} are", not_asked, not_asked == 1 ? "vm is" : "vms are",
                    k_most_eligibility),
        "an apply asks about each vm before it begins its replication");
}

}  // namespace pairform::azure
