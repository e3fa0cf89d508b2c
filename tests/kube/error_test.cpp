// SPDX-License-Identifier: Apache-2.0
// What answers mean, as a table; and the small parts of requests.
#include "core/kube/client.hpp"
#include "core/kube/warning.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace kspark;
using namespace kspark::kube;
using core::Code;

namespace {

const Call kCall = get_call({kubeflow_applications(), "ns", "orders"});

core::Error status(int code, const std::string& reason, const std::string& message,
                   const std::string& details = "{}") {
    data::Json body{{"kind", "Status"}, {"message", message}, {"reason", reason}, {"code", code}};
    body["details"] = data::Json::parse(details);
    return error_of({code, {{"Content-Type", "application/json"}}, data::dump_json(body)}, kCall);
}

core::Error text(int code, const std::string& body, const std::string& type = "text/plain") {
    return error_of({code, {{"Content-Type", type}}, body}, kCall);
}

void check(const core::Error& error, Code code, const std::string& message) {
    CHECK(error.code == code);
    CHECK(error.message == message);
}

} // namespace

TEST_CASE("a Status becomes the server's sentence and our code", "[error]") {
    check(status(401, "Unauthorized", "Unauthorized"), Code::Unauthorized,
          "You must be logged in to the server (Unauthorized)");
    check(status(403, "Forbidden", "pods is forbidden: User \"u\" cannot list resource"),
          Code::Forbidden, "pods is forbidden: User \"u\" cannot list resource");
    check(status(404, "NotFound", "pods \"a\" not found", R"({"name":"a","kind":"pods"})"),
          Code::NotFound, "pods \"a\" not found");
    check(status(404, "NotFound", "namespaces \"ns\" not found",
                 R"({"name":"ns","kind":"namespaces"})"),
          Code::NotFound, "namespaces \"ns\" not found");
    check(status(409, "AlreadyExists", "pods \"a\" already exists"), Code::Conflict,
          "pods \"a\" already exists");
    check(status(410, "Expired", "too old resource version"), Code::Gone,
          "too old resource version");
    check(status(500, "InternalError", "failed calling webhook \"m.spark\": connection refused"),
          Code::Refused, "failed calling webhook \"m.spark\": connection refused");
    check(status(400, "BadRequest", "admission webhook \"x\" denied the request: no"),
          Code::Refused, "admission webhook \"x\" denied the request: no");
    check(status(400, "BadRequest", "strict decoding error: unknown field \"spec.foo\""),
          Code::Invalid, "strict decoding error: unknown field \"spec.foo\"");
    check(status(500, "",
                 "failed to create typed patch object (a): .spec.x: field not declared in schema"),
          Code::Invalid,
          "failed to create typed patch object (a): .spec.x: field not declared in schema");
    check(status(504, "Timeout", "Timeout: request did not complete"), Code::Timeout,
          "Timeout: request did not complete");
    check(status(429, "TooManyRequests", "too many"), Code::Unreachable, "too many");
}

TEST_CASE("a resource type that the server does not have is told apart from an object", "[error]") {
    const std::string sentence = "the server doesn't have a resource type \"sparkapplications\" in "
                                 "group sparkoperator.k8s.io: is the Spark operator installed?";
    check(text(404, "404 page not found\n"), Code::NotFound, sentence);
    check(status(404, "NotFound", "the server could not find the requested resource"),
          Code::NotFound, sentence);
    const core::Error core_group = error_of({404, {}, "404"}, get_call({pods(), "ns", "p"}));
    CHECK(core_group.message == "the server could not find the requested resource (getting pods "
                                "\"p\" in namespace \"ns\")");
    const Reference everywhere{{"batch", "v1", "jobs", "Job"}, "", ""};
    CHECK(error_of({404, {}, ""}, get_call(everywhere)).message ==
          "the server doesn't have a resource type \"jobs\" in group batch");
}

