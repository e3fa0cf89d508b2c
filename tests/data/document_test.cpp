// SPDX-License-Identifier: Apache-2.0
#include "core/data/document.hpp"
#include "core/data/json.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace kspark;
using data::place;

namespace {

std::vector<data::Document> documents(const std::string& text, std::string name = "f") {
    auto read = data::parse_documents(std::move(name), text);
    if (!read) FAIL(read.error().message);
    return *std::move(read);
}

std::string error(const std::string& text, std::string name = "f") {
    auto read = data::parse_documents(std::move(name), text);
    return read ? "" : read.error().message;
}

std::string utf16(std::u16string_view text, bool big_endian) {
    std::string bytes = big_endian ? "\xFE\xFF" : "\xFF\xFE";
    for (const char16_t c : text) {
        const char high = static_cast<char>(c >> 8), low = static_cast<char>(c & 0xFF);
        bytes += big_endian ? high : low;
        bytes += big_endian ? low : high;
    }
    return bytes;
}

} // namespace

TEST_CASE("empty documents are left out but counted", "[data][document]") {
    const auto read = documents("---\n# nothing\n---\na: 1\n...\n---\n---\nb: 2\n");
    REQUIRE(read.size() == 2);
    CHECK(data::dump_json(read[0].value) == R"({"a":1})");
    CHECK(data::dump_json(read[1].value) == R"({"b":2})");
    CHECK(place(read[1], {"b"}) == "f:8:1");
    CHECK(documents("").empty());
    CHECK(documents("# only a comment\n").empty());
    CHECK(documents("---\n...\n").empty());
}

TEST_CASE("places of keys, items and what is not written there", "[data][document]") {
    const auto read =
        documents("spec:\n  driver:\n    cores: 1\n  list:\n  - name: \"a\"\n  -   b\n"
                  "  - {x: 1, z: [2]}\n");
    CHECK(place(read[0], {"spec"}) == "f:1:1");
    CHECK(place(read[0], {"spec", "driver", "cores"}) == "f:3:5");
    CHECK(place(read[0], {"spec", "driver", "memory"}) == "f:2:3");
    CHECK(place(read[0], {"spec", "list", "0", "name"}) == "f:5:5");
    CHECK(place(read[0], {"spec", "list", "1"}) == "f:6:7");
    CHECK(place(read[0], {"spec", "list", "2", "z", "0"}) == "f:7:16");
    CHECK(place(read[0], {"spec", "list", "9"}) == "f:4:3");
    CHECK(place(read[0], {}) == "f:1:1");
    CHECK(place(read[0], {"absent"}) == "f:1:1");
}

TEST_CASE("columns count characters, not bytes", "[data][document]") {
    const auto read = documents("{\xC3\xA9\xE2\x82\xAC: 1, b: 2}\n");
    CHECK(place(read[0], {"b"}) == "f:1:9");
    CHECK(error("\xC3\xA9: 1\n\xC3\xA9\xE2\x82\xAC: [\n").starts_with("f:2:"));
}

TEST_CASE("JSON is read as JSON, one value or several", "[data][document]") {
    const auto read =
        documents("{\"a\": {\"b\": [1,\n \"x\"]}}\n{\"c\": \"\\ud83d\\ude00\"}\n", "f.json");
    REQUIRE(read.size() == 2);
    CHECK(place(read[0], {"a", "b", "1"}) == "f.json:2:2");
    CHECK(place(read[1], {"c"}) == "f.json:3:2");
    CHECK(read[1].value["c"] == "\xF0\x9F\x98\x80");
    CHECK(error("{\"a\": 1, \"a\": 2}").starts_with("f:1:10: the key \"a\""));
    CHECK(error("{\"a\": 1,}", "f.json").starts_with("f.json:1:9: this is not JSON"));
    CHECK(error("{a: 1}") == "");
}

TEST_CASE("encodings and line ends", "[data][document]") {
    CHECK(documents("\xEF\xBB\xBF"
                    "a: 1\n")[0]
              .value["a"] == 1);
    for (const bool big_endian : {false, true})
        CHECK(documents(utf16(u"a: \u00e9\U0001F600\r\n", big_endian))[0].value["a"] ==
              "\xC3\xA9\xF0\x9F\x98\x80");
    for (const char* end : {"\n", "\r\n", "\r"}) {
        const std::string e = end;
        const auto read = documents("a: |" + e + "  x" + e + "  y" + e + "b: 1" + e);
        CHECK(read[0].value["a"] == "x\ny\n");
        CHECK(place(read[0], {"b"}) == "f:4:1");
    }
    CHECK(error("a: 1\nb: \xE9t\xE9\n") == "f:2:4: byte 0xE9 is not UTF-8; save the file as UTF-8");
    CHECK(error("a: \xC0\x80\n").starts_with("f:1:4: byte 0xC0"));
    CHECK(error("a: \xED\xA0\x80\n").starts_with("f:1:4: byte 0xED"));
    CHECK(error(std::string("a: b\0c\n", 7)).starts_with("f:1:5: control character U+0000"));
    CHECK(error("a: \x1B[31m\n").starts_with("f:1:4: control character U+001B"));
}

TEST_CASE("files, directories and their errors", "[data][document]") {
    namespace fs = std::filesystem;
    const fs::path root = fs::temp_directory_path() / "kubectl-spark-document-test";
    fs::remove_all(root);
    fs::create_directories(root / "below");
    std::ofstream(root / "b.yaml") << "b: 1\n";
    std::ofstream(root / "a.json") << "{\"a\": 1}\n";
    std::ofstream(root / "notes.txt") << "a: b: c\n";
    std::ofstream(root / "below" / "c.yml") << "c: 1\n";

    auto flat = data::read_documents({root.string()});
    REQUIRE(flat);
    REQUIRE(flat->size() == 2);
    CHECK((*flat)[0].value.contains("a"));
    CHECK((*flat)[1].value.contains("b"));
    auto deep = data::read_documents({root.string()}, true);
    REQUIRE(deep);
    CHECK(deep->size() == 3);
    CHECK_FALSE(data::read_documents({(root / "absent.yaml").string()}));
    CHECK_FALSE(data::read_documents({"-", "-"}));

    data::ReadOptions small;
    small.size_limit = 4;
    CHECK_FALSE(data::read_documents({(root / "b.yaml").string()}, false, small));
    fs::create_directories(root / "empty");
    auto nothing = data::read_documents({(root / "empty").string()});
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().message.find("holds no .yaml, .yml or .json file") != std::string::npos);
    fs::remove_all(root);
}
