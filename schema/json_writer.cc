#include "schema/json_writer.h"

#include "schema/check.h"
#include "schema/json_text.h"

namespace pairform {

JsonWriter& JsonWriter::key(std::string_view name) {
  PAIRFORM_CHECK((kinds_ & 1) == 1 && !key_);
  if (comma_) out_ += ',';
  append_json_string(out_, name);
  out_ += ':';
  comma_ = false;
  key_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  before_value();
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  PAIRFORM_CHECK(!json.empty());
  before_value();
  out_ += json;
  return *this;
}

JsonWriter& JsonWriter::open(char bracket, std::uint64_t kind) {
  before_value();
  PAIRFORM_CHECK(depth_ < 64);
  kinds_ = kinds_ << 1 | kind;
  ++depth_;
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket, std::uint64_t kind) {
  PAIRFORM_CHECK(depth_ != 0 && (kinds_ & 1) == kind && !key_);
  kinds_ >>= 1;
  --depth_;
  out_ += bracket;
  comma_ = true;
  return *this;
}

void JsonWriter::before_value() {
  PAIRFORM_CHECK(((kinds_ & 1) == 1) == key_);  // members have keys, items have none
  PAIRFORM_CHECK(depth_ != 0 || !comma_);       // one value, no more
  if (comma_) out_ += ',';
  comma_ = true;
  key_ = false;
}

}  // namespace pairform
