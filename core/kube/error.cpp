// SPDX-License-Identifier: Apache-2.0
// What an answer other than 2xx means, in the words that kubectl's users know. The API server's own
// sentence is kept wherever it sent one (a Status object); proxies and load balancers send anything
// else, of which only a quoted beginning is shown.
#include "core/base/text.hpp"
#include "core/kube/client.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::kube {
namespace {

using core::Code;
using core::Error;

constexpr std::size_t kMostQuoted = 2048;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

std::string in_quotes(std::string_view text) {
    return data::dump_json(data::Json(std::string(core::trim(text).substr(0, kMostQuoted))));
}

bool is_html(const http::Response& response) {
    return contains(core::lower(response.header("content-type")), "html");
}

/// The API server's words for a failed admission webhook and for a webhook that says no.
bool refused_by_admission(std::string_view message) {
    return contains(message, "failed calling webhook") || contains(message, "denied the request") ||
           contains(message, "conversion webhook");
}

bool wrong_object(std::string_view message) {
    return contains(message, "strict decoding error") ||
           contains(message, "failed to create typed patch object") ||
           contains(message, "field not declared in schema");
}

Code code_of(int status, std::string_view message) {
    if (status != 401 && refused_by_admission(message)) return Code::Refused;
    if (wrong_object(message)) return Code::Invalid;
    switch (status) {
    case 400:
        return Code::Invalid;
    case 401:
        return Code::Unauthorized;
    case 403:
        return Code::Forbidden;
    case 404:
        return Code::NotFound;
    case 408:
    case 504:
        return Code::Timeout;
    case 409:
        return Code::Conflict;
    case 410:
        return Code::Gone;
    case 429:
    case 502:
    case 503:
        return Code::Unreachable;
    default:
        return status >= 400 && status < 500 ? Code::Refused : Code::Failed;
    }
}

/// The group and the plural of a path below /apis; empty for the core group and other paths.
struct PathResource {
    std::string group, plural;
};
PathResource resource_of(std::string_view path) {
    const auto segments = core::split(path, '/'); // "", "apis", GROUP, VERSION, ...
    if (segments.size() < 5 || segments[1] != "apis") return {};
    const std::size_t plural = segments[4] == "namespaces" && segments.size() > 6 ? 6 : 4;
    return {segments[2], segments[plural]};
}

std::string no_resource_type(const Call& call) {
    const auto [group, plural] = resource_of(call.path);
    if (group.empty())
        return fmt::format("the server could not find the requested resource ({})", what_of(call));
    std::string text =
        fmt::format("the server doesn't have a resource type \"{}\" in group {}", plural, group);
    for (const Resource& ours : {kubeflow_applications(), apache_applications()})
        if (group == ours.group) text += ": is the Spark operator installed?";
    return text;
}

/// The name between the first pair of quotes: `conflict with "helm" using v1beta2`.
std::string owner_in(const std::string& message) {
    const auto begin = message.find('"');
    const auto end = begin == std::string::npos ? begin : message.find('"', begin + 1);
    return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
}

std::vector<std::string> details_of(const data::Json& status) {
    std::vector<std::string> details;
    const data::Json* causes = data::find(status, {"details", "causes"});
    if (causes == nullptr || !causes->is_array()) return details;
    for (const data::Json& cause : *causes) {
        const std::string field = data::string_at(cause, {"field"});
        std::string text = data::string_at(cause, {"message"});
        if (data::string_at(cause, {"reason"}) == "FieldManagerConflict") {
            const std::string owner = owner_in(text);
            if (!owner.empty()) text = fmt::format("owned by \"{}\"", owner);
        }
        if (!field.empty()) text = field + ": " + text;
        if (std::find(details.begin(), details.end(), text) == details.end())
            details.push_back(std::move(text));
    }
    return details;
}

Error from_status(const data::Json& status, int http_status, const Call& call) {
    const std::string message = data::string_at(status, {"message"});
    const std::string reason = data::string_at(status, {"reason"});
    const std::string name = data::string_at(status, {"details", "name"});
    Error error{code_of(http_status, message), message, {}};
    if (http_status == 401) {
        error.message = fmt::format("You must be logged in to the server ({})",
                                    message.empty() ? "Unauthorized" : message);
    } else if (http_status == 404 && name.empty()) {
        error.message = no_resource_type(call);
    } else if (reason == "Invalid" && data::find(status, {"details"}) != nullptr) {
        error.details = details_of(status);
        if (!error.details.empty())
            error.message = fmt::format("The {} \"{}\" is invalid",
                                        data::string_at(status, {"details", "kind"}), name);
    } else if (http_status == 409) {
        error.details = details_of(status);
        // The causes follow as details: the list in the message would say them twice.
        if (!error.details.empty()) error.message = message.substr(0, message.find(": "));
    }
    if (error.message.empty())
        error.message =
            fmt::format("the server answered {} {} ({})", http_status, reason, what_of(call));
    return error;
}

std::string text_message(const http::Response& response, const Call& call) {
    const std::string what = what_of(call);
    const std::string body(core::trim(response.body));
    switch (response.status) {
    case 401:
        return "You must be logged in to the server (Unauthorized)";
    case 403:
        return body.empty() ? fmt::format("the server does not allow this request ({})", what)
                            : fmt::format("{} ({})", in_quotes(body), what);
    case 404:
        return no_resource_type(call);
    case 409:
        return fmt::format("the server reported a conflict ({})", what);
    case 410:
        return fmt::format("the requested version is no longer available ({})", what);
    case 413:
        return fmt::format("the request is too large for the server ({})", what);
    case 415:
        return fmt::format("the server is too old for this kind of request ({})", what);
    case 429:
        return fmt::format("the server has received too many requests and has asked us to try "
                           "again later ({})",
                           what);
    case 503:
        return fmt::format("the server is currently unable to handle the request ({})", what);
    case 504:
        return fmt::format("the server was unable to return a response in the time allotted ({})",
                           what);
    default:
        break;
    }
    if (response.status >= 500)
        return fmt::format(
            "an error on the server ({}) has prevented the request from succeeding ({})",
            body.empty() ? fmt::format("status {}", response.status) : in_quotes(body), what);
    return fmt::format("the server answered {}{} ({})", response.status,
                       body.empty() ? std::string() : ": " + in_quotes(body), what);
}

} // namespace

Error error_of(const http::Response& response, const Call& call) {
    if (response.status >= 300 && response.status < 400)
        return {Code::Failed,
                fmt::format("the server answered {} with a redirect to {}, which is not followed: "
                            "check the server's address in the kubeconfig ({})",
                            response.status, in_quotes(response.header("location")),
                            what_of(call))};
    if (is_html(response) && response.status != 401)
        return {code_of(response.status, {}),
                fmt::format("the server answered {} with text/html, not Kubernetes JSON: is this a "
                            "login page or a proxy? ({})",
                            response.status, what_of(call))};
    const auto body = data::parse_json(response.body, "answer");
    if (body && data::string_at(*body, {"kind"}) == "Status")
        return from_status(*body, response.status, call);
    return {code_of(response.status, response.body), text_message(response, call)};
}

} // namespace kspark::kube
