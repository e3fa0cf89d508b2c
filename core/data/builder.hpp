// SPDX-License-Identifier: Apache-2.0
// Assembles a value from what a parser reports, token by token; the same for YAML and JSON. Only
// the readers of this floor use it.
#pragma once

#include "core/data/json.hpp"

#include <nlohmann/json.hpp>

#include <unordered_map>

namespace kspark::data {

/// Where each value of a document begins: a key for a member of a map, an item for one of a list.
struct PositionTree {
    std::size_t offset = 0;
    bool is_list = false; ///< its children have no names
    std::vector<std::pair<std::string, PositionTree>> children = {};
};

/// A problem is a sentence; empty: none. The reader knows the place.
class Builder {
public:
    struct Options {
        std::size_t depth = 200;
        bool reject_duplicate_keys = true;
        bool record_positions = false;
    };
    explicit Builder(Options options) : options_(options) {}

    bool expects_key() const {
        return !frames_.empty() && frames_.back().container.is_object() && !frames_.back().has_key;
    }
    std::string key(std::string key, std::size_t offset);
    /// The next value is a map, or a list of maps, whose members count where no key of this map's
    /// own says otherwise (YAML's `<<`).
    std::string merge_key(std::size_t offset);
    std::string begin(Json container, std::size_t offset);
    /// Ends the innermost map or list; the value stays where it is until the next call.
    const Json& end();
    /// Whether the value may stand here (a `<<` takes maps only) and, if so, puts it there.
    std::string value(Json value, std::size_t offset);

    std::size_t depth() const { return frames_.size(); }
    Path path() const;
    Json take() { return std::move(root_); }
    PositionTree take_positions() { return std::move(positions_); }

private:
    struct Frame {
        Json container;
        std::string key = {};
        std::size_t offset = 0; ///< of the key or item that is being read
        bool has_key = false;
        bool merging = false;
        std::vector<Json> merges = {};
        std::unordered_map<std::string, std::size_t> index = {}; ///< of large maps
        PositionTree positions = {};
    };
    static std::size_t find_key(Frame& frame, const std::string& key);
    static void apply_merges(Frame& frame);
    const Json& place(Json value, PositionTree positions);

    Options options_;
    std::vector<Frame> frames_;
    Json root_;
    PositionTree positions_;
};

} // namespace kspark::data
