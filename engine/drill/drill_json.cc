#include "engine/drill/drill_report.h"
#include "schema/json_writer.h"
#include "schema/value.h"

namespace pairform {
namespace {

enum class Dynamic { Said, Null };

// The members of a place, into an object that is open.
void write_spot(JsonWriter& json, const DrillSpot& spot, Dynamic dynamic) {
  json.key("network").text_or_null(spot.network);
  json.key("subnet").text_or_null(spot.subnet);
  json.key("ip").text_or_null(dynamic == Dynamic::Null && spot.ip == k_dynamic ? std::string_view() : spot.ip);
}

void write_landing(JsonWriter& json, const DrillLanding& landing) {
  json.open_object();
  json.member("vm", landing.vm).member("nic", landing.nic).member("configuration", landing.configuration);
  json.key("source").open_object();
  write_spot(json, landing.source, Dynamic::Said);
  json.close_object();
  json.key("target").open_object();
  write_spot(json, landing.target, Dynamic::Null);
  json.close_object();
  json.key("subnet_reason").text_or_null(landing.lands ? reason_text(landing.subnet_reason) : "");
  json.key("ip_reason").text_or_null(landing.lands ? reason_text(landing.ip_reason) : "");
  json.key("failback");
  if (landing.failback) {
    json.open_object();
    write_spot(json, *landing.failback, Dynamic::Said);
    json.key("home").boolean(landing.home).close_object();
  } else {
    json.null();
  }
  if (landing.test) {
    json.key("test").open_object();
    write_spot(json, *landing.test, Dynamic::Null);
    json.member("subnet_reason", reason_text(landing.test_subnet_reason));
    json.member("ip_reason", reason_text(landing.test_ip_reason)).close_object();
  }
  json.close_object();
}

void write_landings(JsonWriter& json, const std::vector<DrillLanding>& landings) {
  json.open_array();
  for (const DrillLanding& landing : landings) write_landing(json, landing);
  json.close_array();
}

}  // namespace

std::string landings_json(const std::vector<DrillLanding>& landings) {
  std::string out;
  JsonWriter json(out);
  write_landings(json, landings);
  return out;
}

std::string drill_json(const DrillReport& report) {
  std::string out;
  JsonWriter json(out);
  json.open_object().member("region", report.region).key("landings").open_array();
  for (const DrilledVm& vm : report.vms)
    for (std::size_t l = 0; vm.shown && l < vm.landing_count; ++l)
      write_landing(json, report.landings[vm.first_landing + l]);
  json.close_array().key("uncovered_networks").open_array();
  for (const std::string& network : report.uncovered_networks) json.text(network);
  json.close_array().key("problems").open_array();
  for (const ReportedProblem& problem : report.problems)
    json.open_object()
        .member("code", code_text(problem.code))
        .key("address")
        .text_or_null(problem.address)
        .member("detail", problem.detail)
        .close_object();
  json.close_array().key("summary").open_object().key("vms").number(report.vms.size());
  for (const auto& [name, fate] :
       {std::pair("home", VmFate::Home), std::pair("away", VmFate::Away), std::pair("nowhere", VmFate::Nowhere)})
    json.key(name).number(report.count(fate));
  json.close_object().close_object();
  return out;
}

}  // namespace pairform
