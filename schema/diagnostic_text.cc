#include "schema/diagnostic_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "schema/json_text.h"
#include "schema/json_writer.h"
#include "schema/terminal_text.h"
#include "schema/text_file.h"

namespace pairform {
namespace {

constexpr std::size_t k_quoted_most = 120;  // characters of a line that are shown
constexpr std::size_t k_before_caret = 40;  // of these, before the caret, where a line is cut

constexpr std::string_view k_bold = "1", k_dim = "2";

std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::Error: return "1;31";
    case Severity::Warning: return "1;33";
    case Severity::Note: return "1;36";
  }
  return "";
}

// A line of a file, and where its characters are: a line may hold a whole network, and be quoted for each subnet.
struct Line {
  static constexpr std::size_t k_step = 256;
  std::string_view text;
  std::size_t characters = 0;
  std::vector<std::size_t> marks;  // bytes before character 0, k_step, 2 * k_step, …

  explicit Line(std::string_view of) : text(of) {
    for (std::string_view rest = text; !rest.empty(); ++characters) {
      if (characters % k_step == 0) marks.push_back(text.size() - rest.size());
      skip_character(rest);
    }
  }
  // From a character on.
  std::string_view from(std::size_t character) const {
    if (character >= characters) return {};
    std::string_view rest = text.substr(marks[character / k_step]);
    for (std::size_t i = character % k_step; i != 0; --i) skip_character(rest);
    return rest;
  }
};

// Lines of files, each file read once.
class Quotations {
 public:
  explicit Quotations(const SourceFiles& sources) : sources_(sources) {}

  // Empty: there is no such line (any more).
  const Line& line(const SourcePosition& at) {
    const auto found = lines_.find({at.file, at.line});
    return found != lines_.end() ? found->second : lines_.emplace(std::pair(at.file, at.line), find(at)).first->second;
  }

 private:
  struct File {
    std::string text;
    std::vector<std::size_t> starts;  // of lines
  };

  Line find(const SourcePosition& at) {
    const auto [found, first] = files_.try_emplace(at.file);
    File& file = found->second;
    if (first) read(at.file, file);
    if (at.line == 0 || at.line > file.starts.size()) return Line({});
    std::string_view text = std::string_view(file.text).substr(file.starts[at.line - 1]);
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return Line(text);
  }

  void read(FileId id, File& file) {
    file.text = read_text_file(sources_[id].path).text;
    file.starts.assign(1, file.text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
    for (std::size_t at = file.text.find('\n'); at != std::string::npos; at = file.text.find('\n', at + 1))
      file.starts.push_back(at + 1);
  }

  const SourceFiles& sources_;
  std::map<FileId, File> files_;
  std::map<std::pair<FileId, std::uint32_t>, Line> lines_;
};

// The part of a line that is shown, and what stands below it.
struct QuotedLine {
  std::string text;
  std::string carets;
};

QuotedLine quote(const Line& line, std::size_t column, std::size_t length) {
  const std::size_t characters = line.characters;
  const std::size_t caret = std::min(column == 0 ? 0 : column - 1, characters);
  const std::size_t caret_end = std::max(caret + 1, std::min(caret + length, characters));
  std::size_t from = 0;
  if (characters > k_quoted_most && caret > k_before_caret)
    from = std::min(caret - k_before_caret, characters - k_quoted_most);
  const std::size_t to = std::min(characters, from + k_quoted_most);
  QuotedLine quoted;
  if (from != 0) quoted = {"…", " "};
  std::string_view rest = line.from(from);
  for (std::size_t at = from; at < to; ++at) {
    const Glyph glyph = take_glyph(rest);
    const bool tab = glyph.bytes == "\t";
    quoted.text += tab ? "\t" : glyph.shown;
    if (at >= caret_end) continue;
    if (tab && at < caret) quoted.carets += '\t';
    else quoted.carets.append(tab ? 1 : count_characters(glyph.shown), at < caret ? ' ' : '^');
  }
  if (caret == characters) quoted.carets += '^';  // just behind the last character
  if (to < characters) quoted.text += "…";
  return quoted;
}

std::string place_text(const SourcePosition& at, const SourceFiles& sources) {
  return fmt::format("{}:{}:{}", sources[at.file].name, at.line, at.column);
}

class Renderer {
 public:
  Renderer(const SourceFiles& sources, bool colour) : sources_(sources), quotations_(sources), colour_(colour) {}

