// Projects that tests of the real program start from.
#pragma once
#include <fmt/format.h>

#include <string>

#include "tests/support/program.h"

namespace pairform {

inline constexpr std::string_view k_head = "[project]\nname = \"contoso-dr\"\n";

inline std::string existing_network(std::string_view key, std::string_view region) {
  return fmt::format("\n[network.{}]\nexisting = true\nregion = \"{}\"\n", key, region);
}
inline std::string mapping(std::string_view key, std::string_view source, std::string_view target) {
  return fmt::format("\n[mapping.{}]\nsource = \"network.{}\"\ntarget = \"network.{}\"\n", key, source, target);
}

inline void put_network(const Program& program, const std::string& region, const std::string& name) {
  program.done({"sim", "put", "network", region + '/' + name, "address_space=10.0.0.0/16"});
}

// app in eastasia, dr in southeastasia, and the pair of both. `settings` stand in pairform.toml, too.
inline void make_pair_project(const Program& program, std::string_view settings = {}) {
  program.write("pairform.toml", fmt::format("{}{}{}{}{}", k_head, settings, existing_network("app", "eastasia"),
                                             existing_network("dr", "southeastasia"), mapping("m", "app", "dr")));
  put_network(program, "eastasia", "app");
  put_network(program, "southeastasia", "dr");
}

// Pairs of managed networks: four steps each.
inline void make_managed_pairs(const Program& program, int pairs, std::string_view settings) {
  std::string text = fmt::format("{}{}", k_head, settings);
  for (int i = 0; i < pairs; ++i) {
    for (const auto& [key, region] : {std::pair("here", "eastasia"), std::pair("there", "southeastasia")})
      text += fmt::format("\n[network.{}{}]\nregion = \"{}\"\naddress_space = [\"10.{}.0.0/16\"]\nsubnets = {{}}\n",
                          key, i, region, i);
    text += mapping(fmt::format("p{}", i), fmt::format("here{}", i), fmt::format("there{}", i));
  }
  program.write("pairform.toml", text);
}

}  // namespace pairform
