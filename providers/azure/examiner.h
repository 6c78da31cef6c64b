// How examining.h works: one look at a vault, each part of it a function that adds findings. Private to the examining_*.cc.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "providers/azure/examining.h"
#include "providers/azure/rights.h"
#include "providers/azure/vm_settings.h"

namespace pairform::azure {

// Of a resource, the id of its resource group; "" of what is none.
std::string group_of_resource(const std::string& id);

class Examiner {
 public:
  Examiner(Session& session, const View* view, const ExamineRequest& request, const CallLimits& limits)
      : session_(session), settings_(session.settings), view_(view), request_(request), limits_(limits) {}

  Examination run();

 private:
  void add(Check check, Level level, std::string address, std::string text, std::string fix = {});
  // Runs them, several at once; what they add stands in the order of addresses and texts.
  void ask(const std::vector<std::function<void()>>& tasks);
  // What a GET answers, decoded by whoever asks; none: not there, or not known.
  struct Read {
    int status = 0;  // 0: `error`
    std::string body;
    std::optional<ProviderError> error;
  };
  static std::string why_unread(const Read& answer);
  Read read(Call call, const std::string& id, const std::string& name = {});

  // examining.cc
  bool credential();
  void vault();
  void plumbing();
  void direction(const std::string& from, const std::string& to, bool replicates);
  void items();
  void machine_of(const ProtectedItem& item);
  // examining_estate.cc
  void subnet_settings();
  void cache_accounts();
  void cache_account(const std::string& region, const std::string& id, const std::string& address);
  void groups();
  void eligibility();
  // Addresses of vms. By why the service does not tell: "AuthorizationFailed".
  struct Eligible {
    std::vector<std::string> taken;
    std::map<std::string, std::vector<std::string>> not_told;
  };
  void eligible(const ExaminedVm& vm, const VirtualMachine& machine, Eligible& out);
  // examining_newer.cc
  void newer_members();
  void newer_members_in(const std::string& subscription, const std::map<std::string, std::string>& networks);
  // examining_rights.cc
  void rights();
  RightsNeeded rights_needed() const;
  void tell_missing(const std::vector<ScopeRights>& missing);

  // examining_estate.cc: what identities of the project are in Azure; null, "": not known.
  const VirtualNetwork* network(const std::string& identity) const;
  const VirtualMachine* machine(const std::string& identity) const;
  ReplicationChoice choice_of(const ExaminedVm& vm) const;
  std::string cache_account_of(const ExaminedVm& vm) const;
  std::string target_group_of(const ExaminedVm& vm) const;             // ARM id
  std::string group_of_network(const ExaminedNetwork& network) const;  // ARM id
  bool is_to_be_replicated(const ExaminedVm& vm) const { return !vm.existing && !vm.replicated; }
  std::string group_id(const std::string& group, const std::string& subscription = {}) const;

  Session& session_;
  const AzureSettings& settings_;
  const View* const view_;
  const ExamineRequest& request_;
  const CallLimits& limits_;
  std::mutex mutex_;  // of out_, while several ask at once
  Examination out_;
  std::string who_ = "OBJECT-ID";  // to whom roles are assigned
};

}  // namespace pairform::azure
