// The frame of a state: which version it is, and its instances one by one. What is in an instance is state_reader's.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "providers/azure/json_in.h"
#include "providers/terraform/records.h"
#include "schema/diagnostic.h"

namespace pairform::terraform {

// The attributes of an instance, but for those marked sensitive: these are as if they were not there.
class Attributes {
 public:
  Attributes(simdjson::dom::element element, std::set<std::string, std::less<>> hidden)
      : json_(element, wrong_), hidden_(std::move(hidden)) {}
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  std::string text(std::string_view name) const { return is_hidden(name) ? "" : json_.text(name); }
  std::vector<azure::JsonIn> list(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  // Names that were asked for, and are hidden.
  const std::set<std::string, std::less<>>& missed() const { return missed_; }
  // The first attribute of the wrong kind: "network_interface[0].target_static_ip: expected a text, found a number". "": none.
  const std::string& wrong() const { return wrong_; }

 private:
  bool is_hidden(std::string_view name) const;
  std::string wrong_;
  azure::JsonIn json_;
  std::set<std::string, std::less<>> hidden_;
  mutable std::set<std::string, std::less<>> missed_;
};

struct Instance {
  std::string_view module;  // as in the state
  std::string_view type, name;
  bool is_data = false;
  bool tainted = false;
  std::optional<std::int64_t> schema_version;
  Place place;
  std::string path;  // "resources[3].instances[0]"
  const Attributes& attributes;
};

// Who takes the instances of a state, in the order of the file.
struct InstanceTaker {
  std::function<bool(std::string_view)> wanted;  // types
  // Each instance of a wanted type, also one that is refused then, or deposed: Terraform has it.
  std::function<void(std::string_view module, std::string_view type, std::string_view name, bool is_data,
                     const Place& place, bool deposed)>
      see;
  std::function<void(const Instance&)> take;  // each current one that can be read
};

// Deposed instances are left out with a note. Whatever is wrong with the frame, a resource or an instance is told. False: it
// is no state that can be read.
bool for_each_instance(std::string_view bytes, const std::string& file, const InstanceTaker& taker,
                       Diagnostics& diagnostics);

}  // namespace pairform::terraform
