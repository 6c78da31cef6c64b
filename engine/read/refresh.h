// Reading the cloud, and bringing recorded state up to date with it.
//
// observe() lists in bulk; refresh() matches recorded and desired rows with what was listed by identity. What is not in
// a listing is looked up singly: only a definite "absent" counts, denied or unreachable is Unknown and nothing is done
// about it. Nothing here changes the cloud or state.
// Cost: linear in rows, plus one lookup for each recorded or desired resource that no listing showed.
#pragma once
#include "engine/model/cloud_view.h"
#include "engine/model/estate.h"
#include "engine/model/observed.h"
#include "engine/worker_pool.h"

namespace pairform {

// Lists what is asked for. An error that hits everything is in `unseen` under every region. Once `stop` is requested it
// comes back with what was listed until then: the caller has to look at the token. `counts` may be null.
Observed observe(Provider& provider, const ObserveRequest& request, const TypeTable& types, const std::string& project,
                 StringPool& texts, const std::stop_token& stop = {}, ReadingCounts* counts = nullptr);

// The regions that desired and recorded networks are in, sorted.
std::vector<std::string> regions_of(const DesiredState& desired, const RecordedState& recorded,
                                    const StringPool& texts);

struct RefreshInput {
  const TypeTable& types;
  const IdentityMaker& identities;
  const std::string& project;
  const DesiredState& desired;
  const RecordedState& recorded;
  const NetworkNames& names;
  const Estate& estate;
};

// Offline everything recorded is taken to be as recorded.
PriorState refresh(const RefreshInput& input, CloudView& cloud, StringPool& texts);

}  // namespace pairform
