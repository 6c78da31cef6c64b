// What the vault and the subscriptions hold, as rows in the project's terms: the listing of everything, and look-ups.
//
// Networks and machines are bound to the names that the project uses (binding.h), from what was listed last; what this run
// made is known by the id that it got. Listings serve all look-ups that come within two seconds, or as long as they took, and
// none that comes after a write.
// Threads: `know` and `observe` one at a time; the rest any number.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/provider.h"
#include "providers/azure/inventory.h"
#include "providers/azure/session.h"
#include "providers/azure/shared_listing.h"

namespace pairform::azure {

struct Everything;
// The items of the vault, and which one is that of a vm.
struct ListedItems : Listed<ProtectedItem> {
  std::map<std::string, std::size_t>
      by_vm;  // by the identity of the vm, index into `things`; empty before names are known
  std::map<std::string, std::size_t> by_id;  // by the folded ARM id

  // That of a vm; null: there is none.
  const ProtectedItem* of(const std::string& vm) const {
    const auto at = by_vm.find(vm);
    return at == by_vm.end() ? nullptr : &things[at->second];
  }
  // That of a folded ARM id; null: there is none.
  const ProtectedItem* at(const std::string& id) const {
    const auto found = by_id.find(id);
    return found == by_id.end() ? nullptr : &things[found->second];
  }
};
struct View;

class Reader {
 public:
  explicit Reader(Session& session);
  ~Reader();

  // What the project names, before anything was listed.
  void know(std::span<const KnownResource> known);
  void observe(const ObserveRequest& request, const std::function<void(Observation&&)>& page, const CallLimits& limits);
  LookupAnswer lookup(const LookupKey& key, const CallLimits& limits);
  // The same of several keys of one vm, itself or its nics, by one request where this run writes its item. By key.
  std::vector<LookupAnswer> lookup_of_vm(std::span<const LookupKey> keys, const CallLimits& limits);

  // The ARM id, as the service spells it, of the network that the project calls so. AbsentAnswer: there is none.
  using IdAnswer = std::variant<std::string, AbsentAnswer, ProviderError>;
  IdAnswer network_id(const std::string& identity, const CallLimits& limits);
  // Likewise of the machine of a vm.
  IdAnswer machine_id(const std::string& identity, const CallLimits& limits);
  // Likewise of the item that replicates it. `recorded`: the id of the vm ("vault-dr/item-1"); empty: not known.
  IdAnswer item_id(const std::string& identity, const std::string& recorded, const CallLimits& limits);
  // What the vault replicates, in a listing that is so new. Null: stopped.
  std::shared_ptr<const ListedItems> items(const Recent& recent, const CallLimits& limits);
  // As of the last write or later, and at most two seconds old.
  Recent up_to_date() const;
  // Fabrics, containers, policies and their mappings, as of the last write or later.
  std::shared_ptr<const ListedPlumbing> plumbing(const CallLimits& limits);  // null: stopped
  // What observe() saw, without a call; none: not observed.
  std::shared_ptr<const View> observed() const;
  const ListedPlumbing* observed_plumbing() const;

  // Called after each write that was sent, whatever its answer: what was listed before is not believed any more.
  void wrote();
  // This run made it, or is about to: `id` is what the service will call it. Look-ups read that path first.
  void made(std::string_view type, const std::string& identity, const std::string& id);

 private:
  struct State;
  std::shared_ptr<const Everything> list_everything(const CallLimits& limits);
  std::optional<ProviderError> need_names(const CallLimits& limits);
  std::string network_identity(const std::string& id, const std::string& region);
  IdAnswer find_network(const std::string& identity, const std::string& recorded, const CallLimits& limits);
  std::string spelled(const std::string& folded);
  std::string path_of(const std::string& identity) const;
  CloudRow row_of(const NetworkMapping& mapping, const std::string& identity);
  LookupAnswer look_up_network(const std::string& identity, const std::string& id, const CallLimits& limits);
  LookupAnswer listed_half(const std::string& identity, const std::function<bool(const NetworkMapping&)>& is_meant,
                           const Recent& recent, const CallLimits& limits);
  LookupAnswer look_up_half(const std::string& identity, const std::string& id, const CallLimits& limits);
  std::string listed_item_id(const std::string& identity, const std::string& recorded) const;
  LookupAnswer row_of_item(const ProtectedItem& item, const LookupKey& key);
  void rename_made(CloudRow& row);
  LookupAnswer look_up_vm(const LookupKey& key, const CallLimits& limits);
  Session& session_;
  std::unique_ptr<State> state_;
};

}  // namespace pairform::azure
