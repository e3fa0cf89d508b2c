// SPDX-License-Identifier: Apache-2.0
// How the cluster answers: lists and watches as the API server does, logs as a node does, in pieces
// of any length.
#include "core/base/time.hpp"
#include "tests/plugins/logs_cluster.hpp"
#include "tests/support/http_date.hpp"

#include <fmt/format.h>

namespace kspark::test {

std::string parameter(const std::string& target, const std::string& name) {
    for (const std::string mark : {"?", "&"}) {
        const auto at = target.find(mark + name + "=");
        if (at == std::string::npos) continue;
        const auto begin = at + name.size() + 2;
        std::string value = target.substr(begin, target.find('&', begin) - begin);
        for (auto colon = value.find("%3A"); colon != std::string::npos; colon = value.find("%3A"))
            value.replace(colon, 3, ":");
        return value;
    }
    return {};
}

http::TransferId FakeCluster::start(http::Request request, http::Handler handler) {
    requests.push_back(request.method + " " + request.target);
    Transfer& transfer = transfers_[++last_];
    transfer.target = request.target;
    transfer.handler = std::move(handler);
    most_open = std::max(most_open, transfers_.size());
    return last_;
}

core::Status FakeCluster::poll(core::Duration limit) {
    if (interrupted_) return core::Error{core::Code::Interrupted, "interrupted"};
    bool happened = false;
    std::vector<http::TransferId> ids;
    for (const auto& [id, transfer] : transfers_) ids.push_back(id);
    for (const auto id : ids)
        if (transfers_.contains(id)) happened = step(id) || happened;
    if (happened) return {};
    if (++idle_ > 100'000) throw std::runtime_error("the loop does not come to an end");
    const core::Time until = clock_.now() + limit;
    if (plan_.empty() || plan_.begin()->first > until) {
        clock_.advance(limit);
        return {};
    }
    const auto next = plan_.extract(plan_.begin());
    if (next.key() > clock_.now()) clock_.advance(next.key() - clock_.now());
    next.mapped()();
    return {};
}

bool FakeCluster::step(http::TransferId id) {
    Transfer& transfer = transfers_.at(id);
    if (!transfer.head_told && clock_.now() < down_until_)
        return finish(id, core::Error{core::Code::Unreachable, "connection refused"});
    if (transfer.broken) return finish(id, core::Error{core::Code::Failed, "unexpected EOF"});
    if (!transfer.head_told) {
        if (clock_.now() < forbidden_until_) return answer(id, 403, "Forbidden", "forbidden");
        return begin(id);
    }
    if (transfer.pod != nullptr) return step_log(id);
    return step_watch(id);
}

bool FakeCluster::begin(http::TransferId id) {
    Transfer& transfer = transfers_.at(id);
    const std::string path = transfer.target.substr(0, transfer.target.find('?'));
    const std::string last = path.substr(path.rfind('/') + 1);
    const bool other = apache_ ? path.find("sparkoperator.k8s.io") != std::string::npos
                               : path.find("spark.apache.org") != std::string::npos;
    if (other)
        return answer(id, 404, "NotFound", "the server could not find the requested resource");
    if (last == "log") return stall_after_ != std::size_t(0) && begin_log(id, path);
    if (!parameter(transfer.target, "watch").empty()) {
        transfer.event = std::stoul(parameter(transfer.target, "resourceVersion"));
        if (transfer.event < oldest_) return answer(id, 410, "Expired", "too old");
        return head(id, 200);
    }
    if (last == "sparkapplications" || last == "pods") return list(id, last);
    if (path.find("/sparkapplications/") != std::string::npos)
        return last == "orders" && !app_gone_
                   ? answer(id, app_.dump())
                   : answer(id, 404, "NotFound",
                            fmt::format("sparkapplications \"{}\" not found", last));
    if (FakePod* pod = pod_named(last)) {
        const std::string body = json_of(*pod).dump();
        if (removes_after_log && pod->state == "terminated") pod->gone = true;
        return answer(id, body);
    }
    return answer(id, 404, "NotFound", fmt::format("pods \"{}\" not found", last));
}

bool FakeCluster::list(http::TransferId id, const std::string& plural) {
    data::Json items = data::Json::array();
    if (plural == "pods") {
        for (const FakePod& pod : pods_)
            if (!pod.gone) items.push_back(json_of(pod));
    } else if (!app_gone_) {
        items.push_back(app_);
    }
    return answer(id,
                  data::Json{{"metadata", {{"resourceVersion", std::to_string(events_.size())}}},
                             {"items", items}}
                      .dump());
}

bool FakeCluster::begin_log(http::TransferId id, const std::string& path) {
    Transfer& transfer = transfers_.at(id);
    const std::string name = core_name(path);
    FakePod* const pod = pod_named(name);
    if (pod == nullptr)
        return answer(id, 404, "NotFound", fmt::format("pods \"{}\" not found", name));
    if (!parameter(transfer.target, "previous").empty())
        return answer(id, 400, "BadRequest",
                      "previous terminated container \"c\" in pod \"p\" not found");
    if (pod->state == "waiting")
        return answer(id, 400, "BadRequest",
                      fmt::format("container \"c\" in pod \"{}\" is waiting to start: "
                                  "ContainerCreating",
                                  name));
    transfer.pod = pod;
    transfer.line = pod->first_kept;
    if (const auto since = core::parse_time(parameter(transfer.target, "sinceTime")))
        while (transfer.line < pod->lines.size() && pod->lines[transfer.line].first < *since)
            ++transfer.line;
    if (const auto tail = parameter(transfer.target, "tailLines"); !tail.empty())
        transfer.line = std::max<std::size_t>(
            transfer.line, pod->lines.size() - std::min(pod->lines.size(), std::stoul(tail)));
    return head(id, 200);
}

std::string FakeCluster::core_name(const std::string& path) {
    const std::string pod = path.substr(0, path.rfind('/'));
    return pod.substr(pod.rfind('/') + 1);
}

bool FakeCluster::step_log(http::TransferId id) {
    Transfer& transfer = transfers_.at(id);
    if (stall_after_ && transfer.sent >= *stall_after_) return false;
    const bool stamps = !parameter(transfer.target, "timestamps").empty();
    const FakePod& pod = *transfer.pod;
    while (transfer.line < pod.lines.size() && transfer.pending.size() < 4096) {
        const auto& [time, line] = pod.lines[transfer.line++];
        if (stamps) transfer.pending += core::format_time(time, 9) + " ";
        transfer.pending += line + "\n";
    }
    if (!transfer.pending.empty()) {
        const std::string piece = transfer.pending.substr(0, 1 + random_() % 3000);
        transfer.pending.erase(0, piece.size());
        transfer.handler.data(piece);
        transfer.sent += piece.size();
        if (breaks_ > 0 && transfer.sent >= break_after_) --breaks_, transfer.broken = true;
        return true;
    }
    const bool follow = !parameter(transfer.target, "follow").empty();
    const bool over = (pod.state == "terminated" || pod.gone) && closes_followed;
    return !follow || over || transfer.closed ? finish(id, {}) : false;
}

bool FakeCluster::step_watch(http::TransferId id) {
    Transfer& transfer = transfers_.at(id);
    const bool pods = transfer.target.find("/pods?") != std::string::npos;
    std::string text;
    while (transfer.event < events_.size()) {
        const Event& event = events_[transfer.event++];
        if (event.plural == (pods ? "pods" : "sparkapplications")) text += event.text;
    }
    if (!text.empty()) transfer.handler.data(text);
    return !text.empty();
}

bool FakeCluster::head(http::TransferId id, int status) {
    Transfer& transfer = transfers_.at(id);
    transfer.head_told = true;
    http::Response response;
    response.status = status;
    response.headers.push_back({"Date", http_date(clock_.now())});
    if (transfer.handler.head) transfer.handler.head(response);
    return true;
}

bool FakeCluster::answer(http::TransferId id, const std::string& body, int status) {
    head(id, status);
    transfers_.at(id).handler.data(body);
    return finish(id, {});
}

bool FakeCluster::answer(http::TransferId id, int code, const std::string& reason,
                         const std::string& message) {
    return answer(id,
                  data::Json{{"kind", "Status"},
                             {"code", code},
                             {"reason", reason},
                             {"message", message},
                             {"details", {{"name", "x"}}}}
                      .dump(),
                  code);
}

bool FakeCluster::finish(http::TransferId id, core::Status status) {
    const auto node = transfers_.extract(id);
    if (node.mapped().handler.done) node.mapped().handler.done(std::move(status));
    return true;
}
} // namespace kspark::test
