// state mv and state rm.
#include <fmt/format.h>

#include "cli/command_state.h"
#include "cli/waiting.h"
#include "engine/act/state_edit.h"
#include "engine/state/backend_set.h"
#include "engine/state/lock.h"
#include "schema/terminal_text.h"

namespace pairform {

namespace {

// What became of each row: "moved network.old to network.new".
void print_changes(const Run& run, const RowChanges& changes, bool move) {
  for (std::size_t i = 0; i < changes.drop.size(); ++i) {
    const std::string from = escape_for_terminal(run.project.texts().view(changes.drop[i].address));
    print(move ? fmt::format("moved {} to {}\n", from,
                             escape_for_terminal(run.project.texts().view(changes.put[i].row.address)))
               : fmt::format("forgot {}; the cloud is as it was\n", from));
  }
}

// Under the lock: reads state, plans the change, writes it.
Exit change_state(Run& run, const Options& options, const std::string& operation, Diagnostics& diagnostics) {
  const bool move = options.words[0] == "mv";
  RowChanges changes;
  if (read_state(run, diagnostics))
    changes = move ? plan_state_move(run.state.recorded, run.project.types, run.project.texts(), options.words[1],
                                     options.words[2], diagnostics)
                   : plan_state_removal(run.state.recorded, run.project.texts(), options.words[1], diagnostics);
  if (diagnostics.has_errors()) {
    print_diagnostics(run, diagnostics, options);
    return Exit::Error;
  }
  const StoreAnswer stored = store_edit(run.project, run.state, changes, operation);
  if (stored == StoreAnswer::LockLost) {
    print_problem(Code::LockLost, "the lock was lost: state was not written",
                  fmt::format("{}, so another run may be at work", run.state.backend->words().lock_gone),
                  "run it again", options);
    return Exit::Locked;
  }
  if (stored == StoreAnswer::Moved) {
    print_problem(Code::StateUnwritable,
                  fmt::format("the state {} was replaced meanwhile", run.state.backend->words().noun), "",
                  "run it again", options);
    return Exit::Error;
  }
  print_changes(run, changes, move);
  return Exit::Ok;
}

}  // namespace

Exit edit_state(const Options& options) {
  const std::string& verb = options.words[0];
  const bool move = verb == "mv";
  if (options.json) {
    print_problem(Code::Usage, fmt::format("state {} has no option --json", verb), "", "see `pairform state --help`",
                  options);
    return Exit::Error;
  }
  const std::size_t needed = move ? 3 : 2;
  if (options.words.size() != needed) {
    print_problem(
        Code::Usage,
        options.words.size() < needed
            ? fmt::format("state {} needs {}", verb, move ? "two addresses" : "an address")
            : fmt::format("state {}: \"{}\" is one word too many", verb, escape_for_terminal(options.words[needed])),
        "", move ? "pairform state mv network.old network.new" : "pairform state rm mapping.old", options);
    return Exit::Error;
  }
  Run run = new_run();
  Diagnostics diagnostics;
  if (!load_project(run, options.directory, diagnostics, LoadScope::Settings)) {
    print_diagnostics(run, diagnostics, options);
    return Exit::Error;
  }
  run.state.will_write = true;
  run.state.backend = open_backend(run.project.config);
  const std::string operation = "state " + verb;
  LockOwner holder;
  if (!wait_for_lock(*run.state.backend, this_process(operation), options, {}, holder)) {
    print_problem(Code::Locked, "the project is locked", escape_for_terminal(describe(holder)),
                  "wait for it (--lock-timeout 30s)", options);
    return Exit::Locked;
  }
  return change_state(run, options, operation, diagnostics);
}

}  // namespace pairform
