#include "cli/man/roff.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace pairform {
namespace {

std::string in_capitals(std::string_view text) {
  std::string out(text);
  for (char& each : out) each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
  return out;
}

// "[the page](azure.md)" as "the page".
std::string without_links(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t middle = text.find("](");
    const std::size_t open = middle == std::string_view::npos ? middle : text.rfind('[', middle);
    const std::size_t close = middle == std::string_view::npos ? middle : text.find(')', middle);
    if (open == std::string_view::npos || close == std::string_view::npos) return out + std::string(text);
    out += std::string(text.substr(0, open)) + std::string(text.substr(open + 1, middle - open - 1));
    text.remove_prefix(close + 1);
  }
}

// One character: a hyphen that can be copied, a backslash that is shown, quotes that stay straight.
std::string escaped(char c) {
  switch (c) {
    case '\\': return "\\e";
    case '-': return "\\-";
    case '\'': return "\\(aq";
    case '"': return "\\(dq";
    case '^': return "\\(ha";
    case '~': return "\\(ti";
    default: return {c};
  }
}

std::string escape(std::string_view text, bool backticks) {
  std::string out;
  bool bold = false;
  for (const char c : text) {
    if (c == '`' && backticks) {
      out += bold ? "\\fP" : "\\fB";
      bold = !bold;
    } else {
      out += escaped(c);
    }
  }
  if (bold) out += "\\fP";
  return text.starts_with('.') ? "\\&" + out : out;
}

}  // namespace

std::string roff_text(std::string_view text) { return escape(without_links(text), true); }

std::string roff_argument(std::string_view text) { return '"' + escape(text, false) + '"'; }

RoffPage::RoffPage(std::string_view name, int section, std::string_view version, std::string_view about) {
  out_ = fmt::format(".\\\" Written by the build from the tables of the program.\n.TH {} {} \"\" {} {}\n",
                     roff_argument(in_capitals(name)), section, roff_argument(fmt::format("pairform {}", version)),
                     roff_argument("pairform manual"));
  // No justification and no hyphenation: addresses and options stay as they are typed.
  out_ += ".nh\n.ad l\n.SH NAME\n" + fmt::format("{} \\- {}\n", roff_text(name), roff_text(about));
}

RoffPage& RoffPage::section(std::string_view title) {
  out_ += fmt::format(".SH {}\n", roff_argument(in_capitals(title)));
  return *this;
}

RoffPage& RoffPage::subsection(std::string_view title) {
  out_ += fmt::format(".SS {}\n", roff_argument(title));
  return *this;
}

RoffPage& RoffPage::paragraph(std::string_view text) {
  if (!text.empty()) out_ += fmt::format(".PP\n{}\n", roff_text(text));
  return *this;
}

RoffPage& RoffPage::item(std::string_view what, std::string_view text) {
  out_ += fmt::format(".TP\n\\fB{}\\fP\n{}\n", escape(what, false), text.empty() ? "\\&" : roff_text(text));
  return *this;
}

RoffPage& RoffPage::code(std::string_view text) {
  out_ += ".PP\n.RS 4\n.nf\n";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out_ += escape(text.substr(0, end), false) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  out_ += ".fi\n.RE\n";
  return *this;
}

}  // namespace pairform
