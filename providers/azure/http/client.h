// Sends one HTTP request and gives back what came of it. Nothing is repeated and nothing is followed here: a redirect is an
// answer like any other.
//
// libcurl underneath: an easy handle a call, kept with its connections for the next one, at most k_most_handles at once;
// host names and TLS sessions are shared between them. TLS 1.2 or later, certificates of the system's store, or of the
// file that SSL_CERT_FILE or else CURL_CA_BUNDLE names (libcurl as a library reads neither). Proxies as libcurl reads
// them from the environment; none for this machine's own addresses and link-local ones (a cloud's metadata service).
// Threads: any number.
#pragma once
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "providers/azure/http/headers.h"

namespace pairform::azure {

constexpr std::size_t k_most_handles = 16;
constexpr std::size_t k_most_body_bytes = std::size_t{64} << 20U;

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // http or https
  std::vector<Header> headers;
  std::optional<std::string> body;  // none: no body, not even an empty one
  // The whole of it, from the look-up of the host to the last byte.
  std::chrono::milliseconds timeout{60'000};
};

// When a call must come back. What is being sent is finished all the same: what becomes of it has to be known. `stop`
// counts while it waits for its turn and, where `stoppable` (a read), also on the way; then it comes back within about a
// second.
struct HttpLimits {
  std::stop_token stop{};
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  bool stoppable = true;
};

struct HttpAnswer {
  int status = 0;
  Headers headers;
  std::string body;  // decoded
};

enum class TransportFailure {
  NotSent,     // no connection, no TLS: the request never left
  NotTrusted,  // the certificate of the other side is signed by nobody who is trusted here; the request never left
  Lost,        // it was sent, or may have been, and no whole answer came
  TooLarge,    // the answer has more than k_most_body_bytes; the connection was dropped
  Stopped,     // by HttpLimits::stop
};

inline constexpr std::string_view k_trust_help =
    "set SSL_CERT_FILE to the certificate of the authority that signs it: behind a proxy, that of the proxy";

struct TransportError {
  TransportFailure kind = TransportFailure::Lost;
  std::string message;  // a sentence without credentials: "could not connect to management.azure.com"
};

using HttpResult = std::variant<HttpAnswer, TransportError>;

class HttpClient {
 public:
  // `user_agent`: "pairform/0.1.0".
  explicit HttpClient(std::string user_agent);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  // Throws std::runtime_error where libcurl cannot be used (curl_library.h).
  HttpResult send(const HttpRequest& request, const HttpLimits& limits);

 private:
  struct Shared;  // libcurl's shared data, with the locks for it
  class Lease;

  void* take(const HttpLimits& limits);
  void give_back(void* handle);

  const std::string user_agent_;
  const std::string certificates_;  // a file; empty: the system's
  std::mutex pool_;                 // of the four below
  std::condition_variable_any returned_;
  std::unique_ptr<Shared> shared_;  // made with the first handle
  std::vector<void*> free_;
  std::size_t made_ = 0;
};

// "https", "management.azure.com", "443" of a URL: what says whether two are one origin. None where it is no absolute
// http or https URL, or has a user name.
struct Origin {
  std::string scheme, host, port;
  friend bool operator==(const Origin&, const Origin&) = default;
};
std::optional<Origin> origin_of(const std::string& url);

// Is this host the machine itself, or link-local?
bool is_local_host(std::string_view host);

}  // namespace pairform::azure
