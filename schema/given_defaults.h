// What the tables [defaults.*] of a file give, as the stanzas of that file, and those of other files for pairform.toml's,
// need to know it while they are read: what is given there is not missing, and whether networks exist by default. The
// values themselves reach resources where files are brought together (engine/read/stanza_book.h).
#pragma once
#include <optional>
#include <vector>

#include "schema/resource_type.h"
#include "schema/toml_reader.h"

namespace pairform {

struct GivenDefault {
  bool given = false;        // perhaps wrong, or misspelt: then it is not missing either
  std::optional<bool> flag;  // of a boolean that is right
  Place place;               // of the value
};

class GivenDefaults {
 public:
  GivenDefaults() = default;
  GivenDefaults(const TomlDocument& document, const TypeTable& types);
  // What `outer`, which are those of the project, give besides.
  void add(const GivenDefaults& outer);
  // By attribute of the type; empty: nothing is given.
  const std::vector<GivenDefault>& of(TypeId type) const;

 private:
  std::vector<std::vector<GivenDefault>> types_;  // by type; empty: there are none at all
};

}  // namespace pairform
