#include "cli/render_drill.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/recovery/landing_text.h"
#include "schema/address.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

// who, network, subnet, address; a longer entry pushes its own line only.
using Cells = std::array<std::string, 4>;
constexpr std::array<std::size_t, 4> k_widest{24, 40, 24, 15};

struct Line {
  Cells cells;
  std::string_view leg;  // "from", "to", "back", "test"
  std::string words;
};

std::string shown(std::string_view text) { return text.empty() ? std::string("?") : escape_for_terminal(text); }

std::string rules(SubnetReason subnet, IpReason ip) {
  return fmt::format("{}, {}", reason_text(subnet), reason_text(ip));
}

class DrillText {
 public:
  DrillText(const DrillReport& report, const DrillTextOptions& options) : report_(report), options_(options) {}

  std::string write() {
    verdict();
    for (const DrilledVm& vm : report_.vms) lines_.push_back(vm.shown ? lines_of(vm) : std::vector<Line>());
    for (const auto& lines : lines_)
      for (const Line& line : lines)
        for (std::size_t c = 0; c < widths_.size(); ++c)
          widths_[c] = std::clamp(count_characters(line.cells[c]), widths_[c], k_widest[c]);
    for (std::size_t v = 0; v < report_.vms.size(); ++v)
      if (report_.vms[v].shown) vm(report_.vms[v], lines_[v]);
    problems();
    uncovered();
    return std::move(out_);
  }

 private:
  void verdict();
  std::vector<Line> lines_of(const DrilledVm& vm) const;
  void vm(const DrilledVm& vm, const std::vector<Line>& lines);
  void problems();
  void fix(const std::string& help);
  void uncovered();

  const DrillReport& report_;
  const DrillTextOptions& options_;
  std::string out_;
  std::vector<std::vector<Line>> lines_;  // by vm
  std::array<std::size_t, 4> widths_{};
};

void DrillText::verdict() {
  const std::size_t all = report_.vms.size(), home = report_.count(VmFate::Home), away = report_.count(VmFate::Away),
                    nowhere = report_.count(VmFate::Nowhere);
  if (report_.files_wrong) out_ += paint("31", "The files have errors; this is what is left.", options_.colour) + '\n';
  std::string text;
  if (all == 0 && report_.selected) {
    text = "No vm of those asked for could be drilled.";
  } else if (all == 0 && report_.left_out != 0) {
    text = fmt::format("No vm of {} could be drilled.", escape_for_terminal(report_.region));
  } else if (all == 0) {
    text = fmt::format("No vm has its home in {}.", escape_for_terminal(report_.region));
  } else {
    const std::string_view s = home == 1 ? "s" : "";
    text = fmt::format("{} of {} vm{} come{} up in {} and come{} home", home, all, all == 1 ? "" : "s", s,
                       list_text(report_.target_regions, report_.target_regions.size()), s);
    if (away != 0)
      text += fmt::format("; {} come{} up and do{} not come home", away, away == 1 ? "s" : "", away == 1 ? "es" : "");
    if (nowhere != 0) text += fmt::format("; {} do{} not come up", nowhere, nowhere == 1 ? "es" : "");
    text += '.';
  }
  out_ +=
      paint(home == all && report_.left_out == 0 && report_.too_small == 0 ? "32" : "31", text, options_.colour) + '\n';
  if (report_.too_small == 1) out_ += "1 subnet is too small for all that are to be in it.\n";
  if (report_.too_small > 1)
    out_ += fmt::format("{} subnets are too small for all that are to be in them.\n", report_.too_small);
  if (report_.left_out != 0)
    out_ += fmt::format("{}{} left out because of errors in the files.\n", report_.left_out,
                        report_.left_out == 1 ? all == 0 ? " vm is" : " more vm is"
                        : all == 0            ? " vms are"
                                              : " more vms are");
  if (options_.offline) out_ += "Offline: from the files and recorded state; the service was not asked.\n";
}

