#include "providers/azure/arm/long_running.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "providers/azure/arm/error.h"
#include "providers/azure/json_in.h"

namespace pairform::azure {
namespace {

using simdjson::dom::element;

// Of a status document, a job or a resource. An unknown word is one of an operation that goes on.
Progress progress_of(std::string_view word) {
  if (same_word(word, "Succeeded") || same_word(word, "CompletedWithInformation")) return Progress::Done;
  if (same_word(word, "Failed") || same_word(word, "Canceled") || same_word(word, "Cancelled")) return Progress::Failed;
  return Progress::Running;
}

// The text of a member of a body that may be no JSON at all; "" where there is none.
std::string member_of(std::string_view body, const char* outer, const char* name) {
  simdjson::dom::parser parser;
  element root;
  std::string_view text;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS || !root.is_object()) return {};
  if (outer != nullptr && (root[outer].get(root) != simdjson::SUCCESS || !root.is_object())) return {};
  return root[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::string provisioning_state(std::string_view body) { return member_of(body, "properties", "provisioningState"); }

void take_links(const HttpAnswer& answer, PendingWrite& out) {
  const std::string_view status = answer.headers.get("azure-asyncoperation"), result = answer.headers.get("location");
  out.status_link = !status.empty();
  out.link = status.empty() ? result : status;
  if (out.link.size() > k_most_link) out.link.clear();
  out.job = job_of(answer.headers);
  out.retry_after = retry_after(answer.headers);
}

ProviderError failed_operation(std::string_view body, std::string_view word) {
  const ArmError error = read_error(body);
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = find_failure(error.detail) != nullptr ? error.detail : error.code;
  if (out.code.empty()) out.code = "OperationFailed";
  out.message = !error.message.empty() ? error.message : fmt::format("the operation ended as {}", word);
  out.causes = error.causes;
  out.help = error.action;
  explain(out);
  return out;
}

Look look_at_status(const HttpAnswer& answer) {
  Look out;
  out.retry_after = retry_after(answer.headers);
  if (answer.status == 204) {
    out.progress = Progress::Done;
    return out;
  }
  const std::string word = member_of(answer.body, nullptr, "status");
  if (word.empty()) {
    out.progress = Progress::Failed;
    out.error = ProviderError{
        ErrorKind::Unavailable, "AnswerNotUnderstood", "the answer about an operation has no status", {}, {}};
    return out;
  }
  out.progress = progress_of(word);
  if (out.progress == Progress::Failed) out.error = failed_operation(answer.body, word);
  return out;
}

Look look_at_result(const HttpAnswer& answer) {
  Look out;
  out.retry_after = retry_after(answer.headers);
  const std::string state = provisioning_state(answer.body);
  if (answer.status == 202) return out;
  out.progress = state.empty() ? Progress::Done : progress_of(state);
  if (out.progress == Progress::Failed) out.error = failed_operation(answer.body, state);
  return out;
}

// A text, or a number as one; without a word about it where it is neither.
std::string code_of(const JsonIn& from, std::string_view name) {
  std::string text = from.text(name);
  if (!text.empty()) return text;
  const auto number = from.number(name);
  return number ? std::to_string(*number) : text;
}

// One error of a job. Site Recovery gives it twice, in the words of the service and in those of the provider, which is the
// replication itself: whatever the first leaves out the second may have.
ServiceError decode_error(const JsonIn& from) {
  const JsonIn service = from.object("serviceErrorDetails"), provider = from.object("providerErrorDetails");
  ServiceError out{code_of(service, "code"), service.text("message"), service.text("possibleCauses"),
                   service.text("recommendedAction")};
  if (out.code.empty()) out.code = code_of(provider, "errorCode");
  for (const auto& [part, name] :
       {std::pair(&out.message, "errorMessage"), {&out.causes, "possibleCauses"}, {&out.action, "recommendedAction"}})
    if (const std::string text = provider.text(name); part->find(text) == std::string::npos)
      *part += part->empty() ? text : ' ' + text;
  return out;
}

ProviderError decode_errors(const JsonIn& properties, const std::string& state) {
  ProviderError out;
  out.kind = ErrorKind::Invalid;
  out.code = k_job_without_words;
  out.message = fmt::format("the job ended as {}", state);
  std::vector<ServiceError> told;
  for (const JsonIn& each : properties.list("errors"))
    if (ServiceError error = decode_error(each); !error.message.empty() || !error.code.empty())
      told.push_back(std::move(error));
  put_words(out, told);
  explain(out);
  return out;
}

}  // namespace

PendingWrite after_write(const HttpAnswer& answer) {
  PendingWrite out;
  take_links(answer, out);
  const std::string state = provisioning_state(answer.body);
  if (!state.empty()) out.progress = progress_of(state) == Progress::Running ? Progress::Running : Progress::Done;
  else out.progress = answer.status == 201 || answer.status == 202 ? Progress::Running : Progress::Done;
  return out;
}

Look after_look(const HttpAnswer& answer, bool status_link, std::chrono::milliseconds since_write) {
  if (answer.status == 404 && since_write < k_unseen) return {Progress::Running, {}, retry_after(answer.headers)};
  if (answer.status < 200 || answer.status >= 300) {
    // Nobody knows what became of it: the resource has to be looked at.
    ProviderError error = read_failure(answer);
    return {Progress::Failed, std::move(error), {}};
  }
  return status_link ? look_at_status(answer) : look_at_result(answer);
}

std::optional<Job> read_job(std::string_view body) {
  simdjson::dom::parser parser;
  element root;
  std::string wrong;
  if (parser.parse(body.data(), body.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  const JsonIn job(root, wrong);
  const JsonIn properties = job.object("properties");
  Job out;
  out.state = properties.text("state");
  if (out.state.empty()) return std::nullopt;
  out.progress = progress_of(out.state);
  if (out.progress == Progress::Failed) out.error = decode_errors(properties, out.state);
  out.error.job = job.text("name");
  return out;
}

}  // namespace pairform::azure
