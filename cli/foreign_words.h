// Words of other tools (Terraform, Pulumi, kubectl), for those who come from there: what to use instead, one sentence
// each. None of them is a command or an option of pairform. A few options that pipelines pass everywhere are taken, and
// do nothing.
#pragma once
#include <span>
#include <string_view>

namespace pairform {

struct ForeignWord {
  std::string_view word;  // "refresh": a command, or an option without its dashes
  std::string_view hint;
};

std::span<const ForeignWord> foreign_commands();
std::span<const ForeignWord> foreign_options();
// Empty: nothing is known of it.
std::string_view hint_for_command(std::string_view name);
std::string_view hint_for_option(std::string_view name);

// An option as it was typed, `-input=false`, that every command takes and that does nothing.
bool is_harmless(std::string_view typed);

}  // namespace pairform
