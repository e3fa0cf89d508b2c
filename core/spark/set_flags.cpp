// SPDX-License-Identifier: Apache-2.0
// Behaves as the parser of helm's --set does (helm 3, pkg/strvals), down to what is text and what
// is a number; only where helm panics or ignores a slip (an empty key), this is an error. Two
// halves: a reader of the text, and a walk into the tree.
#include "core/spark/set_flags.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace kspark::spark {

namespace {

using core::Code;
using core::Error;
using core::Result;
using data::Json;

constexpr std::size_t kMostSteps = 30;        // helm's MaxNestedNameLevel
constexpr std::size_t kGreatestIndex = 65536; // helm's MaxIndex

struct Assignment {
    std::vector<Step> steps;
    Json value;
};

class Reader {
public:
    Reader(std::string_view text, const ReadValue& read) : text_(text), read_(read) {}

    bool at_end() const { return at_ >= text_.size(); }

    Result<Assignment> next() {
        Assignment assignment;
        KSPARK_ASSIGN(assignment.steps, key());
        KSPARK_ASSIGN(assignment.value, value());
        return assignment;
    }

private:
    Error fail(std::string message) const { return {Code::Invalid, std::move(message), {}}; }

    /// Up to one of the stops, which is consumed and told; 0 at the end. A backslash takes away the
    /// meaning of the character behind it.
    std::string until(std::string_view stops, char& stop) {
        std::string word;
        for (stop = 0; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (stops.find(c) != std::string_view::npos) {
                stop = c;
                ++at_;
                break;
            }
            if (c == '\\') {
                if (++at_ == text_.size()) break;
                word += text_[at_];
            } else {
                word += c;
            }
        }
        return word;
    }

    Result<std::vector<Step>> key() {
        std::vector<Step> steps;
        for (char stop = '.'; stop != '=';) {
            if (steps.size() >= kMostSteps)
                return fail(fmt::format("more than {} levels in one key", kMostSteps));
            if (stop == '[') {
                steps.push_back({until("]", stop), true});
                if (stop != ']' || steps.back().name.empty())
                    return fail("an index has to be closed, as in a[0]=b");
                if (const std::string more = until("[.=", stop); !more.empty())
                    return fail(fmt::format("unexpected \"{}\" behind an index", more));
            } else {
                steps.push_back({until("=[,.", stop), false});
            }
            if (steps.back().name.empty()) return fail("a key is empty");
            if (stop == 0 || stop == ',')
                return fail(fmt::format("key \"{}\" has no value", steps.back().name));
        }
        return steps;
    }

    Result<Json> value() {
        if (at_end() || text_[at_] != '{') {
            char stop = 0;
            return read_(until(",", stop));
        }
        ++at_;
        Json list = Json::array();
        for (char stop = ','; stop != '}';) {
            const std::string item = until(",}", stop);
            if (stop == 0) return fail("a list must end with }");
            KSPARK_ASSIGN(Json read, read_(item));
            list.push_back(std::move(read));
        }
        if (!at_end() && text_[at_] == ',') ++at_;
        return list;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    const ReadValue& read_;
};

Result<std::size_t> stream_index(const Json& list, const std::string& name) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (data::string_at(list[i], {"name"}) == name) return i;
        names.push_back(data::string_at(list[i], {"name"}));
    }
    return Error{Code::Invalid,
                 fmt::format("there is no stream \"{}\"{}", name, core::did_you_mean(name, names)),
                 {}};
}

Result<std::size_t> index_of(const Json& list, const Step& step, const data::Path& path) {
    const auto& name = step.name;
    const bool letter = (name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z');
    if (letter && path == data::Path{"streams"}) return stream_index(list, name);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error != std::errc{} || end != name.data() + name.size() || index > kGreatestIndex)
        return Error{
            Code::Invalid,
            fmt::format("[{}] is no index: it must be a number from 0 to {}", name, kGreatestIndex),
            {}};
    return index;
}

/// Goes one step down, making what is missing.
Result<Json*> descend(Json& node, const Step& step, data::Path& path) {
    const bool fits = node.is_null() || (step.index ? node.is_array() : node.is_object());
    if (!fits)
        return Error{Code::Invalid,
                     fmt::format("{} is {}, not {}", data::to_text(path), data::type_name(node),
                                 step.index ? "a list" : "a map"),
                     {}};
    if (!step.index) {
        path.push_back(step.name);
        return &node[step.name];
    }
    if (node.is_null()) node = Json::array();
    KSPARK_ASSIGN(const std::size_t index, index_of(node, step, path));
    while (node.size() <= index) node.push_back(nullptr);
    path.push_back(std::to_string(index));
    return &node[index];
}

} // namespace

Json typed_scalar(const std::string& text) {
    const std::string word = core::lower(text);
    if (word == "true") return true;
    if (word == "false") return false;
    if (word == "null") return nullptr;
    if (text == "0") return 0;
    std::string_view digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || text[0] == '0' || digits.starts_with('+')) return text;
    if (text[0] == '+' && digits[0] == '-') return text;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc{} || end != digits.data() + digits.size()) return text;
    return number;
}

Result<std::vector<data::Path>> apply_set(Json& tree, std::string_view flag,
                                          const std::string& text, const ReadValue& read) {
    const auto failed = [&](Error error) {
        // The value is not told: it may be a password.
        return std::move(error).during(fmt::format("{} {}", flag, text.substr(0, text.find('='))));
    };
    std::vector<data::Path> written;
    Reader reader(text, read);
    while (!reader.at_end()) {
        auto assignment = reader.next();
        if (!assignment) return failed(std::move(assignment).error());
        Json* node = &tree;
        data::Path path;
        for (const Step& step : assignment->steps) {
            auto next = descend(*node, step, path);
            if (!next) return failed(std::move(next).error());
            node = *next;
        }
        *node = std::move(assignment->value);
        written.push_back(std::move(path));
    }
    return written;
}

} // namespace kspark::spark
