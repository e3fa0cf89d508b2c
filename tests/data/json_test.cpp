// SPDX-License-Identifier: Apache-2.0
#include "core/data/json.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;

namespace {

std::string error(std::string_view text, data::JsonLimits limits = {}) {
    auto result = data::parse_json(text, "f", limits);
    if (result) return "";
    CHECK(result.error().code == core::Code::Invalid);
    return result.error().message;
}

} // namespace

TEST_CASE("JSON keeps key order and integers to 64 bits", "[data][json]") {
    const std::string text =
        R"({"z":18446744073709551615,"a":-9223372036854775808,"m":[1.5,null,true]})";
    auto value = data::parse_json(text, "f");
    REQUIRE(value);
    CHECK(data::dump_json(*value) == text);
}

TEST_CASE("JSON errors have line and column", "[data][json]") {
    CHECK(error("") == "f:1:1: the JSON text ends too early");
    CHECK(error("{\"a\": 1,\n \"b\": }").starts_with("f:2:7: this is not JSON"));
    CHECK(error("{\"a\": 1} x") == "f:1:10: this is not JSON: expected end of input");
    CHECK(error("{\"a\": 1e999}") == "f:1:11: a number larger than any reader can hold (in a)");
    CHECK(error("{\"a\": [1, {\"b\": tru}]}").starts_with("f:1:20: this is not JSON"));
    CHECK(error("{\"a\": [1, {\"b\": tru}]}").ends_with("(in a[1].b)"));
}

TEST_CASE("duplicate keys: the last one of a server's, an error in what people write",
          "[data][json]") {
    const std::string_view text = "{\"a\": {\"x\": 1,\n  \"x\": 2}}";
    auto value = data::parse_json(text, "f");
    REQUIRE(value);
    CHECK(data::dump_json(*value) == R"({"a":{"x":2}})");
    CHECK(error(text, {.reject_duplicate_keys = true}) ==
          "f:2:3: the key \"x\" stands here for the second time: remove one of the two (in a)");
}

TEST_CASE("duplicate keys are found in large maps too", "[data][json]") {
    std::string text = "{";
    for (int i = 0; i < 3000; ++i) text += "\"key" + std::to_string(i) + "\": 1, ";
    CHECK(error(text + "\"key2999x\": 1}", {.reject_duplicate_keys = true}) == "");
    CHECK(error(text + "\"key7\": 1}", {.reject_duplicate_keys = true}).find("\"key7\"") !=
          std::string::npos);
}

TEST_CASE("deep nesting is refused before anything can recurse into it", "[data][json]") {
    CHECK(error(std::string(200, '[') + std::string(200, ']')) == "");
    CHECK(error(std::string(201, '[') + std::string(201, ']'))
              .starts_with("f:1:201: nested deeper than 200 levels"));
    CHECK(error(std::string(200'000, '[')).starts_with("f:1:201: nested deeper"));
}

TEST_CASE("dump never throws", "[data][json]") {
    CHECK(data::dump_json(Json("a\xFF")) == "\"a\xEF\xBF\xBD\"");
    CHECK(data::dump_json(Json{{"b", 1}, {"a", {1, 2}}}, 2) ==
          "{\n  \"b\": 1,\n  \"a\": [\n    1,\n    2\n  ]\n}");
}

TEST_CASE("reading what may not be there", "[data][json]") {
    const Json value =
        Json::parse(R"({"a": {"b": [10, "x"]}, "t": true, "big": 18446744073709551615})");
    CHECK(*data::find(value, {"a", "b", "1"}) == "x");
    CHECK(data::find(value, {"a", "b", "2"}) == nullptr);
    CHECK(data::find(value, {"a", "b", "x"}) == nullptr);
    CHECK(data::find(value, {"t", "b"}) == nullptr);
    CHECK(data::string_at(value, {"a", "b", "1"}) == "x");
    CHECK(data::string_at(value, {"a", "b", "0"}, "none") == "none");
    CHECK(data::integer_at(value, {"a", "b", "0"}) == 10);
    CHECK(data::integer_at(value, {"big"}) == std::nullopt);
    CHECK(data::bool_at(value, {"t"}));
    CHECK_FALSE(data::bool_at(value, {"a"}));
}

TEST_CASE("paths as people write them", "[data][json]") {
    CHECK(data::to_text(data::Path{"spec", "driver", "cores"}) == "spec.driver.cores");
    CHECK(data::to_text(data::Path{"streams", "2", "name"}) == "streams[2].name");
    CHECK(data::to_text(data::Path{"sparkConf", "spark.ui.port"}) ==
          "sparkConf[\"spark.ui.port\"]");
}

TEST_CASE("merge as helm does it", "[data][json]") {
    Json base = Json::parse(R"({"a": {"x": 1, "y": 2}, "l": [1, 2], "s": "t", "gone": 1})");
    data::merge(
        base,
        Json::parse(
            R"({"a": {"y": 3, "z": {"n": null, "m": 1}}, "l": [9], "s": {"k": 1}, "gone": null})"));
    CHECK(data::dump_json(base) == R"({"a":{"x":1,"y":3,"z":{"m":1}},"l":[9],"s":{"k":1}})");
}
