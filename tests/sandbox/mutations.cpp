// SPDX-License-Identifier: Apache-2.0
// Wrong behaviours, each a wrapper around the right one: the requests are changed before, or the
// answers after, so that the sandbox itself knows nothing of them.
#include "tests/sandbox/mutations.hpp"

#include "core/base/text.hpp"

#include <map>

namespace kspark::sandbox {

namespace {
/// The token of a page points before its last object, which comes again.
Answer repeat_an_item(Cluster& cluster, const Request& request) {
    Request shorter = request;
    Answer answer = handle(cluster, request);
    const auto limit = number_of(request.parameter("limit"));
    if (!limit || *limit < 2 || request.method != "GET" || answer.code != 200) return answer;
    shorter.query["limit"] = std::to_string(*limit - 1);
    const Json before = Json::parse(handle(cluster, shorter).body, nullptr, false);
    Json page = Json::parse(answer.body, nullptr, false);
    if (!page.is_object() || page.value("/metadata/continue"_json_pointer, "").empty())
        return answer;
    page["metadata"]["continue"] = before.at("metadata").at("continue");
    answer.body = page.dump();
    return answer;
}

class WithoutBookmarks : public Stream {
public:
    explicit WithoutBookmarks(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
    std::string read() override {
        std::string left;
        for (const std::string& line : core::split(stream_->read(), '\n'))
            if (!line.empty() && line.find("BOOKMARK") == std::string::npos) left += line + "\n";
        return left;
    }
    bool ended() const override { return stream_->ended(); }

private:
    std::shared_ptr<Stream> stream_;
};

Answer drop_bookmarks(Cluster& cluster, const Request& request) {
    Answer answer = handle(cluster, request);
    if (answer.stream && request.asks("watch"))
        answer.stream = std::make_shared<WithoutBookmarks>(answer.stream);
    return answer;
}

Answer keep_dry_runs(Cluster& cluster, Request request) {
    request.query.erase("dryRun");
    return handle(cluster, request);
}

Answer ignore_conflicts(Cluster& cluster, Request request) {
    if (request.content_type.starts_with("application/apply-patch"))
        request.query["force"] = "true";
    return handle(cluster, request);
}

Answer ignore_since_time(Cluster& cluster, Request request) {
    request.query.erase("sinceTime");
    return handle(cluster, request);
}

const std::map<std::string, Handler>& mutations() {
    static const std::map<std::string, Handler> all = {
        {"page-repeats-item", repeat_an_item},
        {"watch-drops-bookmarks", drop_bookmarks},
        {"dry-run-persists", keep_dry_runs},
        {"apply-ignores-conflicts", ignore_conflicts},
        {"log-ignores-since-time", ignore_since_time}};
    return all;
}
} // namespace

Handler make_mutation(const std::string& name) {
    const auto found = mutations().find(name);
    return found == mutations().end() ? Handler() : found->second;
}

} // namespace kspark::sandbox
