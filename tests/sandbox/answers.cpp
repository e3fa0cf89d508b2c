// SPDX-License-Identifier: Apache-2.0
// Every sentence here was copied from answers of a real API server, since clients show them to
// their users and tests compare them.
#include "tests/sandbox/answers.hpp"

#include <fmt/format.h>

namespace kspark::sandbox {

namespace {
Json details_of(const Kind& kind, std::string_view name) {
    Json details = {{"kind", kind.plural}};
    if (!name.empty()) details["name"] = name;
    if (!kind.group.empty()) details["group"] = kind.group;
    return details;
}
} // namespace

Json make_status(int code, std::string_view reason, std::string_view message, Json details) {
    Json status = {{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", Json::object()},
                   {"status", "Failure"}, {"message", message}, {"code", code}};
    if (!reason.empty()) status["reason"] = reason;
    if (!details.is_null()) status["details"] = std::move(details);
    return status;
}

Refusal failed(int code, std::string_view reason, std::string_view message, Json details) {
    return {make_status(code, reason, message, std::move(details))};
}

Refusal bad_request(std::string_view message) {
    return failed(400, "BadRequest", message);
}

Refusal not_found(const Kind& kind, std::string_view name) {
    return failed(404, "NotFound", fmt::format("{} \"{}\" not found", kind.resource(), name),
                  details_of(kind, name));
}

Refusal unknown_path() {
    return failed(404, "NotFound", "the server could not find the requested resource",
                  Json::object());
}

Refusal already_exists(const Kind& kind, std::string_view name) {
    return failed(409, "AlreadyExists",
                  fmt::format("{} \"{}\" already exists", kind.resource(), name),
                  details_of(kind, name));
}

Refusal modified(const Kind& kind, std::string_view name) {
    return failed(409, "Conflict",
                  fmt::format("Operation cannot be fulfilled on {} \"{}\": the object has been "
                              "modified; please apply your changes to the latest version and try "
                              "again",
                              kind.resource(), name),
                  details_of(kind, name));
}

Refusal invalid(std::string_view kind, std::string_view group, std::string_view name,
                const std::vector<Cause>& causes) {
    std::vector<std::string> sentences;
    Json list = Json::array();
    for (const Cause& cause : causes) {
        sentences.push_back(cause.field + ": " + cause.message);
        list.push_back(
            {{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
    }
    const std::string text =
        sentences.size() == 1 ? sentences[0] : fmt::format("[{}]", fmt::join(sentences, ", "));
    const std::string what = group.empty() ? std::string(kind) : fmt::format("{}.{}", kind, group);
    Json details = {{"causes", list}};
    if (!kind.empty()) details["kind"] = kind;
    if (!name.empty()) details["name"] = name;
    if (!group.empty()) details["group"] = group;
    return failed(422, "Invalid", fmt::format("{} \"{}\" is invalid: {}", what, name, text),
                  details);
}

Refusal invalid(const Kind& kind, std::string_view name, const std::vector<Cause>& causes) {
    return invalid(kind.kind, kind.group, name, causes);
}

Refusal expired(std::string_view message) {
    return failed(410, "Expired", message);
}

} // namespace kspark::sandbox
