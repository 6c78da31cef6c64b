// What has to change: a Change for every pairing that asks for something.
// Plain: what is to be left alone was taken out of the match before (hold.h), what is to be done later is taken out of
// the diff afterwards (selection.h). Total: it cannot fail. What may not be done is found by checks.h and guards.h, in
// which order by plan.h. Pure but for interned texts. Cost: linear; comparing two rows is comparing a few 4-byte
// values.
#pragma once
#include "engine/decide/asked.h"
#include "engine/model/names.h"
#include "engine/model/plan.h"

namespace pairform {

struct DiffInput {
  const Compared& compared;
  const RecordedState& recorded;
  const NetworkNames& names;
};

Diff make_diff(const DiffInput& input, StringPool& texts);

// Of the whole match, also of what is left alone: the plan says of each whether it is repaired.
std::vector<BrokenHalf> find_broken_halves(const DiffInput& input, StringPool& texts);

// What only state must learn of resources that are there: protect, because, existing, and what files once said of a
// half. Also beside a change (its step writes them), and of what is left alone.
std::vector<Record> find_records(const DiffInput& input, StringPool& texts);

}  // namespace pairform
