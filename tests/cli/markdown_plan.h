// The JSON of a plan, made by hand for its texts: as cli/render_markdown.h gets it, with what the cloud and the files say
// as a test wants it. Steps are those of the changes, in their order.
#pragma once
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "schema/json_writer.h"

namespace pairform {

class PlanWriter {
 public:
  static constexpr std::string_view k_digest =
      "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  std::string project = "contoso-dr";
  bool applyable = true, complete = true;

  // `before` and `after`: targets; empty: there is no such row.
  void half(const std::string& key, const std::string& half, const std::string& action, const std::string& reason,
            const std::string& source, const std::string& before, const std::string& after,
            const std::string& adopted_id = "") {
    const std::string address = fmt::format("mapping.{}.{}", key, half);
    const auto row = [&](std::string_view name, const std::string& target) {
      return [name, target, &source](JsonWriter& json) {
        json.key(name);
        if (target.empty()) json.null();
        else json.open_object().member("source", source).member("target", target).close_object();
      };
    };
    change(address, action, reason, adopted_id, "mapping." + key, [&](JsonWriter& json) {
      row("before", before)(json);
      row("after", after)(json);
      json.key("changed").open_array();
      if (action == "update") json.text("target");
      json.close_array();
    });
  }
  void network(const std::string& address, const std::string& action, const std::string& reason,
               const std::string& was = "", const std::string& is = "") {
    change(address, action, reason, "", "", [&](JsonWriter& json) {
      for (const auto& [key, value] : {std::pair("before", was), std::pair("after", is)}) {
        json.key(key);
        if (value.empty()) json.null();
        else json.open_object().member("name", value).close_object();
      }
      json.key("changed").open_array();
      if (!was.empty() && !is.empty()) json.text("name");
      json.close_array();
    });
  }
  void item(const std::string& list, const std::string& address, const std::string& status,
            const std::string& because) {
    JsonWriter json(begin(lists_[list]));
    json.open_object().member("address", address);
    if (!status.empty()) json.member("status", status);
    json.key("because").text_or_null(because).close_object();
  }
  void landing(const std::string& nic, const std::string& configuration, const std::string& subnet) {
    JsonWriter json(begin(lists_["placements"]));
    json.open_object().member("vm", nic.substr(0, nic.find(".nic."))).member("nic", nic);
    json.member("configuration", configuration).member("target_network", "network.dr").member("target_subnet", subnet);
    json.member("target_ip", "10.2.0.4").member("subnet_reason", "first").member("ip_reason", "next-available");
    json.close_object();
  }
  void nic(const std::string& address, const std::string& subnet) {
    change(address, "create", "not_recorded", "", "", [&](JsonWriter& json) {
      json.key("before").null().key("after").open_object().member("subnet", subnet).member("ip", "10.1.0.4");
      json.key("secondary").open_object().close_object().close_object().key("changed").open_array().close_array();
    });
  }
  void record(const std::string& address, const std::string& after) {
    JsonWriter json(begin(lists_["records"]));
    json.open_object().member("address", address).member("attribute", "because").member("before", "vm.a");
    json.member("after", after).close_object();
  }
  void diagnostic(const std::string& severity, const std::string& code, const std::string& summary,
                  const std::string& file = "") {
    JsonWriter json(begin(lists_["diagnostics"]));
    json.open_object().member("code", code).member("severity", severity).member("summary", summary);
    json.key("file").text_or_null(file).key("line").number(3).key("column").number(1).close_object();
  }
  void failed() { failed_ = true; }

  std::string json() const {
    std::string out;
    JsonWriter json(out);
    json.open_object().member("project", project).key("digest");
    json.text_or_null(failed_ ? "" : k_digest);
    json.key("complete").boolean(complete).key("applyable").boolean(applyable);
    for (const char* name :
         {"changes", "steps", "placements", "records", "held", "unknown", "left_out", "diagnostics"}) {
      const auto list = lists_.find(name);
      json.key(name).raw(list == lists_.end() ? "[]" : "[" + list->second + "]");
    }
    json.key("summary").open_object();
    for (const char* action : {"create", "update", "replace", "delete", "move", "forget", "adopt"}) {
      const auto count = counts_.find(action);
      json.key(action).number(count == counts_.end() ? 0 : count->second);
    }
    json.key("unchanged").number(70).close_object().close_object();
    return out;
  }

 private:
  static std::string& begin(std::string& list) { return list.empty() ? list : list += ','; }

  template <class Rows>
  void change(const std::string& address, const std::string& action, const std::string& reason,
              const std::string& adopted_id, const std::string& pair, Rows rows) {
    JsonWriter json(begin(lists_["changes"]));
    json.open_object().member("address", address).member("action", action).member("reason", reason);
    json.key("because").null().key("previous_address").null().key("adopted_id").text_or_null(adopted_id);
    rows(json);
    json.key("pair").text_or_null(pair).close_object();
    JsonWriter step(begin(lists_["steps"]));
    step.open_object().key("step").number(++steps_).member("address", address).member("operation", action);
    step.key("waits_for").open_array().close_array().close_object();
    ++counts_[action];
  }

  std::map<std::string, std::string> lists_;  // name -> items of its array
  std::map<std::string, int> counts_;
  int steps_ = 0;
  bool failed_ = false;
};

}  // namespace pairform
