// Makes what halves stand on, where it lacks: the fabric of a region. Fabrics are found by their region, whoever made them;
// they are made one after the other, and each once, however many steps need it: those wait for it, and whoever asks first
// when it is time to asks the service how far it is.
// Threads: any number.
#pragma once
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "providers/azure/plumbing.h"
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

  struct Fabrics {
    Fabric from, to;
  };
  using Answer = std::variant<Fabrics, Waits, ProviderError>;
  // Of a half from one region to another one. `may_send`: makes the first one that lacks.
  Answer fabrics(const std::string& from, const std::string& to, const CallLimits& limits, bool may_send = true);

 private:
  struct Making {
    std::string region;
    Underway underway;
    Underway::Clock::time_point next_look;
  };
  Answer find_or_make(const std::string& from, const std::string& to, const CallLimits& limits, bool may_send);
  std::optional<ProviderError> look(const CallLimits& limits);
  std::optional<Fabric> find(const std::string& region, const Fabric* found) const;
  std::optional<ProviderError> unannounced(const std::string& region) const;
  Answer make(const std::string& region, const CallLimits& limits);
  Waits waits() const;

  Session& session_;
  Reader& reader_;
  std::mutex mutex_;  // of is_busy_
  std::condition_variable_any free_;
  bool is_busy_ = false;  // one thread at a time; what follows is that one's
  std::map<std::pair<std::string, std::string>, Fabrics> known_;
  std::map<std::string, Fabric> made_;  // by region: of this process, not listed yet
  std::optional<Making> making_;
  std::map<std::string, ProviderError> failed_;  // by region: why it could not be made
};

}  // namespace pairform::azure
