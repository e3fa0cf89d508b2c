// SPDX-License-Identifier: Apache-2.0
// Routing and authorisation. A Refusal, wherever it is thrown, becomes an answer here.
#include "tests/sandbox/api.hpp"

#include "core/base/text.hpp"
#include "tests/sandbox/access.hpp"
#include "tests/sandbox/protobuf.hpp"
#include "tests/sandbox/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kspark::sandbox {

namespace {
std::vector<std::string> segments_of(const std::string& path) {
    std::vector<std::string> segments = core::split(path, '/');
    std::erase(segments, "");
    return segments;
}

std::string verb_of(const Target& target, const Request& request) {
    if (request.method == "GET")
        return request.asks("watch") ? "watch" : target.name.empty() ? "list" : "get";
    if (request.method == "POST") return "create";
    if (request.method == "PUT") return "update";
    if (request.method == "PATCH") return "patch";
    return target.name.empty() ? "deletecollection" : "delete";
}

Answer get(Cluster& cluster, const Target& target, const Request& request) {
    if (target.subresource == "log") return pod_log(cluster, target, request);
    const ObjectPtr object = cluster.store.find(*target.kind, target.name_space, target.name);
    if (!object) throw not_found(*target.kind, target.name);
    if (wants_table(request.accept))
        return {200,
                make_table(*target.kind, {object}, cluster.clock.now(), included_objects(request))
                    .dump()};
    return {200, object->bytes};
}

Answer review_access(const Request& request) {
    Json review = Json::parse(request.body, nullptr, false);
    if (auto decoded = decode_access_review(request.body)) review = std::move(*decoded);
    if (!review.is_object()) throw bad_request("the body is not an access review");
    const Json spec = review.value("spec", Json::object());
    const Json wanted = spec.value("resourceAttributes", Json::object());
    Action action{wanted.value("verb", ""),      wanted.value("group", ""),
                  wanted.value("resource", ""),  wanted.value("subresource", ""),
                  wanted.value("namespace", ""), wanted.value("name", "")};
    if (spec.contains("nonResourceAttributes")) {
        action.path = spec.at("nonResourceAttributes").value("path", "");
        action.verb = spec.at("nonResourceAttributes").value("verb", "");
    }
    review["kind"] = "SelfSubjectAccessReview";
    review["apiVersion"] = "authorization.k8s.io/v1";
    review["metadata"] = Json::object();
    review["status"] = {{"allowed", allowed(request.user, action)}};
    return {201, review.dump()};
}

Answer act(Cluster& cluster, const Request& request) {
    const auto target = parse_target(request.path);
    if (request.path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" &&
        request.method == "POST" && !request.user.empty())
        return review_access(request);
    if (!target) {
        if (auto answer = proxy(cluster, request)) return *answer;
        std::string verb = request.method;
        std::transform(verb.begin(), verb.end(), verb.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const Action action{.verb = verb, .path = request.path};
        if (!allowed(request.user, action)) throw forbidden(request.user, action);
        if (auto answer = discovery(request)) return *answer;
        if (request.path.starts_with("/api/v1/")) throw unknown_path();
        return {404, "404 page not found\n", "text/plain; charset=utf-8"};
    }
    const Action action{verb_of(*target, request),
                        std::string(target->kind->group),
                        std::string(target->kind->plural),
                        target->subresource,
                        target->kind->namespaced ? target->name_space : "",
                        target->name};
    if (!allowed(request.user, action)) throw forbidden(request.user, action);
    if (!action.subresource.empty() && action.subresource != "status" &&
        action.subresource != "log")
        throw not_found(*target->kind, target->name);
    if (action.verb == "get") return get(cluster, *target, request);
    if (action.verb == "list") return list(cluster, *target, request);
    if (action.verb == "watch") return watch(cluster, *target, request);
    return write(cluster, *target, request);
}
} // namespace

std::optional<Target> parse_target(const std::string& path) {
    const auto segments = segments_of(path);
    std::size_t at = 0;
    const auto next = [&] { return at < segments.size() ? segments[at++] : std::string(); };
    const std::string root = next();
    if (root != "api" && root != "apis") return std::nullopt;
    const std::string group = root == "apis" ? next() : "";
    const std::string version = next();
    Target target;
    std::string plural = next();
    if (plural == "namespaces" && segments.size() > at + 1 &&
        find_kind(group, version, segments[at + 1])) {
        target.name_space = next();
        plural = next();
    }
    target.kind = find_kind(group, version, plural);
    if (!target.kind) return std::nullopt;
    target.name = next();
    target.subresource = next();
    const bool known = target.subresource.empty() || (target.subresource == "status") ||
                       (target.subresource == "log" && plural == "pods") || target.kind->custom;
    if (at < segments.size() || !known) return std::nullopt;
    if (target.kind->namespaced && !target.name.empty() && target.name_space.empty())
        return std::nullopt;
    return target;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    if (text.empty()) return 0;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                    : std::nullopt;
}

std::string json_error(const std::string& body) {
    try {
        if (!Json::parse(body).is_discarded()) return {};
    } catch (const Json::parse_error& error) {
        if (error.byte <= body.size())
            return fmt::format("invalid character '{}' looking for beginning of value",
                               body[error.byte - 1]);
    }
    return "unexpected end of JSON input";
}

Answer handle(Cluster& cluster, const Request& request) {
    const std::lock_guard lock(cluster.mutex);
    try {
        return act(cluster, request);
    } catch (const Refusal& refusal) {
        Answer answer{refusal.code(), refusal.status.dump()};
        if (refusal.status.contains("details") &&
            refusal.status.at("details").contains("retryAfterSeconds"))
            answer.headers["Retry-After"] =
                refusal.status.at("details").at("retryAfterSeconds").dump();
        return answer;
    } catch (const Json::exception& error) { // a member of an unexpected type in what was sent
        return {400, bad_request(error.what()).status.dump()};
    }
}

} // namespace kspark::sandbox
