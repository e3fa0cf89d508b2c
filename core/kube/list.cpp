// SPDX-License-Identifier: Apache-2.0
// Lists are read in a pipeline: the server prepares the next page while we parse this one, and what
// waits in between is text (a fifth of the size of a tree), bounded by not reading from the
// network.
#include "core/kube/list.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace kspark::kube {
namespace {

constexpr int kPageSize = 500;
constexpr std::size_t kMostWaiting = 2u << 20;

/// Whose nesting the splitter has bounded already.
core::Result<data::Json> parse_item(const std::string& text) {
    auto value = data::Json::parse(text, nullptr, false);
    if (value.is_discarded())
        return core::Error{core::Code::Failed, "the server's list has an item that is not JSON"};
    return value;
}

} // namespace

Call collection_call(const Reference& reference, const Selection& selection,
                     std::string_view verb) {
    Call call{"GET", path_of(reference), {}, {}, {}, {}};
    call.what = fmt::format("{} {}", verb, reference.resource.qualified_name());
    if (!reference.name_space.empty())
        call.what += fmt::format(" in namespace \"{}\"", reference.name_space);
    if (!selection.fields.empty()) call.query.add("fieldSelector", selection.fields);
    if (!selection.labels.empty()) call.query.add("labelSelector", selection.labels);
    return call;
}

Lister::Lister(Sender& sender, Call call, std::vector<std::string> drop)
    : sender_(sender), call_(std::move(call)), drop_(std::move(drop)) {
    ask();
}

Lister::~Lister() {
    if (transfer_) sender_.cancel(*transfer_);
}

bool Lister::full() const {
    return item_bytes_ > kMostWaiting;
}

core::Status Lister::drain(const std::function<core::Status(data::Json)>& item, std::size_t most) {
    for (; most > 0 && !items_.empty(); --most) {
        const std::string text = std::move(items_.front());
        items_.pop_front();
        item_bytes_ -= text.size();
        KSPARK_ASSIGN(auto value, parse_item(text));
        ++result_.count;
        KSPARK_TRY(item(std::move(value)));
    }
    return {};
}

void Lister::ask() {
    Call call = call_;
    if (!token_.empty()) call.query.add("continue", token_);
    if (!restarted_) call.query.add("limit", std::to_string(kPageSize));
    splitter_ = std::make_unique<ItemSplitter>(drop_, [this](std::string item) {
        item_bytes_ += item.size();
        items_.push_back(std::move(item));
    });
    Listener listener;
    listener.data = [this](std::string_view piece) { splitter_->feed(piece); };
    listener.end = [this](End end) { page_ended(std::move(end)); };
    transfer_ = sender_.start(call, Body::Json, sender_.request_timeout(), std::move(listener));
}

void Lister::page_ended(End end) {
    transfer_.reset();
    end_ = std::move(end);
    if (end_.http_status == 410 && !token_.empty() && !restarted_) {
        restarted_ = true;
        token_.clear();
        items_.clear();
        item_bytes_ = 0;
        ask();
        return;
    }
    if (end_.status) end_.status = read_envelope();
    if (end_.status && !token_.empty()) ask();
}

core::Status Lister::read_envelope() {
    KSPARK_ASSIGN(const std::string text, splitter_->envelope());
    KSPARK_ASSIGN(const data::Json list, data::parse_json(text, "the server's list"));
    token_ = data::string_at(list, {"metadata", "continue"});
    result_.resource_version = data::string_at(list, {"metadata", "resourceVersion"});
    return {};
}

} // namespace kspark::kube
