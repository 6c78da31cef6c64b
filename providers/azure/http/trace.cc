#include "providers/azure/http/trace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include "schema/json_writer.h"

namespace pairform::azure {
namespace {

std::string time_text(std::chrono::system_clock::time_point at) {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  const time_t second = since / 1000;
  tm parts{};
  gmtime_r(&second, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, since % 1000);
}

// "/subscriptions/x" of "https://host/subscriptions/x?api-version=1".
std::string_view path_of(std::string_view url) {
  const std::size_t host = url.find("://"), path = url.find('/', host == url.npos ? 0 : host + 3);
  if (path == url.npos) return "/";
  return url.substr(path, url.find('?', path) - path);
}

bool has_if_match(const HttpRequest& request) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [](const Header& each) { return each.name == "if-match"; });
}

}  // namespace

Trace::Trace(std::string file, bool bodies) : bodies_(bodies) {
  if (file.empty()) return;
  descriptor_ = open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0)
    throw std::runtime_error(fmt::format("the trace {} cannot be written: {}", file, std::strerror(errno)));
}

Trace::~Trace() {
  if (on()) close(descriptor_);
}

void Trace::write(const HttpRequest& request, const HttpResult& result, std::chrono::milliseconds took, int attempt) {
  if (!on()) return;
  const auto* answer = std::get_if<HttpAnswer>(&result);
  std::string line;
  JsonWriter json(line);
  json.open_object()
      .member("time", time_text(std::chrono::system_clock::now()))
      .member("method", request.method)
      .member("path", path_of(request.url))
      .key("status")
      .number(answer == nullptr ? 0 : answer->status)
      .key("milliseconds")
      .number(took.count())
      .key("bytes")
      .number(answer == nullptr ? 0 : answer->body.size())
      .key("attempt")
      .number(attempt);
  if (has_if_match(request)) json.key("if_match").boolean(true);
  if (without_signatures(request.url) != request.url) json.key("signed").boolean(true);
  if (answer != nullptr) json.member("request_id", answer->headers.get("x-ms-request-id"));
  else json.member("error", std::get<TransportError>(result).message);
  if (answer != nullptr && !answer->headers.get("retry-after").empty())
    json.member("retry_after", answer->headers.get("retry-after"));
  if (bodies_ && request.body) json.member("sent", without_signatures(*request.body));
  if (bodies_ && answer != nullptr) json.member("received", without_signatures(answer->body));
  json.close_object();
  line += '\n';
  const std::lock_guard lock(mutex_);
  // A trace that fills the disk stops nobody.
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t written = ::write(descriptor_, line.data() + done, line.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    done += static_cast<std::size_t>(written);
  }
}

std::string without_signatures(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    // A link in a body may have its "&" escaped, as JSON allows.
    std::size_t found = text.find("t=", at);
    while (found != text.npos && !text.substr(0, found).ends_with('&') && !text.substr(0, found).ends_with("\\u0026"))
      found = text.find("t=", found + 1);
    if (found == text.npos) return out += text.substr(at);
    out += text.substr(at, found - at);
    out += "t=-";
    at = std::min(text.find_first_of("\" \r\n", found), text.size());
  }
  return out;
}

}  // namespace pairform::azure
