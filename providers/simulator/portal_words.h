// What the portal's commands have in common: the words they take and what they come to.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/simulator/rules.h"

namespace pairform::simulator {

using Words = std::span<const std::string>;

// What one command comes to: what it says, or why not. `error` empty: it was done. Both are safe for a terminal: names of
// the database and words of the command line are escaped where they are put in, line ends among them.
struct Outcome {
  std::string said;  // with its newline
  std::string error;
  bool is_half = false;  // some of it was done, and stays: `error` says what was not
};
Outcome done(std::string_view said);  // one line, without its newline
Outcome failed(std::string_view error);
Outcome refused(const Refusal& refusal);
// The words do not fit the form of that name: says what is wrong, and shows the form.
Outcome wrong_form(std::string_view what, std::string_view form_name);

// A JSON array of values that are JSON already, a line each.
std::string json_lines(const std::vector<std::string>& values);

// The word before the first `separator`, which goes from `text` with it; all of it where there is none.
std::string_view take_word(std::string_view& text, char separator);

// REGION/NAME, or @SUBSCRIPTION/GROUP/REGION/NAME with - for the one not given; region in any spelling.
std::optional<SimulatedNetwork> parse_path(std::string_view text);
Outcome not_a_path(std::string_view word, std::string_view form_name);
// The same of a machine: region canonical, the rest as given.
struct MachinePath {
  std::string region, name, resource_group, subscription, id;
};
std::optional<MachinePath> parse_machine(std::string_view text);
Outcome not_a_machine(std::string_view word, std::string_view form_name);
// A region, a network's, mapping's, machine's or nic's id, canonical; none if it is none of them.
std::optional<std::string> parse_scope(std::string_view text);

}  // namespace pairform::simulator
