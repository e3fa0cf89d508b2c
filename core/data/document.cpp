// SPDX-License-Identifier: Apache-2.0
// A text is JSON when it begins with a brace and can be read as JSON, else YAML: nobody has to name
// the format, as with kubectl. Positions are not kept while reading, since most documents are never
// complained about; the first question for one reads the text again and keeps the answers.
#include "core/data/document.hpp"

#include "core/base/system.hpp"
#include "core/data/encoding.hpp"
#include "core/data/json_reader.hpp"
#include "core/data/yaml_lines.hpp"
#include "core/data/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace kspark::data {

Document::Document() = default;
Document::~Document() = default;
Document::Document(const Document&) = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(const Document&) = default;
Document& Document::operator=(Document&&) noexcept = default;

/// What locate() keeps for a source.
struct Positions {
    std::vector<std::pair<int, PositionTree>> documents; ///< by Document::index
    std::vector<std::size_t> lines;                      ///< where each begins
};

namespace {

/// Nothing: the text is not JSON, so it is to be read as YAML. One value after another is allowed.
std::optional<core::Result<std::vector<ReadDocument>>>
read_json(const Source& source, const ReadOptions& options, bool record_positions) {
    constexpr std::string_view kSpace = " \t\n";
    const std::string_view text = source.text;
    std::vector<ReadDocument> documents;
    for (std::size_t at = text.find_first_not_of(kSpace); at != text.npos;
         at = text.find_first_not_of(kSpace, at)) {
        const bool is_json_file = source.name.ends_with(".json");
        if (text[at] != '{' && is_json_file && !documents.empty())
            return error_at(source.name, position_of(text, at),
                            "this does not belong to the JSON value above");
        if (text[at] != '{') return std::nullopt;
        JsonParse parsed = parse_json_value(
            text, at, {options.depth_limit, options.reject_duplicate_keys, record_positions},
            false);
        if (parsed.problem && parsed.problem->is_syntax && !is_json_file) return std::nullopt;
        if (parsed.problem)
            return error_at(source.name, position_of(text, parsed.problem->offset),
                            parsed.problem->message);
        const int index = static_cast<int>(documents.size());
        documents.push_back({std::move(parsed.value), index, {}, std::move(parsed.positions)});
        at = parsed.end;
    }
    if (documents.empty()) return std::nullopt;
    return documents;
}

core::Result<std::vector<ReadDocument>>
read_source(const Source& source, const ReadOptions& options, bool record_positions) {
    if (auto json = read_json(source, options, record_positions)) return *std::move(json);
    if (auto lines = read_yaml_lines(source, options, record_positions)) return *std::move(lines);
    return read_yaml(source, options, record_positions);
}

bool has_known_extension(const std::filesystem::path& path) {
    const std::string extension = path.extension().string();
    return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

template <class Iterator>
std::vector<std::filesystem::path> files_below(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (Iterator entry(directory, error), end; !error && entry != end; entry.increment(error))
        if (entry->is_regular_file(error) && has_known_extension(entry->path()))
            files.push_back(entry->path());
    std::ranges::sort(files);
    return files;
}

core::Result<std::vector<std::filesystem::path>> expand(const std::string& path, bool recursive) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error))
        return std::vector{std::filesystem::path(path)};
    auto files = recursive ? files_below<std::filesystem::recursive_directory_iterator>(path)
                           : files_below<std::filesystem::directory_iterator>(path);
    if (files.empty())
        return core::Error{
            core::Code::Invalid,
            fmt::format("{}: the directory holds no .yaml, .yml or .json file{}", path,
                        recursive ? "" : "; add --recursive to look into its directories")};
    return files;
}

core::Result<std::vector<Document>> read_file_documents(const std::filesystem::path& path,
                                                        const ReadOptions& options) {
    const bool is_input = path == "-";
    const std::string name = is_input ? "standard input" : path.string();
    auto bytes = is_input ? core::read_descriptor(0, name, options.size_limit)
                          : core::read_file(path, options.size_limit);
    if (!bytes) return std::move(bytes).error();
    return parse_documents(name, *std::move(bytes), options);
}

