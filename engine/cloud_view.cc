#include "engine/cloud_view.h"

#include "engine/check.h"
#include "engine/refresh.h"
#include "engine/worker_pool.h"

namespace pairform {

CloudView::CloudView(Observed observed, Provider* provider, const TypeTable& types, std::string_view project,
                     StringPool& texts)
    : observed_(std::move(observed)), provider_(provider), types_(types), project_(project), texts_(texts) {
  for (const UnseenScope& scope : observed_.unseen) unseen_.set(scope.scope, scope.why.value);
}

std::uint32_t CloudView::listed(const Wish& wish) const {
  const std::uint32_t at = observed_.find(wish.identity);
  return at != k_no_row && observed_.rows[at].type == wish.type ? at : k_no_row;
}

Sight CloudView::seen(std::uint32_t row) const {
  return {observed_.rows[row].facts_only ? Seen::Absent : Seen::Present, row, Text()};
}

void CloudView::ask(const std::vector<Wish>& wishes) {
  if (offline()) return;
  std::vector<Question> questions;
  for (const Wish& wish : wishes) {
    if (listed(wish) != k_no_row || unseen_[wish.region] != k_no_row || unseen_[wish.identity] != k_no_row) continue;
    if (answer_at_[wish.identity] != k_no_row) continue;
    answer_at_.set(wish.identity, static_cast<std::uint32_t>(answers_.size() + questions.size()));
    questions.push_back({types_[wish.type].name, std::string(provider_identity(texts_.view(wish.identity)))});
  }
  for (const LookupAnswer& answer : look_up_all(*provider_, questions)) {
    if (const auto* row = std::get_if<CloudRow>(&answer))
      answers_.push_back(seen(add_observed(observed_, *row, types_, project_, texts_)));
    else if (const auto* failed = std::get_if<ProviderError>(&answer))
      answers_.push_back({Seen::Unknown, k_no_row, texts_.intern(failed->message)});
    else answers_.push_back({Seen::Absent, k_no_row, Text()});
  }
}

Sight CloudView::find(const Wish& wish) {
  PAIRFORM_CHECK(!offline());
  if (const std::uint32_t at = listed(wish); at != k_no_row) return seen(at);
  for (const Text scope : {wish.region, wish.identity})
    if (unseen_[scope] != k_no_row) return {Seen::Unknown, k_no_row, Text(unseen_[scope])};
  ask({wish});
  return answers_[answer_at_[wish.identity]];
}

}  // namespace pairform
