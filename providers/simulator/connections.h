// Connections to one database for the threads of this process: one a call, kept for the next, and the turn to write.
// Writers of this process queue here, rather than in SQLite's sleeping busy handler. Threads: any number.
#pragma once
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "providers/simulator/cloud.h"

namespace pairform::simulator {

enum class Makes { Nothing, TheFile };  // a call, where the database is not there yet

class Connections {
  struct Taken {
    std::unique_ptr<Cloud> cloud;
    bool in_memory = false;
  };

 public:
  // Opens the first one, if the database is there.
  Connections(std::filesystem::path database, Remap remap);

  // A connection for one call. One that makes nothing reads an empty cloud in memory where the database is not there yet.
  class Lease {
   public:
    Lease(Connections& owner, Patience patience, Makes makes)
        : owner_(owner), cloud_(owner.take(std::move(patience), makes)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { owner_.give_back(std::move(cloud_)); }
    Cloud& operator*() { return *cloud_.cloud; }

   private:
    Connections& owner_;
    Taken cloud_;
  };

  // The turn to write. Throws as a database does that somebody else has locked, where patience is over first.
  class Turn {
   public:
    Turn(Connections& owner, const Patience& patience);
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();

   private:
    Connections& owner_;
  };

 private:
  Taken take(Patience patience, Makes makes);
  void give_back(Taken taken);

  const std::filesystem::path database_;
  const Remap remap_;
  std::mutex pool_;  // of the connections that are free
  std::vector<std::unique_ptr<Cloud>> free_;
  std::vector<std::unique_ptr<Cloud>> free_in_memory_;  // empty clouds, for reads while the database is not there
  std::mutex writing_;                                  // of is_writing_
  std::condition_variable turn_is_over_;
  bool is_writing_ = false;  // somebody has the turn
};

}  // namespace pairform::simulator