TEST_CASE("causes become details", "[error]") {
    const core::Error invalid =
        status(422, "Invalid", "SparkApplication.sparkoperator.k8s.io \"a\" is invalid: [x, y]",
               R"({"name":"a","kind":"SparkApplication","causes":[
                   {"reason":"FieldValueRequired","message":"Required value","field":"spec.type"},
                   {"reason":"FieldValueRequired","message":"Required value","field":"spec.type"},
                   {"reason":"FieldValueInvalid","message":"Invalid value: 1","field":"spec.mode"}]})");
    check(invalid, Code::Refused, "The SparkApplication \"a\" is invalid");
    CHECK(invalid.details ==
          std::vector<std::string>{"spec.type: Required value", "spec.mode: Invalid value: 1"});

    const core::Error conflict = status(
        409, "Conflict", "Apply failed with 1 conflict: conflict with \"helm\" using v1: .spec.x",
        R"({"causes":[{"reason":"FieldManagerConflict","field":".spec.x",
                   "message":"conflict with \"helm\" using v1"}]})");
    check(conflict, Code::Conflict, "Apply failed with 1 conflict");
    CHECK(conflict.details == std::vector<std::string>{".spec.x: owned by \"helm\""});
}

TEST_CASE("answers that are no Status are quoted or named", "[error]") {
    check(text(500, "boom \x1b[31m\n"), Code::Failed,
          "an error on the server (\"boom \\u001b[31m\") has prevented the request from succeeding "
          "(getting sparkapplications.sparkoperator.k8s.io \"orders\" in namespace \"ns\")");
    CHECK(text(500, std::string(5000, 'x')).message.size() < 2300);
    CHECK(text(403, "by proxy").message.find("\"by proxy\" (getting") == 0);
    CHECK(text(503, "").code == Code::Unreachable);
    CHECK(text(502, "<html>", "text/html").message.find("is this a login page or a proxy?") !=
          std::string::npos);
    const core::Error redirect = error_of({302, {{"Location", "https://evil.test/"}}, ""}, kCall);
    CHECK(redirect.message.find("\"https://evil.test/\", which is not followed") !=
          std::string::npos);
}

TEST_CASE("Warning headers", "[warning]") {
    using Texts = std::vector<std::string>;
    CHECK(parse_warnings(R"(299 - "a, b" "Wed, 21 Oct 2026 07:28:00 GMT", 299 k8s "c")") ==
          Texts{"a, b", "c"});
    CHECK(parse_warnings("299 - \"esc \x1b[0m\"").empty());
    CHECK(parse_warnings("299 - \"open").empty());
    CHECK(parse_warnings("299").empty());
    CHECK(parse_warnings("").empty());
}

TEST_CASE("requests are built as the API server wants them", "[resource]") {
    const Reference orders{kubeflow_applications(), "n/s", "or ders"};
    CHECK(path_of(orders, "status") ==
          "/apis/sparkoperator.k8s.io/v1beta2/namespaces/n%2Fs/sparkapplications/or%20ders/status");
    CHECK(path_of({pods()}) == "/api/v1/pods");
    CHECK(path_of({namespaces(), "", "ns"}) == "/api/v1/namespaces/ns");

    const auto object =
        data::Json::parse(R"({"metadata":{"name":"a","managedFields":[]},"spec":{}})");
    const Call apply = apply_call({pods(), "ns", "a"}, object, DryRun::Yes, Force::Yes);
    CHECK(target_of(apply) == "/api/v1/namespaces/ns/pods/a?dryRun=All&fieldManager=kubectl-spark&"
                              "fieldValidation=Strict&force=true");
    CHECK(apply.body == R"({"metadata":{"name":"a"},"spec":{}})");
    const Call create = create_call({pods(), "ns", "a"}, object, DryRun::No);
    CHECK(create.path == "/api/v1/namespaces/ns/pods");
    const Call gone = delete_call({pods(), "ns", "a"}, "u1", DryRun::Yes);
    CHECK(gone.body == R"({"apiVersion":"v1","kind":"DeleteOptions","dryRun":["All"],)"
                       R"("preconditions":{"uid":"u1"},"propagationPolicy":"Background"})");
}

TEST_CASE("names as Kubernetes wants them", "[resource]") {
    CHECK(name_problem("orders-2", true).empty());
    CHECK(name_problem(std::string(63, 'a'), true).empty());
    CHECK(name_problem("2-orders", false).empty());
    CHECK(name_problem("2-orders", true) == "starts with a digit");
    CHECK(name_problem("Orders", false) == "has capital letters");
    CHECK(name_problem("or_ders", false) == "has an underscore");
    CHECK(name_problem("-a", false) == "starts with a hyphen");
    CHECK(name_problem("a-", false) == "ends with a hyphen");
    CHECK(name_problem("", false) == "is empty");
    CHECK(name_problem(std::string(64, 'a'), false) == "has 64 characters, and 63 is the most");
    CHECK_FALSE(name_problem("\xc3\xa4", false).empty());
}
