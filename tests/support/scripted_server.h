// An HTTP server on a loopback port that answers as a test says: wrongly, slowly, or not at all. Plain sockets, no library:
// what is wrong with an answer has to be written byte by byte. A connection is served in a thread of its own until the
// script closes it.
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pairform {

struct ReceivedRequest {
  std::string method, target;  // "GET", "/path?query"
  std::string head;            // all lines up to the empty one, lower-cased names are not made
  std::string body;
  std::size_t number = 0;  // from 0, over all connections
  // The value of a header, by its lower-case name; "" where there is none.
  std::string header(const std::string& name) const;
};

struct ScriptedReply {
  std::string bytes;                    // as they go out
  std::chrono::milliseconds before{0};  // waited first
  bool close = false;                   // the connection, after the bytes
};

// A whole answer with the right length.
std::string http_answer(int status, const std::string& body, const std::vector<std::string>& headers = {});

class ScriptedServer {
 public:
  using Script = std::function<ScriptedReply(const ReceivedRequest&)>;
  explicit ScriptedServer(Script script);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  std::string url(const std::string& target = "/") const;
  std::vector<ReceivedRequest> received() const;
  std::size_t connections() const { return connections_; }

 private:
  void accept_all();
  void serve(int connection);

  Script script_;
  int listening_ = -1;
  unsigned port_ = 0;
  std::atomic<std::size_t> connections_{0};
  std::atomic<bool> ending_{false};
  mutable std::mutex mutex_;  // of the three below
  std::vector<ReceivedRequest> received_;
  std::vector<int> open_;
  std::list<std::thread> serving_;
  std::thread accepting_;
};

}  // namespace pairform
