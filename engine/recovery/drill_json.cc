#include <fmt/format.h>

#include "engine/recovery/drill_report.h"
#include "schema/json_text.h"
#include "schema/value.h"

namespace pairform {
namespace {

enum class Dynamic { Said, Null };

void append_text(std::string& out, std::string_view text) {
  if (text.empty()) out += "null";
  else append_json_string(out, text);
}

void append_spot(std::string& out, const DrillSpot& spot, Dynamic dynamic) {
  out += "{\"network\":";
  append_text(out, spot.network);
  out += ",\"subnet\":";
  append_text(out, spot.subnet);
  out += ",\"ip\":";
  append_text(out, dynamic == Dynamic::Null && spot.ip == k_dynamic ? std::string_view() : spot.ip);
}

void append_landing(std::string& out, const DrillLanding& landing) {
  out += "{\"vm\":";
  append_json_string(out, landing.vm);
  out += ",\"nic\":";
  append_json_string(out, landing.nic);
  out += ",\"configuration\":";
  append_json_string(out, landing.configuration);
  out += ",\"source\":";
  append_spot(out, landing.source, Dynamic::Said);
  out += "},\"target\":";
  append_spot(out, landing.target, Dynamic::Null);
  out += "},\"subnet_reason\":";
  append_text(out, landing.lands ? reason_text(landing.subnet_reason) : "");
  out += ",\"ip_reason\":";
  append_text(out, landing.lands ? reason_text(landing.ip_reason) : "");
  out += ",\"failback\":";
  if (landing.failback) {
    append_spot(out, *landing.failback, Dynamic::Said);
    out += fmt::format(",\"home\":{}}}", landing.home);
  } else {
    out += "null";
  }
  if (landing.test) {
    out += ",\"test\":";
    append_spot(out, *landing.test, Dynamic::Null);
    out += fmt::format(",\"subnet_reason\":\"{}\",\"ip_reason\":\"{}\"}}", reason_text(landing.test_subnet_reason),
                       reason_text(landing.test_ip_reason));
  }
  out += '}';
}

}  // namespace

std::string landings_json(const std::vector<DrillLanding>& landings) {
  std::string out = "[";
  for (const DrillLanding& landing : landings) {
    if (out.size() > 1) out += ',';
    append_landing(out, landing);
  }
  return out + ']';
}

std::string drill_json(const DrillReport& report) {
  std::string out = "{\"region\":";
  append_json_string(out, report.region);
  out += ",\"landings\":" + landings_json(report.landings) + ",\"uncovered_networks\":[";
  for (std::size_t i = 0; i < report.uncovered_networks.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, report.uncovered_networks[i]);
  }
  out += "],\"problems\":[";
  for (std::size_t i = 0; i < report.problems.size(); ++i) {
    const ReportedProblem& problem = report.problems[i];
    out += fmt::format("{}{{\"code\":\"{}\",\"address\":", i == 0 ? "" : ",", code_text(problem.code));
    append_json_string(out, problem.address);
    out += ",\"detail\":";
    append_json_string(out, problem.detail);
    out += '}';
  }
  return out + "]}";
}

}  // namespace pairform
