// SPDX-License-Identifier: Apache-2.0
// What yaml-cpp would let through, and what it says when it does not.
#include "core/data/document.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;

namespace {

/// The documents as JSON, one a line, or the error.
std::string read(const std::string& text, const data::ReadOptions& options = {}) {
    auto documents = data::parse_documents("f", text, options);
    if (!documents) {
        CHECK(documents.error().code == core::Code::Invalid);
        return documents.error().message;
    }
    std::string lines;
    for (const data::Document& document : *documents)
        lines += (lines.empty() ? "" : "\n") + data::dump_json(document.value);
    return lines;
}

} // namespace

TEST_CASE("aliases are copied, never shared", "[data][yaml]") {
    CHECK(read("a: &x {b: [1]}\nc: *x\nd: *x\n") ==
          R"({"a":{"b":[1]},"c":{"b":[1]},"d":{"b":[1]}})");
    CHECK(read("a: &x one\nb: &x two\nc: *x\n") == R"({"a":"one","b":"two","c":"two"})");
    CHECK(read("a: &x\nb: *x\n") == R"({"a":null,"b":null})");
    CHECK(read("&k a: 1\nb: {*k : 2}\n") == R"({"a":1,"b":{"a":2}})");
    CHECK(read("a: *nobody\n") == "f:1:4: no anchor of that name stands above (in a)");
}

TEST_CASE("an alias inside its own anchor is refused", "[data][yaml]") {
    CHECK(read("a: &x [*x]\n") == "f:1:8: this alias stands inside its own anchor (in a[0])");
    CHECK(read("a: &x {b: {c: *x}}\n") ==
          "f:1:15: this alias stands inside its own anchor (in a.b.c)");
}

TEST_CASE("aliases cannot grow without end", "[data][yaml]") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        const std::string name = "a" + std::to_string(i);
        bomb += name + ": &" + name + " [" + last;
        for (int k = 1; k < 10; ++k) bomb += ", " + last;
        bomb += "]\n";
    }
    CHECK(read(bomb).find("more than 1000000 values once aliases are resolved") !=
          std::string::npos);
    // A large text counts, not only the number of values.
    std::string texts = "a: &a " + std::string(1 << 20, 'x') + "\nb:\n";
    for (int i = 0; i < 100; ++i) texts += "- *a\n";
    CHECK(read(texts).find("once aliases are resolved") != std::string::npos);
}

TEST_CASE("merge keys: a key of the map's own wins, wherever it stands", "[data][yaml]") {
    CHECK(read("x: &x {a: 1, b: 2}\nz:\n  b: 3\n  <<: *x\n") ==
          R"({"x":{"a":1,"b":2},"z":{"b":3,"a":1}})");
    CHECK(read("x: &x {a: 1, b: 2}\nz:\n  <<: *x\n  b: 3\n") ==
          R"({"x":{"a":1,"b":2},"z":{"b":3,"a":1}})");
    CHECK(read("- &x {a: 1}\n- &y {a: 2, b: 2}\n- <<: [*x, *y]\n") ==
          R"([{"a":1},{"a":2,"b":2},{"a":1,"b":2}])");
    CHECK(read("\"<<\": {a: 1}\n") == R"({"<<":{"a":1}})");
    CHECK(read("<<: 1\n") ==
          "f:1:5: \"<<\" takes a map or a list of maps, not a number (in [\"<<\"])");
    CHECK(read("<<: {a: 1}\n<<: {b: 1}\n")
              .starts_with("f:2:1: the key \"<<\" stands here for the second"));
}

TEST_CASE("duplicate keys are refused, also when only their values are equal", "[data][yaml]") {
    CHECK(read("spec:\n  a: 1\n  a: 2\n") ==
          "f:3:3: the key \"a\" stands here for the second time: remove one of the two (in spec)");
    CHECK(read("1: x\n\"1\": y\n").starts_with("f:2:1: the key \"1\""));
}

TEST_CASE("keys that are no text: text as kubectl has it, or an error", "[data][yaml]") {
    const std::string text = "8080: a\nyes: b\n1.50: c\n";
    CHECK(read(text) == R"({"8080":"a","true":"b","1.5":"c"})");
    data::ReadOptions strict;
    strict.string_keys_only = true;
    CHECK(read(text, strict) ==
          "f:1:1: the key 8080 is read as a number, not as text: write \"8080\"");
    CHECK(read("a:\n  on: 1\n", strict) ==
          "f:2:3: the key on is read as a boolean, not as text: write \"on\" (in a)");
    CHECK(read("{a: 1}: x\n") == "f:1:1: a map cannot be a key; text with braces must be quoted");
    CHECK(read("a: {{ .Values.x }}\n") ==
          "f:1:5: a map cannot be a key; text with braces must be quoted (in a)");
    CHECK(read("~: 1\n").find("is read as null") != std::string::npos);
}

TEST_CASE("text that yaml-cpp would take for more than it is", "[data][yaml]") {
    CHECK(read("a: 1\nb\n") ==
          "f:2:1: a \":\" is missing after the key, or this line belongs to the one "
          "above (in b)");
    CHECK(read("- a\nb: c\n") ==
          "f:2:1: this does not continue what stands above, and no \"---\" begins a new document");
    CHECK(read("[a] b\n").starts_with("f:1:5: this does not continue"));
    CHECK(read("a:\nb: {c, d: }\n") == R"({"a":null,"b":{"c":null,"d":null}})");
}

TEST_CASE("syntax errors are explained", "[data][yaml]") {
    CHECK(read("a:\n\t- b\n").find("2:2: a tab cannot indent YAML: use spaces (in a)") !=
          std::string::npos);
    CHECK(read("a: 1\n\tb: 2\n").find("a tab cannot indent YAML") != std::string::npos);
    CHECK(read("a: b: c\n") ==
          "f:1:5: a \":\" where no key can stand: check the indentation, or quote the "
          "text");
    CHECK(read("a: [1, 2\n").find("a \"[\" is not closed") != std::string::npos);
    CHECK(read("a: {b: 1\n").find("a \"{\" is not closed") != std::string::npos);
    CHECK(read("a: @b\n") == "f:1:4: a text cannot begin with \"@\" unless it is quoted (in a)");
    for (const char* text : {"a: \"b", "a: \"b\n", "a: 'b\n", "a: \"b\\\"\n", "a: &x \"b\nc: d\n"})
        CHECK(read(text).find("a quoted text is not closed") != std::string::npos);
    for (const char* text : {"a: \"b\"", "a: \"\\\"\"\n", "a: 'b''c'", "a: |\n  \"b\n"})
        CHECK(read(text).starts_with("{"));
    CHECK(read("name: {{ x }}-y\n").find("text with braces must be quoted") != std::string::npos);
}

TEST_CASE("deep nesting is refused", "[data][yaml]") {
    CHECK(read(std::string(150, '[') + std::string(150, ']')).size() == 300);
    CHECK(
        read(std::string(300, '[') + std::string(300, ']')).find("nested deeper than 200 levels") !=
        std::string::npos);
    std::string text;
    for (int i = 0; i < 300; ++i) text += "- ";
    CHECK(read(text).find("nested deeper than 200 levels") != std::string::npos);
}
