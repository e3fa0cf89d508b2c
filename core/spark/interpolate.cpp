// SPDX-License-Identifier: Apache-2.0
// The replacement of references. There are no functions and no conditions, on purpose: a values
// file must read the same to a person and to the program. A value may hold references in turn;
// depth and length are bounded, so that a value which names itself ends in a sentence.
#include "core/spark/interpolate.hpp"

#include "core/base/text.hpp"
#include "core/spark/set_flags.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace kspark::spark {

namespace {

using core::Code;
using core::Error;
using core::Result;
using data::Json;

constexpr int kDepth = 16;
constexpr std::size_t kLength = 1u << 20;

Error invalid(std::string message) {
    return {Code::Invalid, std::move(message), {}};
}

struct Reference {
    std::size_t begin = 0, end = 0; ///< from the first brace to behind the last
    std::string_view body;          ///< between the braces, trimmed
};

bool is_ours(std::string_view text, std::size_t behind_braces) {
    const auto first = text.find_first_not_of(" \t-", behind_braces);
    return first != std::string_view::npos && text[first] == '.';
}

/// The next "{{ ." from an offset; nothing when there is none.
std::optional<Reference> next_reference(std::string_view text, std::size_t from) {
    for (;; from += 2) {
        from = text.find("{{", from);
        if (from == std::string_view::npos) return {};
        if (!is_ours(text, from + 2)) continue;
        const auto close = text.find("}}", from);
        if (close == std::string_view::npos) return Reference{from, std::string_view::npos, {}};
        return Reference{from, close + 2, core::trim(text.substr(from + 2, close - from - 2))};
    }
}

bool is_path(std::string_view body) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    };
    return body.size() > 1 && body.front() == '.' && body.back() != '.' &&
           body.find("..") == std::string_view::npos && std::ranges::all_of(body, plain);
}

const Json* child(const Json& parent, const std::string& name) {
    if (parent.is_object()) {
        const auto found = parent.find(name);
        return found == parent.end() ? nullptr : &*found;
    }
    if (!parent.is_array() || name.empty() || name.size() > 6 ||
        name.find_first_not_of("0123456789") != std::string::npos)
        return nullptr;
    const auto index = static_cast<std::size_t>(std::stoul(name));
    return index < parent.size() ? &parent[index] : nullptr;
}

std::vector<std::string> names_in(const Json& map) {
    std::vector<std::string> names;
    if (map.is_object())
        for (const auto& [name, value] : map.items()) names.push_back(name);
    return names;
}

Result<Json> look_up(std::string_view body, const Scope& scope) {
    const auto parts = core::split(body.substr(1), '.');
    if (parts.front() == "Set") {
        if (parts.size() == 2 && parts[1] == "name") return Json(scope.set);
        return invalid(fmt::format("{{{{ {} }}}}: .Set has a name and nothing else", body));
    }
    const Json* root = parts.front() == "Values"   ? scope.values
                       : parts.front() == "Stream" ? scope.stream
                                                   : nullptr;
    if (parts.front() == "Stream" && !root)
        return invalid(fmt::format("{{{{ {} }}}}: there is no stream here", body));
    if (!root)
        return invalid(
            fmt::format("{{{{ {} }}}}: .{} is not known; there are .Values, .Stream and .Set", body,
                        parts.front()));
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const Json* next = child(*root, parts[i]);
        if (!next)
            return invalid(fmt::format(
                "{{{{ {} }}}}: there is no value \"{}\"{}", body,
                core::join({parts.begin() + 1, parts.begin() + 1 + static_cast<long>(i)}, "."),
                core::did_you_mean(parts[i], names_in(*root))));
        root = next;
    }
    if (root->is_structured())
        return invalid(
            fmt::format("{{{{ {} }}}} is {}: only text, numbers and switches can be put in", body,
                        data::type_name(*root)));
    return *root;
}

/// The replacement of one string, with what it may spend.
class Expansion {
public:
    explicit Expansion(const Scope& scope) : scope_(scope) {}

