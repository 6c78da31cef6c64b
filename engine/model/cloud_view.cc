#include "engine/model/cloud_view.h"

#include "engine/model/observed.h"
#include "schema/check.h"

namespace pairform {

CloudView::CloudView(Observed observed, Provider* provider, const TypeTable& types, std::string_view project,
                     StringPool& texts, std::stop_token stop, ReadingCounts* counts)
    : observed_(std::move(observed)),
      provider_(provider),
      types_(types),
      project_(project),
      texts_(texts),
      stop_(std::move(stop)),
      counts_(counts) {
  for (const UnseenScope& scope : observed_.unseen) unseen_.set(scope.scope, scope.why);
}

ObservedId CloudView::listed(const Lookup& lookup) const { return observed_.find(lookup.key()); }

Found CloudView::seen(ObservedId row) const {
  return {observed_.rows[row].facts_only ? Existence::Absent : Existence::Present, row, Text()};
}

void CloudView::ask(const std::vector<Lookup>& lookups) {
  if (offline()) return;
  std::vector<Question> questions;
  for (const Lookup& lookup : lookups) {
    if (listed(lookup) || unseen_.contains(lookup.region) || unseen_.contains(lookup.identity)) continue;
    if (answer_at_.contains(lookup.key())) continue;
    answer_at_.set(lookup.key(), AnswerId(answers_.size() + questions.size()));
    questions.push_back(
        {types_[lookup.type].name, std::string(texts_.view(lookup.identity)), std::string(texts_.view(lookup.id))});
  }
  for (const LookupAnswer& answer : look_up_all(*provider_, questions, stop_, counts_)) {
    const auto* row = std::get_if<CloudRow>(&answer);
    const ObservedId at = row == nullptr ? ObservedId() : add_observed(observed_, *row, types_, project_, texts_);
    if (at) answers_.push_back(seen(at));
    else if (row != nullptr)  // something is there, and it cannot be compared
      answers_.push_back({Existence::Unknown, k_none, texts_.intern(why_unusable(*row, types_))});
    else if (const auto* failed = std::get_if<ProviderError>(&answer))
      answers_.push_back({Existence::Unknown, k_none, texts_.intern(why_unread(*failed))});
    else answers_.push_back({Existence::Absent, k_none, Text()});
  }
}

Found CloudView::find(const Lookup& lookup) {
  PAIRFORM_CHECK(!offline());
  if (const ObservedId at = listed(lookup)) return seen(at);
  for (const Text scope : {lookup.region, lookup.identity})
    if (unseen_.contains(scope)) return {Existence::Unknown, k_none, unseen_[scope]};
  ask({lookup});
  return answers_[answer_at_[lookup.key()]];
}

}  // namespace pairform
