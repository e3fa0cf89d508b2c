// SPDX-License-Identifier: Apache-2.0
// Would catch: output that a script written for kubectl cannot read.
#include "core/base/system.hpp"
#include "core/output/printer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_directory.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using namespace kspark::output;

namespace {

data::Json application(const std::string& name) {
    return data::Json{{"kind", "SparkApplication"},
                      {"apiVersion", "sparkoperator.k8s.io/v1beta2"},
                      {"spec", {{"suspend", false}}},
                      {"metadata", {{"name", name}, {"managedFields", data::Json::array({1})}}}};
}

std::string print(const Format& format, const std::vector<data::Json>& objects,
                  bool as_list = false) {
    Buffer out;
    const auto done = print_objects(out, format, objects, as_list);
    return done ? out.text() : "error: " + done.error().message;
}

} // namespace

TEST_CASE("formats are read as kubectl reads them") {
    CHECK(parse_format("")->kind == Format::Kind::Table);
    CHECK(parse_format("table")->kind == Format::Kind::Table);
    CHECK(parse_format("WIDE")->kind == Format::Kind::Wide);
    CHECK(parse_format("JSON")->kind == Format::Kind::Json);
    CHECK(parse_format("yaml")->kind == Format::Kind::Yaml);
    CHECK(parse_format("name")->kind == Format::Kind::Name);
    CHECK(parse_format("jsonpath={.a}")->expression == "{.a}");
    CHECK(parse_format("jsonpath={.a=='b'}")->expression == "{.a=='b'}");
    CHECK(parse_format("custom-columns=A:.a")->kind == Format::Kind::CustomColumns);
    for (const auto* wrong :
         {"jsonpath", "jsonpath=", "go-template={{.}}", "custom-columns", "custom-columns=A",
          "custom-columns=A:{", "xml", "json=x", "jsonpath-as-json="}) {
        const auto format = parse_format(wrong);
        REQUIRE_FALSE(format);
        CHECK(format.error().code == core::Code::Usage);
    }
    CHECK(parse_format("xml").error().message.find("jsonpath") != std::string::npos);
}

TEST_CASE("JSON: sorted, four spaces, no managedFields; one object as itself, several as a List") {
    const Format json{Format::Kind::Json};
    CHECK(print(json, {application("orders")}) == R"({
    "apiVersion": "sparkoperator.k8s.io/v1beta2",
    "kind": "SparkApplication",
    "metadata": {
        "name": "orders"
    },
    "spec": {
        "suspend": false
    }
}
)");
    const auto list = data::Json::parse(print(json, {application("a"), application("b")}));
    CHECK(list["kind"] == "List");
    CHECK(list["apiVersion"] == "v1");
    CHECK(list["metadata"]["resourceVersion"] == "");
    CHECK(list["items"].size() == 2);
    CHECK(data::Json::parse(print(json, {application("a")}, true))["items"].size() == 1);
    CHECK(data::Json::parse(print(json, {}, true))["items"].empty());
}

TEST_CASE("templates from files") {
    const test::TemporaryDirectory directory;
    const std::string file = (directory.path / "template").string();
    REQUIRE(core::write_file(file, "{.metadata.name}\n"));
    CHECK(parse_format("jsonpath-file=" + file)->expression == "{.metadata.name}\n");
    REQUIRE(core::write_file(file, "NAME   X\n.metadata.name\t.x\n"));
    CHECK_FALSE(parse_format("custom-columns-file=" + file));
    REQUIRE(core::write_file(file, "NAME           X\n.metadata.name .x\n"));
    CHECK(parse_format("custom-columns-file=" + file)->expression == "NAME:.metadata.name,X:.x");
    CHECK_FALSE(parse_format("custom-columns-file=/nonexistent"));
}

TEST_CASE("custom columns show values as Go prints them, and what is not there") {
    data::Json object = application("orders");
    object["metadata"]["labels"] = {{"b", "2"}, {"a", "1"}};
    object["spec"]["arguments"] = {"x", 1, true};
    CHECK(print({Format::Kind::CustomColumns,
                 "NAME:metadata.name,LABELS:{.metadata.labels},ARGS:.spec.arguments,NO:.no"},
                {object}) == "NAME     LABELS         ARGS         NO\n"
                             "orders   map[a:1 b:2]   [x 1 true]   <none>\n");
    Format bare{Format::Kind::CustomColumns, "A:.spec.suspend"};
    bare.headers = false;
    CHECK(print(bare, {object}) == "false\n");
}

TEST_CASE("YAML, names and JSONPath") {
    CHECK(print({Format::Kind::JsonpathAsJson, "{.metadata.name}"}, {application("a")}) ==
          "[\n    \"a\"\n]\n");

    CHECK(print({Format::Kind::Yaml}, {application("orders")}) ==
          "apiVersion: sparkoperator.k8s.io/v1beta2\nkind: SparkApplication\nmetadata:\n"
          "  name: orders\nspec:\n  suspend: false\n");
    CHECK(print({Format::Kind::Name}, {application("a"), application("b")}) ==
          "sparkapplication.sparkoperator.k8s.io/a\nsparkapplication.sparkoperator.k8s.io/b\n");
    CHECK(print({Format::Kind::Jsonpath, "{.items[*].metadata.name}"},
                {application("a"), application("b")}) == "a b");
    CHECK(print({Format::Kind::Jsonpath, "{.metadata.name}"}, {application("a")}) == "a");
    CHECK(print({Format::Kind::Jsonpath, "{.metadata"}, {application("a")}).starts_with("error: "));
}
