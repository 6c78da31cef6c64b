// Where the value of an attribute stands that counts for a resource: in its own table, or in the defaults that give it,
// in whatever file (as StanzaBook finds them while files are resolved). For messages of later passes, which point at the
// value and not at the header of a table. Cost: linear in tables of defaults to make, then a look-up.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "schema/declaration.h"
#include "schema/diagnostic.h"

namespace pairform {

// Of an entry of a map: `web = "dr-web"`.
enum class EntryPart { Name, Value };
// Where the entry of that number stands, in the order of the map's canonical text; the map where that is not known.
Span entry_span(const Declarations& declarations, const DeclaredValue& map, std::size_t entry, EntryPart part);

class Places {
 public:
  explicit Places(const Configuration& config);

  // Of a network, mapping or vm; null: nothing gives it, or the row is derived.
  const DeclaredValue* value(DeclarationId stanza, std::size_t attribute) const;
  // Of a nic of the vm, whose table need not be there.
  const DeclaredValue* nic_value(DeclarationId nic, DeclarationId vm, std::size_t attribute) const;
  // Adds the place of a value to a diagnostic; null: that of the header of the stanza instead, if there is one.
  void point(Diagnostic& diagnostic, const DeclaredValue* value, DeclarationId stanza, std::string label = {}) const;

 private:
  const DeclaredValue* in(const Declaration& table, std::size_t attribute) const;
  const DeclaredValue* by_default(TypeId type, FileId file, std::size_t attribute) const;

  const Configuration& config_;
  std::map<std::pair<TypeId, FileId>, std::vector<const Declaration*>> defaults_;
  std::map<Text, const Declaration*> of_nics_;  // by key of the vm
};

}  // namespace pairform
