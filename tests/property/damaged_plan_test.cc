// A saved plan of which one value is wrong, as after a slip of the hand or a bad disk: it is refused, or it is stale, or
// the value did not count and the plan is what it was. It is never another plan, and never the end of the process.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <array>
#include <string>
#include <vector>

#include "engine/write/plan_file.h"
#include "schema/sha256.h"
#include "tests/property/vm_worlds.h"

namespace pairform::property {
namespace {

using simdjson::dom::element;

// Writes a JSON text again, with one of its values replaced. Values are counted from 0 in the order of the text; a
// replacement of "" leaves the member or item out.
class Rewriter {
 public:
  Rewriter(std::size_t at, std::string_view replacement) : at_(at), replacement_(replacement) {}

  std::string write(element value) {
    const std::size_t number = next_++;
    if (number == at_) {
      count_of(value);
      return std::string(replacement_);
    }
    std::string out;
    if (value.is_object()) {
      for (const auto& [key, member] : simdjson::dom::object(value))
        if (const std::string text = write(member); !text.empty())
          out += fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", key, text);
      return "{" + out + "}";
    }
    if (value.is_array()) {
      for (const element item : simdjson::dom::array(value))
        if (const std::string text = write(item); !text.empty()) out += (out.empty() ? "" : ",") + text;
      return "[" + out + "]";
    }
    return simdjson::minify(value);
  }

  std::size_t count() const { return next_; }

 private:
  void count_of(element value) {
    if (value.is_object())
      for (const auto& member : simdjson::dom::object(value)) ++next_, count_of(member.value);
    if (value.is_array())
      for (const element item : simdjson::dom::array(value)) ++next_, count_of(item);
  }
  std::size_t at_, next_ = 0;
  std::string_view replacement_;
};

// The text of a saved plan with the checksum that its bytes have now: whoever damages one on purpose writes that, too.
std::string sealed(std::string text) {
  constexpr std::string_view k_member = ",\"checksum\":";
  const std::size_t at = text.rfind(k_member);
  if (at == std::string::npos) return text;
  text.resize(at);
  return fmt::format("{}{}\"{}\"}}", text, k_member, sha256_name(text));
}

struct DamageTally {
  std::size_t refused = 0, stale = 0, same = 0;
};

std::string no_damage_makes_another_plan(const Scenario& scenario, std::size_t tries, DamageTally& tally) {
  Project project;
  if (std::string wrong = bring_vms_about(project, scenario); !wrong.empty()) return wrong == "-" ? "" : wrong;
  const Planned planned = project.plan({.plan = {}});
  if (!planned.sound || planned.run.plan.diff.changes.empty()) return "";
  simdjson::dom::parser parser;
  const element root = parser.parse(planned.json);
  Rewriter whole(std::string::npos, "");
  const std::string unharmed = sealed(whole.write(root));
  if (project.plan_saved(unharmed).run.plan.digest != planned.run.plan.digest) return "damaged: not read as written";
  constexpr std::array k_replacements{"", "null", "7", "true", "\"x\"", "\"vm.nobody.nic.x\"", "[]", "{}", "[{}]"};
  for (std::size_t n = 0; n < tries; ++n) {
    // Numbers without a common factor, so that the tries spread over values and replacements.
    const std::size_t at = 1 + n * 7919 % (whole.count() - 1);
    const std::string harmed = sealed(Rewriter(at, k_replacements[n % k_replacements.size()]).write(root));
    const Planned again = project.plan_saved(harmed);
    if (!again.sound) {  // without a word where it does not fit what is there now, which `apply` calls stale
      ++(again.diagnostics.items().empty() ? tally.stale : tally.refused);
      continue;
    }
    const bool shown = shows_plan(harmed, again.run.project, again.run.world, again.run.plan);
    if (again.run.plan.digest != planned.run.plan.digest || !shown) {
      ++tally.stale;
      continue;
    }
    ++tally.same;
    if (again.steps() != planned.steps()) return "damaged: the same digest, other steps\n" + harmed;
  }
  return "";
}

TEST(VmProperty, ASavedPlanWithOneWrongValueIsRefusedOrStaleOrTheSame) {
  DamageTally tally;
  hold("damaged plan", 2500001, rounds(12), {6, 2, true},
       [&](const Scenario& scenario) { return no_damage_makes_another_plan(scenario, 150, tally); });
  RecordProperty("refused", static_cast<int>(tally.refused));
  RecordProperty("stale", static_cast<int>(tally.stale));
  RecordProperty("same", static_cast<int>(tally.same));
  EXPECT_GT(tally.refused, 0U);
  EXPECT_GT(tally.stale, 0U);
  EXPECT_GT(tally.same, 0U);
}

}  // namespace
}  // namespace pairform::property
