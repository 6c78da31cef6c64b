#include "schema/include_glob.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

namespace pairform {
namespace {

namespace fs = std::filesystem;

enum class SegmentKind { Literal, Wildcard, AnyDepth };
struct Segment {
  std::string text;
  SegmentKind kind = SegmentKind::Literal;
};

std::vector<Segment> split(std::string_view pattern) {
  std::vector<Segment> segments;
  while (!pattern.empty()) {
    const std::size_t slash = pattern.find('/');
    const std::string_view part = pattern.substr(0, slash);
    pattern = slash == std::string_view::npos ? std::string_view() : pattern.substr(slash + 1);
    if (part.empty() || part == ".") continue;
    Segment segment{std::string(part), SegmentKind::Literal};
    if (part == "**") segment.kind = SegmentKind::AnyDepth;
    else if (part.find_first_of("*?[\\") != std::string_view::npos) segment.kind = SegmentKind::Wildcard;
    const bool again =
        segment.kind == SegmentKind::AnyDepth && !segments.empty() && segments.back().kind == SegmentKind::AnyDepth;
    if (!again) segments.push_back(std::move(segment));
  }
  if (!segments.empty() && segments.back().kind == SegmentKind::AnyDepth)
    segments.push_back({"*", SegmentKind::Wildcard});
  return segments;
}

bool is_inside(const fs::path& directory, const fs::path& path) {
  std::error_code failure;
  const fs::path inside = fs::weakly_canonical(path, failure).lexically_relative(directory);
  return !failure && !inside.empty() && *inside.begin() != "..";
}

// Walks the file system along one pattern.
class Walk {
 public:
  Walk(const fs::path& directory, std::vector<Segment> segments)
      : directory_(directory), segments_(std::move(segments)) {}

  void run() { step({directory_, "", false}, 0); }

  std::map<std::string, bool> files;          // names, as matched; true: a link is on the way
  std::set<std::string> outside;              // links that leave the project
  std::map<std::string, std::string> failed;  // directories that cannot be listed, and why

 private:
  struct Here {
    fs::path path;
    std::string prefix;   // its name and a '/'; empty: the project directory
    bool linked = false;  // reached through a link
  };

  void step(const Here& here, std::size_t at) {
    const Segment& segment = segments_[at];
    if (segment.kind == SegmentKind::Literal) {
      // A name without wildcards is taken whatever it is: what is no file is told when it is read.
      std::error_code failure;
      const fs::directory_entry entry(here.path / segment.text, failure);
      const bool last = at + 1 == segments_.size();
      if (!failure && (last ? entry.exists(failure) : entry.is_directory(failure))) take(here, entry, at + 1);
      return;
    }
    if (segment.kind == SegmentKind::AnyDepth) step(here, at + 1);
    for (const fs::directory_entry& entry : list(here)) {
      const std::string name = entry.path().filename().string();
      std::error_code ignored;
      if (segment.kind == SegmentKind::AnyDepth) {
        if (name.front() == '.' || !entry.is_directory(ignored) || !stays(here, entry)) continue;
        if (!entry.is_symlink(ignored)) step({entry.path(), here.prefix + name + '/', here.linked}, at);
      } else if (fnmatch(segment.text.c_str(), name.c_str(), FNM_PERIOD) == 0) {
        const bool last = at + 1 == segments_.size();
        // What is neither file nor directory (a link to nothing, a pipe) is told when it is read, not passed over: what
        // it would have declared is not gone, it is unseen.
        if (!last && entry.is_symlink(ignored) && !entry.exists(ignored))
          failed[here.prefix + name] = "a link to nothing";
        if (last ? !entry.is_directory(ignored) : entry.is_directory(ignored)) take(here, entry, at + 1);
      }
    }
  }

  // An entry that matches; `next` is the segment for what is in it, or their number.
  void take(const Here& here, const fs::directory_entry& entry, std::size_t next) {
    if (!stays(here, entry)) return;
    std::error_code ignored;
    const std::string name = here.prefix + entry.path().filename().string();
    const bool linked = here.linked || entry.is_symlink(ignored);
    if (next == segments_.size()) files[name] = linked;
    else step({entry.path(), name + '/', linked}, next);
  }

  bool stays(const Here& here, const fs::directory_entry& entry) {
    std::error_code ignored;
    if (!entry.is_symlink(ignored) || is_inside(directory_, entry.path())) return true;
    outside.insert(here.prefix + entry.path().filename().string());
    return false;
  }

  std::vector<fs::directory_entry> list(const Here& here) {
    std::vector<fs::directory_entry> entries;
    std::error_code failure;
    for (fs::directory_iterator entry(here.path, failure), end; !failure && entry != end; entry.increment(failure))
      entries.push_back(*entry);
    if (failure) failed[here.prefix] = failure.message();
    return entries;
  }

