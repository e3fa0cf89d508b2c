// SPDX-License-Identifier: Apache-2.0
// The only file that knows yaml-cpp, by its events: its own node graph accepts aliases that contain
// themselves and duplicate keys, and leaves types to the caller. What yaml-cpp accepts although it
// is no YAML (a second document without a separator, a key without a colon) is found here and by
// the composer.
#include "core/data/yaml_reader.hpp"

#include "core/data/encoding.hpp"
#include "core/data/yaml_composer.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

namespace kspark::data {

namespace {

/// A stream over text that somebody else keeps.
class TextBuffer : public std::streambuf {
public:
    explicit TextBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data());
        setg(begin, begin, begin + text.size());
    }
};

std::size_t offset_of(const YAML::Mark& mark) {
    return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
}

class Handler : public YAML::EventHandler {
public:
    Handler(YamlComposer& composer) : composer_(composer) {}

    void OnDocumentStart(const YAML::Mark& mark) override { start = offset_of(mark); }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        composer_.absent(offset_of(mark), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        composer_.alias(offset_of(mark), anchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        if (tag == "!") last_quoted = offset_of(mark);
        composer_.scalar(offset_of(mark), tag, anchor, value);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        composer_.begin(offset_of(mark), tag, anchor, false, style == YAML::EmitterStyle::Flow);
    }
    void OnSequenceEnd() override { composer_.end(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        composer_.begin(offset_of(mark), tag, anchor, true, style == YAML::EmitterStyle::Flow);
    }
    void OnMapEnd() override { composer_.end(); }

    std::size_t start = 0;
    std::optional<std::size_t> last_quoted;

private:
    YamlComposer& composer_;
};

std::string_view line_at(std::string_view text, std::size_t offset) {
    const std::size_t at = std::min(offset, text.size());
    const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
}

/// What yaml-cpp says, in the words of somebody who has to mend the file.
std::string explain(std::string_view what, std::string_view line, char at) {
    const std::string_view indent = line.substr(0, line.find_first_not_of(" \t"));
    if (what.find("illegal tab") != what.npos || indent.find('\t') != indent.npos)
        return "a tab cannot indent YAML: use spaces";
    std::string message(what);
    if (what == "illegal map value")
        message = "a \":\" where no key can stand: check the indentation, or quote the text";
    else if (what == "end of map not found" || what == "end of sequence not found")
        message = "this line does not continue what stands above: check its indentation";
    else if (what == "illegal block entry")
        message =
            "a \"-\" where no item of a list can stand: check the indentation, or quote the text";
    else if (what == "end of sequence flow not found")
        message = "a \"[\" is not closed";
    else if (what == "end of map flow not found")
        message = "a \"{\" is not closed";
    else if (what == "unknown token")
        message = fmt::format("a text cannot begin with \"{}\" unless it is quoted", at);
    else if (what == "illegal EOF in scalar")
        message = "a quoted text is not closed";
    else if (what == "the referenced anchor is not defined")
        message = "no anchor of that name stands above";
    if (line.find("{{") != line.npos || line.find("{%") != line.npos)
        message += "; text with braces must be quoted";
    if (line.find("\xC2\xA0") != line.npos)
        message += "; the line holds a no-break space (U+00A0) that looks like a space";
    return message;
}

/// Every document but the first begins with "---" or follows a "...".
bool is_separated(std::string_view text, std::size_t start) {
    if (text.substr(start, 3) == "---") return true;
    const std::size_t last = text.substr(0, start).rfind("\n...");
    if (last == text.npos) return false;
    return text.substr(last + 4, start - last - 4).find_first_not_of(" \t\n") == text.npos ||
           text[text.find_first_not_of(" \t\n", last + 4)] == '#' ||
           text[text.find_first_not_of(" \t\n", last + 4)] == '%';
}

/// Whether a quoted text that begins at or behind the offset ends; yaml-cpp lets the end of the
/// file end it. Block text, which has the same tag, has no quote to close.
bool is_closed(std::string_view text, std::size_t offset) {
    std::size_t at = text.find_first_of("\"'|>", offset);
    if (at == text.npos || text[at] == '|' || text[at] == '>') return true;
    const char quote = text[at];
    while (++at < text.size()) {
        if (text[at] == quote) return true;
        if (text[at] == '\\' && quote == '"') ++at;
    }
    return false;
}

core::Error refuse(const Source& source, std::size_t offset, std::string message,
                   const Path& path) {
    if (!path.empty() && path.size() < 20) message += fmt::format(" (in {})", to_text(path));
    return error_at(source.name, position_of(source.text, offset), message);
}

core::Error refuse(const Source& source, const YAML::Exception& e, const Path& path) {
    std::size_t offset = offset_of(e.mark);
    const bool at_end = offset >= source.text.size() || (offset == 0 && !path.empty());
    if (at_end) offset = source.text.find_last_not_of(" \n") + 1;
    const char at = offset < source.text.size() ? source.text[offset] : ' ';
    return refuse(source, offset, explain(e.msg, line_at(source.text, offset), at), path);
}

} // namespace

core::Result<std::vector<ReadDocument>> read_yaml(const Source& source, const ReadOptions& options,
                                                  bool record_positions) {
    std::vector<ReadDocument> documents;
    TextBuffer buffer(source.text);
    std::istream stream(&buffer);
    YAML::Parser parser;
    std::optional<std::size_t> last_quoted;
    for (int index = 0;; ++index) {
        YamlComposer composer(options, record_positions);
        Handler handler(composer);
        try {
            if (index == 0) parser.Load(stream);
            if (!parser.HandleNextDocument(handler)) break;
        } catch (const Refused& e) {
            return refuse(source, e.offset, e.what(), composer.path());
        } catch (const YAML::Exception& e) {
            if (index > 0 && handler.start > 0 && !is_separated(source.text, handler.start))
                return refuse(source, handler.start,
                              "this does not continue what stands above, and no \"---\" begins a "
                              "new document",
                              {});
            return refuse(source, e, composer.path());
        }
        if (index > 0 && !is_separated(source.text, handler.start))
            return refuse(
                source, handler.start,
                "this does not continue what stands above, and no \"---\" begins a new document",
                {});
        if (handler.last_quoted) last_quoted = handler.last_quoted;
        ReadDocument document{composer.take(), index};
        if (document.value.is_null()) continue;
        for (RawWarning& warning : composer.warnings)
            document.warnings.push_back(
                {position_of(source.text, warning.offset), std::move(warning.message)});
        document.positions = composer.take_positions();
        documents.push_back(std::move(document));
    }
    if (last_quoted && !is_closed(source.text, *last_quoted))
        return refuse(source, *last_quoted, "a quoted text is not closed", {});
    return documents;
}

} // namespace kspark::data
