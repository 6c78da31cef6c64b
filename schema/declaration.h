// What the files of a project say: flat arrays with ids and no pointers. A file's result is complete in itself
// (its texts beside it, stanza_reader.h), so files load on any thread; config_loader merges them in file order.
//
// Values are canonical (schema/value.h) and of the right kind; an attribute that was wrong is left out, its stanza is
// `faulty`, and the diagnostic is in Diagnostics. Checks that need more than one stanza are engine/read/resolve.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "schema/dense_map.h"
#include "schema/id.h"
#include "schema/resource_type.h"
#include "schema/source.h"
#include "schema/string_pool.h"

namespace pairform {

// One attribute that a stanza gives.
struct DeclaredValue {
  std::uint16_t attribute = 0;  // index into its type's `attributes`
  std::uint16_t length = 1;     // characters of the value as written on its first line, for underlining
  Text value;                   // canonical
  SourcePosition at;            // of the value
};

// Where one entry of a map stands, its name and its value: `web = "dr-web"` of `subnets`.
struct DeclaredEntry {
  SourcePosition key_at, at;
  std::uint16_t key_length = 1, length = 1;
};

// One resource stanza: [network.app], [mapping.m], [vm.web1], [vm.web1.nic.eth0]; or one of defaults: [defaults.vm], and
// [vm.web1.nics] for the nics of one vm.
struct Declaration {
  TypeId type;
  Text key;                       // none: defaults
  Text within;                    // key of the vm that a nic, or the defaults of its nics, belong to; none: of its own
  std::uint32_t first_value = 0;  // into Declarations::values
  AttributeSet wrong = 0;         // attributes that are given, and wrong or misspelt, so that they are not missing
  std::uint16_t value_count = 0;
  std::uint16_t length = 1;  // characters of the table header as written
  bool faulty = false;       // something in it is wrong and was reported: silences what depends on it; also the
                             // second of two with one address
  SourcePosition at;         // of the table header
};

// What a file says about an address: [moved."mapping.old"] to = "mapping.new".
struct Directive {
  enum class Kind : std::uint8_t { Moved, Removed, Import } kind = Kind::Moved;
  std::uint16_t length = 1;  // characters of the header
  std::uint16_t value_length = 1;
  Text address;  // a well-formed address, a pair as a whole
  Text value;    // of `to` or `id`; none for removed
  SourcePosition at;
  SourcePosition value_at;
};

struct Declarations {
  DenseMap<DeclarationId, Declaration> items;  // in file order; within a file in the order of the TOML tree
  std::vector<Declaration> defaults;           // the same; those of one vm (`within`) once a vm, others once a file
  std::vector<DeclaredValue> values;           // grouped by declaration
  std::vector<Directive> directives;           // in file order
  // Of values that are maps of names (a mapping's `subnets`, a nic's `target_secondary`), by the place of the value: their
  // entries, in the order of its canonical text.
  std::map<SourcePosition, std::vector<DeclaredEntry>> entries;
  // Addresses that tables which are wrong were meant to declare: "network.app" of [netwroks.app], "network." of all
  // networks of a [[network]], "defaults.vm" of [default.vm], the address moved from of a wrong [moved."…"].
  std::set<std::string, std::less<>> meant;
};

// [guards], defaults filled in.
struct GuardSettings {
  int max_delete_percent = 30;
  int max_update_percent = 100;
  int min_resources = 10;
  std::vector<std::string> approve;  // "<kind>.<operation>": network.delete, half.overwrite, …
  std::string frozen;                // empty: not frozen
};

// One setting of [provider.<name>].
struct ProviderSetting {
  std::string name;
  std::string value;  // canonical
  SourcePosition at;  // of the value; no file: it is the default
  std::uint16_t length = 1;
};

struct ProjectSettings {
  std::string name;
  std::string provider;
  std::string edition;  // empty: the provider's default
  bool strict_subnets = false;
  bool strict_addresses = false;
  std::string backend = "file";  // empty: what the file says is wrong, and was reported
  // Canonical values of [state] by attribute name, those of the chosen backend, defaults filled in.
  std::vector<std::pair<std::string, std::string>> backend_settings;
  GuardSettings guards;
  // [provider.<name>] of the chosen provider, defaults filled in. Whether it takes the values is its own to say.
  std::vector<ProviderSetting> provider_settings;
  SourcePosition edition_at;  // where it is written; no file: it is not
};

// A whole project as its files say it.
struct Configuration {
  std::filesystem::path directory;  // absolute
  ProjectSettings settings;
  SourceFiles sources;
  bool incomplete = false;  // some file could not be found or read whole: what is missing may be declared there
  StringPool texts;         // of all Texts below
  Declarations declarations;

  // Was a table that is wrong meant to declare `address`?
  bool is_meant(std::string_view address) const;
  // May something declare `address` that could not be understood, and was reported? Then it is not told as missing.
  bool may_declare(std::string_view address) const { return incomplete || is_meant(address); }
};

// "vm.web1.nic.eth0", "network.app", "defaults.vm": its table's header.
std::string declared_address(const Declaration& item, const TypeTable& types, const StringPool& texts);

}  // namespace pairform
