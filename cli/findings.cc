#include "cli/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "schema/diagnostic_text.h"
#include "schema/json_writer.h"
#include "schema/sha256.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::string_view k_project_file = "pairform.toml";

// Why and how to mend it, a paragraph each, with the other places: what stands beside the summary.
std::string whole_text(const Diagnostic& diagnostic) {
  std::string out = diagnostic.summary;
  if (!diagnostic.detail.empty()) out += '\n' + diagnostic.detail;
  if (!diagnostic.help.empty()) out += "\nfix: " + diagnostic.help;
  return out;
}

bool has_place(const Span& span) { return static_cast<bool>(span.at.file); }
bool has_place(const Diagnostic& diagnostic) {
  return !diagnostic.spans.empty() && has_place(diagnostic.spans.front());
}

// Paths as whoever started pairform would write them.
class Paths {
 public:
  explicit Paths(const FindingContext& context) : context_(context) {}
  std::string of(const SourcePosition& at) const { return of_name(context_.sources[at.file].name); }
  std::string of_project() const { return of_name(k_project_file); }

 private:
  std::string of_name(std::string_view name) const {
    const std::filesystem::path whole = context_.project / name;
    return (context_.from.empty() ? whole : whole.lexically_proximate(context_.from)).generic_string();
  }
  const FindingContext& context_;
};

// Without which two findings of one code and address would be one to a code host.
class Fingerprints {
 public:
  std::string of(const Diagnostic& diagnostic) {
    const std::string& about = diagnostic.address.empty() ? diagnostic.summary : diagnostic.address;
    const std::size_t rank = seen_[{diagnostic.code, about}]++;
    std::string text = code_text(diagnostic.code) + '\n' + about;
    if (rank != 0) text += fmt::format("\n{}", rank);
    return sha256_hex(text);
  }

 private:
  std::map<std::pair<Code, std::string>, std::size_t> seen_;
};

std::string gcc_line(std::string_view place, std::string_view severity, std::string_view text) {
  return fmt::format("{}: {}: {}\n", escape_for_terminal(place), severity, escape_for_terminal(text));
}

std::string gcc(std::span<const Diagnostic> diagnostics, const FindingContext& context) {
  const Paths paths(context);
  const auto place = [&](const SourcePosition& at) {
    return fmt::format("{}:{}:{}", paths.of(at), at.line, at.column);
  };
  std::string out;
  for (const Diagnostic& each : diagnostics) {
    const std::string at = has_place(each) ? place(each.spans.front().at) : "pairform";
    out += gcc_line(at, severity_text(each.severity), fmt::format("{} [{}]", each.summary, code_text(each.code)));
    for (std::size_t i = 1; i < each.spans.size(); ++i)
      if (has_place(each.spans[i])) out += gcc_line(place(each.spans[i].at), "note", each.spans[i].label);
    // A stanza to paste has lines of its own, and is for the terminal.
    if (!each.help.empty() && each.help.find('\n') == std::string::npos)
      out += gcc_line(at, "note", fmt::format("fix: {}", each.help));
  }
  return out;
}

// A property ends at a comma, the properties at `::`, and a command at the end of its line.
std::string github_escape(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') out += "%25";
    else if (c == '\r') out += "%0D";
    else if (c == '\n') out += "%0A";
    else if (is_property && c == ':') out += "%3A";
    else if (is_property && c == ',') out += "%2C";
    else out += c;
  }
  return out;
}

