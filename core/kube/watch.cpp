// SPDX-License-Identifier: Apache-2.0
// A watch in three states: listing, following, or waiting for the time to do either again. What the
// server tells is normalised on the way, so that the reader sees each object appear once, change,
// and go once, whatever was cut or missed in between.
#include "core/kube/watch.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::kube {
namespace {

using namespace std::chrono_literals;
using Kind = WatchEvent::Kind;

constexpr core::Duration kMostDelay = 30s;
/// How long a server that was away may refuse those whom it should know.
constexpr core::Duration kRightsAreLoading = 10s;
constexpr std::size_t kMostOfEvent = 64u << 20;
constexpr std::size_t kObjectsAtOnce = 256;

std::string key_of(const data::Json& object) {
    return data::string_at(object, {"metadata", "namespace"}) + "/" +
           data::string_at(object, {"metadata", "name"});
}

/// Enough of an object to say which one has gone.
std::string skeleton_of(const data::Json& object) {
    data::Json skeleton;
    for (const char* key : {"apiVersion", "kind"})
        if (const auto* value = data::find(object, {key})) skeleton[key] = *value;
    for (const char* key : {"name", "namespace", "uid", "labels"})
        if (const auto* value = data::find(object, {"metadata", key}))
            skeleton["metadata"][key] = *value;
    return data::dump_json(skeleton);
}

bool may_pass(const core::Error& error) {
    return error.code == core::Code::Unreachable || error.code == core::Code::Failed ||
           error.code == core::Code::Timeout;
}

} // namespace

core::Duration Backoff::next() {
    const core::Duration delay = delay_;
    delay_ = std::min(delay_ * 2, kMostDelay);
    return delay + core::Duration(std::uniform_int_distribution<core::Duration::rep>(
                       0, delay.count())(random_));
}

Watch::Watch(Sender& sender, std::mt19937& random, Reference reference, Selection selection,
             WatchHandler handler)
    : sender_(sender), random_(random), reference_(std::move(reference)),
      selection_(std::move(selection)), handler_(std::move(handler)), backoff_(random) {
    list();
}

Watch::~Watch() {
    if (stream_) sender_.cancel(*stream_);
}

void Watch::stop() {
    over_ = true;
    if (stream_) sender_.cancel(*std::exchange(stream_, {}));
}

std::optional<core::Duration> Watch::due() const {
    return lister_ && lister_->has_items() ? core::Duration::zero() : due_;
}

void Watch::advance() {
    if (!over_ && due_ && sender_.now() >= *due_) {
        due_.reset();
        version_.empty() ? list() : follow();
    }
    if (!over_ && lister_) drain_list();
    if (!over_) drain_lines();
}

void Watch::list() {
    round_ += 2;
    lines_came_ = false;
    lister_ = std::make_unique<Lister>(sender_, collection_call(reference_, selection_, "listing"),
                                       std::vector<std::string>{"managedFields"});
}

void Watch::drain_list() {
    const auto drained = lister_->drain(
        [this](const data::Json& object) -> core::Status {
            if (!over_) tell_present(object);
            return {};
        },
        kObjectsAtOnce);
    if (over_ || (drained && !lister_->finished())) return;
    End end = drained ? lister_->end() : End{drained.error(), 200, {}};
    if (end.status) {
        version_ = lister_->result().resource_version;
        sweep();
    }
    lister_.reset();
    if (over_) return;
    if (!end.status) return ended(end);
    tell(Kind::Synced, nullptr);
    if (!over_) follow();
}

void Watch::follow() {
    const int seconds = std::uniform_int_distribution<int>(300, 600)(random_);
    Call call = collection_call(reference_, selection_, "watching");
    call.query.add("allowWatchBookmarks", "true")
        .add("resourceVersion", version_)
        .add("timeoutSeconds", std::to_string(seconds))
        .add("watch", "true");
    lines_came_ = false;
    Listener listener;
    listener.data = [this](std::string_view piece) { buffer_ += piece; };
    listener.end = [this](End end) { end_ = std::move(end); };
    // A connection that died without a word is noticed, too.
    stream_ =
        sender_.start(call, Body::Json, std::chrono::seconds(seconds) + 30s, std::move(listener));
}

