// SPDX-License-Identifier: Apache-2.0
// Which fields an object has and who changed them. All lists of a SparkApplication are atomic (the
// associative ones of its schema lie inside atomic lists), so that only finalizers and owner
// references are lists with members. What the server itself sets is nobody's.
#include "tests/sandbox/fields.hpp"

#include <algorithm>

namespace kspark::sandbox {

namespace {
bool is_server_field(const FieldPath& path) {
    static const FieldSet server = {
        {"f:apiVersion"},
        {"f:kind"},
        {"f:metadata"},
        {"f:metadata", "f:name"},
        {"f:metadata", "f:namespace"},
        {"f:metadata", "f:uid"},
        {"f:metadata", "f:resourceVersion"},
        {"f:metadata", "f:generation"},
        {"f:metadata", "f:creationTimestamp"},
        {"f:metadata", "f:deletionTimestamp"},
        {"f:metadata", "f:deletionGracePeriodSeconds"},
        {"f:metadata", "f:managedFields"},
        {"f:metadata", "f:selfLink"},
    };
    return server.contains(path);
}

using Members = std::vector<std::pair<std::string, const Json*>>;

/// The members of a value that can be owned one by one; none for a leaf.
Members members_of(const FieldPath& path, const Json& value) {
    static const FieldPath finalizers = {"f:metadata", "f:finalizers"};
    static const FieldPath owners = {"f:metadata", "f:ownerReferences"};
    Members members;
    if (value.is_object() && !(path.size() == 3 && path[1] == owners[1])) {
        for (const auto& [key, member] : value.items()) members.emplace_back("f:" + key, &member);
    } else if (value.is_array() && path == finalizers) {
        for (const Json& member : value) members.emplace_back("v:" + member.dump(), &member);
    } else if (value.is_array() && path == owners) {
        for (const Json& member : value)
            members.emplace_back("k:" + Json{{"uid", member.value("uid", "")}}.dump(), &member);
    }
    return members;
}

const Json* member(const Members& members, const std::string& name) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    return found == members.end() ? nullptr : found->second;
}

void add_leaves(const FieldPath& path, const Json& value, FieldSet& fields) {
    const Members members = members_of(path, value);
    if (members.empty() && !is_server_field(path) && !path.empty()) fields.insert(path);
    for (const auto& [name, inner] : members) {
        FieldPath below = path;
        below.push_back(name);
        if (!is_server_field(below) || below == FieldPath{"f:metadata"})
            add_leaves(below, *inner, fields);
    }
}

/// The value and everything in it, the maps themselves included.
void add_all(const FieldPath& path, const Json& value, FieldSet& fields) {
    if (!is_server_field(path)) fields.insert(path);
    for (const auto& [name, inner] : members_of(path, value)) {
        FieldPath below = path;
        below.push_back(name);
        if (!is_server_field(below)) add_all(below, *inner, fields);
    }
}

void compare(const FieldPath& path, const Json& before, const Json& after, FieldChanges& changes) {
    if (before == after) return;
    const Members old_members = members_of(path, before);
    const Members new_members = members_of(path, after);
    const bool both_maps = before.type() == after.type() && before.is_structured() &&
                           (path.empty() || !(old_members.empty() && new_members.empty()));
    if (!both_maps) {
        add_all(path, after, changes.written);
        for (const auto& [name, inner] : old_members) {
            FieldPath below = path;
            below.push_back(name);
            add_all(below, *inner, changes.removed);
        }
        return;
    }
    for (const auto& [name, inner] : new_members) {
        FieldPath below = path;
        below.push_back(name);
        if (is_server_field(below) && below != FieldPath{"f:metadata"}) continue;
        if (const Json* old_value = member(old_members, name))
            compare(below, *old_value, *inner, changes);
        else
            add_all(below, *inner, changes.written);
    }
    for (const auto& [name, inner] : old_members) {
        FieldPath below = path;
        below.push_back(name);
        if (!member(new_members, name) && !is_server_field(below))
            add_all(below, *inner, changes.removed);
    }
}

void decode_into(const FieldPath& path, const Json& fields, FieldSet& set) {
    if (!path.empty() && (fields.empty() || fields.contains("."))) set.insert(path);
    for (const auto& [name, inner] : fields.items()) {
        if (name == ".") continue;
        FieldPath below = path;
        below.push_back(name);
        decode_into(below, inner, set);
    }
}

/// Members of a level first, then what is below them.
bool before_in_conflicts(const FieldPath& a, const FieldPath& b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (a[i] == b[i]) continue;
        const bool last_a = i + 1 == a.size();
        const bool last_b = i + 1 == b.size();
        return last_a != last_b ? last_a : a[i] < b[i];
    }
    return a.size() < b.size();
}
} // namespace

FieldSet decode_fields(const Json& fields_v1) {
    FieldSet fields;
    decode_into({}, fields_v1, fields);
    return fields;
}

Json encode_fields(const FieldSet& fields) {
    Json root = Json::object();
    for (const FieldPath& path : fields) {
        Json* at = &root;
        for (const std::string& element : path) {
            Json& next = (*at)[element];
            if (next.is_null()) next = Json::object();
            at = &next;
        }
        const auto below = fields.upper_bound(path);
        const bool has_children = below != fields.end() && below->size() > path.size() &&
                                  std::equal(path.begin(), path.end(), below->begin());
        if (has_children) (*at)["."] = Json::object();
    }
    return root;
}

std::string to_text(const FieldPath& path) {
    std::string text;
    for (const std::string& element : path) {
        if (element.starts_with("f:"))
            text += "." + element.substr(2);
        else if (element.starts_with("v:"))
            text += "[=" + element.substr(2) + "]";
        else
            text += "[" + element.substr(2) + "]";
    }
    return text;
}

FieldSet applied_fields(const Json& object) {
    FieldSet fields;
    add_leaves({}, object, fields);
    return fields;
}

FieldChanges compare_fields(const Json& before, const Json& after) {
    FieldChanges changes;
    compare({}, before, after, changes);
    changes.written.erase(FieldPath{});
    return changes;
}

const Json* value_at(const Json& object, const FieldPath& path) {
    const Json* at = &object;
    FieldPath walked;
    for (const std::string& element : path) {
        at = member(members_of(walked, *at), element);
        if (!at) return nullptr;
        walked.push_back(element);
    }
    return at;
}

void remove_at(Json& object, const FieldPath& path) {
    const FieldPath parent(path.begin(), path.end() - 1);
    const Json* place = value_at(object, path);
    const Json* holder = value_at(object, parent);
    if (!place || !holder) return;
    // The way down was found in this very object, which is ours to change.
    Json& container = const_cast<Json&>(*holder);
    if (container.is_object())
        container.erase(path.back().substr(2));
    else if (container.is_array())
        container.erase(static_cast<std::size_t>(place - &container[0]));
}

std::vector<FieldPath> ordered(const FieldSet& fields) {
    std::vector<FieldPath> list(fields.begin(), fields.end());
    std::sort(list.begin(), list.end(), before_in_conflicts);
    return list;
}

} // namespace kspark::sandbox
