#include "providers/azure/sending.h"

#include <fmt/format.h>

#include <utility>

#include "providers/azure/arm/error.h"

namespace pairform::azure {

std::optional<ProviderError> of_another_id(const std::string& asked, const std::string& answered) {
  if (ascii_lower(asked) == ascii_lower(answered)) return std::nullopt;
  return invalid("AnswerNotUnderstood", fmt::format("asked for {}, the service answered with {}", asked, answered));
}

std::string given(const CloudStep& step, std::string_view name) {
  return std::string(find_value(step.attributes, name).value_or(""));
}

ThingAnswer read_thing(const Writing& with, Call call, const std::string& id, const std::string& name) {
  const auto asked = request(call, with.session.settings, id, name);
  if (!asked) return invalid("NoSuchId", "this is no id of such a thing: " + id);
  ArmResult result = with.session.arm().read(*asked, with.limits);
  if (auto* error = std::get_if<ProviderError>(&result)) return std::move(*error);
  auto& answer = std::get<HttpAnswer>(result);
  if (says_absent(answer)) {
    const ArmError error = read_error(answer.body);
    return Missing{error.code};
  }
  if (answer.status != 200) return read_failure(answer);
  Thing thing{std::move(answer.body), std::make_unique<simdjson::dom::parser>(), {}};
  if (thing.parser->parse(thing.text.data(), thing.text.size()).get(thing.root) != simdjson::SUCCESS)
    return invalid("AnswerNotUnderstood", "the answer is no JSON");
  return thing;
}

Move send(StepRun& run, const Writing& with, Underway::Service service, const ArmRequest& request, std::string text) {
  if (!with.may_send || text == run.succeeded) return Waits{std::move(text), {}};
  const auto sent = StepRun::Clock::now();
  ArmResult result = with.session.arm().write(request, with.limits);
  with.reader.wrote();
  if (auto* error = std::get_if<ProviderError>(&result)) {
    if (error->kind == ErrorKind::Lost) run.sent = true;
    return write_error(with.session, std::move(*error));
  }
  Underway underway = underway_of(service, std::get<HttpAnswer>(result));
  underway.sent = sent;
  run.sent = true;
  run.last_job = underway.write.job;
  return Sent{std::move(underway), std::move(text)};
}

}  // namespace pairform::azure
