// The house in one place: who may include whom, how long a file may be, where libraries live, and a page for every
// code.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/architecture/source_files.h"

namespace pairform::architecture {
namespace {

// From left to right: an include may only point left, or stay.
const std::vector<std::string> k_rooms{"schema", "engine", "providers", "cli"};

std::string room_of(const std::string& path) { return path.substr(0, path.find('/')); }

TEST(Architecture, AnIncludeOnlyPointsLeft) {
  const auto rank = [](const std::string& room) {
    return std::find(k_rooms.begin(), k_rooms.end(), room) - k_rooms.begin();
  };
  const std::vector<SourceFile> all = sources(k_rooms);
  ASSERT_GT(all.size(), 100U);
  for (const SourceFile& file : all)
    for (const std::string& include : file.includes) {
      const std::string room = room_of(include);
      EXPECT_NE(room, "tests") << file.path;
      if (rank(room) == static_cast<std::ptrdiff_t>(k_rooms.size())) continue;  // a library's
      EXPECT_LE(rank(room), rank(room_of(file.path))) << file.path << " includes " << include;
    }
}

// The HTTP client of a provider and its credentials know neither the engine nor what they are used for; one provider knows
// nothing of another. The reader of Terraform's states is no provider, and knows of Azure what an id is.
TEST(Architecture, AProviderIncludesOnlyWhatItStandsOn) {
  const std::string http = "providers/azure/http/", credential = "providers/azure/credential/";
  std::size_t checked = 0;
  for (const SourceFile& file : sources({"providers"})) {
    const bool is_http = file.path.starts_with(http), is_credential = file.path.starts_with(credential);
    const bool is_azure = file.path.starts_with("providers/azure/");
    const bool is_terraform = file.path.starts_with("providers/terraform/");
    const std::string other = is_azure || is_terraform ? "providers/simulator/" : "providers/azure/";
    const std::set<std::string> of_azure{"providers/azure/arm_id.h", "providers/azure/identity.h",
                                         "providers/azure/json_in.h", "providers/azure/settings.h"};
    for (const std::string& include : file.includes) {
      if (is_http || is_credential) {
        EXPECT_NE(room_of(include), "engine") << file.path << " includes " << include;
        const bool own = include.starts_with(http) || (is_credential && include.starts_with(credential));
        EXPECT_TRUE(own || room_of(include) != "providers") << file.path << " includes " << include;
        ++checked;
      }
      const bool in_a_provider = file.path.find('/', std::string("providers/").size()) != std::string::npos;
      EXPECT_FALSE(in_a_provider && include.starts_with(other)) << file.path;
      EXPECT_FALSE(in_a_provider && !is_terraform && include.starts_with("providers/terraform/")) << file.path;
      if (is_terraform && include.starts_with("providers/azure/")) {
        EXPECT_TRUE(of_azure.contains(include)) << file.path << " includes " << include;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 20U);
}

// The rooms of the engine: what each may include beside itself and the two seams' own headers. Deciding knows neither
// files nor the cloud; the domain (recovery) knows the model alone; only the pipeline knows all.
TEST(Architecture, ARoomOfTheEngineIncludesOnlyWhatItStandsOn) {
  const std::map<std::string, std::set<std::string>> may_include{
      {"model", {}},
      {"state", {"model"}},
      {"recovery", {"model"}},
      {"decide", {"model"}},
      {"phases", {"model", "state", "recovery"}},  // engine/phases.h: what the passes hand on
      {"run", {"model", "phases"}},                // engine/run.h: their owner, which no pass sees
      {"read", {"model", "state", "recovery", "phases"}},
      {"write", {"model", "state", "phases"}},
      {"act", {"model", "state", "phases"}},
      {"drill", {"model", "recovery", "phases"}},
      {"doctor", {"model", "recovery", "phases", "drill"}},
      {"pipeline", {"model", "state", "recovery", "decide", "phases", "run", "read", "write", "act"}}};
  const std::set<std::string> seams{"provider", "worker_pool", "examination"};  // how the cloud is asked: any room may
  const auto engine_room = [](const std::string& path) {
    const std::string rest = path.substr(std::string("engine/").size());
    return rest.substr(0, rest.find_first_of("/."));
  };
  std::size_t checked = 0;
  for (const SourceFile& file : sources({"engine"})) {
    const std::string own = engine_room(file.path);
    if (seams.contains(own)) {
      for (const std::string& include : file.includes)
        if (room_of(include) == "engine") {
          EXPECT_TRUE(seams.contains(engine_room(include))) << file.path << " includes " << include;
        }
      continue;
    }
    ASSERT_TRUE(may_include.contains(own)) << file.path << " is in no room";
    for (const std::string& include : file.includes) {
      if (room_of(include) != "engine") continue;
      const std::string room = engine_room(include);
      const bool allowed = room == own || seams.contains(room) || may_include.at(own).contains(room);
      EXPECT_TRUE(allowed) << file.path << " includes " << include;
      ++checked;
    }
  }
  EXPECT_GT(checked, 150U);
}

// The simulator is a model of the cloud: were it to share the code that it tests, it would share its mistakes.
TEST(Architecture, TheSimulatorsRulesShareNothingWithTheEngine) {
  const std::set<std::string> own{"provider", "errors", "listing", "rows",
                                  "settings"};  // the border: the engine's words
  const std::set<std::string> lent{"schema/ip.h",          "schema/json_text.h",
                                   "schema/json_writer.h", "schema/value.h",
                                   "schema/diagnostic.h",  "schema/terminal_text.h"};  // addresses; texts at the border
  for (const SourceFile& file : sources({"providers/simulator"})) {
    if (own.contains(fs::path(file.path).stem().string())) continue;
    for (const std::string& include : file.includes) {
      EXPECT_NE(room_of(include), "engine") << file.path << " includes " << include;
      if (room_of(include) == "schema") {
        EXPECT_TRUE(lent.contains(include)) << file.path << " includes " << include;
      }
    }
  }
  for (const SourceFile& file : sources({"providers/simulator"}))
    if (file.path.ends_with("/rules.h") || file.path.ends_with("/rules.cc"))
      for (const std::string& include : file.includes)
        if (room_of(include) == "schema") {
          EXPECT_EQ(include, "schema/ip.h") << file.path;
        }
}

TEST(Architecture, OfTheEngineAProviderNeedsItsSeamAlone) {
  for (const SourceFile& file : sources({"providers"}))
    for (const std::string& include : file.includes) {
      // The registry puts the whole type table together: the rows of state backends, the names of editions in texts.
      const bool table = file.path.ends_with("providers/provider_set.cc") &&
                         (include == "engine/state/backend_set.h" || include == "engine/recovery/edition.h");
      // What Terraform recorded is put before the pass that infers stanzas, beside what a cloud was read to hold.
      const bool inferred = file.path.starts_with("providers/terraform/") && include == "engine/recovery/infer.h";
      if (room_of(include) == "engine" && !table && !inferred) {
        EXPECT_EQ(include, "engine/provider.h") << file.path;
      }
    }
}

// Lines of sources that name a provider: "engine/a.h: // as the simulator does".
std::vector<std::string> lines_that_name_a_provider(const std::vector<SourceFile>& files) {
  static const std::regex words(R"(simulat|azure|\bsim\b)", std::regex::icase);
  std::vector<std::string> found;
  for (const SourceFile& file : files)
    for (const std::string& line : file.lines)
      if (std::regex_search(line, words)) found.push_back(file.path + ": " + line);
  return found;
}

// What a provider adds to files comes as rows of the type table: schema/ knows none by name, in comments neither.
TEST(Architecture, TheSchemaNamesNoProvider) {
  EXPECT_EQ(lines_that_name_a_provider(sources({"schema"})), std::vector<std::string>{});
  const std::vector<SourceFile> made_up{
      source_file("schema/a.h", {"// as the Simulator does", "int similar = 0;", "// simple"}),
      source_file("schema/b.cc", {"table = \"provider.azure\";", "// see pairform sim put"})};
  EXPECT_EQ(lines_that_name_a_provider(made_up), (std::vector<std::string>{"schema/a.h: // as the Simulator does",
                                                                           "schema/b.cc: table = \"provider.azure\";",
                                                                           "schema/b.cc: // see pairform sim put"}));
}

struct Library {
  std::string includes;  // what its headers' names begin with
  std::string user;      // the one file that includes them
};

TEST(Architecture, HeavyLibrariesHaveOneUser) {
  const std::vector<Library> libraries{{"toml++/", "schema/toml_reader.cc"},
                                       {"boost/program_options", "cli/options.cc"},
                                       {"sqlite3.h", "providers/simulator/database.cc"},
                                       {"openssl/", "schema/sha256.cc"}};
  for (const Library& library : libraries) {
    std::vector<std::string> users;
    for (const SourceFile& file : sources(k_rooms))
      if (std::any_of(file.includes.begin(), file.includes.end(),
                      [&](const std::string& each) { return each.starts_with(library.includes); }))
        users.push_back(file.path);
    EXPECT_EQ(users, std::vector<std::string>{library.user}) << library.includes;
  }
}

// Headers that include range-v3 or Boost.Graph, which cost every source that includes them a second or more to compile.
std::vector<std::string> headers_with_ranges_or_graphs(const std::vector<SourceFile>& files) {
  std::vector<std::string> found;
  for (const SourceFile& file : files)
    if (file.path.ends_with(".h") &&
        std::any_of(file.includes.begin(), file.includes.end(), [](const std::string& include) {
          return include.starts_with("range/v3/") || include.starts_with("boost/graph/");
        }))
      found.push_back(file.path);
  return found;
}

TEST(Architecture, RangesAndGraphsStayOutOfHeaders) {
  EXPECT_EQ(headers_with_ranges_or_graphs(sources(k_rooms)), std::vector<std::string>{});
  // The check itself finds both libraries in headers, and lets sources have them.
  const std::vector<SourceFile> made_up{source_file("engine/a.h", {"#include <range/v3/view/zip.hpp>"}),
                                        source_file("engine/b.h", {"#  include <boost/graph/graph_traits.hpp>"}),
                                        source_file("engine/c.cc", {"#include <range/v3/view/zip.hpp>"}),
                                        source_file("engine/d.h", {"#include <vector>", "// range/v3/view/zip.hpp"})};
  EXPECT_EQ(headers_with_ranges_or_graphs(made_up), (std::vector<std::string>{"engine/a.h", "engine/b.h"}));
}

// Structured values are parsed by engine/model/columns.h, which aborts where one does not parse: it was checked where
// it came in. Nobody parses one beside it, or takes a failed parse for an empty value.
TEST(Architecture, StructuredValuesAreParsedInOnePlace) {
  const std::vector<std::string> words{"parse_subnet_map", "parse_prefix_list", "parse_text_list", "parse_text_map"};
  std::set<std::string> parsers;
  for (const SourceFile& file : sources(k_rooms))
    for (const std::string& line : file.lines) {
      for (const std::string& word : words)
        if (line.find(word) != std::string::npos) parsers.insert(file.path);
      EXPECT_EQ(line.find("value_or(std::vector"), std::string::npos) << file.path << ": " << line;
    }
  EXPECT_EQ(parsers, (std::set<std::string>{"engine/model/columns.cc", "providers/azure/network_shape.cc",
                                            "providers/azure/nic_steps.cc", "providers/azure/settings.cc",
                                            "providers/azure/vm_settings.cc", "providers/simulator/rows.cc",
                                            "schema/settings_reader.cc", "schema/value.cc", "schema/value.h"}));
}

TEST(Architecture, NoFileIsTooLong) {
  for (const SourceFile& file : sources(k_rooms)) EXPECT_LE(file.lines.size(), 500U) << file.path;
  for (const SourceFile& file : sources({"tests"})) EXPECT_LE(file.lines.size(), 700U) << file.path;
  for (const fs::directory_entry& entry : fs::directory_iterator(k_source / "tests/golden")) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream golden(entry.path());
    EXPECT_LE(std::count(std::istreambuf_iterator<char>(golden), {}, '\n'), 300) << entry.path();
  }
}

TEST(Architecture, AHeaderOpensWithWhatItIsFor) {
  for (const SourceFile& file : sources(k_rooms))
    if (file.path.ends_with(".h")) {
      EXPECT_TRUE(file.lines.at(0).starts_with("// ")) << file.path;
    }
}

TEST(Architecture, EveryDiagnosticCodeHasAPage) {
  static const std::regex code(R"(^\s*X\(\w+, (\d{4}), )");
  std::ifstream header(k_source / "schema/diagnostic_code.h");
  std::set<std::string> codes, pages;
  for (std::string line; std::getline(header, line);) {
    std::smatch match;
    if (std::regex_search(line, match, code)) codes.insert("PF" + match[1].str());
  }
  ASSERT_GT(codes.size(), 50U);
  for (const fs::directory_entry& entry : fs::directory_iterator(k_source / "docs/diagnostics"))
    if (entry.path().stem().string().starts_with("PF")) pages.insert(entry.path().stem().string());
  EXPECT_EQ(pages, codes);
}

TEST(Architecture, TheTopLevelIsWhatTheHouseSays) {
  const std::set<std::string> allowed{
      "CMakeLists.txt", "CMakePresets.json", "LICENSE",   "README.md", "CHANGELOG.md", "dev",  "cli", "docs",
      "engine",         "examples",          "providers", "schema",    "tests",        "build"};
  for (const fs::directory_entry& entry : fs::directory_iterator(k_source)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.')) {
      EXPECT_TRUE(allowed.contains(name)) << name;
    }
  }
}

}  // namespace
}  // namespace pairform::architecture
