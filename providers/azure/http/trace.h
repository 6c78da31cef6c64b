// A line of JSON for each request, appended to a file, for finding out what happened between here and a service:
//   {"time":"2026-11-28T09:30:00.123Z","method":"GET","path":"/subscriptions/…","status":200,"milliseconds":31,
//    "bytes":512,"attempt":1,"request_id":"…"}
// Only where it is so: `"if_match":true`, the request had that header; `"signed":true`, its link was signed; `"retry_after":"30"`,
// as the answer has it.
// No other header, no query and no body stands in it; bodies where `bodies` is set, but never one of a token endpoint (the
// caller passes none), and signatures in links are taken out. `status` 0 has an `error`. Threads: any number; lines are
// whole.
#pragma once
#include <mutex>
#include <string>
#include <string_view>

#include "providers/azure/http/client.h"

namespace pairform::azure {

class Trace {
 public:
  // `file` empty: nothing is written. A file that cannot be written to is told once, by the throw of std::runtime_error
  // here.
  Trace(std::string file, bool bodies);
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  ~Trace();

  bool on() const { return descriptor_ >= 0; }
  void write(const HttpRequest& request, const HttpResult& result, std::chrono::milliseconds took, int attempt);

 private:
  int descriptor_ = -1;
  bool bodies_ = false;
  std::mutex mutex_;
};

// "…?api-version=1&t=638…&c=MII…&s=…" -> "…?api-version=1&t=-": from the signed part on, to the end of the link.
std::string without_signatures(std::string_view text);

}  // namespace pairform::azure