// Lines stay lines, everything else that a terminal would obey is shown.
std::string github_text(std::string_view text) {
  std::string out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    out += (begin == 0 ? "" : "\n") + escape_for_terminal(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return github_escape(out, false);
}

std::string github(std::span<const Diagnostic> diagnostics, const FindingContext& context) {
  const Paths paths(context);
  const auto property = [](std::string_view text) { return github_escape(escape_for_terminal(text), true); };
  std::string out;
  for (const Diagnostic& each : diagnostics) {
    out += fmt::format("::{} ", each.severity == Severity::Note ? "notice" : severity_text(each.severity));
    if (has_place(each)) {
      const Span& span = each.spans.front();
      out += fmt::format("file={},line={},col={},endColumn={},", property(paths.of(span.at)), span.at.line,
                         span.at.column, span.at.column + span.length);
    }
    out += fmt::format("title={}::{}\n", property(fmt::format("{} {}", code_text(each.code), code_title(each.code))),
                       github_text(whole_text(each)));
  }
  return out;
}

std::string gitlab(std::span<const Diagnostic> diagnostics, const FindingContext& context) {
  const Paths paths(context);
  Fingerprints fingerprints;
  std::string out;
  JsonWriter json(out);
  json.open_array();
  for (const Diagnostic& each : diagnostics) {
    const bool placed = has_place(each);
    json.open_object().member("description", whole_text(each)).member("check_name", code_text(each.code));
    json.member("fingerprint", fingerprints.of(each));
    json.member("severity", each.severity == Severity::Error     ? "major"
                            : each.severity == Severity::Warning ? "minor"
                                                                 : "info");
    json.key("location").open_object();
    json.member("path", placed ? paths.of(each.spans.front().at) : paths.of_project());
    json.key("lines").open_object().key("begin").number(placed ? each.spans.front().at.line : 1).close_object();
    json.close_object().close_object();
  }
  json.close_array();
  return out + '\n';
}

// A path as a reference of URIs: RFC 3986, what is not unreserved or '/' by its bytes.
std::string uri(std::string_view path) {
  std::string out = path.find(':') < path.find('/') ? "./" : "";  // else the first part would be a scheme
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) out += c;
    else out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out;
}

class Sarif {
 public:
  Sarif(std::span<const Diagnostic> diagnostics, const FindingContext& context)
      : diagnostics_(diagnostics), context_(context), paths_(context), json_(out_) {}

  std::string write() {
    json_.open_object().member("$schema", "https://json.schemastore.org/sarif-2.1.0.json").member("version", "2.1.0");
    json_.key("runs").open_array().open_object();
    tool();
    json_.member("columnKind", "unicodeCodePoints");
    json_.key("results").open_array();
    for (const Diagnostic& each : diagnostics_) result(each);
    json_.close_array().close_object().close_array().close_object();
    return std::move(out_) + '\n';
  }

 private:
  void message(std::string_view text) { json_.key("message").open_object().member("text", text).close_object(); }

  void tool() {
    json_.key("tool").open_object().key("driver").open_object();
    json_.member("name", "pairform").member("version", context_.version).key("rules").open_array();
    std::set<Code> codes;
    for (const Diagnostic& each : diagnostics_) codes.insert(each.code);
    for (const Code code : codes) {
      json_.open_object().member("id", code_text(code));
      json_.key("shortDescription").open_object().member("text", code_title(code)).close_object();
      if (!context_.docs.empty())
        json_.member("helpUri", fmt::format("{}/diagnostics/{}.md", context_.docs, code_text(code)));
      json_.close_object();
    }
    json_.close_array().close_object().close_object();
  }

  void result(const Diagnostic& each) {
    json_.open_object().member("ruleId", code_text(each.code)).member("level", severity_text(each.severity));
    message(whole_text(each));
    json_.key("locations").open_array();
    if (has_place(each)) location(each.spans.front());
    else location({});
    json_.close_array();
    if (each.spans.size() > 1) {
      json_.key("relatedLocations").open_array();
      for (std::size_t i = 1; i < each.spans.size(); ++i)
        if (has_place(each.spans[i])) location(each.spans[i]);
      json_.close_array();
    }
    json_.key("partialFingerprints").open_object().member("pairform/v1", fingerprints_.of(each)).close_object();
    json_.close_object();
  }

  void location(const Span& span) {
    const bool placed = has_place(span);
    json_.open_object().key("physicalLocation").open_object();
    json_.key("artifactLocation").open_object();
    json_.member("uri", uri(placed ? paths_.of(span.at) : paths_.of_project())).close_object();
    json_.key("region").open_object().key("startLine").number(placed ? span.at.line : 1);
    if (placed) json_.key("startColumn").number(span.at.column).key("endColumn").number(span.at.column + span.length);
    json_.close_object().close_object();
    if (!span.label.empty()) message(span.label);
    json_.close_object();
  }

  std::span<const Diagnostic> diagnostics_;
  const FindingContext& context_;
  Paths paths_;
  Fingerprints fingerprints_;
  std::string out_;
  JsonWriter json_;
};

}  // namespace

std::string findings_text(FindingForm form, std::span<const Diagnostic> diagnostics, const FindingContext& context) {
  switch (form) {
    case FindingForm::Gcc: return gcc(diagnostics, context);
    case FindingForm::Github: return github(diagnostics, context);
    case FindingForm::Gitlab: return gitlab(diagnostics, context);
    case FindingForm::Sarif: return Sarif(diagnostics, context).write();
  }
  return {};
}

}  // namespace pairform
