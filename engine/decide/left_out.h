// What has an error and is left out by the options (spec section 6): an error on something that `--exclude` names, or
// that `--target` leaves out, is a warning, and the rest is planned.
//
// The pipeline plans in attempts. What an attempt finds wrong is judged here: where all errors are on what is left out,
// these units are set aside and the next attempt plans without them. A unit is what goes as a whole: a vm with its nics
// (`vm.web1`), a pair (`mapping.app`), a network. A vm that is set aside asks for nothing (recovery/derive.h), its nics
// are not placed (recovery/landing.h), and hold.h leaves alone what is set aside, what depends on it and what is
// recorded because of it. Every attempt sets more aside than the one before it, the third one all vms that are left out
// (of the vms of one network the first is told to have no mapping, then the second, …), so that a few attempts are enough.
// Pure. Cost of judging: linear in resources and relations, and in diagnostics.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "engine/decide/hold.h"
#include "engine/decide/selection.h"

namespace pairform {

// "vm.web1" of vm.web1.nic.eth0, "mapping.app" of mapping.app.forward.
std::string_view unit_of(std::string_view address);

struct SetAside {
  struct Unit {
    std::string why;         // in words
    bool has_error = false;  // else --exclude names it, and something else has one
  };
  std::map<std::string, Unit, std::less<>> units;  // by address
  std::vector<Diagnostic> told;                    // their errors
  std::size_t attempts = 0;                        // that set more aside
};

struct JudgeInput {
  const Selection& selection;
  const DesiredState& desired;
  const Estate& estate;
  RelationSet& relations;
  const std::vector<LeftOutItem>& left_alone;  // by hold.h, of what is set aside already
  const StringPool& texts;
};

enum class Verdict {
  Sound,    // no error is left: what was found goes on
  Again,    // more is set aside: plan again, without it
  Refused,  // an error is on something that is not left out
};

// Takes errors on what is left out from `found` to `aside`. Unless another attempt follows, `found` then is what is to be
// told: those errors as warnings among it.
Verdict judge(const JudgeInput& input, SetAside& aside, Diagnostics& found);

// The resources of the units, for hold.h: a vm, both halves of a pair, a network.
std::vector<LeftOutItem> resources_of(const SetAside& aside, const Estate& estate, const StringPool& texts);

// Says in the remedy of each error which option goes on without what it is about.
void offer_to_leave_out(const JudgeInput& input, Diagnostics& found);

}  // namespace pairform
