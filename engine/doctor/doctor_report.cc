#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "engine/doctor/doctor.h"
#include "schema/address.h"
#include "schema/json_writer.h"

namespace pairform {
namespace {

Check check_of(Code code) {
  switch (code) {
    case Code::NotSignedIn:
    case Code::CredentialRefused:
    case Code::NotFederated:
    case Code::ClockWrong: return Check::Credential;
    case Code::ProviderFailed:
    case Code::NoSuchVault:
    case Code::VaultDenied:
    case Code::VaultNotReady:
    case Code::CloudThrottled:
    case Code::CloudUnreachable: return Check::Vault;
    case Code::NetworkAbsent:
    case Code::NetworkNotOurs:
    case Code::NetworkInUse:
    case Code::AmbiguousName:
    case Code::ResourceMoved:
    case Code::BoundTwice: return Check::Networks;
    case Code::VmAbsent:
    case Code::MachineGone:
    case Code::NoSuchMachine:
    case Code::NicNotThere: return Check::Vms;
    default: break;
  }
  const int number = static_cast<int>(code);
  if (number < 2000) return Check::Files;
  if (number < 3000) return Check::State;
  return number >= 3300 && number < 3500 ? Check::Landings : Check::Plan;
}

Level level_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return Level::Error;
    case Severity::Warning: return Level::Warning;
    case Severity::Note: return Level::Note;
  }
  return Level::Error;
}

}  // namespace

Finding finding_of(const Diagnostic& diagnostic, const SourceFiles& sources) {
  std::string text = diagnostic.detail.empty() ? diagnostic.summary : diagnostic.summary + ": " + diagnostic.detail;
  if (!diagnostic.spans.empty()) {
    const SourcePosition& at = diagnostic.spans.front().at;
    text = fmt::format("{}:{}:{}: {}", sources[at.file].name, at.line, at.column, text);
  }
  return {check_of(diagnostic.code), level_of(diagnostic.severity), diagnostic.address,
          fmt::format("{} ({})", text, code_text(diagnostic.code)), diagnostic.help};
}

std::size_t DoctorReport::count(Level level) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& each) { return each.level == level; }));
}

void DoctorReport::add(std::vector<Finding> more) {
  findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void DoctorReport::sort() {
  const auto rank = [](const Finding& each) {  // what is well stands first
    return std::tuple(each.check, each.level != Level::Ok, -static_cast<int>(each.level));
  };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
    if (rank(a) != rank(b)) return rank(a) < rank(b);
    return address_less(a.address, b.address);
  });
  const auto same = [&](const Finding& a, const Finding& b) {
    return rank(a) == rank(b) && a.address == b.address && a.text == b.text;
  };
  findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
}

std::string doctor_json(const DoctorReport& report) {
  std::string out;
  JsonWriter json(out);
  json.open_object().key("format_version").number(k_doctor_format).key("findings").open_array();
  for (const Finding& each : report.findings)
    json.open_object()
        .member("check", check_text(each.check))
        .member("severity", level_text(each.level))
        .key("address")
        .text_or_null(each.address)
        .member("text", each.text)
        .key("fix")
        .text_or_null(each.fix)
        .close_object();
  json.close_array();
  if (!report.role_definition.empty()) json.key("role_definition").raw(report.role_definition);
  json.close_object();
  return out;
}

}  // namespace pairform