const PositionTree* tree_of(const Document& document) {
    const Source& source = *document.source;
    if (!source.positions) {
        auto positions = std::make_shared<Positions>();
        positions->lines.push_back(0);
        for (std::size_t i = 0; i < source.text.size(); ++i)
            if (source.text[i] == '\n') positions->lines.push_back(i + 1);
        ReadOptions options;
        options.size_limit = options.node_limit = static_cast<std::size_t>(-1);
        if (auto read = read_source(source, options, true))
            for (ReadDocument& one : *read)
                positions->documents.emplace_back(one.index, std::move(one.positions));
        source.positions = std::move(positions);
    }
    const auto& documents = source.positions->documents;
    const auto found = std::ranges::lower_bound(documents, document.index, {},
                                                &std::pair<int, PositionTree>::first);
    return found != documents.end() && found->first == document.index ? &found->second : nullptr;
}

const PositionTree* child(const PositionTree& tree, const std::string& step) {
    if (tree.is_list) {
        std::size_t index = tree.children.size();
        std::from_chars(step.data(), step.data() + step.size(), index);
        return index < tree.children.size() ? &tree.children[index].second : nullptr;
    }
    for (const auto& [name, position] : tree.children)
        if (name == step) return &position;
    return nullptr;
}

} // namespace

core::Result<std::vector<Document>> parse_documents(std::string name, std::string bytes,
                                                    const ReadOptions& options) {
    if (name == "-") name = "standard input";
    if (bytes.size() > options.size_limit)
        return core::Error{core::Code::Invalid,
                           fmt::format("{}: larger than {} MiB", name, options.size_limit >> 20)};
    KSPARK_ASSIGN(std::string text, decode_text(name, std::move(bytes)));
    auto source = std::make_shared<Source>(Source{std::move(name), std::move(text)});
    KSPARK_ASSIGN(std::vector<ReadDocument> read, read_source(*source, options, false));
    std::vector<Document> documents(read.size());
    for (std::size_t i = 0; i < read.size(); ++i) {
        documents[i].value = std::move(read[i].value);
        documents[i].index = read[i].index;
        documents[i].warnings = std::move(read[i].warnings);
        documents[i].source = source;
    }
    return documents;
}

core::Result<std::vector<Document>> read_documents(const std::vector<std::string>& paths,
                                                   bool recursive, const ReadOptions& options) {
    std::vector<Document> documents;
    bool input_read = false;
    for (const std::string& path : paths) {
        if (path == "-" && std::exchange(input_read, true))
            return core::Error{core::Code::Usage, "standard input (\"-\") can be read only once"};
        KSPARK_ASSIGN(auto files, expand(path, recursive));
        for (const std::filesystem::path& file : files) {
            KSPARK_ASSIGN(auto more, read_file_documents(file, options));
            std::ranges::move(more, std::back_inserter(documents));
        }
    }
    return documents;
}

Position locate(const Document& document, const Path& path) {
    if (!document.source) return {};
    const PositionTree* at = tree_of(document);
    if (at == nullptr) return {};
    for (const std::string& step : path) {
        const PositionTree* next = child(*at, step);
        if (next == nullptr) break;
        at = next;
    }
    const auto& lines = document.source->positions->lines;
    const auto line = std::ranges::upper_bound(lines, at->offset) - 1;
    Position position =
        position_of(std::string_view(document.source->text).substr(*line), at->offset - *line);
    position.line += static_cast<int>(line - lines.begin());
    return position;
}

std::string place(const Document& document, const Path& path) {
    const Position position = locate(document, path);
    const std::string name = document.source ? document.source->name : std::string();
    return position.line == 0 ? name
                              : fmt::format("{}:{}:{}", name, position.line, position.column);
}

} // namespace kspark::data
