// SPDX-License-Identifier: Apache-2.0
// Almost all YAML that people give to Kubernetes is this simple, and yaml-cpp's scanner, which
// matches regular expressions at every character, takes most of the time of rendering a thousand
// streams. What is not surely simple is not read here, and nothing is ever refused: errors are
// yaml-cpp's business.
#include "core/data/yaml_lines.hpp"

#include "core/data/encoding.hpp"
#include "core/data/yaml_composer.hpp"

#include <algorithm>

namespace kspark::data {

namespace {

struct NotSimple {};

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Without spaces at the end.
std::string_view trim_end(std::string_view text) {
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

class LineReader {
public:
    LineReader(const Source& source, const ReadOptions& options, bool record_positions)
        : source_(source), options_(options), record_positions_(record_positions) {}

    std::vector<ReadDocument> read() {
        const std::string_view text = source_.text;
        start_document();
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            line(begin, trim_end(text.substr(begin, end - begin)));
            begin = end + 1;
        }
        finish_document();
        return std::move(documents_);
    }

private:
    struct Open {
        std::size_t indent;
        bool is_map;
    };
    struct Token {
        std::string_view text;
        bool is_quoted = false;
        std::size_t length = 0; ///< in the source, quotes included
    };

    void start_document() { composer_.emplace(options_, record_positions_); }

    void finish_document() {
        while (!open_.empty()) close();
        if (!is_empty_) {
            ReadDocument document{composer_->take(), index_};
            for (RawWarning& warning : composer_->warnings)
                document.warnings.push_back(
                    {position_of(source_.text, warning.offset), std::move(warning.message)});
            document.positions = composer_->take_positions();
            documents_.push_back(std::move(document));
        }
        is_empty_ = true;
    }

    void line(std::size_t begin, std::string_view line) {
        if (line.find('\t') != line.npos) throw NotSimple();
        const std::size_t indent = line.find_first_not_of(' ');
        if (indent == line.npos || line[indent] == '#') return;
        if (indent == 0 && (line.starts_with("---") || line.starts_with("...") || line[0] == '%')) {
            if (line != "---") throw NotSimple();
            // The one before the first document does not end one.
            if (seen_separator_ || !is_empty_) {
                finish_document();
                start_document();
                ++index_;
            }
            seen_separator_ = true;
            return;
        }
        content(begin, line, indent);
    }

    /// The dashes of a line, then what stands behind them.
    void content(std::size_t begin, std::string_view line, std::size_t at) {
        const std::size_t indent = at;
        while (line[at] == '-' && (at + 1 == line.size() || line[at + 1] == ' ')) {
            item(begin + at, at);
            const std::size_t next = line.find_first_not_of(' ', at + 1);
            if (next == line.npos || line[next] == '#') return;
            at = next;
        }
        const Token key = key_of(line.substr(at));
        if (key.length == 0 && at == indent) throw NotSimple(); // more of the text above
        if (key.length == 0) return value(begin + at, line.substr(at));
        member(begin + at, at, key);
        const std::size_t next = line.find_first_not_of(' ', at + key.length + 1);
        if (next == line.npos || line[next] == '#') return;
        value(begin + next, line.substr(next));
    }

    void close() {
        absent();
        composer_->end();
        open_.pop_back();
    }
    void absent() {
        if (pending_) composer_->scalar(pending_offset_, "?", 0, "");
        pending_ = false;
    }
    void expect_value(std::size_t offset) {
        pending_ = true;
        pending_offset_ = offset;
    }

    void open(std::size_t offset, std::size_t indent, bool is_map) {
        const bool is_root = open_.empty() && is_empty_;
        if (!is_root && !pending_) throw NotSimple();
        pending_ = is_empty_ = false;
        composer_->begin(offset, "?", 0, is_map, false);
        open_.push_back({indent, is_map});
    }

    void item(std::size_t offset, std::size_t indent) {
        while (!open_.empty() && open_.back().indent > indent) close();
        const bool continues =
            !open_.empty() && open_.back().indent == indent && !open_.back().is_map;
        if (continues)
            absent();
        else
            open(offset, indent, false);
        expect_value(offset);
    }

    void member(std::size_t offset, std::size_t indent, const Token& key) {
        while (!open_.empty() && (open_.back().indent > indent ||
                                  (open_.back().indent == indent && !open_.back().is_map)))
            close();
        const bool continues = !open_.empty() && open_.back().indent == indent;
        if (continues)
            absent();
        else
            open(offset, indent, true);
        composer_->scalar(offset, key.is_quoted ? "!" : "?", 0, std::string(key.text));
        expect_value(offset);
    }

    void value(std::size_t offset, std::string_view text) {
        if (!pending_) throw NotSimple();
        if (text[0] == '[' || text[0] == '{') {
            pending_ = false;
            const std::size_t end = flow(offset, text, 0);
            const std::size_t next = text.find_first_not_of(' ', end);
            if (next != text.npos && (next == end || text[next] != '#')) throw NotSimple();
            return;
        }
        const Token token = scalar_of(text);
        if (token.length == 0) throw NotSimple();
        pending_ = false;
        composer_->scalar(offset, token.is_quoted ? "!" : "?", 0, std::string(token.text));
    }

    /// The list or map in brackets at `at`, if it ends on its line; returns what follows it.
    std::size_t flow(std::size_t offset, std::string_view text, std::size_t at) {
        const bool is_map = text[at] == '{';
        const char closing = is_map ? '}' : ']';
        composer_->begin(offset + at, "?", 0, is_map, true);
        at = next_of(text, at + 1);
        while (text[at] != closing) {
            if (is_map) {
                const Token key = key_of(text.substr(at));
                if (key.length == 0) throw NotSimple();
                composer_->scalar(offset + at, key.is_quoted ? "!" : "?", 0, std::string(key.text));
                at = next_of(text, at + key.length + 1);
            }
            at = next_of(text, flow_value(offset, text, at));
            if (text[at] == ',')
                at = next_of(text, at + 1);
            else if (text[at] != closing)
                throw NotSimple();
        }
        composer_->end();
        return at + 1;
    }

    std::size_t flow_value(std::size_t offset, std::string_view text, std::size_t at) {
        if (text[at] == '[' || text[at] == '{') return flow(offset, text, at);
        Token token;
        if (text[at] == '"' || text[at] == '\'') {
            token = quoted(text.substr(at));
        } else if (is_word(text[at])) {
            std::size_t end = at + 1;
            while (end < text.size() &&
                   (is_word(text[end]) || std::string_view("./-").find(text[end]) != text.npos))
                ++end;
            token = {text.substr(at, end - at), false, end - at};
        }
        if (token.length == 0) throw NotSimple();
        composer_->scalar(offset + at, token.is_quoted ? "!" : "?", 0, std::string(token.text));
        return at + token.length;
    }

    static std::size_t next_of(std::string_view text, std::size_t at) {
        at = text.find_first_not_of(' ', at);
        if (at == text.npos) throw NotSimple();
        return at;
    }

    /// A text in quotes without any escape, at the begin; length 0: it is none.
    static Token quoted(std::string_view text) {
        const std::size_t end = text.find(text[0], 1);
        if (end == text.npos) return {};
        const std::string_view inner = text.substr(1, end - 1);
        const bool again = end + 1 < text.size() && text[end + 1] == text[0];
        if (again || inner.find('\\') != inner.npos) return {};
        return {inner, true, end + 1};
    }

    /// Length 0: no key stands here.
    static Token key_of(std::string_view text) {
        Token key;
        if (text[0] == '"' || text[0] == '\'') {
            key = quoted(text);
        } else if (is_word(text[0])) {
            std::size_t end = 1;
            while (end < text.size() &&
                   (is_word(text[end]) ||
                    std::string_view("./-").find(text[end]) != std::string_view::npos))
                ++end;
            key = {text.substr(0, end), false, end};
        }
        const bool has_colon = key.length < text.size() && text[key.length] == ':' &&
                               (key.length + 1 == text.size() || text[key.length + 1] == ' ');
        return has_colon ? key : Token{};
    }

    static Token scalar_of(std::string_view text) {
        if (text[0] == '"' || text[0] == '\'') {
            const Token token = quoted(text);
            const std::string_view rest = text.substr(token.length);
            const std::size_t next = rest.find_first_not_of(' ');
            const bool ends = rest.empty() || (rest[0] == ' ' && rest[next] == '#');
            return ends ? token : Token{};
        }
        const bool dash = text[0] == '-' && text.size() > 1 && text[1] != ' ';
        if (!is_word(text[0]) && text[0] != '/' && text[0] != '.' && text[0] != '$' && !dash)
            return {};
        text = trim_end(text.substr(0, text.find(" #")));
        if (text.find(": ") != text.npos || text.ends_with(':')) return {};
        return {text, false, text.size()};
    }

    const Source& source_;
    const ReadOptions& options_;
    bool record_positions_;
    std::vector<ReadDocument> documents_;
    std::optional<YamlComposer> composer_;
    std::vector<Open> open_;
    int index_ = 0;
    bool is_empty_ = true, seen_separator_ = false, pending_ = false;
    std::size_t pending_offset_ = 0;
};

} // namespace

std::optional<std::vector<ReadDocument>>
read_yaml_lines(const Source& source, const ReadOptions& options, bool record_positions) {
    try {
        return LineReader(source, options, record_positions).read();
    } catch (const NotSimple&) {
        return std::nullopt;
    } catch (const Refused&) {
        return std::nullopt;
    }
}

} // namespace kspark::data
