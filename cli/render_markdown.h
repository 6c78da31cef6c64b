// A plan as a comment of a pull request: GitHub Flavored Markdown within a budget of bytes, because a comment that is too
// long is refused as a whole (GitHub: 65,536 characters). In this order:
//   marker     <!-- pairform:PROJECT sha256:... -->, by which a pipeline finds its own comment, and the digest in it
//   counts     by action
//   first      broken pairs, what needs approval, deletes, replaces, overwrites, exposure, held, unknown, left out,
//              warnings: in full up to half of the budget, else the first ones of each kind and the count of the rest
//   command    that carries out exactly this plan, with the whole digest
//   lists      pairs, half by half; other changes; landings: as far as the budget goes, they fall from the end
//   rest       what of the lists fell, and where the whole is
// All from the JSON of the plan, as its other text (cli/render_plan.h). Nothing that a user or a cloud wrote stands
// outside of a fence (cli/markdown_block.h), but for the project's name, which has no other characters than [a-z0-9-].
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pairform {

inline constexpr std::size_t k_usual_markdown_budget = 65'000;  // bytes
inline constexpr std::size_t k_least_markdown_budget = 6'000;   // room for what is never left out

struct MarkdownOptions {
  std::size_t budget = k_usual_markdown_budget;  // bytes; less than k_least_markdown_budget counts as that
  bool offline = false;                          // says so
  bool destroy = false;                          // everything managed ends because that was asked for
  bool verbose = false;                          // lists what is only adopted as it is, too
  std::vector<std::string> approvals;            // what needs approval, a sentence each
  std::string command;                           // "pairform apply --approve 0123…"
};

// `json`: what plan_json writes, with links; with errors it says that there is no plan, and lists them. "": it is no JSON.
std::string plan_markdown(std::string_view json, const MarkdownOptions& options);

}  // namespace pairform
