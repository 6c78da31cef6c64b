// The simulator's cloud: networks, mappings, addresses in use and who may read what, in one SQLite database.
// Every write asks the rules (rules.h) first; the tables (tables.cc) repeat the ones that SQL can say, so
// that two processes cannot get past them either. Its machines: vm_store.h, vm_writes.h. A Cloud is one
// connection. Reads see the last commit of anybody; a caller that reads and then writes opens a write
// Transaction around both. Threads: one at a time; any number of Clouds in any number of processes.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "providers/simulator/database.h"
#include "providers/simulator/rules.h"

namespace pairform::simulator {

enum class SimulatedKind { Network, Mapping };
enum class WriteVerb { Create, Update, Delete };

// One change as the cloud takes it.
struct SimulatedWrite {
  WriteVerb verb = WriteVerb::Create;
  SimulatedKind kind = SimulatedKind::Network;
  std::string id;            // of what is made, changed or deleted
  SimulatedNetwork network;  // create: everything but in_use; update: its shape
  SimulatedMapping mapping;  // create: everything; update: its target
};

enum class LabelKind { Tag, Extra };
struct Label {
  LabelKind kind = LabelKind::Tag;
  std::string key;
  std::string value;
};

// Made with the first network in it, and there for good.
struct SimulatedGroup {
  std::string id;    // "@sub-1/prod", "@-/prod"
  std::string name;  // as it was first spelled
  std::string region;
};

// What becomes of replicated machines when the mapping they land by is led elsewhere: under edition 2018-05 they move
// along (azure-docs, azure-to-azure-troubleshoot-errors, 2018), since then they stay where they are (azure-docs,
// azure-to-azure-network-mapping, 2019-10 and later).
enum class Remap { MovesMachines, LeavesMachines };
Remap remap_of_edition(std::string_view edition);

class Cloud {
 public:
  // Opens or makes the database and its directory. Throws std::runtime_error with a sentence for the user.
  explicit Cloud(const std::filesystem::path& file, Remap remap = Remap::MovesMachines,
                 Patience patience = patience_of(k_patience));
  Database& database() { return database_; }

  std::optional<SimulatedNetwork> find_network(std::string_view id);
  // The same without what is in use in it, which may be much.
  std::optional<SimulatedNetwork> find_shape(std::string_view id);
  std::optional<SimulatedMapping> find_mapping(std::string_view id);

  using NetworkVisitor = std::function<void(SimulatedNetwork&&)>;
  using MappingVisitor = std::function<void(SimulatedMapping&&)>;
  std::vector<SimulatedGroup> groups();  // by id

  // By id. The visitor must not list the same kind again.
  void each_network(const NetworkVisitor& visit);
  // Of everything there is, sorted.
  std::vector<std::string> regions();
  void each_network_in(std::string_view region, const NetworkVisitor& visit);
  void each_mapping(const MappingVisitor& visit);
  void each_mapping_in(std::string_view region, const MappingVisitor& visit);
  void each_mapping_into(std::string_view target_region, const MappingVisitor& visit);

  // Does it, or says why not and changes nothing. Deleting what is absent is done already.
  std::optional<Refusal> apply(const SimulatedWrite& write);
  // Would `apply` refuse it as things are now?
  std::optional<Refusal> would_refuse(const SimulatedWrite& write);

  std::optional<Refusal> use_address(std::string_view network, const Ip& ip);
  std::optional<Refusal> release_address(std::string_view network, const Ip& ip);
  // Gives a subnet over to a service; an empty service ends that. It ends with the subnet, too.
  void delegate(std::string_view network, std::string_view subnet, std::string_view service);
  void set_label(std::string_view network, const Label& label);
  std::vector<Label> labels(std::string_view network);  // by kind (tags first) and key

  // A scope is a region or an id. False: nothing changed.
  bool deny(std::string_view scope);
  bool allow(std::string_view scope);
  std::set<std::string> denied();
  // Is this id, or what it belongs to, denied: its region; of a nic its machine; of a machine what it is
  // called now?
  bool is_denied(std::string_view id);

 private:
  std::optional<Refusal> create_network(const SimulatedNetwork& network);
  std::optional<Refusal> apply_network(const SimulatedWrite& write);
  std::optional<Refusal> apply_mapping(const SimulatedWrite& write);
  std::optional<SimulatedMapping> mapping_using(std::string_view network);
  std::optional<Refusal> subnet_is_used(const SimulatedNetwork& now, const NetworkShape& next);

  Database database_;
  Remap remap_;
};

}  // namespace pairform::simulator
