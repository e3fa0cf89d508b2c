// SPDX-License-Identifier: Apache-2.0
// The merge of layers. The one difference from helm is `streams`: helm would replace the whole
// list, so that a production file could not change one stream without repeating all of them.
#include "core/spark/layers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <unordered_map>

namespace kspark::spark {

namespace {

using data::Document;
using data::Json;

Place place_of(const Document& document, const data::Path& path) {
    const auto position = data::locate(document, path);
    return {document.source->name, position.line, position.column};
}

class Merger {
public:
    explicit Merger(Problems& problems) : problems_(problems) {}

    void add(const Document& layer) {
        if (!layer.value.is_object()) {
            problems_.add(place_of(layer, {}), fmt::format("the values must be a map, but are {}",
                                                           data::type_name(layer.value)));
            return;
        }
        for (const auto& [name, value] : layer.value.items())
            if (name == "streams") add_streams(layer, value);
        merge_values(merged_, layer.value);
    }

    Json take() {
        if (!streams_.is_null()) merged_["streams"] = std::move(streams_);
        return std::move(merged_);
    }

private:
    void add_streams(const Document& layer, const Json& list) {
        if (list.is_null()) return forget_streams();
        if (!list.is_array()) {
            problems_.add(place_of(layer, {"streams"}),
                          fmt::format("streams must be a list of maps, each with a name, but is {}",
                                      data::type_name(list)));
            return;
        }
        if (streams_.is_null()) streams_ = Json::array();
        std::unordered_map<std::string, std::size_t> here;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string name = data::string_at(list[i], {"name"});
            if (name.empty()) {
                unnamed(layer, list[i], i);
                continue;
            }
            if (const auto [first, is_new] = here.emplace(name, i); !is_new)
                repeated(layer, name, first->second, i);
            else
                merge_stream(name, list[i]);
        }
    }

    void merge_stream(const std::string& name, const Json& stream) {
        const auto [known, is_new] = indices_.emplace(name, streams_.size());
        if (is_new)
            streams_.push_back(stream);
        else
            merge_values(streams_[known->second], stream);
    }

    void forget_streams() {
        streams_ = nullptr;
        indices_.clear();
    }

    void unnamed(const Document& layer, const Json& stream, std::size_t index) {
        const data::Path path{"streams", std::to_string(index)};
        const std::string which = data::to_text(path);
        if (!stream.is_object())
            problems_.add(place_of(layer, path), fmt::format("{} must be a map, but is {}", which,
                                                             data::type_name(stream)));
        else if (stream.contains("name"))
            problems_.add(
                place_of(layer, {"streams", path[1], "name"}),
                fmt::format("{}.name must be text, but is {}", which,
                            stream["name"] == "" ? "empty" : data::type_name(stream["name"])));
        else
            problems_.add(place_of(layer, path), fmt::format("{} has no name", which));
    }

    void repeated(const Document& layer, const std::string& name, std::size_t first,
                  std::size_t second) {
        const auto at = [&](std::size_t index) {
            return place_of(layer, {"streams", std::to_string(index), "name"});
        };
        problems_.add(at(second), fmt::format("two streams are named \"{}\": the first is at {}; "
                                              "give one of them another name",
                                              name, to_text(at(first))));
    }

    Problems& problems_;
    Json merged_ = Json::object();
    Json streams_;
    std::unordered_map<std::string, std::size_t> indices_;
};

} // namespace

Json restart_policy(std::string_view word) {
    Json policy{{"type", word}};
    if (word == "OnFailure") policy["onFailureRetries"] = 3;
    if (word == "OnFailure" || word == "Always") policy["onFailureRetryInterval"] = 10;
    if (word == "OnFailure") policy["onSubmissionFailureRetries"] = 3;
    if (word == "OnFailure" || word == "Always") policy["onSubmissionFailureRetryInterval"] = 20;
    return policy;
}

void merge_values(Json& base, const Json& overlay) {
    if (!overlay.is_object()) return;
    for (const auto& [name, value] : overlay.items()) {
        if (name == "streams") continue;
        if (value.is_null()) {
            base.erase(name);
            continue;
        }
        Json& target = base[name];
        if (name == "restartPolicy" && target.is_string() && value.is_object())
            target = restart_policy(target.get_ref<const std::string&>());
        if (target.is_object() && value.is_object())
            data::merge(target, value);
        else
            target = value;
    }
}

Json merge_layers(const std::vector<Document>& files, Problems& problems) {
    Merger merger(problems);
    for (const Document& file : files) merger.add(file);
    Json merged = merger.take();
    drop_nulls(merged);
    return merged;
}

void drop_nulls(Json& tree) {
    if (tree.is_object()) {
        auto& members = tree.get_ref<Json::object_t&>();
        for (auto member = members.begin(); member != members.end();)
            if (member->second.is_null()) {
                member = members.erase(member);
            } else {
                drop_nulls(member->second);
                ++member;
            }
    } else if (tree.is_array()) {
        for (Json& item : tree) drop_nulls(item);
    }
}

data::Path path_in_layer(const Json& merged, const Json& layer, data::Path path) {
    if (path.size() < 2 || path[0] != "streams") return path;
    const Json* streams = data::find(layer, {"streams"});
    const Json* stream = data::find(merged, {"streams"});
    if (!streams || !streams->is_array() || !stream) return {};
    const std::string name = data::string_at(stream->at(std::stoul(path[1])), {"name"});
    for (std::size_t i = 0; i < streams->size(); ++i)
        if (data::string_at((*streams)[i], {"name"}) == name) {
            path[1] = std::to_string(i);
            return path;
        }
    return {};
}

std::size_t known_steps(const Json& tree, const data::Path& path) {
    const Json* node = &tree;
    std::size_t steps = 0;
    for (const std::string& name : path) {
        if (node->is_object()) {
            const auto found = node->find(name);
            if (found == node->end()) break;
            node = &*found;
        } else if (node->is_array() && !name.empty() && name.size() < 8 &&
                   name.find_first_not_of("0123456789") == std::string::npos &&
                   std::stoul(name) < node->size()) {
            node = &(*node)[std::stoul(name)];
        } else {
            break;
        }
        ++steps;
    }
    return steps;
}

} // namespace kspark::spark
