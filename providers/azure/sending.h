// What all steps do with the service: read one thing, send one write.
#pragma once
#include <simdjson.h>

#include <memory>
#include <string>
#include <variant>

#include "providers/azure/arm/error.h"
#include "providers/azure/step_run.h"

namespace pairform::azure {

// A body, parsed. Elements of it live as long as it does.
struct Thing {
  std::string text;
  std::unique_ptr<simdjson::dom::parser> parser;
  simdjson::dom::element root;
};
struct Missing {
  std::string code;  // the service's: "ResourceNotFound", "ResourceGroupNotFound"
};
using ThingAnswer = std::variant<Thing, Missing, ProviderError>;
ThingAnswer read_thing(const Writing& with, Call call, const std::string& id, const std::string& name = {});

// Sends it, unless nothing may be sent, or it is the one that has just succeeded. `text`: which it is of those of the step,
// for people, too: "subnet web".
Move send(StepRun& run, const Writing& with, Underway::Service service, const ArmRequest& request, std::string text);

// What is decoded; Invalid where it is not understood or of another kind.
template <class Decode>
auto decode_thing(const Thing& thing, Decode decode)
    -> std::variant<typename decltype(decode(thing.root).thing)::value_type, ProviderError> {
  auto decoded = decode(thing.root);
  if (decoded.thing) return std::move(*decoded.thing);
  return invalid("AnswerNotUnderstood", decoded.wrong.empty() ? "it is of another kind" : decoded.wrong);
}

// A service that was asked for one thing and answers with another: what follows would be done to that. None: it is the same.
std::optional<ProviderError> of_another_id(const std::string& asked, const std::string& answered);

// The value of an attribute that a step gives; "" where it gives none.
std::string given(const CloudStep& step, std::string_view name);

}  // namespace pairform::azure