  std::string render(const Diagnostic& diagnostic, std::set<Code>* explained = nullptr) {
    out_.clear();
    const bool placed = !diagnostic.spans.empty() && diagnostic.spans.front().at.file;
    if (placed) add(k_bold, escape_for_terminal(place_text(diagnostic.spans.front().at, sources_)) + ": ");
    add(colour_of(diagnostic.severity),
        fmt::format("{} {}:", severity_text(diagnostic.severity), code_text(diagnostic.code)));
    out_ += ' ' + escape_for_terminal(diagnostic.summary) + '\n';
    for (std::size_t i = 0; i < diagnostic.spans.size(); ++i) {
      const Span& span = diagnostic.spans[i];
      if (!span.at.file) continue;
      if (i != 0)
        out_ += fmt::format("  also: {}: {}\n", escape_for_terminal(place_text(span.at, sources_)),
                            escape_for_terminal(span.label));
      quotation(span, diagnostic.severity);
    }
    paragraph("why:  ", diagnostic.detail);
    paragraph("fix:  ", diagnostic.help);
    if (explained != nullptr && explained->insert(diagnostic.code).second)
      paragraph("more: ", "pairform explain " + code_text(diagnostic.code));
    return std::move(out_);
  }

 private:
  void add(std::string_view codes, std::string_view text) { out_ += paint(codes, text, colour_); }

  void quotation(const Span& span, Severity severity) {
    const Line& line = quotations_.line(span.at);
    if (line.text.empty()) return;
    const QuotedLine quoted = quote(line, span.at.column, span.length);
    const std::string number = fmt::format("{:>4}", span.at.line);
    add(k_dim, number + " | ");
    out_ += quoted.text + '\n';
    add(k_dim, std::string(number.size(), ' ') + " | ");
    add(colour_of(severity), quoted.carets);
    out_ += '\n';
  }

  void paragraph(std::string_view head, std::string_view text) {
    if (text.empty()) return;
    out_ += "  ";
    add(k_bold, head);
    for (bool first = true; !text.empty(); first = false) {
      const std::size_t end = text.find('\n');
      if (!first) out_ += std::string(2 + head.size(), ' ');
      out_ += escape_for_terminal(text.substr(0, end)) + '\n';
      text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
  }

  const SourceFiles& sources_;
  Quotations quotations_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string_view severity_text(Severity severity) {
  switch (severity) {
    case Severity::Error: return "error";
    case Severity::Warning: return "warning";
    case Severity::Note: return "note";
  }
  return "";
}

std::string diagnostic_text(const Diagnostic& diagnostic, const SourceFiles& sources, bool colour) {
  return Renderer(sources, colour).render(diagnostic);
}

std::string diagnostics_text(std::span<const Diagnostic> diagnostics, const SourceFiles& sources, bool colour,
                             std::set<Code>* explained) {
  Renderer renderer(sources, colour);
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out += '\n';
    out += renderer.render(diagnostic, explained);
  }
  return out;
}

void write_diagnostic(JsonWriter& json, const Diagnostic& diagnostic, const SourceFiles& sources) {
  std::string detail = diagnostic.detail;
  const auto add_line = [&](const std::string& line) { detail += (detail.empty() ? "" : "\n") + line; };
  for (std::size_t i = 1; i < diagnostic.spans.size(); ++i) {
    const Span& span = diagnostic.spans[i];
    if (span.at.file) add_line(place_text(span.at, sources) + ": " + span.label);
  }
  if (!diagnostic.help.empty()) add_line(diagnostic.help);
  json.open_object();
  json.member("code", code_text(diagnostic.code));
  json.member("severity", severity_text(diagnostic.severity));
  json.member("summary", diagnostic.summary);
  json.member("detail", detail);
  if (!diagnostic.spans.empty() && diagnostic.spans.front().at.file) {
    const SourcePosition& at = diagnostic.spans.front().at;
    json.member("file", sources[at.file].name).key("line").number(at.line).key("column").number(at.column);
  } else {
    json.key("file").null().key("line").null().key("column").null();
  }
  json.key("address").text_or_null(diagnostic.address);
  json.close_object();
}

}  // namespace pairform
