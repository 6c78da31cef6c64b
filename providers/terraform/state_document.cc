#include "providers/terraform/state_document.h"

#include <fmt/format.h>

#include "providers/terraform/resource_address.h"

namespace pairform::terraform {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;

constexpr std::int64_t k_version = 4;  // since Terraform 0.12, and of every OpenTofu

void refuse(const std::string& file, std::string what, std::string why, std::string help, Diagnostics& diagnostics) {
  diagnostics.add({Code::FileUnreadable,
                   Severity::Error,
                   fmt::format("{} {}", file, what),
                   std::move(why),
                   std::move(help),
                   {},
                   {}});
}

// What other tools or shells write to a file that was meant to be a state. "": JSON, or nobody's.
bool refuse_bytes(std::string_view bytes, const std::string& file, Diagnostics& diagnostics) {
  const std::string pull = "terraform state pull > prod.tfstate";
  if (bytes.find_first_not_of(" \t\r\n") == bytes.npos) {
    refuse(file, "is empty", "a state has at least its version", pull, diagnostics);
  } else if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    refuse(file, "is UTF-16, not UTF-8", "that is what `>` of Windows PowerShell writes",
           "terraform state pull | Out-File -Encoding utf8 prod.tfstate", diagnostics);
  } else if (bytes.starts_with("PK")) {
    refuse(file, "is a saved plan of Terraform, or another archive", "a state is JSON", pull, diagnostics);
  } else {
    return false;
  }
  return true;
}

std::string of_unparsed(std::string_view bytes, simdjson::error_code error) {
  std::size_t lines = 0;
  for (const char c : bytes) lines += c == '\n' ? 1U : 0U;
  return fmt::format("{} ({} bytes, {} lines)", simdjson::error_message(error), bytes.size(), lines + 1);
}

bool has(element root, std::string_view name) { return root[name].error() == SUCCESS; }

// Other JSON than a state of version 4, each by what marks it.
bool refuse_version(element root, const std::string& file, Diagnostics& diagnostics) {
  const std::string pull = "terraform state pull > prod.tfstate";
  std::int64_t version = 0;
  if (!root.is_object()) {
    refuse(file, fmt::format("is {}, not a state", azure::kind_words(root)), "a state is an object with a version",
           pull, diagnostics);
  } else if (has(root, "encrypted_data")) {
    refuse(file, "is encrypted by OpenTofu", "only OpenTofu has the key",
           "use `tofu state pull`, which decrypts it: tofu state pull | pairform discover --from-tfstate -",
           diagnostics);
  } else if (has(root, "format_version")) {
    refuse(file, "is what `terraform show -json` prints", "the raw state is needed", pull, diagnostics);
  } else if (root["version"].get(version) != SUCCESS) {
    refuse(file, "is no state of Terraform: no version", "`version` is a number at its top", pull, diagnostics);
  } else if (version < k_version && has(root, "backend")) {
    refuse(file, "says where the state is, and holds none", "that is the file in .terraform of a remote backend", pull,
           diagnostics);
  } else if (version < k_version) {
    refuse(file, fmt::format("is a state of version {}", version), "Terraform before 0.12 wrote it; version 4 is read",
           "let a newer Terraform write it anew: terraform apply -refresh-only", diagnostics);
  } else if (version > k_version) {
    refuse(file, fmt::format("is a state of version {}", version), "this pairform reads version 4",
           "a newer pairform may read it", diagnostics);
  } else {
    return false;
  }
  return true;
}

// The names of attributes of which a part, or all, is marked. None: the marks are not understood.
std::optional<std::set<std::string, std::less<>>> sensitive_names(element instance) {
  std::set<std::string, std::less<>> out;
  element marks;
  if (instance["sensitive_attributes"].get(marks) != SUCCESS || marks.is_null()) return out;
  array paths;
  if (marks.get(paths) != SUCCESS) return std::nullopt;
  for (const element path : paths) {
    std::string_view kind, name;
    array steps;
    if (path.get(steps) != SUCCESS || steps.size() == 0) return std::nullopt;
    const element first = steps.at(0).value();
    if (first["type"].get(kind) != SUCCESS || kind != "get_attr" || first["value"].get(name) != SUCCESS)
      return std::nullopt;
    out.emplace(name);
  }
  return out;
}

class Walker {
 public:
  Walker(const std::string& file, const InstanceTaker& taker, Diagnostics& diagnostics)
      : file_(file), taker_(taker), diagnostics_(diagnostics) {}

  void resource(element json, std::string path);

 private:
  void instance(element json, const std::string& path, std::string address);
  void see(const Place& place, bool deposed) { taker_.see(module_, type_, name_, is_data_, place, deposed); }
  void left_out(std::string what, std::string why, Severity severity = Severity::Warning) {
    diagnostics_.add({Code::NotSeen, severity, std::move(what), std::move(why), {}, {}, {}});
  }
  void broken(const std::string& path, std::string_view expected) {
    left_out(fmt::format("{}: {} is left out", file_, path), fmt::format("expected {}", expected));
  }

