// SPDX-License-Identifier: Apache-2.0
// Lists: selection, pages, and the bytes of objects put together without parsing them again. All
// pages of a list show the state that the first one saw.
#include "core/base/text.hpp"
#include "tests/sandbox/api.hpp"
#include "tests/sandbox/selectors.hpp"
#include "tests/sandbox/tables.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kspark::sandbox {

namespace {
constexpr std::string_view kTooOldToken =
    "The provided continue parameter is too old to display a consistent list result. You can start "
    "a new list without the continue parameter, or use the continue token in this response to "
    "retrieve the remainder of the results. Continuing with the provided token results in an "
    "inconsistent list - objects that were created, modified, or deleted between the time the "
    "first chunk was returned and now may show up in the list.";

struct Page {
    std::string after;                    ///< key of the last object of the page before
    std::optional<std::uint64_t> version; ///< none: whatever is there now
};

/// Base64 for URLs, without padding.
std::string encode_token(const Json& value) {
    std::string text = core::encode_base64(value.dump());
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

Json decode_token(std::string token) {
    std::replace(token.begin(), token.end(), '-', '+');
    std::replace(token.begin(), token.end(), '_', '/');
    token.resize((token.size() + 3) / 4 * 4, '=');
    const auto text = core::decode_base64(token);
    return text ? Json::parse(*text, nullptr, false) : Json();
}

/// A version of -1 goes on with what is there then.
std::string make_continue(const std::string& key, std::int64_t version) {
    return encode_token({{"v", "meta.k8s.io/v1"}, {"rv", version}, {"start", key}});
}

Page parse_continue(const Store& store, const std::string& token) {
    const Json value = decode_token(token);
    if (!value.is_object() || !value.contains("start"))
        throw bad_request("invalid continue token: continue key is not valid");
    const auto version = value.value("rv", std::int64_t{0});
    const std::string after = value.at("start");
    if (version < 0) return {after, std::nullopt};
    if (!store.remembers(static_cast<std::uint64_t>(version))) {
        Refusal refusal = expired(kTooOldToken);
        refusal.status["metadata"]["continue"] = make_continue(after, -1);
        throw refusal;
    }
    return {after, static_cast<std::uint64_t>(version)};
}

/// Which state of the store is asked for.
Page page_of(const Store& store, const Request& request) {
    const std::string wanted = request.parameter("resourceVersion");
    const auto version = number_of(wanted);
    if (!version)
        throw bad_request(fmt::format("invalid resource version: resourceVersion: Invalid value: "
                                      "\"{0}\": strconv.ParseUint: parsing \"{0}\": invalid "
                                      "syntax",
                                      wanted));
    if (const std::string token = request.parameter("continue"); !token.empty()) {
        if (*version != 0)
            throw bad_request("specifying resource version is not allowed when using continue");
        return parse_continue(store, token);
    }
    if (*version > store.version())
        throw failed(504, "Timeout",
                     fmt::format("Timeout: Too large resource version: {}, current: {}", *version,
                                 store.version()),
                     {{"causes", Json::array({{{"reason", "ResourceVersionTooLarge"},
                                               {"message", "Too large resource version"}}})},
                      {"retryAfterSeconds", 1}});
    if (request.parameter("resourceVersionMatch") != "Exact") return {};
    if (!store.remembers(*version))
        throw expired("The resourceVersion for the provided list is too old.");
    return {"", *version};
}

std::size_t limit_of(const Request& request) {
    const std::string text = request.parameter("limit");
    const auto limit = number_of(text);
    if (!limit)
        throw bad_request(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", text));
    return *limit;
}

Answer render(const Cluster& cluster, const Target& target, const Request& request,
              const std::vector<ObjectPtr>& items, const Json& metadata) {
    if (wants_table(request.accept)) {
        Json table =
            make_table(*target.kind, items, cluster.clock.now(), included_objects(request));
        table["metadata"] = metadata;
        return {200, table.dump()};
    }
    std::size_t size = 300;
    for (const ObjectPtr& item : items) size += item->bytes.size() + 1;
    std::string body =
        fmt::format("{{\"apiVersion\":\"{}\",\"items\":[", target.kind->api_version());
    body.reserve(size);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) body += ',';
        body += items[i]->bytes;
    }
    body += fmt::format("],\"kind\":\"{}List\",\"metadata\":{}}}\n", target.kind->kind,
                        metadata.dump());
    return {200, std::move(body)};
}
} // namespace

Answer list(Cluster& cluster, const Target& target, const Request& request) {
    const Predicate labels = label_selector(request.parameter("labelSelector"));
    const Predicate fields = field_selector(*target.kind, request.parameter("fieldSelector"));
    const bool selecting =
        !request.parameter("labelSelector").empty() || !request.parameter("fieldSelector").empty();
    const std::size_t limit = limit_of(request);
    const Page page = page_of(cluster.store, request);
    const std::uint64_t version = page.version.value_or(cluster.store.version());
    Store::Objects past;
    if (version != cluster.store.version()) past = cluster.store.at(*target.kind, version);
    const Store::Objects& all =
        version == cluster.store.version() ? cluster.store.all(*target.kind) : past;
    const std::string prefix = target.name_space.empty() ? "" : target.name_space + "/";
    auto at = page.after.empty() ? all.lower_bound(prefix) : all.upper_bound(page.after);
    std::vector<ObjectPtr> items;
    Json metadata = {{"resourceVersion", std::to_string(version)}};
    std::string last;
    std::size_t remaining = 0;
    for (; at != all.end() && at->first.starts_with(prefix); ++at) {
        if (selecting && !(labels(at->second->value) && fields(at->second->value))) continue;
        if (limit == 0 || items.size() < limit) {
            items.push_back(at->second);
            last = at->first;
        } else if (++remaining; selecting) {
            break;
        }
    }
    if (remaining > 0) {
        metadata["continue"] = make_continue(last, static_cast<std::int64_t>(version));
        if (!selecting) metadata["remainingItemCount"] = remaining;
    } else if (target.kind->custom && !wants_table(request.accept)) {
        metadata["continue"] = "";
    }
    return render(cluster, target, request, items, metadata);
}

} // namespace kspark::sandbox
