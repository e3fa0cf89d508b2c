// SPDX-License-Identifier: Apache-2.0
// An alias is copied when it is met, so no value can contain itself; what copies may add up to is
// counted before they are made, so that a small file cannot grow into all memory.
#include "core/data/yaml_composer.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace kspark::data {

namespace {

using Kind = Scalar::Kind;

constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
constexpr std::string_view kStandardTag = "tag:yaml.org,2002:";

Json to_json(const Scalar& scalar, const std::string& text) {
    switch (scalar.kind) {
    case Kind::Null:
        return nullptr;
    case Kind::Bool:
        return scalar.boolean;
    case Kind::Integer:
        return scalar.integer;
    case Kind::Unsigned:
        return scalar.natural;
    case Kind::Float:
        return scalar.real;
    default:
        return text;
    }
}

std::string describe(const Scalar& scalar, const std::string& text) {
    if (scalar.kind == Kind::String) return "the string \"" + text + "\"";
    return dump_json(to_json(scalar, text));
}

/// "str" for !!str, "!local" for a tag of somebody's own, "" for none, "!" for quoted.
std::string_view short_tag(std::string_view tag) {
    if (tag == "?") return "";
    if (tag.starts_with(kStandardTag)) return tag.substr(kStandardTag.size());
    return tag;
}

bool fits(Kind kind, std::string_view tag) {
    const bool integer = kind == Kind::Integer || kind == Kind::Unsigned;
    return (tag == "int" && integer) || (tag == "float" && (integer || kind == Kind::Float)) ||
           (tag == "bool" && kind == Kind::Bool) || (tag == "null" && kind == Kind::Null);
}

} // namespace

YamlComposer::YamlComposer(const ReadOptions& options, bool record_positions)
    : options_(options), builder_({.depth = options.depth_limit,
                                   .reject_duplicate_keys = options.reject_duplicate_keys,
                                   .record_positions = record_positions}) {}

void YamlComposer::check(std::size_t offset, const std::string& problem) {
    if (!problem.empty()) throw Refused(offset, problem);
}

void YamlComposer::count(std::size_t offset, std::size_t weight) {
    weight_ += weight;
    if (weight_ > options_.node_limit)
        throw Refused(offset,
                      fmt::format("more than {} values once aliases are resolved: split the file",
                                  options_.node_limit));
}

void YamlComposer::warn_if_ambiguous(std::size_t offset, const std::string& text,
                                     const Scalar& scalar) {
    if (text.find(kNoBreakSpace) != text.npos)
        warnings.push_back(
            {offset, fmt::format("\"{}\" holds a no-break space (U+00A0) that looks like a "
                                 "space: replace it, or quote the text",
                                 text)});
    const bool may_differ = scalar.kind != Kind::String || text[0] == '0' || text[0] == '1';
    if (!may_differ || scalar.kind == Kind::Null) return;
    if (const Scalar core = resolve_core(text); !(core == scalar))
        warnings.push_back(
            {offset,
             fmt::format("{} is read as {} here, but as {} by readers of YAML 1.2: write \"{}\" in "
                         "quotes if text is meant, else {}",
                         text, describe(scalar, text), describe(core, text), text,
                         dump_json(to_json(scalar, text)))});
}

Json YamlComposer::plain(std::size_t offset, const std::string& text) {
    const Scalar scalar = resolve_kubernetes(text);
    if (scalar.kind == Kind::Float && !std::isfinite(scalar.real))
        throw Refused(offset, fmt::format("{} has no place in JSON: quote it", text));
    if (scalar.kind == Kind::Float && text.find_first_of(".eE") == text.npos)
        warnings.push_back(
            {offset, fmt::format("{} does not fit into 64 bits and loses digits: quote it", text)});
    else
        warn_if_ambiguous(offset, text, scalar);
    return to_json(scalar, text);
}