  const fs::path& directory_;
  std::vector<Segment> segments_;
};

class Includes {
 public:
  Includes(const fs::path& directory, const std::vector<IncludePattern>& patterns, Diagnostics& diagnostics)
      : directory_(directory), patterns_(patterns), diagnostics_(diagnostics) {
    taken_[real(k_project_file).string()] = k_project;
  }

  std::vector<IncludedFile> run() {
    for (std::size_t i = 0; i < patterns_.size(); ++i) expand(i);
    std::sort(files_.begin(), files_.end(),
              [](const IncludedFile& a, const IncludedFile& b) { return a.name < b.name; });
    return std::move(files_);
  }

 private:
  static constexpr std::size_t k_project = SIZE_MAX;  // in place of a pattern: pairform.toml itself
  static constexpr const char* k_project_file = "pairform.toml";

  void complain(Code code, std::size_t pattern, std::string summary, std::string detail, std::string help) {
    const Place& place = patterns_[pattern].place;
    diagnostics_.add(error(code, place.at, place.length, std::move(summary), std::move(detail), std::move(help)));
  }

  fs::path real(const std::string& name) const {
    std::error_code failure;
    const fs::path path = fs::weakly_canonical(directory_ / name, failure);
    return failure ? directory_ / name : path;
  }

  static std::string correction(std::string pattern) {
    if (pattern.find('\\') == std::string::npos) return "correct the pattern, or remove it";
    std::replace(pattern.begin(), pattern.end(), '\\', '/');
    return fmt::format("write / between directories: \"{}\"", pattern);
  }

  void expand(std::size_t index) {
    const std::string& pattern = patterns_[index].pattern;
    const fs::path path(pattern);
    if (path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end())
      return complain(Code::IncludeOutsideProject, index, fmt::format("include leaves the project: \"{}\"", pattern),
                      "Patterns are relative to the project directory and stay below it.",
                      "move the files below the project directory");
    std::vector<Segment> segments = split(pattern);
    if (segments.empty() || pattern.ends_with('/') || pattern.find('\0') != std::string::npos)
      return complain(Code::IncludeMatchesNothing, index, fmt::format("include matches no file: \"{}\"", pattern), {},
                      "write a pattern like \"networks/*.toml\"");
    Walk walk(directory_, std::move(segments));
    walk.run();
    for (const std::string& link : walk.outside)
      complain(Code::IncludeOutsideProject, index, fmt::format("include leaves the project by the link {}", link),
               "What a project says is kept in its directory.", "replace the link by what it points to");
    for (const auto& [name, problem] : walk.failed)
      complain(Code::FileUnreadable, index,
               fmt::format("directory {} cannot be listed: {}", name.empty() ? "." : name, problem), {},
               "make it readable, or leave it out of the pattern");
    if (walk.files.empty() && walk.outside.empty() && walk.failed.empty())
      complain(Code::IncludeMatchesNothing, index, fmt::format("include matches no file: \"{}\"", pattern),
               "A pattern that matches nothing is most often a slip.", correction(pattern));
    take(index, walk.files);
  }

  void take(std::size_t index, const std::map<std::string, bool>& names) {
    std::map<std::size_t, std::vector<std::string>> twice;  // by the pattern that took them first
    for (const auto& [name, linked] : names) {
      fs::path path = linked ? real(name) : directory_ / name;
      const auto [owner, is_new] = taken_.emplace(path.string(), index);
      if (is_new) files_.push_back({name, std::move(path)});
      else twice[owner->second].push_back(name);
    }
    for (const auto& [owner, files] : twice) report_twice(index, owner, files);
  }

  void report_twice(std::size_t index, std::size_t owner, const std::vector<std::string>& files) {
    const Place& place = patterns_[index].place;
    std::string summary = fmt::format("{} is included twice", files.front());
    if (files.size() > 1)
      summary = fmt::format("{} and {} more files are included twice", files.front(), files.size() - 1);
    Diagnostic diagnostic =
        error(Code::IncludeTwice, place.at, place.length, std::move(summary), {}, "let only one pattern match it");
    if (owner == k_project) {
      diagnostic.detail = "pairform.toml is read anyway.";
      diagnostic.help = "choose a pattern that does not match pairform.toml";
    } else if (owner == index) {
      diagnostic.detail = "One of them is a link to the other.";
      diagnostic.help = "remove the link";
    } else {
      diagnostic.spans.push_back({patterns_[owner].place.at, patterns_[owner].place.length, "first matched here"});
    }
    diagnostics_.add(std::move(diagnostic));
  }

  const fs::path& directory_;
  const std::vector<IncludePattern>& patterns_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::size_t> taken_;  // real path -> the pattern that took it
  std::vector<IncludedFile> files_;
};

}  // namespace

std::vector<IncludedFile> expand_includes(const fs::path& directory, const std::vector<IncludePattern>& patterns,
                                          Diagnostics& diagnostics) {
  return Includes(directory, patterns, diagnostics).run();
}

}  // namespace pairform
