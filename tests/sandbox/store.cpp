// SPDX-License-Identifier: Apache-2.0
// Objects are immutable and shared, so that a list or a watch can go on reading what it was given
// while the next version is being written.
#include "tests/sandbox/store.hpp"

namespace kspark::sandbox {

namespace {
std::string key_of(const Json& value) {
    const Json& metadata = value.at("metadata");
    return object_key(metadata.value("namespace", ""), metadata.at("name").get<std::string>());
}

ObjectPtr freeze(Json value, std::uint64_t version) {
    value["metadata"]["resourceVersion"] = std::to_string(version);
    auto object = std::make_shared<Object>();
    object->bytes = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    object->value = std::move(value);
    object->version = version;
    return object;
}
} // namespace

std::string object_key(std::string_view name_space, std::string_view name) {
    return std::string(name_space) + "/" + std::string(name);
}

ObjectPtr Store::find(const Kind& kind, std::string_view name_space, std::string_view name) const {
    const Objects& objects = all(kind);
    const auto found = objects.find(object_key(name_space, name));
    return found == objects.end() ? nullptr : found->second;
}

const Store::Objects& Store::all(const Kind& kind) const {
    static const Objects none;
    const auto found = objects_.find(&kind);
    return found == objects_.end() ? none : found->second;
}

Store::Objects Store::at(const Kind& kind, std::uint64_t version) const {
    Objects objects = all(kind);
    for (auto change = history_.rbegin(); change != history_.rend() && change->version > version;
         ++change) {
        if (change->kind != &kind) continue;
        if (change->previous)
            objects[key_of(change->previous->value)] = change->previous;
        else
            objects.erase(key_of(change->object->value));
    }
    return objects;
}

ObjectPtr Store::put(const Kind& kind, Json value) {
    const std::string key = key_of(value);
    ObjectPtr& place = objects_[&kind][key];
    const ObjectPtr previous = place;
    place = freeze(std::move(value), ++version_);
    record({previous ? Change::Type::Modified : Change::Type::Added, &kind, place, previous,
            version_});
    return place;
}

ObjectPtr Store::remove(const Kind& kind, std::string_view name_space, std::string_view name) {
    Objects& objects = objects_[&kind];
    const auto found = objects.find(object_key(name_space, name));
    if (found == objects.end()) return nullptr;
    const ObjectPtr previous = found->second;
    objects.erase(found);
    const ObjectPtr last = freeze(previous->value, ++version_);
    record({Change::Type::Deleted, &kind, last, previous, version_});
    return last;
}

void Store::record(Change change) {
    history_.push_back(std::move(change));
    while (history_.size() > history_limit_) {
        forgotten_ = history_.front().version;
        history_.pop_front();
    }
}

void Store::compact() {
    history_.clear();
    forgotten_ = version_;
}

} // namespace kspark::sandbox
