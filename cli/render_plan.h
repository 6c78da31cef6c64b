// A plan as people read it. What the plan is comes from its JSON (docs/formats/plan.md) as it is saved, so `plan`,
// `show PLAN` and `plan --json` cannot disagree about it; what is no part of the format comes beside it
// (PlanTextOptions), and `show PLAN` does without. Nothing a user or a cloud wrote reaches the terminal unescaped.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pairform {

struct PlanTextOptions {
  bool colour = false;
  bool offline = false;  // says so
  bool destroy = false;  // everything managed ends because that was asked for
  bool saved = false;    // it was saved earlier: the files were not read
  bool parts = false;    // --target and its like were given
  bool refresh_only = false;
  bool verbose = false;  // shows what is only adopted as it is, and every line of long sections
  // What a delete step takes away, by step number, where the change does not show it: "network.a -> network.b".
  std::map<std::int64_t, std::string> taken_away;
  std::string remarks;    // lines to stand before the summary
  std::size_t width = 0;  // columns of the terminal, for tables; 0: none
};

// `json`: what plan_json writes, with links and without errors in it.
std::string plan_text(std::string_view json, const PlanTextOptions& options);

}  // namespace pairform
