// SPDX-License-Identifier: Apache-2.0
// nlohmann's parser does not recurse, but everything done with its values does: so the depth is
// limited here, and nowhere else need it be thought of. The parser does not say where a token
// stands; the positions come from an iterator that knows how far it was read.
#include "core/data/json_reader.hpp"

#include "core/data/encoding.hpp"

#include <fmt/format.h>

#include <iterator>

namespace kspark::data {

namespace {

/// Reads characters and tells somebody how far.
class CountingIterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    CountingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
    reference operator*() const { return *at_; }
    CountingIterator& operator++() {
        *reached_ = ++at_;
        return *this;
    }
    CountingIterator operator++(int) {
        CountingIterator before = *this;
        ++*this;
        return before;
    }
    bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
    bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

private:
    const char* at_;
    const char** reached_;
};

/// nlohmann's SAX interface.
class Handler {
public:
    using number_integer_t = Json::number_integer_t;
    using number_unsigned_t = Json::number_unsigned_t;
    using number_float_t = Json::number_float_t;
    using string_t = Json::string_t;
    using binary_t = Json::binary_t;

    Handler(std::string_view text, const char* const* reached, std::size_t begin,
            Builder::Options options)
        : builder(options), text_(text), reached_(reached), begin_(begin), last_end_(begin) {}

    bool null() { return take(Json(nullptr)); }
    bool boolean(bool value) { return take(Json(value)); }
    bool number_integer(number_integer_t value) { return take(Json(value)); }
    bool number_unsigned(number_unsigned_t value) { return take(Json(value)); }
    bool number_float(number_float_t value, const string_t&) { return take(Json(value)); }
    bool string(string_t& value) { return take(Json(std::move(value))); }
    bool binary(binary_t&) { return false; }
    bool start_object(std::size_t) { return check(builder.begin(Json::object(), token())); }
    bool start_array(std::size_t) { return check(builder.begin(Json::array(), token())); }
    bool key(string_t& name) { return check(builder.key(std::move(name), token())); }
    bool end_object() { return end(); }
    bool end_array() { return end(); }
    bool parse_error(std::size_t position, const std::string& token, const Json::exception& e) {
        offset = begin_ + (position > 0 ? position - 1 : 0);
        problem = describe(token, e.what());
        syntax = true;
        return false;
    }

    Builder builder;
    std::string problem;
    std::size_t offset = 0;
    bool syntax = false;

private:
    /// Where the token that was just read begins, when positions are followed.
    std::size_t token() {
        if (reached_ == nullptr) return 0;
        const std::size_t at = text_.find_first_not_of(" \t\n,:", last_end_);
        last_end_ = static_cast<std::size_t>(*reached_ - text_.data());
        return at;
    }
    bool check(std::string sentence) {
        problem = std::move(sentence);
        return problem.empty();
    }
    bool take(Json value) { return check(builder.value(std::move(value), token())); }
    bool end() {
        token();
        builder.end();
        return true;
    }
    static std::string describe(const std::string& token, std::string_view what) {
        if (token.find("<EOF>") != token.npos || what.find("unexpected end of input") != what.npos)
            return "the JSON text ends too early";
        if (what.find("number overflow") != what.npos)
            return "a number larger than any reader can hold";
        const std::size_t detail = what.rfind("; ");
        std::string message = "this is not JSON";
        if (what.find("expected ") != what.npos && detail != what.npos)
            message += ": " + std::string(what.substr(detail + 2));
        else if (what.find("invalid string") != what.npos)
            message +=
                ": a string that does not end, or holds a wrong escape or a control character";
        return message;
    }

    std::string_view text_;
    const char* const* reached_;
    std::size_t begin_;
    std::size_t last_end_;
};

bool run(std::string_view text, std::size_t begin, Handler& handler, const char** reached,
         bool whole) {
    const char* first = text.data() + begin;
    const char* last = text.data() + text.size();
    *reached = first;
    return Json::sax_parse(CountingIterator(first, reached), CountingIterator(last, reached),
                           &handler, Json::input_format_t::json, whole);
}

} // namespace

JsonParse parse_json_value(std::string_view text, std::size_t begin, Builder::Options options,
                           bool whole_text) {
    const char* reached = nullptr;
    const bool fast = whole_text && !options.record_positions;
    Handler handler(text, fast ? nullptr : &reached, begin, options);
    const bool good =
        fast ? Json::sax_parse(text.data() + begin, text.data() + text.size(), &handler)
             : run(text, begin, handler, &reached, whole_text);
    JsonParse result;
    if (good) {
        result.value = handler.builder.take();
        result.positions = handler.builder.take_positions();
        result.end = fast ? text.size() : static_cast<std::size_t>(reached - text.data());
        return result;
    }
    if (fast && !handler.syntax) {
        Handler second(text, &reached, begin, options);
        run(text, begin, second, &reached, true);
        handler.offset = static_cast<std::size_t>(reached - text.data());
    } else if (!handler.syntax) {
        handler.offset = static_cast<std::size_t>(reached - text.data());
    }
    // The builder knows the problem one token late; the token's first character is what one looks
    // for.
    if (!handler.syntax && handler.offset > begin) {
        std::size_t at = handler.offset - 1;
        if (text[at] == '"' && at > begin) at = text.rfind('"', at - 1);
        handler.offset = at;
    }
    const Path path = handler.builder.path();
    if (!path.empty() && path.size() < 20)
        handler.problem += fmt::format(" (in {})", to_text(path));
    result.problem = JsonProblem{handler.offset, std::move(handler.problem), handler.syntax};
    return result;
}

core::Result<Json> parse_json(std::string_view text, std::string_view name, JsonLimits limits) {
    JsonParse parsed = parse_json_value(
        text, 0, {.depth = limits.depth, .reject_duplicate_keys = limits.reject_duplicate_keys},
        true);
    if (parsed.problem)
        return error_at(name, position_of(text, parsed.problem->offset), parsed.problem->message);
    return std::move(parsed.value);
}

} // namespace kspark::data
