// What `pairform discover` writes of names that somebody chose to do harm: they end no string, no comment and no line, lead
// to no other file, and move nothing in a terminal. Read back by toml++, values are what they were.
#include "cli/stanza_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>

#include "cli/stanza.h"
#include "schema/address.h"
#include "schema/json_text.h"

namespace pairform {
namespace {

using Texts = std::vector<std::string>;

// Each of these as the name of everything.
const Texts& hostile_names() {
  static const Texts names{
      "quote\"name",
      "back\\slash\\",
      "line\nbreak = true\n[project]",
      "carriage\rreturn",
      "tab\tname",
      "# comment",
      "' literal ''' and \"\"\" ones",
      "\x1b[2J\x1b]0;title\x07",
      "\xc2\x9b"
      "31mred",  // U+009B, which begins an escape sequence
      "\x7f delete",
      std::string("nul\0byte", 8),
      "\xe2\x80\xae"
      "evil",  // U+202E: what follows reads from right to left
      "\xe2\x81\xa6"
      "isolate",  // U+2066
      "\xef\xbb\xbf"
      "mark",  // U+FEFF
      "\xe2\x80\xa8line\xe2\x80\xa9paragraph",
      "\xf4\x8f\xbf\xbf last",  // U+10FFFF
      "\xf3\xa0\x80\x81 tag",   // U+E0001
      "\xf0\x9f\x8c\x8a wave",  // U+1F30A
      "../../../etc/passwd",
      "..",
      "/absolute",
      "-",
      "ＥＡＳＴ",
  };
  return names;
}

std::string key(const std::string& name) { return key_of_name(name); }

// One of everything, all of that name.
Inferred all_called(const std::string& name) {
  Inferred out;
  for (const char* at : {"a", "b"}) {
    InferredNetwork network;
    network.key = key(name) + at;
    network.network.region = name;
    network.network.name = name;
    network.network.resource_group = name;
    network.network.subscription = name;
    network.comments = {name, "Half a pair: " + name};
    out.networks.push_back(std::move(network));
  }
  InferredPair pair;
  pair.key = key(name);
  pair.source = "network." + key(name) + "a";
  pair.target = "network." + key(name) + "b";
  pair.source_region = pair.target_region = name;
  pair.kind = PairClass::OneWay;
  pair.subnets = {{name, name}};
  pair.comments = {name};
  out.pairs.push_back(std::move(pair));
  for (const std::size_t nics : {std::size_t{1}, std::size_t{2}}) {
    InferredVm vm;
    vm.key = fmt::format("{}{}", key(name), nics);
    vm.vm.name = vm.vm.region = vm.vm.resource_group = vm.vm.target_region = name;
    vm.network = "network." + key(name) + "a";
    vm.comments = {name};
    for (std::size_t n = 0; n < nics; ++n) {
      InferredNic nic;
      nic.key = fmt::format("{}{}", key(name), n);
      nic.target_subnet = name;
      nic.target_secondary = {{name, "10.0.0.4"}};
      vm.nics.push_back(std::move(nic));
    }
    out.vms.push_back(std::move(vm));
  }
  return out;
}

// No byte that a terminal obeys, and nothing that is hidden.
void expect_harmless(const std::string& text, const std::string& name) {
  EXPECT_TRUE(is_utf8(text)) << name;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(text, at));
    const char32_t c = code_point(std::string_view(text).substr(at, length));
    EXPECT_FALSE((c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) || is_hidden(c)) << name << ": " << unsigned(c);
    at += length;
  }
}