  const std::string& file_;
  const InstanceTaker& taker_;
  Diagnostics& diagnostics_;
  std::string_view module_, type_, name_;
  bool is_data_ = false;
};

void Walker::resource(element json, std::string path) {
  std::string_view mode;
  if (!json.is_object() || json["type"].get(type_) != SUCCESS) return broken(path, "an object with a type");
  if (!taker_.wanted(type_)) return;
  module_ = {};
  if (has(json, "module") && json["module"].get(module_) != SUCCESS) return broken(path + ".module", "a text");
  if (json["name"].get(name_) != SUCCESS || !is_label(name_))
    return broken(path + ".name", "a name that Terraform takes");
  if (!without_keys(module_)) return broken(path + ".module", "a path like module.dr[\"eastasia\"]");
  if (json["mode"].get(mode) != SUCCESS || (mode != "managed" && mode != "data"))
    return broken(path + ".mode", "\"managed\" or \"data\"");
  is_data_ = mode == "data";
  const std::string address =
      fmt::format("{}{}{}{}.{}", module_, module_.empty() ? "" : ".", is_data_ ? "data." : "", type_, name_);
  array instances;
  if (json["instances"].get(instances) != SUCCESS) {
    see(fmt::format("{} in {}", address, file_), false);
    return broken(path + ".instances", "a list");
  }
  std::size_t number = 0;
  for (const element each : instances) instance(each, fmt::format("{}.instances[{}]", path, number++), address);
}

// "[0]" or ["eastasia"]; none: a key of another kind.
std::optional<std::string> key_of(element instance) {
  element key;
  if (instance["index_key"].get(key) != SUCCESS || key.is_null()) return "";
  std::string_view text;
  if (key.get(text) == SUCCESS) return text_key(text);
  std::int64_t number = 0;
  if (key.get(number) == SUCCESS) return fmt::format("[{}]", number);
  return std::nullopt;
}

void Walker::instance(element json, const std::string& path, std::string address) {
  const auto key = json.is_object() ? key_of(json) : std::nullopt;
  const bool deposed = json.is_object() && has(json, "deposed") && !json["deposed"].is_null();
  const std::string place = fmt::format("{}{} in {}", address, key.value_or(""), file_);
  see(key ? place : fmt::format("{} ({}) in {}", address, path, file_), deposed);
  if (!json.is_object()) return broken(path, "an object");
  if (!key) return broken(path + ".index_key", "a text or a number");
  std::string_view status;
  if (deposed)
    return left_out(fmt::format("a deposed instance of {} is left out", place),
                    "Terraform has replaced it, and means to delete it", Severity::Note);
  if (has(json, "status") && json["status"].get(status) != SUCCESS) return broken(path + ".status", "a text");
  element attributes;
  if (json["attributes"].get(attributes) != SUCCESS || !attributes.is_object()) {
    if (has(json, "attributes_flat"))
      return left_out(
          fmt::format("{} is left out", place),
          "its attributes are in the form of Terraform 0.11; terraform apply -refresh-only writes them anew");
    return broken(path + ".attributes", "an object");
  }
  auto hidden = sensitive_names(json);
  if (!hidden)
    return broken(path + ".sensitive_attributes", "a list of paths that begin with the name of an attribute");
  std::int64_t version = 0;
  const bool known = json["schema_version"].get(version) == SUCCESS;
  const Attributes readable(attributes, std::move(*hidden));
  taker_.take({module_, type_, name_, is_data_, status == "tainted", known ? std::optional(version) : std::nullopt,
               place, path, readable});
}

}  // namespace

bool Attributes::is_hidden(std::string_view name) const {
  if (!hidden_.contains(name)) return false;
  missed_.emplace(name);
  return true;
}

std::vector<azure::JsonIn> Attributes::list(std::string_view name) const {
  return is_hidden(name) ? std::vector<azure::JsonIn>() : json_.list(name);
}

std::vector<std::string> Attributes::texts(std::string_view name) const {
  return is_hidden(name) ? std::vector<std::string>() : json_.texts(name);
}

bool for_each_instance(std::string_view bytes, const std::string& file, const InstanceTaker& taker,
                       Diagnostics& diagnostics) {
  if (refuse_bytes(bytes, file, diagnostics)) return false;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  simdjson::dom::parser parser;
  element root;
  if (const auto error = parser.parse(bytes.data(), bytes.size()).get(root); error != SUCCESS) {
    refuse(file, "is not JSON, or was cut off", of_unparsed(bytes, error), "terraform state pull > prod.tfstate",
           diagnostics);
    return false;
  }
  if (refuse_version(root, file, diagnostics)) return false;
  array resources;
  if (root["resources"].get(resources) != SUCCESS) {
    refuse(file, "has no list of resources", "even an empty state has one", "terraform state pull > prod.tfstate",
           diagnostics);
    return false;
  }
  Walker walker(file, taker, diagnostics);
  std::size_t number = 0;
  for (const element each : resources) walker.resource(each, fmt::format("resources[{}]", number++));
  return true;
}

}  // namespace pairform::terraform
