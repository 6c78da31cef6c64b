// An answer of Azure Resource Manager of any bytes, taken for each kind of thing that is read, alone and in a list, for an
// error, and for the value of a header.
#include <simdjson.h>

#include "providers/azure/arm/error.h"
#include "providers/azure/half.h"
#include "providers/azure/http/headers.h"
#include "providers/azure/item.h"
#include "providers/azure/machine.h"
#include "providers/azure/network.h"
#include "providers/azure/plumbing.h"
#include "tests/fuzz/fuzz.h"

namespace {

void decode_all(simdjson::dom::element root) {
  using namespace pairform::azure;
  decode_network(root);
  decode_interface(root);
  decode_network_mapping(root);
  decode_item(root);
  decode_machine(root);
  decode_fabric(root);
  decode_container(root);
  decode_container_mapping(root);
  decode_policy(root);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pairform;
  const std::string_view bytes = fuzz::text_of(data, size);
  azure::read_error(bytes);
  for (const int status : {400, 404, 409, 429, 500}) {
    azure::HttpAnswer answer;
    answer.status = status;
    answer.body = std::string(bytes);
    answer.headers.add("retry-after: " + std::string(bytes));
    answer.headers.add("azure-asyncoperation: " + std::string(bytes));
    azure::says_absent(answer);
    azure::job_of(answer.headers);
    azure::read_failure(answer);
    const ProviderError error = azure::write_failure(answer);
    fuzz::promise(error.message.size() < (1U << 16U), "a message has an end");
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(bytes.data(), bytes.size()).get(root) != simdjson::SUCCESS) return 0;
  decode_all(root);
  simdjson::dom::array items;
  if (root["value"].get(items) == simdjson::SUCCESS)
    for (const simdjson::dom::element item : items) decode_all(item);
  return 0;
}
