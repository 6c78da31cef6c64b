#include "tests/support/scripted_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace pairform {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// The next request of a connection; false where it ended first. `rest` is what was read beyond it.
bool read_request(int connection, std::string& rest, ReceivedRequest& request) {
  const auto more = [&] {
    char part[4096];
    const ssize_t count = recv(connection, part, sizeof part, 0);
    constexpr char k_tls_handshake = '\x16';  // somebody speaks TLS: no answer would help
    if (count <= 0 || (rest.empty() && part[0] == k_tls_handshake)) return false;
    rest.append(part, static_cast<std::size_t>(count));
    return true;
  };
  std::size_t end = rest.find("\r\n\r\n");
  for (; end == rest.npos; end = rest.find("\r\n\r\n"))
    if (!more()) return false;
  request.head = rest.substr(0, end + 2);
  rest.erase(0, end + 4);
  const std::size_t first = request.head.find(' '), second = request.head.find(' ', first + 1);
  request.method = request.head.substr(0, first);
  request.target = request.head.substr(first + 1, second - first - 1);
  const std::string length = request.header("content-length");
  const std::size_t bytes = length.empty() ? 0 : std::stoul(length);
  while (rest.size() < bytes)
    if (!more()) return false;
  request.body = rest.substr(0, bytes);
  rest.erase(0, bytes);
  return true;
}

}  // namespace

std::string ReceivedRequest::header(const std::string& name) const {
  const std::string text = lower(head);
  const std::size_t at = text.find("\r\n" + name + ":");
  if (at == text.npos) return {};
  const std::size_t from = head.find_first_not_of(' ', at + name.size() + 3);
  return head.substr(from, head.find("\r\n", from) - from);
}

std::string http_answer(int status, const std::string& body, const std::vector<std::string>& headers) {
  std::string out = fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n", status, body.size());
  for (const std::string& header : headers) out += header + "\r\n";
  return out + "\r\n" + body;
}

ScriptedServer::ScriptedServer(Script script) : script_(std::move(script)) {
  listening_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listening_ < 0 || bind(listening_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listening_, 64) != 0 || getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no server on this machine");
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  ending_ = true;
  shutdown(listening_, SHUT_RDWR);
  accepting_.join();
  close(listening_);
  {
    const std::lock_guard lock(mutex_);
    for (const int connection : open_) shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : serving_) thread.join();
}

std::string ScriptedServer::url(const std::string& target) const {
  return fmt::format("http://127.0.0.1:{}{}", port_, target);
}

std::vector<ReceivedRequest> ScriptedServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

void ScriptedServer::accept_all() {
  while (!ending_) {
    const int connection = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    serving_.emplace_back([this, connection] { serve(connection); });
  }
}

void ScriptedServer::serve(int connection) {
  std::string rest;
  for (ReceivedRequest request; !ending_ && read_request(connection, rest, request); request = {}) {
    {
      const std::lock_guard lock(mutex_);
      request.number = received_.size();
      received_.push_back(request);
    }
    const ScriptedReply reply = script_(request);
    for (auto waited = std::chrono::milliseconds(0); waited < reply.before && !ending_;
         waited += std::chrono::milliseconds(10))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (std::size_t sent = 0; sent < reply.bytes.size();) {
      const ssize_t count = send(connection, reply.bytes.data() + sent, reply.bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    if (reply.close) break;
  }
  const std::lock_guard lock(mutex_);
  open_.erase(std::find(open_.begin(), open_.end(), connection));
  close(connection);
}

}  // namespace pairform
