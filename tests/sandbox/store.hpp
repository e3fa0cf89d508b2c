// SPDX-License-Identifier: Apache-2.0
// The memory behind the API: objects by kind, namespace and name, one counter of versions, and the
// history that watches read. Not locked: whoever uses it holds the mutex of the Cluster.
#pragma once

#include "tests/sandbox/answers.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace kspark::sandbox {

/// One version of an object; never changed after it was stored.
struct Object {
    Json value;
    std::string bytes; ///< serialised once, for lists of thousands
    std::uint64_t version = 0;
};
using ObjectPtr = std::shared_ptr<const Object>;

/// "namespace/name", or "/name" for what has no namespace: the order of lists.
std::string object_key(std::string_view name_space, std::string_view name);

struct Change {
    enum class Type { Added, Modified, Deleted };
    Type type = Type::Added;
    const Kind* kind = nullptr;
    ObjectPtr object;
    ObjectPtr previous; ///< null for Added
    std::uint64_t version = 0;
};

class Store {
public:
    using Objects = std::map<std::string, ObjectPtr, std::less<>>;

    /// Keeps at most this many changes; a watch from before them gets 410.
    explicit Store(std::size_t history = 20'000) : history_limit_(history) {}

    std::uint64_t version() const { return version_; }
    /// Null when there is none.
    ObjectPtr find(const Kind& kind, std::string_view name_space, std::string_view name) const;
    const Objects& all(const Kind& kind) const;
    /// The objects as they were at a version that is remembered.
    Objects at(const Kind& kind, std::uint64_t version) const;

    /// Stores a new version; the object's own resourceVersion is set here.
    ObjectPtr put(const Kind& kind, Json value);
    /// The last version, with the version of its removal; null when there was none.
    ObjectPtr remove(const Kind& kind, std::string_view name_space, std::string_view name);

    const std::deque<Change>& history() const { return history_; }
    /// Changes after `version` are all there.
    bool remembers(std::uint64_t version) const { return version >= forgotten_; }
    std::uint64_t oldest() const { return forgotten_; }
    /// Forgets the history, as etcd's compaction does.
    void compact();

private:
    void record(Change change);

    std::uint64_t version_ = 100;
    std::uint64_t forgotten_ = 100;
    std::size_t history_limit_;
    std::map<const Kind*, Objects> objects_;
    std::deque<Change> history_;
};

} // namespace kspark::sandbox
