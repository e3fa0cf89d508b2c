// SPDX-License-Identifier: Apache-2.0
// Streams to objects: for each, the top of the file with the stream merged over it, its references
// replaced, and the mapping to the operator's API. Nothing but the values goes in, so the same
// values give the same bytes on any machine.
#include "core/base/text.hpp"
#include "core/spark/interpolate.hpp"
#include "core/spark/keys.hpp"
#include "core/spark/layers.hpp"
#include "core/spark/names.hpp"
#include "core/spark/problems.hpp"
#include "core/spark/stream_manifest.hpp"
#include "core/spark/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace kspark::spark {

namespace {

using data::Json;
using data::Path;

Path joined(Path left, const Path& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Path stream_path(std::size_t index, const Path& below = {}) {
    return joined({"streams", std::to_string(index)}, below);
}

/// Where the value at a path was written: that of the value which it refers to, if it does nothing
/// else.
Place origin(const Values& values, Path path) {
    constexpr int kDepth = 16;
    for (int i = 0; i < kDepth; ++i) {
        const Json* value = data::find(values.merged, {path.begin(), path.end()});
        if (value == nullptr || !value->is_string()) break;
        Path next = sole_value(value->get_ref<const std::string&>());
        if (next.empty() || known_steps(values.merged, next) != next.size()) break;
        path = std::move(next);
    }
    return values.locate(path);
}

/// The place of a value that a stream has, be it its own or the file's.
Place place_in(const Values& values, std::size_t index, const std::vector<Path>& candidates) {
    const auto whole = [&](const Path& path) {
        return known_steps(values.merged, path) == path.size();
    };
    for (const Path& path : candidates)
        for (const Path& at : {stream_path(index, path), path})
            if (whole(at)) return origin(values, at);
    for (Path path : candidates)
        for (; !path.empty() && path[0] != "name"; path.pop_back())
            for (const Path& at : {stream_path(index, path), path})
                if (whole(at)) return values.locate(at);
    return values.locate(stream_path(index));
}

class Renderer {
public:
    Renderer(const Values& values, Operator target, Problems& problems)
        : values_(values), target_(target), problems_(problems) {
        for (const auto& [name, value] : values.merged.items())
            if (name != "streams" && name != "name" && name != "operator" && name != "vars")
                base_[name] = value;
    }

    /// Null: the stream is switched off, or wrong.
    Json object(const Json& own, std::size_t index) {
        Json stream = base_;
        stream.get_ref<Json::object_t&>().reserve(base_.size() + own.size());
        merge_values(stream, own);
        const StreamProblem problem = [&](const Path& path, const std::string& sentence) {
            if (problems_.full()) return problems_.add(own["name"].get<std::string>() + sentence);
            problems_.add(
                place_in(values_, index, {path}),
                fmt::format("stream {}: {}", own["name"].get_ref<const std::string&>(), sentence));
        };
        replace(stream, problem);
        if (!data::bool_at(stream, {"enabled"}, true)) return Json();
        return stream_manifest(target_, std::move(stream), values_.name, problem);
    }

private:
    void replace(Json& stream, const StreamProblem& problem) const {
        const Scope scope{&values_.merged, &stream, values_.name};
        const bool any = replace_strings(
            stream, "{{", [&](const std::string& text) { return interpolate(text, scope); },
            problem);
        if (!any) return;
        check_keys(stream, stream_keys(), problem);
        const std::string name_space = data::string_at(stream, {"namespace"}, "default");
        if (const auto wrong = namespace_problem(name_space); !wrong.empty())
            problem({"namespace"}, wrong);
    }

    const Values& values_;
    Operator target_;
    Problems& problems_;
    Json base_ = Json::object();
};

/// Names that --stream gives and no stream has are wrong.
core::Status check_wanted(const Json& streams, const std::vector<std::string>& wanted) {
    std::vector<std::string> names;
    for (const Json& stream : streams) names.push_back(data::string_at(stream, {"name"}));
    const std::unordered_set<std::string> known(names.begin(), names.end());
    for (const std::string& name : wanted)
        if (!known.contains(name))
            return core::Error{core::Code::Invalid,
                               fmt::format("--stream {}: there is no stream of that name{}", name,
                                           core::did_you_mean(name, names)),
                               {}};
    return {};
}

} // namespace

core::Result<std::vector<Manifest>> render_streams(std::shared_ptr<const Values> values,
                                                   Operator target,
                                                   const std::vector<std::string>& only_streams) {
    const Json& streams = values->merged["streams"];
    if (!only_streams.empty()) KSPARK_TRY(check_wanted(streams, only_streams));
    Problems problems;
    Renderer renderer(*values, target, problems);
    std::vector<Manifest> manifests;
    manifests.reserve(streams.size());
    const std::unordered_set<std::string> wanted(only_streams.begin(), only_streams.end());
    for (std::size_t i = 0; i < streams.size(); ++i) {
        const auto& name = streams[i]["name"].get_ref<const std::string&>();
        if (!wanted.empty() && !wanted.contains(name)) continue;
        Json object = renderer.object(streams[i], i);
        if (object.is_null()) {
            if (wanted.contains(name))
                problems.add(values->locate(stream_path(i, {"enabled"})),
                             fmt::format("stream {} is asked for, but has enabled: false", name));
            continue;
        }
        Manifest manifest;
        manifest.object = std::move(object);
        manifest.stream = name;
        manifest.locate = [values, i, target](const Path& field) {
            return place_in(*values, i, origins(target, field));
        };
        manifests.push_back(std::move(manifest));
    }
    KSPARK_TRY(problems.status());
    if (manifests.empty())
        return core::Error{core::Code::Invalid,
                           to_text(values->locate({"streams"})) +
                               ": every stream has enabled: false, nothing is left",
                           {}};
    return manifests;
}

} // namespace kspark::spark