std::vector<Line> DrillText::lines_of(const DrilledVm& vm) const {
  std::vector<Line> lines;
  for (std::size_t l = vm.first_landing; l < vm.first_landing + vm.landing_count; ++l) {
    const DrillLanding& landing = report_.landings[l];
    const auto add = [&](std::string_view leg, const DrillSpot& spot, std::string words) {
      lines.push_back({{"", shown(spot.network), shown(spot.subnet), shown(spot.ip)}, leg, std::move(words)});
    };
    const auto nowhere = [&](std::string_view leg) { lines.push_back({{"", "nowhere", "", ""}, leg, ""}); };
    add("from", landing.source, "");
    const std::string key(landing.nic.substr(landing.vm.size() + 5));
    lines.back().cells[0] = escape_for_terminal(
        landing.configuration == "primary" ? key : fmt::format("{} \"{}\"", key, landing.configuration));
    if (landing.lands) add("to", landing.target, rules(landing.subnet_reason, landing.ip_reason));
    else nowhere("to");
    const std::string back = rules(landing.back_subnet_reason, landing.back_ip_reason);
    if (landing.failback) add("back", *landing.failback, (landing.home ? "home: " : "NOT HOME: ") + back);
    else nowhere("back");
    if (landing.test) add("test", *landing.test, rules(landing.test_subnet_reason, landing.test_ip_reason));
  }
  return lines;
}

void DrillText::vm(const DrilledVm& vm, const std::vector<Line>& lines) {
  constexpr std::array<std::string_view, 3> fates{"comes up and comes home", "comes up, does not come home",
                                                  "does not come up"};
  const bool home = vm.fate == VmFate::Home;
  const std::string head = fmt::format("{} {}: {}", home ? " " : "!", escape_for_terminal(vm.address),
                                       fates[static_cast<std::size_t>(vm.fate)]);
  out_ += fmt::format("\n{}\n", home ? head : paint("31", head, options_.colour));
  for (const Line& line : lines) {
    std::string text = fmt::format("    {}  {:<4}  {}  {}  {}  {}", padded(line.cells[0], widths_[0]), line.leg,
                                   padded(line.cells[1], widths_[1]), padded(line.cells[2], widths_[2]),
                                   padded(line.cells[3], widths_[3]), line.words);
    while (text.ends_with(' ')) text.pop_back();
    out_ += text + '\n';
  }
}

void DrillText::fix(const std::string& help) {
  if (help.empty()) return;
  std::string text = escape_for_terminal(help);
  for (std::size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at))
    text.replace(at, 2, "\n          ");
  out_ += fmt::format("    fix:  {}\n", text);
}

// What has one code and one remedy stands together.
void DrillText::problems() {
  const std::vector<ReportedProblem>& all = report_.problems;
  for (std::size_t p = 0; p < all.size(); ++p) {
    const bool begins = p == 0 || all[p - 1].code != all[p].code || all[p - 1].help != all[p].help;
    const bool ends = p + 1 == all.size() || all[p + 1].code != all[p].code || all[p + 1].help != all[p].help;
    if (p == 0) out_ += "\nProblems:\n";
    if (begins)
      out_ += fmt::format("  {} {}\n", paint("33", code_text(all[p].code), options_.colour), code_title(all[p].code));
    const std::string who = all[p].address.empty() ? std::string() : escape_for_terminal(all[p].address) + ": ";
    out_ += fmt::format("    {}{}\n", who, escape_for_terminal(all[p].detail));
    if (ends) fix(all[p].help);
  }
}

void DrillText::uncovered() {
  if (report_.uncovered_networks.empty()) return;
  out_ += fmt::format("\nNetworks of {} with no mapping to anywhere:\n", escape_for_terminal(report_.region));
  for (const std::string& network : report_.uncovered_networks)
    out_ += fmt::format("    {}\n", escape_for_terminal(network));
  out_ += "    fix:  declare a mapping for each that machines live on\n";
}

}  // namespace

std::string drill_text(const DrillReport& report, const DrillTextOptions& options) {
  return DrillText(report, options).write();
}

}  // namespace pairform
