#include "cli/landing_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "schema/terminal_text.h"

namespace pairform {
namespace {

struct ReasonWords {
  std::string_view reason, words;
};
// In the order of the rules.
constexpr ReasonWords k_reason_words[] = {
    {"override", "the files name it: target_subnet, target_ip, target_secondary"},
    {"mapped", "the mapping's subnets lead there"},
    {"same-name", "there is a subnet of the same name"},
    {"kept", "it was there before, and nothing that is placed moves"},
    {"first", "there is none of the same name, so the first one by name"},
    {"dynamic", "none is pinned, as the machine's own is dynamic"},
    {"same-address", "the prefix is the same on both sides, and the address is free"},
    {"same-host", "the same host number, as the mapping says"},
    {"next-available", "the lowest free address of the subnet"}};

using Cells = std::array<std::string, 5>;
constexpr std::array<std::string_view, 5> k_titles{"nic", "configuration", "from", "subnet", "address"};

std::string with_reason(const std::string& value, const std::string& reason) {
  return reason.empty() || reason == value ? value : fmt::format("{} ({})", value, reason);
}

Cells cells_of(const LandingLine& line) {
  const std::string from_ip = line.from_ip == "dhcp" ? "dynamic" : line.from_ip;
  const std::string ip = line.ip.empty() ? "dynamic" : line.ip;
  return {line.nic, line.configuration,
          fmt::format("{}{}{}", line.from_subnet, line.from_subnet.empty() ? "" : " ", from_ip),
          with_reason(line.subnet, line.subnet_reason), with_reason(ip, line.ip_reason)};
}

std::string row_text(const Cells& cells, const std::array<std::size_t, 5>& widths) {
  std::string out = "  ";
  for (std::size_t c = 0; c < cells.size(); ++c) {
    out += padded(cells[c], widths[c]);
    if (c + 1 < cells.size()) out += "  ";
  }
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

std::string short_lines(const std::vector<Cells>& rows) {
  std::string out;
  for (const Cells& cells : rows)
    out += fmt::format("  {} {}\n    from    {}\n    subnet  {}\n    address {}\n", cells[0], cells[1], cells[2],
                       cells[3], cells[4]);
  return out;
}

std::string legend(const std::vector<LandingLine>& lines) {
  std::string out;
  for (const ReasonWords& each : k_reason_words) {
    const auto used = [&](const LandingLine& line) {
      return line.subnet_reason == each.reason || line.ip_reason == each.reason;
    };
    if (std::any_of(lines.begin(), lines.end(), used)) out += fmt::format("    {}: {}\n", each.reason, each.words);
  }
  return out;
}

}  // namespace

std::string landing_table(const std::vector<LandingLine>& lines, std::size_t width) {
  std::vector<Cells> rows;
  std::array<std::size_t, 5> widths{};
  for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = k_titles[c].size();
  for (const LandingLine& line : lines) {
    rows.push_back(cells_of(line));
    for (std::size_t c = 0; c < widths.size(); ++c) widths[c] = std::max(widths[c], count_characters(rows.back()[c]));
  }
  std::size_t whole = 2 * widths.size();
  for (const std::size_t each : widths) whole += each;
  if (width != 0 && whole > width) return short_lines(rows) + legend(lines);
  Cells titles;
  for (std::size_t c = 0; c < titles.size(); ++c) titles[c] = k_titles[c];
  std::string out = row_text(titles, widths);
  for (const Cells& cells : rows) out += row_text(cells, widths);
  return out + legend(lines);
}

}  // namespace pairform
