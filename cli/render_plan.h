// A plan as people read it. Made from the plan's JSON (spec section 6), so `plan`, `show PLAN` and `plan --json` cannot
// disagree. Nothing a user or a cloud wrote reaches the terminal unescaped.
#pragma once
#include <string>
#include <string_view>

namespace pairform {

struct PlanTextOptions {
  bool colour = false;
  bool offline = false;  // says so
};

// `json`: what plan_json writes, without errors in it.
std::string plan_text(std::string_view json, const PlanTextOptions& options);

}  // namespace pairform
