// What a shell offers where somebody presses Tab behind a line that is begun: commands, options, their values, and the
// addresses of the project. The shim of the shell (`pairform completion bash`) calls `pairform __complete SHELL WORDS…`,
// WORDS being what stands behind `pairform`, up to the word that is typed, which is the last and may be empty.
//
// Everything is read from the tables of commands and options, so a new option completes by itself. Of the project only
// pairform.toml, the files it includes and the state file are read: neither cloud nor lock. Nothing is ever said on standard
// error, and what cannot be read gives no candidates: a wrong file must not disturb who types.
// Cost: as reading the files. 5,000 vms take a few hundredths of a second.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

struct Candidate {
  std::string word;
  std::string about;  // one line; may be empty
};

struct Completion {
  std::vector<Candidate> candidates;  // in the order of the tables; addresses sorted, each once
  bool files = false;                 // the shell offers names of files
};

// `words` must not be empty. Enters the directory of a -C among them.
Completion complete(std::vector<std::string> words);

// A line a candidate, as the shim of the shell reads it: the word alone (bash), "word:about" (zsh), word, tab, about (fish).
// ":files" alone: names of files.
std::string completion_lines(const Completion& completion, std::string_view shell);

// Exit code of `pairform __complete`: always 0. `arguments`: the shell, then the words.
int answer_shell(const std::vector<std::string>& arguments);

// What a shell evaluates, "" for one that is not known.
std::string_view completion_shim(std::string_view shell);

}  // namespace pairform
