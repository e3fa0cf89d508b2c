// SPDX-License-Identifier: Apache-2.0
#include "core/data/document.hpp"
#include "core/data/yaml.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;

namespace {

Json read_back(const std::string& yaml) {
    auto documents = data::parse_documents("f", yaml);
    if (!documents) FAIL(documents.error().message << "\n" << yaml);
    if (documents->empty()) return nullptr;
    CHECK((*documents)[0].warnings.empty());
    return (*documents)[0].value;
}

} // namespace

TEST_CASE("the style is kubectl's", "[data][yaml]") {
    const Json value = Json::parse(R"({
        "metadata": {"name": "a", "labels": {}, "list": []},
        "arguments": ["--topic=x", "-v", "a b", ["nested", {"k": 1}]],
        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": null}],
        "conf": {"spark.ui.port": "4040", "a: b": true, "image": "spark:{{SPARK_VERSION}}"},
        "text": "one\n  two\n", "open": "x\ny", "float": 1.5})");
    CHECK(data::to_yaml(value) == R"(metadata:
  name: a
  labels: {}
  list: []
arguments:
- --topic=x
- -v
- a b
- - nested
  - k: 1
env:
- name: A
  value: "1"
- name: B
  value: null
conf:
  spark.ui.port: "4040"
  "a: b": true
  image: spark:{{SPARK_VERSION}}
text: |
  one
    two
open: |-
  x
  y
float: 1.5
)");
}

TEST_CASE("strings come back as they were", "[data][yaml]") {
    const std::string text =
        GENERATE(as<std::string>{}, "", " ", "yes", "NO", "~", "null", "1", "0777", "1_000", "0x1F",
                 "1e3", ".5", "1:30", "2020-01-01", "=", "<<", "-", "- a", "--- a", "...", "?",
                 "? a", ": a", "a:", "a: b", "a #b", "#a", "a ", " a", "\"", "'", "it's", "{a}",
                 "[a]", "{{ .Values.x }}", "*a", "&a", "!a", "|", ">", "%a", "@a", "`a", ",", "a\n",
                 "a\n\n", "a\nb", "\n", "\n\n", "\na", " a\nb", "a\n b\n", "a\n\n\nb\n\n", "a\n\tb",
                 "\ta", "a\tb", "a\r\nb", "a\\nb", "\x01\x1F\x7F", "\xC3\xA9", "\xC2\xA0x",
                 "\xC2\x85", "\xE2\x80\xA8", "\xEF\xBB\xBF", "\xF0\x9F\x98\x80", "a \nb \n",
                 "key: |\n  x", "y", "n", "-1", "--", "-a", "?a", ":a", "a\n---\nb");
    CAPTURE(text);
    CHECK(read_back(data::to_yaml({{"k", text}}))["k"] == text);
    CHECK(read_back(data::to_yaml({{text, 1}})).contains(text));
    CHECK(read_back(data::to_yaml({{"k", {text, {{"l", text}}}}})) ==
          Json{{"k", {text, {{"l", text}}}}});
    CHECK(read_back(data::to_yaml({{"o", {{"p", text}}}, {"q", 1}})) ==
          Json{{"o", {{"p", text}}}, {"q", 1}});
}

TEST_CASE("other values come back as they were", "[data][yaml]") {
    const std::string text =
        GENERATE(as<std::string>{}, "null", "[]", "{}", "[[]]", "[{}]", "[[[1],[2]],[]]", "1.5",
                 "1e22", "-1e-7", "18446744073709551615", "-9223372036854775808", "true",
                 R"({"a":{"b":{"c":[{"d":[]}]}}})", R"({"":{"":""}})");
    CAPTURE(text);
    CHECK(read_back(data::to_yaml(Json::parse(text))) == Json::parse(text));
}

TEST_CASE("a key longer than readers look for its colon", "[data][yaml]") {
    const Json value = {{std::string(2000, 'k'), {{"a", 1}}}, {"b", 2}};
    CHECK(read_back(data::to_yaml(value)) == value);
}

TEST_CASE("invalid UTF-8 is replaced, never written", "[data][yaml]") {
    CHECK(data::to_yaml(Json("a\xFF")) == "\"a\\uFFFD\"\n");
}
