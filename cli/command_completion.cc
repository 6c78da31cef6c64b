// What a shell evaluates to complete the words of pairform: ten lines that ask the program itself (cli/complete.h), so
// they need not be installed anew with it.
#include <fmt/format.h>

#include "cli/command.h"
#include "cli/complete.h"
#include "schema/terminal_text.h"

namespace pairform {
namespace {

constexpr std::string_view k_bash =
    R"sh(# Completion of pairform for bash. In ~/.bashrc: eval "$(pairform completion bash)"
_pairform() {
  mapfile -t COMPREPLY < <("$1" __complete bash "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ ${COMPREPLY[0]-} == :files ]]; then
    COMPREPLY=()
    compopt -o default
  fi
}
complete -F _pairform pairform
)sh";

constexpr std::string_view k_zsh = R"sh(#compdef pairform
# Completion of pairform for zsh. In ~/.zshrc, after compinit: eval "$(pairform completion zsh)"
_pairform() {
  local -a answers
  answers=("${(@f)$("$words[1]" __complete zsh "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $answers[1] == :files ]]; then _files; return; fi
  [[ -n $answers[1] ]] && _describe -V pairform answers
}
if [[ $funcstack[1] == _pairform ]]; then _pairform "$@"; else compdef _pairform pairform; fi
)sh";

constexpr std::string_view k_fish =
    R"sh(# Completion of pairform for fish. In config.fish: pairform completion fish | source
function __pairform_complete
    set -l words (commandline -opc) "$(commandline -ct)"
    set -l answers (command $words[1] __complete fish $words[2..] 2>/dev/null)
    if test "$answers[1]" = :files
        __fish_complete_path (commandline -ct)
    else if test -n "$answers[1]"
        printf '%s\n' $answers
    end
end
complete -c pairform -f -a '(__pairform_complete)'
)sh";

}  // namespace

std::string_view completion_shim(std::string_view shell) {
  if (shell == "bash") return k_bash;
  if (shell == "zsh") return k_zsh;
  if (shell == "fish") return k_fish;
  return {};
}

Exit command_completion(const Options& options) {
  const std::string shell = options.words.empty() ? std::string() : options.words.front();
  const std::string_view shim = completion_shim(shell);
  if (shim.empty()) {
    print_problem(Code::Usage,
                  shell.empty() ? std::string("completion needs the name of a shell")
                                : fmt::format("there is no completion for {}", escape_for_terminal(shell)),
                  "", "pairform completion bash, or zsh, or fish", options);
    return Exit::Error;
  }
  print(shim);
  return Exit::Ok;
}

}  // namespace pairform
