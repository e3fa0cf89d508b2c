// SPDX-License-Identifier: Apache-2.0
#include "core/spark/interpolate.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using data::Json;

namespace {

const Json kValues = Json::parse(R"({
    "sink": "s3a://lake/{{ .Values.vars.env }}", "vars": {"env": "dev", "n": 3, "on": true,
    "self": "{{ .Values.vars.self }}", "a": "{{ .Values.vars.b }}", "b": "{{ .Values.vars.a }}",
    "list": ["x", {"y": "z"}], "bomb0": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}})");
const Json kStream = Json::parse(R"({"name": "orders", "executor": {"memory": "4g"}})");

std::string replaced(const std::string& text) {
    const auto result = spark::interpolate(text, {&kValues, &kStream, "bi"});
    return result ? data::dump_json(*result) : result.error().message;
}

} // namespace

TEST_CASE("references are replaced", "[interpolate]") {
    CHECK(replaced("{{ .Values.sink }}/{{.Stream.name}}") == R"("s3a://lake/dev/orders")");
    CHECK(replaced("--set={{ .Set.name }}") == R"("--set=bi")");
    CHECK(replaced("{{ .Stream.executor.memory }}") == R"("4g")");
    CHECK(replaced("{{ .Values.vars.list.1.y }}") == R"("z")");
    CHECK(replaced("plain") == R"("plain")");
}

TEST_CASE("a string that is one reference takes the value with its type", "[interpolate]") {
    CHECK(replaced("{{ .Values.vars.n }}") == "3");
    CHECK(replaced("{{ .Values.vars.on }}") == "true");
    CHECK(replaced("n={{ .Values.vars.n }}") == R"("n=3")");
}

TEST_CASE("what the operators replace stays", "[interpolate]") {
    for (const std::string text :
         {"{{SPARK_VERSION}}", "{{ APP_ID }}", "a {{{{ b", "{{}}", "{ {x} }"})
        CHECK(replaced(text) == data::dump_json(Json(text)));
    CHECK(replaced("{{SPARK_VERSION}}-{{ .Set.name }}") == R"("{{SPARK_VERSION}}-bi")");
}

TEST_CASE("a wrong reference is an error that names it", "[interpolate]") {
    CHECK(replaced("x{{ .Values.vars.evn }}") ==
          "{{ .Values.vars.evn }}: there is no value \"vars.evn\"; did you mean \"env\"?");
    CHECK(replaced("{{ .Values.vars }}") ==
          "{{ .Values.vars }} is a map: only text, numbers and switches can be put in");
    CHECK(replaced("{{ .Values.vars.list.9 }}").find("there is no value") != std::string::npos);
    CHECK(replaced("{{ .Set.color }}") == "{{ .Set.color }}: .Set has a name and nothing else");
    CHECK(replaced("{{ .Release.Name }}") ==
          "{{ .Release.Name }}: .Release is not known; there are .Values, .Stream and .Set");
    CHECK(replaced("{{ .Values.sink | quote }}").find("there are no functions") !=
          std::string::npos);
    CHECK(replaced("{{- .Values.sink -}}").find("there are no functions") != std::string::npos);
    CHECK(replaced("{{ .Values.sink").find("not closed") != std::string::npos);
}

TEST_CASE("a value that refers to itself ends", "[interpolate]") {
    CHECK(replaced("{{ .Values.vars.self }}") == "a value refers to itself");
    CHECK(replaced("{{ .Values.vars.a }}") == "a value refers to itself");
}

TEST_CASE("a value that grows without end is refused", "[interpolate]") {
    const auto [first, sentence] =
        GENERATE(std::pair{std::string(5000, 'x'), "the replaced text is longer than 1 MiB"},
                 std::pair{std::string(), "too many references in one text"});
    Json values = Json::object();
    values["x0"] = first;
    for (int i = 1; i < 15; ++i) {
        std::string text;
        for (int j = 0; j < 10; ++j) text += "{{ .Values.x" + std::to_string(i - 1) + " }}";
        values["x" + std::to_string(i)] = text;
    }
    const auto result = spark::interpolate("{{ .Values.x14 }}", {&values, nullptr, ""});
    REQUIRE_FALSE(result);
    CHECK(result.error().message == sentence);
}

TEST_CASE("${VAR} is replaced only when it was named", "[interpolate]") {
    const core::Environment environment({{"TAG", "1.2"}, {"N", "3"}, {"SECRET", "s"}});
    const auto text = [&](const std::string& from) {
        const auto result = spark::substitute(from, {"TAG", "N", "GONE"}, environment);
        return result ? data::dump_json(*result) : result.error().message;
    };
    CHECK(text("app:${TAG}-${SECRET}") == R"("app:1.2-${SECRET}")");
    CHECK(text("${N}") == "3");
    CHECK(text("${TAG}") == R"("1.2")");
    CHECK(text("${TAG") == R"("${TAG")");
    CHECK(text("$TAG $${N}") == R"("$TAG $3")");
    CHECK(text("${GONE}") == "${GONE} is named by --env-subst, but it is not set");
}
