#include "providers/azure/http/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "providers/azure/http/curl_library.h"
#include "schema/ip.h"
#include "schema/value.h"

namespace pairform::azure {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr long k_connect_seconds = 10;
constexpr long k_silence_seconds = 30;  // less than a byte a second for so long: given up

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return value == nullptr ? std::string() : std::string(value);
}

std::string certificate_file() {
  std::string file = environment("SSL_CERT_FILE");
  return file.empty() ? environment("CURL_CA_BUNDLE") : file;
}

struct FreeList {
  void operator()(curl_slist* list) const { curl().slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// One transfer: what libcurl's callbacks write to and ask.
struct Transfer {
  const HttpRequest& request;
  const HttpLimits& limits;
  HttpAnswer answer{};
  bool too_large = false, stopped = false;
  bool headers_ended = false;  // by an empty line; libcurl takes a connection that ends before it for an empty answer
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  if (bytes > k_most_body_bytes - transfer.answer.body.size()) {
    transfer.too_large = true;
    return 0;
  }
  transfer.answer.body.append(data, bytes);
  return bytes;
}

// A status line begins a new set of headers: of the answer that follows "100 Continue", or that of a proxy.
std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const std::string_view line(data, size * count);
  transfer.headers_ended = line == "\r\n" || line == "\n";
  if (line.starts_with("HTTP/")) transfer.answer.headers.clear();
  else transfer.answer.headers.add(line);
  return line.size();
}

// Asked about once a second.
int ask_whether_to_go_on(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  transfer.stopped = transfer.limits.stoppable && transfer.limits.stop.stop_requested();
  return transfer.stopped ? 1 : 0;
}

bool has_line_break(std::string_view text) { return text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos; }

milliseconds time_left(const HttpRequest& request, const HttpLimits& limits) {
  const auto now = steady_clock::now();
  if (limits.deadline <= now) return milliseconds(0);
  if (limits.deadline - now > request.timeout) return request.timeout;
  return std::max(std::chrono::duration_cast<milliseconds>(limits.deadline - now), milliseconds(1));
}

void set(CURL* handle, CURLoption option, long value) { curl().easy_setopt(handle, option, value); }
void set(CURL* handle, CURLoption option, const char* value) { curl().easy_setopt(handle, option, value); }

std::string host_of(const std::string& url) {
  const auto origin = origin_of(url);
  return origin ? origin->host : std::string();
}

// What is the same for every request.
void set_rules(CURL* handle, const std::string& user_agent, const std::string& certificates) {
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!certificates.empty()) set(handle, CURLOPT_CAINFO, certificates.c_str());
  set(handle, CURLOPT_USERAGENT, user_agent.c_str());
  set(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  set(handle, CURLOPT_CONNECTTIMEOUT, k_connect_seconds);
  set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(handle, CURLOPT_LOW_SPEED_TIME, k_silence_seconds);
  set(handle, CURLOPT_NOPROGRESS, 0L);
  curl().easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, ask_whether_to_go_on);
  curl().easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
  curl().easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
}

HeaderList header_list(const HttpRequest& request) {
  HeaderList list;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl().slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list.release();  // NOLINT(bugprone-unused-return-value): its new head owns it
    list.reset(longer);
  };
  for (const Header& header : request.headers) add(fmt::format("{}: {}", header.name, header.value));
  add("Expect:");  // no waiting for "100 Continue"
  // libcurl would call a body a form.
  if (std::none_of(request.headers.begin(), request.headers.end(),
                   [](const Header& header) { return ascii_lower(header.name) == "content-type"; }))
    add("Content-Type:");
  return list;
}

void set_request(CURL* handle, Transfer& transfer, const HeaderList& headers, milliseconds timeout) {
  const HttpRequest& request = transfer.request;
  set(handle, CURLOPT_URL, request.url.c_str());
  if (is_local_host(host_of(request.url))) set(handle, CURLOPT_PROXY, "");
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl().easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl().easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl().easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
  curl().easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  if (request.body) {
    curl().easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    set(handle, CURLOPT_POSTFIELDS, request.body->c_str());
  }
  if (request.method == "GET" && !request.body) return;
  set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  // libcurl sends a request once more by itself where a connection that it had kept ends without an answer. A write that
  // was carried out would be carried out twice, so a write gets a connection of its own.
  if (request.method != "GET") set(handle, CURLOPT_FRESH_CONNECT, 1L);
}

// Nothing was sent before the connection stood, with its TLS.
bool was_sent(CURL* handle) {
  curl_off_t ready = 0;  // microseconds until the request could be sent
  return curl().easy_getinfo(handle, CURLINFO_PRETRANSFER_TIME_T, &ready) != CURLE_OK || ready > 0;
}

TransportError failure(CURL* handle, CURLcode code, const Transfer& transfer, const char* detail) {
  const std::string host = host_of(transfer.request.url);
  if (transfer.stopped) return {TransportFailure::Stopped, "the request was stopped"};
  if (transfer.too_large)
    return {TransportFailure::TooLarge,
            fmt::format("the answer of {} is larger than {} MiB", host, k_most_body_bytes >> 20U)};
  const bool sent = was_sent(handle);
  std::string what = *detail != '\0' ? detail : curl().easy_strerror(code);
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_ISSUER_ERROR)
    return {TransportFailure::NotTrusted, fmt::format("the certificate of {} is not trusted: {}", host, what)};
  return {sent ? TransportFailure::Lost : TransportFailure::NotSent,
          fmt::format("{} {}: {}", sent ? "no whole answer came from" : "no connection to", host, what)};
}

}  // namespace

