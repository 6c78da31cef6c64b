// What the cloud was read to hold, and what it says when asked again: the listings of observe(), and one look-up for
// each resource that no listing showed. Absent is what a look-up says definitely; what may not be read is Unknown.
// Each identity is asked for once a run. Threads: one owner; `ask` looks several up at once.
#pragma once
#include <stop_token>
#include <string_view>

#include "engine/model/rows.h"
#include "engine/worker_pool.h"

namespace pairform {

struct Found {
  Existence presence = Existence::Unknown;
  ObservedId row;  // also of a machine without replication (Absent)
  Text why;        // Unknown: the service's words
};

class CloudView {
 public:
  // `provider` null: offline; then nothing was observed and nothing can be asked.
  // Once `stop` is requested what was not answered yet is Unknown: the caller has to look at the token.
  // `counts`: of the look-ups; may be null.
  CloudView(Observed observed, Provider* provider, const TypeTable& types, std::string_view project, StringPool& texts,
            std::stop_token stop = {}, ReadingCounts* counts = nullptr);

  bool offline() const { return provider_ == nullptr; }
  const Observed& observed() const { return observed_; }

  // What is to be looked up. `region`: where it is; what is in a region that refuses is unknown without asking.
  struct Lookup {
    TypeId type;
    Text identity;
    Text region;
    Text id{};  // as recorded; none: not recorded
    ResourceKey key() const { return {type, identity}; }
  };
  // Looks up, several at once, what no listing showed and nobody asked for yet.
  void ask(const std::vector<Lookup>& lookups);
  // Asks, where nobody did yet. Not offline.
  Found find(const Lookup& lookup);

 private:
  using AnswerId = Id<struct AnswerTag>;
  ObservedId listed(const Lookup& lookup) const;
  Found seen(ObservedId row) const;

  Observed observed_;
  Provider* provider_;
  const TypeTable& types_;
  std::string project_;
  StringPool& texts_;
  std::stop_token stop_;
  ReadingCounts* counts_;
  TextMap<Text> unseen_;  // scope -> why
  KeyMap<AnswerId> answer_at_;
  DenseMap<AnswerId, Found> answers_;  // for what no listing showed
};

}  // namespace pairform
