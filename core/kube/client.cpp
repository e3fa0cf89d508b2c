// SPDX-License-Identifier: Apache-2.0
// One loop for everything: whoever waits (a call, a list, a command's own poll) moves all
// transfers, and the watches are told of what arrived only between two turns of it, so that their
// handlers may make calls themselves.
#include "core/kube/client.hpp"

#include "core/kube/list.hpp"
#include "core/kube/sender.hpp"
#include "core/kube/watch.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_set>

namespace kspark::kube {
namespace {

using core::Result;
using core::Status;
using data::Json;

constexpr core::Duration kLongWait = std::chrono::minutes(1);
constexpr std::size_t kMostOfAnswer = 64u << 20;
/// Objects that are parsed between two looks at the network.
constexpr std::size_t kObjectsAtOnce = 64;

Result<Json> parse_answer(const Call& call, const std::string& body) {
    auto value =
        data::parse_json(body.empty() ? "{}" : std::string_view(body), "the server's answer");
    if (!value) return std::move(value).error().during(what_of(call));
    return value;
}

core::Error interrupted(const Call& call, bool started) {
    return {core::Code::Interrupted,
            started ? fmt::format("interrupted while {}: it may or may not be done", what_of(call))
                    : fmt::format("interrupted before {}", what_of(call))};
}

/// Keeps many clients from retrying in step. Not std::random_device: where it is a file, a root
/// directory without /dev makes it throw.
unsigned seed() {
    unsigned value = 0;
    if (getentropy(&value, sizeof value) != 0) value = static_cast<unsigned>(getpid());
    return value;
}

} // namespace

struct Client::Impl {
    Impl(http::Transport& transport, core::Clock& clock, ClientOptions options)
        : sender(transport, clock, std::move(options)) {}

    http::TransferId begin(const Call& call, std::function<void(Result<Json>)> done);
    Status poll(core::Duration limit);
    void advance_watches();

    Sender sender;
    std::mt19937 random{seed()};
    std::map<WatchId, std::shared_ptr<Watch>> watches;
    WatchId last_watch = 0;
    bool advancing = false;
};

/// The whole answer is collected, then parsed.
http::TransferId Client::Impl::begin(const Call& call, std::function<void(Result<Json>)> done) {
    auto body = std::make_shared<std::string>();
    Call words = call;
    words.body.clear();
    Listener listener;
    listener.data = [body](std::string_view piece) {
        if (body->size() <= kMostOfAnswer) *body += piece;
    };
    listener.end = [body, words, done = std::move(done)](const End& end) {
        if (!end.status) return done(end.status.error());
        if (body->size() > kMostOfAnswer)
            return done(core::Error{core::Code::Failed,
                                    fmt::format("{}: the answer is too large", what_of(words))});
        done(parse_answer(words, *body));
    };
    return sender.start(call, Body::Json, sender.request_timeout(), std::move(listener));
}

Status Client::Impl::poll(core::Duration limit) {
    for (const auto& [id, watch] : watches)
        if (const auto due = watch->due())
            limit = std::clamp(*due - sender.now(), core::Duration::zero(), limit);
    KSPARK_TRY(sender.poll(limit));
    advance_watches();
    return {};
}

void Client::Impl::advance_watches() {
    if (advancing) return; // a handler of a watch makes a call: the turn that told it goes on later
    advancing = true;
    const auto present = watches;
    for (const auto& [id, watch] : present) watch->advance();
    advancing = false;
    std::erase_if(watches, [](const auto& entry) { return entry.second->over(); });
}

Client::Client(http::Transport& transport, core::Clock& clock, ClientOptions options)
    : impl_(std::make_unique<Impl>(transport, clock, std::move(options))), clock_(clock) {}

Client::~Client() = default;

core::Duration Client::set_request_timeout(core::Duration timeout) {
    const auto before = impl_->sender.request_timeout();
    impl_->sender.set_request_timeout(timeout);
    return before;
}

Result<Json> Client::call(const Call& call) {
    return std::move(call_all({call}, 1).front());
}

std::vector<Result<Json>>
Client::call_all(const std::vector<Call>& calls, int parallel,
                 const std::function<bool(std::size_t, const Result<Json>&)>& each) {
    std::vector<std::optional<Result<Json>>> answers(calls.size());
    std::map<std::size_t, http::TransferId> running;
    std::vector<std::size_t> fresh; // answered, not yet told
    std::size_t next = 0;
    bool go_on = true;
    const auto room = [&] {
        return running.size() < static_cast<std::size_t>(std::max(parallel, 1));
    };
    while (!running.empty() || (go_on && next < calls.size())) {
        for (; go_on && next < calls.size() && room(); ++next)
            running[next] = impl_->begin(calls[next], [&, index = next](Result<Json> answer) {
                answers[index] = std::move(answer);
                fresh.push_back(index);
            });
        if (auto moved = impl_->poll(kLongWait); !moved) {
            for (const auto& [index, id] : running) {
                impl_->sender.cancel(id);
                if (!answers[index]) answers[index] = interrupted(calls[index], true);
            }
            break;
        }
        for (const std::size_t index : std::exchange(fresh, {})) {
            running.erase(index);
            if (each && !each(index, *answers[index])) go_on = false;
        }
    }
    std::vector<Result<Json>> results;
    for (std::size_t index = 0; index < calls.size(); ++index)
        results.push_back(answers[index] ? *std::move(answers[index])
                                         : Result<Json>(interrupted(calls[index], false)));
    return results;
}

Result<ListResult> Client::list(const Reference& reference, const Selection& selection,
                                const std::function<Status(Json)>& item,
                                const std::vector<std::string>& drop) {
    Lister lister(impl_->sender, collection_call(reference, selection, "listing"), drop);
    std::unordered_set<std::string> told; // after an expired token all come a second time
    std::size_t count = 0;
    const auto once = [&](Json object) -> Status {
        if (!told.insert(data::string_at(object, {"metadata", "uid"})).second && lister.restarted())
            return {};
        ++count;
        return item(std::move(object));
    };
    while (!lister.finished()) {
        if (!lister.full())
            KSPARK_TRY(impl_->poll(lister.has_items() ? core::Duration::zero() : kLongWait));
        KSPARK_TRY(lister.drain(once, kObjectsAtOnce));
    }
    if (!lister.end().status) return lister.end().status.error();
    return ListResult{lister.result().resource_version, count};
}

Client::WatchId Client::watch(const Reference& reference, const Selection& selection,
                              WatchHandler handler) {
    impl_->watches.emplace(++impl_->last_watch,
                           std::make_shared<Watch>(impl_->sender, impl_->random, reference,
                                                   selection, std::move(handler)));
    return impl_->last_watch;
}

void Client::stop_watch(WatchId id) {
    const auto found = impl_->watches.find(id);
    if (found == impl_->watches.end()) return;
    found->second->stop();
    impl_->watches.erase(found);
}

Status Client::poll(core::Duration limit) {
    return impl_->poll(limit);
}

http::TransferId Client::stream(const Call& call, http::Handler handler) {
    Listener listener{std::move(handler.head), std::move(handler.data), {}};
    listener.end = [done = std::move(handler.done)](End end) {
        if (done) done(std::move(end.status));
    };
    return impl_->sender.start(call, Body::Any, core::Duration::zero(), std::move(listener));
}

core::Time Client::server_now() const {
    return clock_.now() + impl_->sender.skew();
}

std::optional<core::Duration> Client::broken_at() const {
    return impl_->sender.broken_at();
}

void Client::cancel(http::TransferId id) {
    impl_->sender.cancel(id);
}

} // namespace kspark::kube