void Watch::drain_lines() {
    // Handlers may make calls, in which more bytes arrive: those come behind the ones taken here.
    std::string bytes = std::exchange(buffer_, {});
    std::size_t begin = 0;
    for (auto end = bytes.find('\n'); end != std::string::npos && stream_;
         end = bytes.find('\n', begin)) {
        const auto line = std::string_view(bytes).substr(begin, end - begin);
        begin = end + 1;
        if (!line.empty() && !read_event(line)) return;
    }
    if (over_ || !stream_) return;
    buffer_.insert(0, bytes, begin);
    if (!end_ && buffer_.size() > kMostOfEvent)
        end_ = End{core::Error{core::Code::Failed, "a watch event is too large"}, 200, {}};
    if (end_ && buffer_.find('\n') == std::string::npos) {
        const End end = *end_;
        ended(end);
    }
}

/// False when the stream is of no more use.
bool Watch::read_event(std::string_view line) {
    auto event = data::parse_json(line, "watch event");
    const auto object = event ? event->find("object") : data::Json::iterator();
    if (!event || object == event->end()) {
        ended({core::Error{core::Code::Failed, "a watch event cannot be read"}, 200, {}});
        return false;
    }
    const std::string type = data::string_at(*event, {"type"});
    if (type == "ERROR") {
        const int code = static_cast<int>(data::integer_at(*object, {"code"}).value_or(500));
        const auto seconds =
            data::integer_at(*object, {"details", "retryAfterSeconds"}).value_or(0);
        const http::Response response{code, {}, data::dump_json(*object)};
        ended({error_of(response, collection_call(reference_, selection_, "watching")), code,
               std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 3600))});
        return false;
    }
    lines_came_ = true;
    backoff_.reset();
    const std::string version = data::string_at(*object, {"metadata", "resourceVersion"});
    if (!version.empty()) version_ = version;
    if (data::find(*object, {"metadata", "managedFields"}) != nullptr)
        (*object)["metadata"].erase("managedFields");
    if (type == "ADDED" || type == "MODIFIED") tell_present(*object);
    if (type == "DELETED") tell_deleted(*object);
    return !over_;
}

void Watch::ended(const End& end) {
    if (stream_) sender_.cancel(*std::exchange(stream_, {}));
    buffer_.clear();
    end_.reset();
    const bool was_alive = lines_came_;
    if (end.status) return wait(was_alive ? core::Duration::zero() : backoff_.next());

    const core::Error& error = end.status.error();
    const bool connection_broke = end.http_status == 0 || end.http_status / 100 == 2;
    if (connection_broke && sender_.answered() && may_pass(error)) {
        broken_at_ = sender_.now();
        return wait(was_alive ? core::Duration::zero() : backoff_.next());
    }
    if (end.http_status == 410) {
        version_.clear();
        return wait(was_alive ? core::Duration::zero() : backoff_.next());
    }
    const bool overloaded = end.http_status == 429 || end.http_status >= 500;
    const bool rights_loading =
        end.http_status == 403 && broken_at_ && sender_.now() - *broken_at_ <= kRightsAreLoading;
    if (overloaded || rights_loading) {
        if (overloaded && !broken_at_) broken_at_ = sender_.now();
        return wait(std::max(end.retry_after, backoff_.next()));
    }
    give_up(error);
}

void Watch::give_up(const core::Error& error) {
    over_ = true;
    handler_({Kind::Failed, nullptr, &error});
}

void Watch::tell(Kind kind, const data::Json* object) {
    handler_({kind, object, nullptr});
}

void Watch::tell_present(const data::Json& object) {
    const std::string key = key_of(object);
    const std::string uid = data::string_at(object, {"metadata", "uid"});
    const auto found = known_.find(key);
    const bool same = found != known_.end() && found->second.uid == uid;
    if (found != known_.end() && !same) {
        const auto gone = data::parse_json(found->second.skeleton, "object");
        if (gone) tell(Kind::Deleted, &*gone);
        if (over_) return;
    }
    known_[key] = {uid, skeleton_of(object), round()};
    tell(same ? Kind::Modified : Kind::Added, &object);
}

void Watch::tell_deleted(const data::Json& object) {
    if (known_.erase(key_of(object)) > 0) tell(Kind::Deleted, &object);
}

/// What the last list no longer had.
void Watch::sweep() {
    std::vector<std::string> gone;
    for (const auto& [key, known] : known_)
        if (known.seen < round()) gone.push_back(key);
    for (const std::string& key : gone) {
        const auto object = data::parse_json(known_[key].skeleton, "object");
        known_.erase(key);
        if (object && !over_) tell(Kind::Deleted, &*object);
    }
}

} // namespace kspark::kube