TEST(StanzaFiles, NoNameEndsAStringACommentOrALine) {
  for (const std::string& name : hostile_names()) {
    const Inferred inferred = all_called(name);
    StanzaDocument document = one_document(inferred);
    const std::string text = toml_text(document);
    expect_harmless(text, name);
    std::size_t comments = text.starts_with("# ") ? 1 : 0;
    for (auto at = text.find("\n# "); at != std::string::npos; at = text.find("\n# ", at + 1)) ++comments;
    EXPECT_EQ(comments, 7U) << text;  // two a network, one for the pair and each vm
    EXPECT_EQ(text.find("\nbreak"), std::string::npos) << text;
    const toml::table read = toml::parse(text);
    const auto value = [&](const std::string& path) { return read.at_path(path).value_or(std::string("none")); };
    EXPECT_EQ(read.size(), 4U) << text;  // network, mapping, defaults, vm
    EXPECT_EQ(value("network." + key(name) + "a.name"), name);
    EXPECT_EQ(value("network." + key(name) + "b.subscription"), name);
    EXPECT_EQ(value("defaults.vm.target_region"), name);
    EXPECT_EQ(value("vm." + key(name) + "1.resource_group"), name);
    EXPECT_EQ(value("vm." + key(name) + "2.nic." + key(name) + "1.target_subnet"), name);
    const toml::table& subnets = *read["mapping"][key(name)]["subnets"].as_table();
    EXPECT_EQ(subnets.size(), 1U);
    EXPECT_EQ(subnets.begin()->second.value_or(std::string()), name);
    EXPECT_EQ(std::string(subnets.begin()->first.str()), name);
  }
}

TEST(StanzaFiles, RemarksStayCommentsOfALineEach) {
  for (const std::string& name : hostile_names()) {
    StanzaDocument document;
    document.remarks = {"Not read: " + name, name};
    const std::string text = toml_text(document);
    expect_harmless(text, name);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
    EXPECT_TRUE(toml::parse(text).empty()) << text;
  }
}

TEST(StanzaFiles, NoNameLeadsToAnotherFile) {
  for (const std::string& name : hostile_names()) {
    Inferred inferred = all_called(name);
    while (inferred.networks.size() <= k_one_file) inferred.networks.push_back(inferred.networks.front());
    for (const StanzaFile& file : stanza_files(inferred)) {
      const std::filesystem::path path(file.path);
      EXPECT_TRUE(file.path == "networks/" + key(name) + ".toml" ||
                  file.path == "mappings/" + key(name) + "--" + key(name) + ".toml" ||
                  file.path == "vms/" + key(name) + "a.toml")
          << file.path;
      for (const char c : file.path) EXPECT_TRUE(is_key(std::string_view(&c, 1)) || c == '/' || c == '.') << file.path;
      EXPECT_EQ(path.lexically_normal(), path) << file.path;
      EXPECT_EQ(std::distance(path.begin(), path.end()), 2) << file.path;
    }
  }
}

std::string utf8_of(char32_t c) {
  std::string out;
  const auto byte = [&](char32_t bits) { out += static_cast<char>(bits); };
  if (c < 0x80) byte(c);
  else if (c < 0x800) byte(0xC0 | c >> 6U), byte(0x80 | (c & 0x3FU));
  else if (c < 0x10000) byte(0xE0 | c >> 12U), byte(0x80 | (c >> 6U & 0x3FU)), byte(0x80 | (c & 0x3FU));
  else byte(0xF0 | c >> 18U), byte(0x80 | (c >> 12U & 0x3FU)), byte(0x80 | (c >> 6U & 0x3FU)), byte(0x80 | (c & 0x3FU));
  return out;
}

// Every code point that there is, in strings of a thousand.
TEST(TomlString, IsReadBackAsItWas) {
  std::string text;
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;  // no characters: halves of surrogate pairs
    text += utf8_of(c);
    if (c % 1000 != 999 && c != 0x10FFFF) continue;
    const std::string written = toml_string(text);
    ASSERT_EQ(toml::parse("text = " + written)["text"].value_or(std::string()), text) << "up to " << unsigned(c);
    expect_harmless(written, fmt::format("up to {}", unsigned(c)));
    text.clear();
  }
  EXPECT_EQ(toml_string("\xf4\x8f\xbf\xbf\xf3\xa0\x80\x81"), "\"\xf4\x8f\xbf\xbf\\U000e0001\"");
  EXPECT_EQ(toml_string("\xff"), "\"\xef\xbf\xbd\"") << "what is no UTF-8 cannot be told";
}

}  // namespace
}  // namespace pairform
