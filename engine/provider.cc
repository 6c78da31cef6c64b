#include "engine/provider.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace pairform {

bool sleep_unless_stopped(std::chrono::steady_clock::time_point until, const std::stop_token& stop) {
  if (!stop.stop_possible()) {
    std::this_thread::sleep_until(until);
    return true;
  }
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_until(lock, stop, until, [] { return false; });
  return !stop.stop_requested();
}

namespace {
constexpr std::string_view k_causes = "possible causes: ";

std::string with_job(const std::string& text, const ProviderError& error) {
  return error.job.empty() ? text : fmt::format("{} (job {})", text, error.job);
}

void add(std::string& line, std::string_view head, std::string_view text) {
  if (text.empty()) return;
  // Sentences of a service end with a full stop.
  if (line.ends_with('.')) line.pop_back();
  line += fmt::format("; {}{}", head, text);
}
}  // namespace

std::string error_text(const ProviderError& error) {
  return with_job(error.code.empty() ? error.message : fmt::format("{}: {}", error.code, error.message), error);
}

std::string error_detail(const ProviderError& error) {
  return error.causes.empty() ? error_text(error) : fmt::format("{}\n{}{}", error_text(error), k_causes, error.causes);
}

std::string error_line(const ProviderError& error) {
  std::string line = error_text(error);
  add(line, k_causes, error.causes);
  add(line, {}, error.help);
  add(line, "see ", error.page);
  return line;
}

std::string why_unread(const ProviderError& error) {
  std::string line = with_job(error.message, error);
  if (error.causes.empty()) return line;
  add(line, k_causes, error.causes);
  add(line, {}, error.help);
  return line;
}

std::string help_with_page(std::string help, const ProviderError& error) {
  if (error.page.empty()) return help;
  return fmt::format("{}{}see {}", help, help.empty() ? "" : "\n", error.page);
}

std::optional<std::string_view> find_value(std::span<const NamedValue> attributes, std::string_view name) {
  for (const NamedValue& attribute : attributes)
    if (attribute.name == name) {
      if (!attribute.value) return std::nullopt;
      return std::string_view(*attribute.value);
    }
  return std::nullopt;
}

}  // namespace pairform
