// SPDX-License-Identifier: Apache-2.0
// The right-hand sides are what kubectl 1.33 prints for the scalar (kubectl label --local -o json).
#include "core/data/document.hpp"
#include "core/data/scalar.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::resolve_core;
using data::resolve_kubernetes;

namespace {

std::string read(const std::string& scalar) {
    auto documents = data::parse_documents("f", "a: " + scalar + "\n");
    if (!documents) return "error: " + documents.error().message;
    return data::dump_json((*documents)[0].value["a"]);
}

} // namespace

TEST_CASE("unquoted scalars are what kubectl takes them for", "[data][scalar]") {
    const auto [text, json] = GENERATE(table<std::string, std::string>({
        {"yes", "true"},
        {"Y", "true"},
        {"on", "true"},
        {"TRUE", "true"},
        {"no", "false"},
        {"n", "false"},
        {"Off", "false"},
        {"yEs", "\"yEs\""},
        {"nope", "\"nope\""},
        {"0777", "511"},
        {"0o17", "15"},
        {"08", "8"},
        {"0o8", "\"0o8\""},
        {"0x1F", "31"},
        {"-0x1F", "-31"},
        {"0b11", "3"},
        {"0b2", "\"0b2\""},
        {"1_000", "1000"},
        {"0x_1F", "31"},
        {"+1", "1"},
        {"1e3", "1000"},
        {"1.0", "1"},
        {"3.10", "3.1"},
        {"1.", "1"},
        {".5", "0.5"},
        {"+.5", "0.5"},
        {"-0.0", "0"},
        {"1.5e400", "\"1.5e400\""},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"18446744073709551615", "18446744073709551615"},
        {"123456789012345678901234567890", "1.2345678901234568e+29"},
        {"~", "null"},
        {"null", "null"},
        {"\"\"", "\"\""},
        {"2020-01-01", "\"2020-01-01\""},
        {"1:30", "\"1:30\""},
        {"2001-01-01T00:00:00Z", "\"2001-01-01T00:00:00Z\""},
        {"500m", "\"500m\""},
        {"1g", "\"1g\""},
        {"!!binary aGk=", "\"hi\""},
        {"!!str 12", "\"12\""},
        {"!!int \"12\"", "12"},
        {"!!float 1", "1"},
        {"'12'", "\"12\""},
        {"! 12", "\"12\""},
        {"!foo 12", "\"12\""},
    }));
    CAPTURE(text);
    CHECK(read(text) == json);
}

TEST_CASE("scalars that JSON cannot carry are errors", "[data][scalar]") {
    CHECK(read(".inf") == "error: f:1:4: .inf has no place in JSON: quote it (in a)");
    CHECK(read("-.INF") == "error: f:1:4: -.INF has no place in JSON: quote it (in a)");
    CHECK(read(".nan") == "error: f:1:4: .nan has no place in JSON: quote it (in a)");
    CHECK(read("!!int x") == "error: f:1:4: \"x\" is no !!int (in a)");
    CHECK(read("!!binary /w==") ==
          "error: f:1:4: !!binary holds bytes that are no text, which JSON cannot carry (in a)");
}

TEST_CASE("a scalar that YAML 1.2 reads otherwise has a warning with the remedy",
          "[data][scalar]") {
    auto documents = data::parse_documents("f", "a: 1\nb: [no, 08, 'yes', 0777]\n");
    REQUIRE(documents);
    const auto& warnings = (*documents)[0].warnings;
    REQUIRE(warnings.size() == 2);
    CHECK(warnings[0].position.line == 2);
    CHECK(warnings[0].position.column == 5);
    CHECK(warnings[0].message == "no is read as false here, but as the string \"no\" by readers of "
                                 "YAML 1.2: write \"no\" in "
                                 "quotes if text is meant, else false");
    CHECK(warnings[1].message ==
          "0777 is read as 511 here, but as 777 by readers of YAML 1.2: write "
          "\"0777\" in quotes if text is meant, else 511");
}

TEST_CASE("what loses digits, or a tag that means nothing, is said", "[data][scalar]") {
    auto documents =
        data::parse_documents("f", "a: 99999999999999999999\nb: !Ref x\nc: x\xC2\xA0y\n");
    REQUIRE(documents);
    REQUIRE((*documents)[0].warnings.size() == 3);
    CHECK((*documents)[0].warnings[0].message ==
          "99999999999999999999 does not fit into 64 bits and loses digits: quote it");
    CHECK((*documents)[0].warnings[1].message ==
          "the tag !Ref means nothing here: \"x\" is read as a string");
    CHECK((*documents)[0].warnings[2].message.find("no-break space") != std::string::npos);
}

TEST_CASE("surely_string knows every reader's other types", "[data][scalar]") {
    for (const char* text :
         {"", "~", "yes", "1", "0x1f", "1e3", "1e999", "1:30", "12:30:45", "2020-01-01",
          "2001-12-14 21:59:43.10", "<<", "=", ".inf", "+1", "0o17", "1_0", "-1:30"})
        CHECK_FALSE(data::surely_string(text));
    for (const char* text :
         {"a", "1g", "500m", "3.5.1", "spark:3.5.1", "10.0.0.1", "1-a", "yEs", "v1"})
        CHECK(data::surely_string(text));
}
