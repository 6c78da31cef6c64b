#include "cli/man/pages.h"

#include <fmt/format.h>

#include "cli/help.h"
#include "cli/man/roff.h"
#include "providers/provider_set.h"
#include "schema/value_words.h"

namespace pairform {
namespace {

constexpr std::string_view k_addresses =
    "`--target`, `--exclude`, `--place-anew`, `--vm` and `state list` also take a pattern in quotes, 'mapping.ea-*' or "
    "'vm.web?', and @FILE with an address a line.";

void add_options(RoffPage& page, std::span<const std::string_view> names, const Command* command = nullptr) {
  for (const std::string_view name : names) {
    const OptionRow& row = option_row(name);
    page.item(option_usage(row), option_help(row, command));
  }
}

std::string general_page() {
  RoffPage page("pairform", 1, version(), "keeps the network mappings of disaster recovery as files declare them");
  page.section("synopsis").paragraph("`pairform` COMMAND [OPTIONS]");
  page.section("description")
      .paragraph(
          "People write desired state in TOML, look at `pairform plan`, reconcile with `pairform apply`, and commit "
          "the "
          "recorded state beside the files. A mapping always has its mirror: if network a in one region maps to "
          "network "
          "b in another, then b maps to a.")
      .paragraph(
          "The project is the current directory, or the nearest one above it that holds a `pairform.toml`. What files "
          "may say stands in `pairform-files`(5), what a message means in `pairform explain` CODE.");
  page.section("commands");
  for (const Command& each : commands()) page.item(fmt::format("pairform-{}(1)", each.name), each.summary);
  page.section("options of all commands");
  add_options(page, options_of_all());
  page.section("addresses")
      .paragraph("network.app, mapping.app (a pair), vm.web1, vm.web1.nic.eth0")
      .paragraph(k_addresses);
  page.section("exit status");
  for (const HelpRow& each : exit_code_rows()) page.item(each.what, each.text);
  page.section("environment");
  for (const HelpRow& each : environment_rows()) page.item(each.what, each.text);
  page.section("files")
      .item("pairform.toml", "The project, and the files that it includes: pairform-files(5).")
      .item("pairform.state.jsonl", "What is recorded, a resource a line. Commit it.")
      .item(".pairform/", "Journal, lock, and what the simulator holds. Do not commit it.");
  page.section("see also").paragraph("`pairform-files`(5)");
  return page.text();
}

std::string command_page(const Command& command) {
  const std::string name = fmt::format("pairform-{}", command.name);
  RoffPage page(name, 1, version(), command.summary);
  page.section("synopsis").paragraph(fmt::format("`pairform {}` {}", command.name, command.arguments));
  page.section("options");
  add_options(page, shown_options(command), &command);
  page.section("examples");
  for (const Example& each : command.examples) page.paragraph(fmt::format("{}:", each.what)).code(each.line);
  page.section("see also").paragraph("`pairform`(1), `pairform-files`(5)");
  return page.text();
}

std::string attribute_text(const AttributeType& attribute) {
  std::string out = fmt::format("{}{}. {}", attribute.references.empty() ? "" : attribute.references + ' ',
                                kind_name(attribute.kind), attribute.doc);
  if (attribute.presence == Presence::Required) return out + " Required.";
  if (attribute.default_value.empty()) return out;
  std::string value;  // a list with blanks, at which a line may be broken
  for (const char c : attribute.default_value) value += c == ',' ? std::string(", ") : std::string(1, c);
  return out + fmt::format(" Default: {}{}.", value, attribute.kind == Kind::Duration ? "ms" : "");
}

void add_type(RoffPage& page, const ResourceType& type, std::string_view header) {
  page.subsection(header).paragraph(type.doc);
  for (const AttributeType& attribute : type.attributes)
    if (attribute.where != Where::Row)
      page.item((attribute.provider.empty() ? std::string() : attribute.provider + '.') + attribute.name,
                attribute_text(attribute));
}

std::string files_page() {
  const TypeTable types = full_type_table();
  constexpr std::string_view k_backend = "state.";
  RoffPage page("pairform-files", 5, version(), "the files of a pairform project");
  page.section("description")
      .paragraph(
          "`pairform.toml` holds the project and its settings. The files that its `include` lists hold resources, "
          "defaults and directives only. All are TOML. References are addresses in quotes. A region does not count "
          "case "
          "and blanks. Prefixes are canonical: 10.1.0.0/16. A duration is a number with ms, s, m or h.");
  page.section("resources");
  for (const ResourceType& type : types.types)
    add_type(page, type,
             type.within.empty() ? fmt::format("[{}.KEY]", type.name)
                                 : fmt::format("[{}.KEY.{}.KEY]", type.within, type.name));
  page.section("directives");
  for (const ResourceType& type : types.directives) add_type(page, type, fmt::format("[{}.\"ADDRESS\"]", type.name));
  page.section("settings");
  for (const ResourceType& type : types.settings)
    add_type(page, type,
             type.name.starts_with(k_backend)
                 ? fmt::format("[state], backend = \"{}\"", type.name.substr(k_backend.size()))
                 : fmt::format("[{}]", type.name));
  page.section("examples")
      .code(
          "[network.app]\nexisting = true\nregion = \"eastasia\"\n\n[network.app-dr]\nexisting = true\n"
          "region = \"southeastasia\"\n\n[mapping.app]\nsource = \"network.app\"\ntarget = \"network.app-dr\"");
  page.section("see also").paragraph("`pairform`(1), `pairform-validate`(1)");
  return page.text();
}

}  // namespace

std::vector<ManPage> man_pages() {
  std::vector<ManPage> pages{{"pairform.1", general_page()}};
  for (const Command& each : commands()) pages.push_back({fmt::format("pairform-{}.1", each.name), command_page(each)});
  pages.push_back({"pairform-files.5", files_page()});
  return pages;
}

}  // namespace pairform
