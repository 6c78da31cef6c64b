// Makes what halves and replicated machines stand on, where it lacks (plumbing_pieces.h): each piece once, however many steps
// need it, one after the other. Steps wait for it, and whoever asks first when it is time to asks the service how far it is. It is made
// once it shows.
// Nothing is made that the plan did not say.
// Threads: any number.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <variant>

#include "providers/azure/plumbing_pieces.h"
#include "providers/azure/reader.h"
#include "providers/azure/session.h"
#include "providers/azure/underway.h"

namespace pairform::azure {

// Nothing is sent, because something else has to end first.
struct Waits {
  std::string text;                                // "waits for the fabric of eastasia"
  std::optional<std::chrono::milliseconds> pause;  // none: as the caller likes
  std::string job{};                               // of the request that was sent for it just now
};

class PlumbingMaker {
 public:
  PlumbingMaker(Session& session, Reader& reader) : session_(session), reader_(reader) {}

  using Answer = std::variant<PlumbingWay, Waits, ProviderError>;
  // From one region to another one. `may_send`: makes the first piece that lacks.
  Answer way(const std::string& from, const std::string& to, PlumbingNeed need, const CallLimits& limits,
             bool may_send = true);

 private:
  using WayKey = std::tuple<std::string, std::string, PlumbingNeed>;
  struct Making {
    PlumbingPiece piece;
    Underway underway;
    Underway::Clock::time_point next_look;
    std::optional<Underway::Clock::time_point> ended{};  // since when it is only looked for
  };
  Answer find_or_make(const WayKey& key, const CallLimits& limits, bool may_send);
  std::optional<ProviderError> look(const CallLimits& limits);
  std::optional<ProviderError> read_back(const CallLimits& limits);
  std::optional<ProviderError> unannounced(const PlumbingPiece& piece, const WayKey& key) const;
  Answer make(const PlumbingPiece& piece, const CallLimits& limits);
  Waits waits() const;

  Session& session_;
  Reader& reader_;
  std::mutex mutex_;  // of is_busy_
  std::condition_variable_any free_;
  bool is_busy_ = false;  // one thread at a time; what follows is that one's
  std::map<WayKey, PlumbingWay> known_;
  std::vector<PlumbingPiece> made_;  // of this process; may not be listed yet
  std::optional<Making> making_;
  std::map<std::string, ProviderError> failed_;  // by folded id: why it could not be made
};

}  // namespace pairform::azure