    Result<Json> of(const std::string& text, int depth = 0) {
        if (depth > kDepth) return invalid("a value refers to itself");
        std::string built;
        std::size_t done = 0;
        while (const auto reference = next_reference(text, done)) {
            KSPARK_ASSIGN(Json value, value_of(*reference, depth));
            if (reference->begin == 0 && reference->end == text.size()) return value;
            built.append(text, done, reference->begin - done);
            built += value.is_string() ? value.get_ref<const std::string&>() : value.dump();
            if (built.size() > kLength) return invalid("the replaced text is longer than 1 MiB");
            done = reference->end;
        }
        if (done == 0) return Json(text);
        built.append(text, done);
        return Json(std::move(built));
    }

private:
    Result<Json> value_of(const Reference& reference, int depth) {
        if (--references_left_ < 0) return invalid("too many references in one text");
        if (reference.end == std::string_view::npos)
            return invalid("a reference is not closed: there is no }} behind its {{");
        if (!is_path(reference.body))
            return invalid(fmt::format("{{{{ {} }}}}: only paths are replaced, as in "
                                       "{{{{ .Values.sink }}}}; there are no functions",
                                       reference.body));
        KSPARK_ASSIGN(Json value, look_up(reference.body, scope_));
        if (!value.is_string()) return value;
        return of(value.get_ref<const std::string&>(), depth + 1);
    }

    const Scope& scope_;
    int references_left_ = 10'000;
};

struct Replacing {
    std::string_view marker;
    const Replace& replace;
    const ReplaceProblem& problem;
    data::Path path = {};
    bool any = false;

    void in(Json& node) {
        if (node.is_object()) {
            for (auto& [name, value] : node.get_ref<Json::object_t&>()) member(value, name);
        } else if (node.is_array()) {
            for (std::size_t i = 0; i < node.size(); ++i)
                if (concerns(node[i])) member(node[i], std::to_string(i));
        }
    }

    bool concerns(const Json& node) const {
        return node.is_structured() || (node.is_string() && node.get_ref<const std::string&>().find(
                                                                marker) != std::string::npos);
    }

    void member(Json& node, const std::string& name) {
        if (!concerns(node)) return;
        path.push_back(name);
        if (node.is_string())
            text(node);
        else
            in(node);
        path.pop_back();
    }

    void text(Json& node) {
        any = true;
        auto value = replace(node.get_ref<const std::string&>());
        if (value)
            node = *std::move(value);
        else
            problem(path, value.error().message);
    }
};

} // namespace

data::Path sole_value(std::string_view text) {
    constexpr std::string_view kValues = ".Values.";
    const auto reference = next_reference(text, 0);
    if (!reference || reference->begin != 0 || reference->end != text.size() ||
        !is_path(reference->body) || !reference->body.starts_with(kValues))
        return {};
    return core::split(reference->body.substr(kValues.size()), '.');
}

bool has_reference(std::string_view text) {
    return next_reference(text, 0).has_value();
}

Result<Json> interpolate(const std::string& text, const Scope& scope) {
    return Expansion(scope).of(text);
}

Result<Json> substitute(const std::string& text, const std::vector<std::string>& names,
                        const core::Environment& environment) {
    std::string built;
    std::size_t done = 0;
    for (std::size_t at = text.find("${"); at != std::string::npos; at = text.find("${", at + 2)) {
        const auto close = text.find('}', at);
        if (close == std::string::npos) break;
        const std::string name = text.substr(at + 2, close - at - 2);
        if (std::ranges::find(names, name) == names.end()) continue;
        const auto value = environment.get(name);
        if (!value)
            return invalid(fmt::format("${{{}}} is named by --env-subst, but it is not set", name));
        if (at == 0 && close + 1 == text.size()) {
            Json typed = typed_scalar(*value);
            return typed.is_null() ? Json(*value) : typed;
        }
        built.append(text, done, at - done);
        built += *value;
        done = close + 1;
    }
    built.append(text, done);
    return Json(std::move(built));
}

bool replace_strings(Json& tree, std::string_view marker, const Replace& replace,
                     const ReplaceProblem& problem) {
    Replacing replacing{marker, replace, problem};
    replacing.in(tree);
    return replacing.any;
}

} // namespace kspark::spark
