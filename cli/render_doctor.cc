#include "cli/render_doctor.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::size_t k_level_width = 7;  // "warning"

std::string_view colour_of(Level level) {
  switch (level) {
    case Level::Ok: return "32";
    case Level::Note: return "";
    case Level::Warning: return "33";
    case Level::Error: return "31";
  }
  return "";
}

// Its lines, each escaped, the further ones below the first.
std::string block(std::string_view text, std::size_t indent) {
  std::string out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (at != 0) out += '\n' + std::string(indent, ' ');
    out += escape_for_terminal(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string counted(std::size_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

}  // namespace

std::string doctor_text(const DoctorReport& report, bool colour) {
  std::size_t width = 0;
  for (const Finding& each : report.findings) width = std::max(width, check_text(each.check).size());
  const std::size_t indent = k_level_width + width + 4;
  std::string out;
  for (const Finding& each : report.findings) {
    const std::string level = fmt::format("{:<{}}", level_text(each.level), k_level_width);
    const std::string_view codes = colour_of(each.level);
    const std::string who = each.address.empty() ? std::string() : escape_for_terminal(each.address) + ": ";
    out += fmt::format("{}  {:<{}}  {}{}\n", codes.empty() ? level : paint(codes, level, colour),
                       check_text(each.check), width, who, block(each.text, indent));
    if (!each.fix.empty()) out += fmt::format("{:{}}fix: {}\n", "", indent, block(each.fix, indent + 5));
  }
  const std::size_t errors = report.count(Level::Error);
  out += fmt::format("\n{}, {}, {}.\n", counted(errors, "error"), counted(report.count(Level::Warning), "warning"),
                     counted(report.count(Level::Note), "note"));
  return out;
}

}  // namespace pairform
