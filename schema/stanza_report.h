// Collects what is wrong with one stanza: every diagnostic gets its address, and the stanza becomes faulty with the
// first error. The address is put together only when there is something to say.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "schema/diagnostic.h"
#include "schema/toml_reader.h"

namespace pairform {

class StanzaReport {
 public:
  // `type` empty: not about a resource (settings). Of a nic: its vm's, then its own.
  explicit StanzaReport(Diagnostics& diagnostics, std::string_view type = {}, std::string_view key = {},
                        std::string_view inner_type = {}, std::string_view inner_key = {})
      : diagnostics_(diagnostics), type_(type), key_(key), inner_type_(inner_type), inner_key_(inner_key) {}

  void add(Diagnostic diagnostic) {
    if (diagnostic.severity == Severity::Error) faulty_ = true;
    if (!type_.empty()) diagnostic.address = address();
    diagnostics_.add(std::move(diagnostic));
  }
  void error(Code code, const Place& place, std::string summary, std::string detail, std::string help) {
    add({code,
         Severity::Error,
         std::move(summary),
         std::move(detail),
         std::move(help),
         {{place.at, place.length, {}}},
         {}});
  }
  // One that two places disagree about.
  void error(Code code, const Place& place, const Place& other, std::string label, std::string summary,
             std::string detail, std::string help) {
    add({code,
         Severity::Error,
         std::move(summary),
         std::move(detail),
         std::move(help),
         {{place.at, place.length, {}}, {other.at, other.length, std::move(label)}},
         {}});
  }
  // One that is moot where the address `needs` was meant to be declared by a table that is wrong.
  void error_needing(std::string needs, Code code, const Place& place, std::string summary, std::string detail,
                     std::string help) {
    add({code,
         Severity::Error,
         std::move(summary),
         std::move(detail),
         std::move(help),
         {{place.at, place.length, {}}},
         {},
         std::move(needs)});
  }
  bool faulty() const { return faulty_; }
  // Of the resource: "vm.web1.nic.eth0".
  std::string address() const {
    std::string out = std::string(type_) + '.' + std::string(key_);
    if (!inner_type_.empty()) out.append(".").append(inner_type_);
    if (!inner_key_.empty()) out.append(".").append(inner_key_);
    return out;
  }

 private:
  Diagnostics& diagnostics_;
  std::string_view type_, key_, inner_type_, inner_key_;
  bool faulty_ = false;
};

}  // namespace pairform
