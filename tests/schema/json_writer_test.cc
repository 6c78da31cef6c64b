#include "schema/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>

namespace pairform {
namespace {

struct WriterCase {
  const char* name;
  std::function<void(JsonWriter&)> write;
  std::string expected;
};

TEST(JsonWriter, SetsCommasColonsAndBrackets) {
  const WriterCase cases[] = {
      {"a text", [](JsonWriter& json) { json.text("a"); }, R"("a")"},
      {"an empty object", [](JsonWriter& json) { json.open_object().close_object(); }, "{}"},
      {"an empty array", [](JsonWriter& json) { json.open_array().close_array(); }, "[]"},
      {"items", [](JsonWriter& json) { json.open_array().text("a").number(1).null().close_array(); },
       R"(["a",1,null])"},
      {"members", [](JsonWriter& json) { json.open_object().member("a", "b").key("c").boolean(true).close_object(); },
       R"({"a":"b","c":true})"},
      {"a member after a member that is empty",
       [](JsonWriter& json) { json.open_object().key("a").open_array().close_array().key("b").null().close_object(); },
       R"({"a":[],"b":null})"},
      {"objects in an array in an object",
       [](JsonWriter& json) {
         json.open_object().key("rows").open_array();
         for (const char* name : {"x", "y"}) json.open_object().member("name", name).close_object();
         json.close_array().key("count").number(2).close_object();
       },
       R"({"rows":[{"name":"x"},{"name":"y"}],"count":2})"},
      {"JSON that is there already",
       [](JsonWriter& json) { json.open_array().raw(R"({"web":"10.1.1.0/24"})").raw("[]").close_array(); },
       R"([{"web":"10.1.1.0/24"},[]])"},
      {"nothing is null", [](JsonWriter& json) { json.open_array().text_or_null("").text_or_null("a").close_array(); },
       R"([null,"a"])"},
      {"texts and keys escaped",
       [](JsonWriter& json) { json.open_object().member("a\"b", "c\\\n\x01").close_object(); },
       R"({"a\"b":"c\\\n\u0001"})"},
      {"what a terminal would obey, or not show, escaped",
       [](JsonWriter& json) {
         json.open_array()
             .text("\x7F\u0080\u009B\u009F\u00A0")
             .text("\u00AD\u202E\u2066\uFEFF\U000E0041\u00E9")
             .close_array();
       },
       "[\"\\u007f\\u0080\\u009b\\u009f\u00A0\",\"\\u00ad\\u202e\\u2066\\ufeff\\udb40\\udc41\u00E9\"]"},
      {"the largest numbers",
       [](JsonWriter& json) {
         json.open_array()
             .number(std::numeric_limits<std::int64_t>::min())
             .number(std::numeric_limits<std::uint64_t>::max())
             .close_array();
       },
       "[-9223372036854775808,18446744073709551615]"},
      {"64 levels",
       [](JsonWriter& json) {
         for (int i = 0; i < 32; ++i) json.open_array().open_object().key("k");
         json.null();
         for (int i = 0; i < 32; ++i) json.close_object().close_array();
       },
       [] {
         std::string opened, closed;
         for (int i = 0; i < 32; ++i) opened += R"([{"k":)", closed += "}]";
         return opened + "null" + closed;
       }()},
  };
  for (const WriterCase& item : cases) {
    SCOPED_TRACE(item.name);
    std::string out = "before ";
    JsonWriter json(out);
    item.write(json);
    EXPECT_EQ(out, "before " + item.expected);
    EXPECT_TRUE(json.complete());
  }
}

TEST(JsonWriter, IsNotCompleteBeforeItsLastBracket) {
  std::string out;
  JsonWriter json(out);
  EXPECT_FALSE(json.complete());
  json.open_object().key("a").open_array().close_array();
  EXPECT_FALSE(json.complete());
  json.close_object();
  EXPECT_TRUE(json.complete());
}

TEST(JsonWriterDeathTest, AbortsOnMisuse) {
  const WriterCase cases[] = {
      {"a member without its key", [](JsonWriter& json) { json.open_object().text("a"); }, {}},
      {"a key in an array", [](JsonWriter& json) { json.open_array().key("a"); }, {}},
      {"a key outside", [](JsonWriter& json) { json.key("a"); }, {}},
      {"a key after a key", [](JsonWriter& json) { json.open_object().key("a").key("b"); }, {}},
      {"a key without its value", [](JsonWriter& json) { json.open_object().key("a").close_object(); }, {}},
      {"an array closed as an object", [](JsonWriter& json) { json.open_array().close_object(); }, {}},
      {"closed twice", [](JsonWriter& json) { json.open_array().close_array().close_array(); }, {}},
      {"a second value", [](JsonWriter& json) { json.text("a").text("b"); }, {}},
      {"no JSON at all", [](JsonWriter& json) { json.raw(""); }, {}},
      {"too deep",
       [](JsonWriter& json) {
         for (int i = 0; i < 65; ++i) json.open_array();
       },
       {}},
  };
  for (const WriterCase& item : cases) {
    SCOPED_TRACE(item.name);
    std::string out;
    JsonWriter json(out);
    EXPECT_DEATH(item.write(json), "internal error");
  }
}

}  // namespace
}  // namespace pairform
