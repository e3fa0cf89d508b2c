// SPDX-License-Identifier: Apache-2.0
// A value is finished in its own frame and then moved into the container around it, so that no
// pointer into a growing container is ever kept. Members are appended, not inserted: the container
// of ordered maps would search all earlier keys for each new one; large maps get an index instead.
#include "core/data/builder.hpp"

#include <fmt/format.h>

namespace kspark::data {

namespace {

constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);
constexpr std::size_t kIndexFrom = 24;

using Members = std::vector<Json::object_t::value_type>;

Members& members(Json& object) {
    return object.get_ref<Json::object_t&>();
}

bool mergeable(const Json& value) {
    if (value.is_object()) return true;
    if (!value.is_array()) return false;
    for (const Json& item : value)
        if (!item.is_object()) return false;
    return true;
}

} // namespace

std::size_t Builder::find_key(Frame& frame, const std::string& key) {
    Members& all = members(frame.container);
    if (all.size() < kIndexFrom) {
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].first == key) return i;
        return kAbsent;
    }
    for (std::size_t i = frame.index.size(); i < all.size(); ++i)
        frame.index.emplace(all[i].first, i);
    const auto found = frame.index.find(key);
    return found == frame.index.end() ? kAbsent : found->second;
}

std::string Builder::key(std::string key, std::size_t offset) {
    Frame& frame = frames_.back();
    if (options_.reject_duplicate_keys && find_key(frame, key) != kAbsent)
        return fmt::format("the key \"{}\" stands here for the second time: remove one of the two",
                           key);
    frame.key = std::move(key);
    frame.offset = offset;
    frame.has_key = true;
    return {};
}

std::string Builder::merge_key(std::size_t offset) {
    Frame& frame = frames_.back();
    if (!frame.merges.empty())
        return "the key \"<<\" stands here for the second time: give it a list of maps";
    frame.key = "<<";
    frame.offset = offset;
    frame.has_key = true;
    frame.merging = true;
    return {};
}

std::string Builder::begin(Json container, std::size_t offset) {
    if (frames_.size() >= options_.depth)
        return fmt::format("nested deeper than {} levels", options_.depth);
    if (!frames_.empty() && frames_.back().container.is_array()) frames_.back().offset = offset;
    frames_.push_back({std::move(container)});
    frames_.back().positions = {offset, frames_.back().container.is_array()};
    return {};
}

void Builder::apply_merges(Frame& frame) {
    const std::vector<Json> merges = std::move(frame.merges);
    const auto add = [&](const Json& source) {
        for (const auto& [name, value] : source.get_ref<const Json::object_t&>())
            if (find_key(frame, name) == kAbsent)
                members(frame.container).emplace_back(name, value);
    };
    for (const Json& merge : merges) {
        if (merge.is_object()) {
            add(merge);
            continue;
        }
        for (const Json& item : merge) add(item);
    }
}

const Json& Builder::end() {
    if (!frames_.back().merges.empty()) apply_merges(frames_.back());
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    return place(std::move(frame.container), std::move(frame.positions));
}

std::string Builder::value(Json value, std::size_t offset) {
    if (!frames_.empty() && frames_.back().container.is_array()) frames_.back().offset = offset;
    if (!frames_.empty() && frames_.back().merging && !mergeable(value))
        return fmt::format("\"<<\" takes a map or a list of maps, not {}", type_name(value));
    place(std::move(value), PositionTree{offset});
    return {};
}

const Json& Builder::place(Json value, PositionTree positions) {
    if (frames_.empty()) {
        positions_ = std::move(positions);
        root_ = std::move(value);
        return root_;
    }
    Frame& frame = frames_.back();
    positions.offset = frame.offset;
    if (frame.merging) {
        frame.merging = frame.has_key = false;
        return frame.merges.emplace_back(std::move(value));
    }
    if (options_.record_positions)
        frame.positions.children.emplace_back(frame.positions.is_list ? std::string() : frame.key,
                                              std::move(positions));
    if (frame.container.is_array()) {
        auto& items = frame.container.get_ref<Json::array_t&>();
        return items.emplace_back(std::move(value));
    }
    frame.has_key = false;
    Members& all = members(frame.container);
    if (!options_.reject_duplicate_keys)
        if (const std::size_t at = find_key(frame, frame.key); at != kAbsent)
            return all[at].second = std::move(value);
    return all.emplace_back(std::move(frame.key), std::move(value)).second;
}

Path Builder::path() const {
    Path path;
    for (const Frame& frame : frames_) {
        if (frame.container.is_array())
            path.push_back(std::to_string(frame.container.size()));
        else if (frame.has_key)
            path.push_back(frame.key);
    }
    return path;
}

} // namespace kspark::data
