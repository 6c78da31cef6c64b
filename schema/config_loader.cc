#include "schema/config_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>

#include "schema/check.h"
#include "schema/document_reader.h"
#include "schema/include_glob.h"
#include "schema/settings_reader.h"
#include "schema/stanza_reader.h"
#include "schema/toml_reader.h"

namespace pairform {
namespace {

namespace fs = std::filesystem;

constexpr const char* k_project_file = "pairform.toml";

// Calls `work(0)` to `work(count - 1)`, each once, on up to `threads` threads. The first exception is passed on.
template <class Work>
void on_threads(std::size_t count, unsigned threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::exception_ptr> failures(count);
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> pool;
  const std::size_t helpers = std::min<std::size_t>(std::max(threads, 1U), count);
  pool.reserve(helpers);
  try {
    while (pool.size() + 1 < helpers) pool.emplace_back(loop);
  } catch (const std::system_error&) {  // as many as there are: a container may limit them
  }
  loop();
  for (std::thread& thread : pool) thread.join();
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

// Puts the declarations of files together, in file order.
class Merger {
 public:
  Merger(Configuration& configuration, const TypeTable& types, Diagnostics& diagnostics)
      : configuration_(configuration), types_(types), diagnostics_(diagnostics), first_(types.types.size()) {}

  void reserve(const std::vector<FileDeclarations>& files) {
    std::size_t items = 0, values = 0;
    for (const FileDeclarations& file : files) {
      items += file.declarations.items.size();
      values += file.declarations.values.size();
    }
    configuration_.declarations.items.reserve(items);
    configuration_.declarations.values.reserve(values);
  }

  void add(FileDeclarations&& file) {
    diagnostics_.append(std::move(file.diagnostics));
    Declarations& all = configuration_.declarations;
    const auto first_value = static_cast<std::uint32_t>(all.values.size());
    for (DeclaredValue value : file.declarations.values) {
      value.value = intern(file, value.value);
      all.values.push_back(value);
    }
    for (Directive directive : file.declarations.directives) {
      directive.address = intern(file, directive.address);
      if (directive.value) directive.value = intern(file, directive.value);
      all.directives.push_back(directive);
    }
    for (Declaration item : file.declarations.items) {
      item.key = intern(file, item.key);
      if (item.within) item.within = intern(file, item.within);
      item.first_value += first_value;
      all.items.push_back(item);
      check_unique(all.items.back());
    }
    all.meant.merge(file.declarations.meant);
    all.entries.merge(file.declarations.entries);
    for (Declaration item : file.declarations.defaults) {
      item.first_value += first_value;
      if (item.within) {
        item.within = intern(file, item.within);
        const auto [first, is_new] = of_one_.try_emplace(item.within.value, all.defaults.size());
        if (!is_new) {
          declared_twice(item, all.defaults[first->second], address_of(item), "A vm has one set of them.",
                         "merge the two");
          continue;
        }
      }
      all.defaults.push_back(item);
      warn_if_unused(item, file.declarations);
    }
    file = {};
  }

 private:
  Text intern(const FileDeclarations& file, Text local) {
    const TextPiece& piece = file.pieces[local.index()];
    return configuration_.texts.intern(std::string_view(file.characters).substr(piece.offset, piece.length));
  }

  // Defaults of an included file hold for what that file declares: for nothing, if it declares nothing of the kind.
  void warn_if_unused(const Declaration& item, const Declarations& in) {
    const ResourceType& type = types_[item.type];
    if (item.faulty || item.within || item.at.file == FileId(0U)) return;
    for (const Declaration& other : in.items)  // the nics of a vm need no tables
      if (other.type == item.type || types_[other.type].name == type.within) return;
    diagnostics_.add({Code::DefaultsUnused,
                      Severity::Warning,
                      fmt::format("[{}] gives to nothing: this file declares no {}", address_of(item),
                                  type.within.empty() ? type.name : type.within),
                      "Defaults of an included file hold for the resources that it declares.",
                      "move the table to pairform.toml, where it holds for all files",
                      {{item.at, item.length, {}}},
                      address_of(item)});
  }

  // The same table in two files: the first stands, the second is faulty. (Twice in one file is a syntax error.)
  void check_unique(Declaration& item) {
    std::vector<std::uint32_t>& first = first_[item.type.index()];
    const Text name = item.within ? configuration_.texts.intern(address_of(item)) : item.key;
    if (first.size() < configuration_.texts.size()) first.resize(configuration_.texts.size() * 2, 0);
    std::uint32_t& rank = first[name.index()];
    if (rank == 0) {
      rank = static_cast<std::uint32_t>(configuration_.declarations.items.size());
      return;
    }
    declared_twice(item, configuration_.declarations.items[DeclarationId(rank - 1)], address_of(item),
                   "A resource is declared by one stanza.", "merge the two, or give one of them another key");
  }

  void declared_twice(Declaration& item, const Declaration& other, std::string address, std::string detail,
                      std::string help) {
    item.faulty = true;
    diagnostics_.add({Code::TableTwice,
                      Severity::Error,
                      fmt::format("[{}] is declared twice", address),
                      std::move(detail),
                      std::move(help),
                      {{item.at, item.length, {}}, {other.at, other.length, "first declared here"}},
                      std::move(address)});
  }

  std::string address_of(const Declaration& item) const { return declared_address(item, types_, configuration_.texts); }

  Configuration& configuration_;
  const TypeTable& types_;
  Diagnostics& diagnostics_;
  std::map<std::uint32_t, std::size_t> of_one_;    // key of a vm -> what gives to its nics, in Declarations::defaults
  std::vector<std::vector<std::uint32_t>> first_;  // by type and key: rank + 1 of its first declaration, 0: none yet
};

// A file that pairform writes is none of those it reads, and no two of them are one.
void check_own_files(const Configuration& configuration, const std::vector<OwnFile>& own, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (!own[i].place.at.file) continue;
    std::error_code ignored;
    const fs::path path = fs::weakly_canonical(own[i].path, ignored);
    std::string_view other;
    // .pairform belongs to pairform: journal, lock, and what a setting puts there by default with its own files.
    if (path.parent_path() == configuration.directory / ".pairform" &&
        (!own[i].beside_journal || path.filename() == "journal" || path.filename() == "lock"))
      other = "a file of pairform's own";
    for (const SourceFile& source : configuration.sources.files)
      if (source.path == path) other = source.name;
    for (std::size_t j = 0; j < own.size() && other.empty(); ++j)
      if (i != j && (j < i || !own[j].place.at.file) && fs::weakly_canonical(own[j].path, ignored) == path)
        other = own[j].setting;
    if (other.empty()) continue;
    diagnostics.add(error(Code::BadSetting, own[i].place.at, own[i].place.length,
                          fmt::format("{} names the same file as {}", own[i].setting, other),
                          "pairform would write over it.", "choose another file"));
  }
}

// `main_document`: null: pairform.toml is not whole, and nothing that it declares counts.
void read_files(Configuration& configuration, const TomlDocument* main_document, const StanzaContext& main_context,
                unsigned threads, Diagnostics& diagnostics) {
  const std::vector<SourceFile>& sources = configuration.sources.files;
  std::vector<FileDeclarations> files(sources.size());
  StanzaContext included = main_context;
  included.included = true;
  on_threads(sources.size(), threads, [&](std::size_t i) {
    if (i == 0) return main_document == nullptr ? void() : read_stanzas(*main_document, main_context, files[i]);
    const ReadDocument read = read_document(sources[i], FileId(i), files[i].diagnostics);
    if (read.whole) read_stanzas(*read.whole, included, files[i]);
  });
  Merger merger(configuration, main_context.types, diagnostics);
  merger.reserve(files);
  for (FileDeclarations& file : files) merger.add(std::move(file));
}

// What the first of two tables with one address lacks, the second may say: that it is given twice is told, no more.
void drop_lacks_of_twice(Diagnostics& diagnostics) {
  std::set<std::string_view> twice;
  for (const Diagnostic& each : diagnostics.items())
    if (each.code == Code::TableTwice && !each.address.empty()) twice.insert(each.address);
  if (twice.empty()) return;
  Diagnostics left;
  for (const Diagnostic& each : diagnostics.items())
    if ((each.code != Code::MissingAttribute && each.code != Code::ManagedNeeds) || !twice.contains(each.address))
      left.add(each);
  diagnostics = std::move(left);
}

// pairform.toml ends with a syntax error: of its head only what it includes counts, so that what is wrong in those files is
// told in the same run. What the rest of it would have said is not missed.
void read_included_only(Configuration& configuration, const TomlDocument& head, const TypeTable& types,
                        unsigned threads, Diagnostics& diagnostics) {
  Diagnostics unheard;
  const Settings settings = read_settings(head, types, configuration.directory, unheard);
  for (IncludedFile& file : expand_includes(configuration.directory, settings.includes, diagnostics))
    configuration.sources.add(std::move(file.name), std::move(file.path));
  for (const ResourceType& type : types.types) configuration.declarations.meant.insert("defaults." + type.name);
  read_files(configuration, nullptr, {types, {}, false, GivenDefaults(head, types)}, threads, diagnostics);
  configuration.incomplete = true;
  diagnostics.drop_moot([&](std::string_view address) { return configuration.is_meant(address); });
  drop_lacks_of_twice(diagnostics);
  diagnostics.sort();
}

}  // namespace

Configuration load_configuration(const fs::path& directory, const TypeTable& types, unsigned threads,
                                 Diagnostics& diagnostics, LoadScope scope) {
  Configuration configuration;
  std::error_code failure;
  configuration.directory = fs::canonical(directory, failure);
  const fs::path project_file = configuration.directory / k_project_file;
  if (failure || (!fs::exists(project_file, failure) && !fs::is_symlink(project_file, failure))) {
    diagnostics.add({Code::ProjectFileMissing,
                     Severity::Error,
                     fmt::format("no pairform.toml in {} or above it", directory.empty() ? "." : directory.string()),
                     "A project is a directory with pairform.toml.",
                     "run `pairform init`, or name the project's directory with -C",
                     {},
                     {}});
    return configuration;
  }
  const FileId main_file = configuration.sources.add(k_project_file, fs::weakly_canonical(project_file, failure));
  const ReadDocument read = read_document(configuration.sources[main_file], main_file, diagnostics);
  if (!read.whole) {
    if (scope == LoadScope::Whole && read.head)
      read_included_only(configuration, *read.head, types, threads, diagnostics);
    return configuration;
  }
  const TomlDocument& document = *read.whole;
  Settings settings = read_settings(document, types, configuration.directory, diagnostics);
  configuration.settings = std::move(settings.project);
  if (scope == LoadScope::Whole)
    for (IncludedFile& file : expand_includes(configuration.directory, settings.includes, diagnostics))
      configuration.sources.add(std::move(file.name), std::move(file.path));
  check_own_files(configuration, settings.own_files, diagnostics);
  if (scope == LoadScope::Settings) return configuration;
  read_files(configuration, &document, {types, settings.provider, false, GivenDefaults(document, types)}, threads,
             diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.items())  // 10xx: files, not what stands in them
    configuration.incomplete |= diagnostic.severity == Severity::Error && static_cast<int>(diagnostic.code) < 1100;
  diagnostics.drop_moot([&](std::string_view address) { return configuration.is_meant(address); });
  drop_lacks_of_twice(diagnostics);
  diagnostics.sort();
  return configuration;
}

Configuration configuration_of(const fs::path& directory, std::string_view text, const TypeTable& types,
                               Diagnostics& diagnostics) {
  Configuration configuration;
  configuration.directory = fs::weakly_canonical(fs::absolute(directory));
  const FileId file = configuration.sources.add(k_project_file, configuration.directory / k_project_file);
  TomlError wrong;
  const std::optional<TomlDocument> document = read_toml(text, file, wrong);
  PAIRFORM_CHECK(document.has_value());
  configuration.settings = std::move(read_settings(*document, types, configuration.directory, diagnostics).project);
  return configuration;
}

}  // namespace pairform