// Locks for what the handles share: host names and TLS sessions.
struct HttpClient::Shared {
  Shared() : handle(curl().share_init()) {
    if (handle == nullptr) throw std::runtime_error("libcurl cannot be set up");
    curl().share_setopt(
        handle, CURLSHOPT_LOCKFUNC,
        +[](CURL*, curl_lock_data data, curl_lock_access, void* user) { lock(data, user).lock(); });
    curl().share_setopt(
        handle, CURLSHOPT_UNLOCKFUNC, +[](CURL*, curl_lock_data data, void* user) { lock(data, user).unlock(); });
    curl().share_setopt(handle, CURLSHOPT_USERDATA, this);
    curl().share_setopt(handle, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    curl().share_setopt(handle, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { curl().share_cleanup(handle); }

  static std::mutex& lock(curl_lock_data data, void* user) { return static_cast<Shared*>(user)->locks.at(data); }

  CURLSH* handle;
  std::array<std::mutex, CURL_LOCK_DATA_LAST> locks;
};

// An easy handle for one call.
class HttpClient::Lease {
 public:
  Lease(HttpClient& owner, const HttpLimits& limits) : owner_(owner), handle_(owner.take(limits)) {}
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    if (handle_ != nullptr) owner_.give_back(handle_);
  }
  CURL* get() const { return handle_; }

 private:
  HttpClient& owner_;
  void* handle_;
};

HttpClient::HttpClient(std::string user_agent)
    : user_agent_(std::move(user_agent)), certificates_(certificate_file()) {}

HttpClient::~HttpClient() {
  for (void* handle : free_) curl().easy_cleanup(handle);
}

// Null: stopped, or the deadline is over, before there was one.
void* HttpClient::take(const HttpLimits& limits) {
  std::unique_lock lock(pool_);
  const auto there_is_one = [&] { return !free_.empty() || made_ < k_most_handles; };
  // A deadline that never comes is one that libstdc++ cannot add to.
  const auto until = std::min(limits.deadline, steady_clock::now() + std::chrono::hours(24));
  if (!returned_.wait_until(lock, limits.stop, until, there_is_one)) return nullptr;
  if (!free_.empty()) {
    void* handle = free_.back();
    free_.pop_back();
    return handle;
  }
  if (shared_ == nullptr) shared_ = std::make_unique<Shared>();
  CURL* handle = curl().easy_init();
  if (handle == nullptr) throw std::bad_alloc();
  ++made_;
  return handle;
}

void HttpClient::give_back(void* handle) {
  curl().easy_reset(handle);  // its connections stay
  {
    const std::lock_guard lock(pool_);
    free_.push_back(handle);
  }
  returned_.notify_one();
}

HttpResult HttpClient::send(const HttpRequest& request, const HttpLimits& limits) {
  if (has_line_break(request.url) || has_line_break(request.method) ||
      std::any_of(request.headers.begin(), request.headers.end(),
                  [](const Header& header) { return has_line_break(header.name) || has_line_break(header.value); }))
    return TransportError{TransportFailure::NotSent, "a line break in the address or a header of a request"};
  if (!origin_of(request.url))
    return TransportError{TransportFailure::NotSent, "the address of a request is no http or https URL"};
  const Lease lease(*this, limits);
  const milliseconds timeout = time_left(request, limits);
  if (limits.stop.stop_requested()) return TransportError{TransportFailure::Stopped, "the request was not sent"};
  if (lease.get() == nullptr || timeout == milliseconds(0))
    return TransportError{TransportFailure::NotSent, "there was no time left to send the request"};
  Transfer transfer{request, limits};
  const HeaderList headers = header_list(request);
  std::array<char, CURL_ERROR_SIZE> detail{};
  set_rules(lease.get(), user_agent_, certificates_);
  curl().easy_setopt(lease.get(), CURLOPT_SHARE, shared_->handle);
  curl().easy_setopt(lease.get(), CURLOPT_ERRORBUFFER, detail.data());
  set_request(lease.get(), transfer, headers, timeout);
  CURLcode code = curl().easy_perform(lease.get());
  if (code == CURLE_OK && !transfer.headers_ended) code = CURLE_GOT_NOTHING;
  if (code != CURLE_OK) return failure(lease.get(), code, transfer, detail.data());
  long status = 0;
  curl().easy_getinfo(lease.get(), CURLINFO_RESPONSE_CODE, &status);
  transfer.answer.status = static_cast<int>(status);
  return std::move(transfer.answer);
}

std::optional<Origin> origin_of(const std::string& url) {
  const CurlLibrary& library = curl();
  const std::unique_ptr<CURLU, decltype(library.url_cleanup)> parsed(library.url(), library.url_cleanup);
  if (!parsed || library.url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which, unsigned flags) {
    char* text = nullptr;
    std::string out;
    if (library.url_get(parsed.get(), which, &text, flags) == CURLUE_OK) out = text;
    library.free(text);
    return ascii_lower(out);
  };
  Origin origin{part(CURLUPART_SCHEME, 0), part(CURLUPART_HOST, 0), part(CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  const bool has_user = !part(CURLUPART_USER, 0).empty() || !part(CURLUPART_PASSWORD, 0).empty();
  if ((origin.scheme != "http" && origin.scheme != "https") || origin.host.empty() || has_user) return std::nullopt;
  return origin;
}

bool is_local_host(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  const auto ip = parse_ip(host);  // not "127.example.com"
  return ip && !ip->v6 && (host.starts_with("127.") || host.starts_with("169.254."));
}

}  // namespace pairform::azure
