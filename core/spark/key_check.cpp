// SPDX-License-Identifier: Apache-2.0
// The check of names and types against the tables of keys.cpp. It walks ten thousand streams when
// nothing is wrong, so a path is a chain of frames on the stack and becomes text only for a
// problem.
#include "core/base/text.hpp"
#include "core/spark/interpolate.hpp"
#include "core/spark/keys.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace kspark::spark {

namespace {

using data::Json;

struct Trail {
    const Trail* parent = nullptr;
    std::string_view name = {};

    data::Path path() const {
        if (!parent) return {};
        data::Path above = parent->path();
        above.emplace_back(name);
        return above;
    }
};

/// What people write who know the operator's API, and how it is said here.
std::string_view other_spelling(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> kOthers[]{
        {"image", "spark.image"},
        {"sparkVersion", "spark.version"},
        {"version", "spark.version"},
        {"mainApplicationFile", "applicationFile"},
        {"args", "arguments"},
        {"conf", "sparkConf"},
        {"serviceAccount", "driver.serviceAccount"},
        {"env", "driver.env and executor.env"},
        {"cores", "driver.cores and executor.cores"},
        {"memory", "driver.memory and executor.memory"},
        {"instances", "executor.instances"},
    };
    for (const auto& [from, to] : kOthers)
        if (from == name) return to;
    return {};
}

bool has_key(std::span<const Key> keys, std::string_view name) {
    return std::ranges::any_of(keys, [&](const Key& key) { return key.name == name; });
}

std::string unknown_key(std::string_view name, std::span<const Key> keys) {
    const bool in_stream = keys.data() == stream_keys().data();
    const bool at_top = keys.data() == top_keys().data();
    std::string sentence = fmt::format("unknown key \"{}\"", name);
    if (in_stream && has_key(top_keys(), name))
        return sentence + " in a stream: it belongs at the top of the file";
    if (at_top && has_key(stream_keys(), name))
        return sentence + " at the top of the file: it belongs in a stream";
    std::vector<std::string> names;
    for (const Key& key : keys) names.emplace_back(key.name);
    const std::string guess = core::did_you_mean(name, names);
    if (!guess.empty()) return sentence + guess;
    if (!in_stream && !at_top) return sentence + "; a field that has no key goes under spec";
    if (const auto other = other_spelling(name); !other.empty())
        return fmt::format("{}: it is written {}", sentence, other);
    return sentence + "; values of your own go under vars, fields of the operator under spec";
}

class Check {
public:
    explicit Check(const KeyProblem& problem) : problem_(problem) {}

    void members(Json& map, std::span<const Key> keys, const Trail& at) const {
        for (auto& [name, value] : map.items()) {
            const Trail here{&at, name};
            const auto key = std::ranges::find(keys, name, &Key::name);
            if (key == keys.end())
                problem_(here.path(), unknown_key(name, keys));
            else
                one(value, *key, here);
        }
    }

private:
    void one(Json& value, const Key& key, const Trail& at) const {
        if (value.is_string() && has_reference(value.get_ref<const std::string&>())) return;
        switch (key.shape) {
        case Shape::Any:
            return;
        case Shape::Text:
            return expect(value.is_string(), value, at, "text");
        case Shape::Memory:
            return memory(value, at);
        case Shape::Quantity:
            if (value.is_number_integer()) value = value.dump();
            return expect(value.is_string(), value, at, "text such as \"500m\"");
        case Shape::Word:
            return word(value, key, at);
        case Shape::Count:
            return expect(value.is_number_integer(), value, at, "a whole number");
        case Shape::Switch:
            return expect(value.is_boolean(), value, at, "true or false");
        case Shape::Texts:
        case Shape::TextMap:
            return texts(value, key.shape, at);
        case Shape::List:
            return expect(value.is_array(), value, at, "a list");
        case Shape::Map:
            return expect(value.is_object(), value, at, "a map");
        case Shape::RestartPolicy:
            if (!value.is_object()) return word(value, key, at);
            [[fallthrough]];
        case Shape::Group:
            if (!value.is_object()) return expect(false, value, at, "a map");
            return members(value, key.members, at);
        }
    }

    void expect(bool fits, const Json& value, const Trail& at, std::string_view wanted) const {
        if (fits) return;
        std::string sentence =
            fmt::format("{} must be {}, but is {}", data::to_text(at.path()), wanted, what(value));
        if (wanted == "text" && (value.is_number() || value.is_boolean()))
            sentence += fmt::format("; write \"{}\" in quotes", value.dump());
        problem_(at.path(), sentence);
    }

    void memory(const Json& value, const Trail& at) const {
        if (value.is_string()) return;
        std::string sentence = fmt::format("{} must be text with Spark's unit, but is {}",
                                           data::to_text(at.path()), what(value));
        if (value.is_number_integer())
            sentence += fmt::format("; write {}m or {}g", value.dump(), value.dump());
        problem_(at.path(), sentence);
    }

    void word(Json& value, const Key& key, const Trail& at) const {
        if (value.is_number_integer()) value = value.dump();
        std::vector<std::string> choices(key.choices.begin(), key.choices.end());
        if (value.is_string()) {
            const auto& text = value.get_ref<const std::string&>();
            if (std::ranges::find(choices, text) != choices.end()) return;
            std::string_view same;
            for (const auto& choice : key.choices)
                if (core::lower(choice) == core::lower(text)) same = choice;
            if (!same.empty()) {
                problem_(at.path(), fmt::format("{} is \"{}\": write {} (capitals count)",
                                                data::to_text(at.path()), text, same));
                return;
            }
        }
        problem_(at.path(), fmt::format("{} must be {}, but is {}", data::to_text(at.path()),
                                        core::join(choices, " or "), what(value)));
    }

    void texts(Json& value, Shape shape, const Trail& at) const {
        if (shape == Shape::Texts && !value.is_array()) return expect(false, value, at, "a list");
        if (shape == Shape::TextMap && !value.is_object()) return expect(false, value, at, "a map");
        for (auto& [name, item] : value.items()) {
            if (item.is_string()) continue;
            if (item.is_number_integer() || item.is_boolean())
                item = item.dump();
            else
                expect(false, item, Trail{&at, name}, "text");
        }
    }

    static std::string what(const Json& value) {
        if (value.is_string()) return fmt::format("\"{}\"", value.get_ref<const std::string&>());
        if (value.is_null()) return "empty";
        if (value.is_primitive())
            return fmt::format("{} ({})", data::type_name(value), value.dump());
        return std::string(data::type_name(value));
    }

    const KeyProblem& problem_;
};

} // namespace

void check_keys(Json& map, std::span<const Key> keys, const KeyProblem& problem) {
    Check(problem).members(map, keys, {});
}

} // namespace kspark::spark