Json YamlComposer::value(std::size_t offset, const std::string& tag, const std::string& text) {
    const std::string_view kind = short_tag(tag);
    if (kind.empty()) return plain(offset, text);
    if (kind == "!" || kind == "str" || kind == "timestamp") return text;
    if (kind == "binary") {
        auto bytes = core::decode_base64(text);
        if (!bytes) throw Refused(offset, "!!binary: " + bytes.error().message);
        if (dump_json(Json(*bytes)).find("\xEF\xBF\xBD") != std::string::npos)
            throw Refused(offset, "!!binary holds bytes that are no text, which JSON cannot carry");
        return std::move(*bytes);
    }
    if (kind == "int" || kind == "float" || kind == "bool" || kind == "null") {
        const Scalar scalar = resolve_kubernetes(text);
        if (!fits(scalar.kind, kind))
            throw Refused(offset, fmt::format("\"{}\" is no !!{}", text, kind));
        return to_json(scalar, text);
    }
    warnings.push_back(
        {offset,
         fmt::format("the tag {} means nothing here: \"{}\" is read as a string", tag, text)});
    return text;
}

void YamlComposer::key(std::size_t offset, const std::string& tag, const std::string& text) {
    key_offset_ = offset;
    if (tag == "?" && text == "<<") return check(offset, builder_.merge_key(offset));
    const Json value = this->value(offset, tag, text);
    if (value.is_string()) return check(offset, builder_.key(value.get<std::string>(), offset));
    if (options_.string_keys_only || value.is_null())
        throw Refused(offset, fmt::format("the key {} is read as {}, not as text: write \"{}\"",
                                          text.empty() ? "\"\"" : text, type_name(value), text));
    check(offset, builder_.key(dump_json(value), offset));
}

void YamlComposer::scalar(std::size_t offset, const std::string& tag, std::size_t anchor,
                          const std::string& text) {
    count(offset, 1);
    if (builder_.expects_key()) {
        if (anchor != 0) anchors_[anchor] = {text, 1};
        return key(offset, tag, text);
    }
    Json json = value(offset, tag, text);
    if (anchor != 0) anchors_[anchor] = {json, 1 + text.size() / 64};
    check(offset, builder_.value(std::move(json), offset));
}

void YamlComposer::absent(std::size_t offset, std::size_t anchor) {
    const bool block_map = !builder_.expects_key() && !open_.empty() && !open_.back().is_flow;
    if (block_map && key_offset_ == offset)
        throw Refused(offset,
                      "a \":\" is missing after the key, or this line belongs to the one above");
    scalar(offset, "?", anchor, "");
}

void YamlComposer::alias(std::size_t offset, std::size_t anchor) {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused(offset, "this alias stands inside its own anchor");
    const Anchored& anchored = found->second;
    count(offset, anchored.weight);
    if (!builder_.expects_key()) return check(offset, builder_.value(anchored.value, offset));
    if (!anchored.value.is_string())
        throw Refused(offset, "this alias is no text, so it cannot be a key");
    key_offset_ = offset;
    check(offset, builder_.key(anchored.value.get<std::string>(), offset));
}

void YamlComposer::begin(std::size_t offset, const std::string& tag, std::size_t anchor,
                         bool is_map, bool is_flow) {
    count(offset, 1);
    if (builder_.expects_key())
        throw Refused(offset, is_map ? "a map cannot be a key; text with braces must be quoted"
                                     : "a list cannot be a key; text with brackets must be quoted");
    if (const std::string_view kind = short_tag(tag); kind.size() > 1 && kind[0] == '!')
        warnings.push_back(
            {offset, fmt::format("the tag {} means nothing here and is left out", tag)});
    check(offset, builder_.begin(is_map ? Json::object() : Json::array(), offset));
    open_.push_back({anchor, weight_, is_flow});
}

void YamlComposer::end() {
    const Json& value = builder_.end();
    const Open open = open_.back();
    open_.pop_back();
    if (open.anchor != 0) anchors_[open.anchor] = {value, 1 + weight_ - open.weight_before};
}

} // namespace kspark::data
