// SPDX-License-Identifier: Apache-2.0
// What people write: YAML or JSON text, one or many documents, read as Kubernetes reads them
// (sigs.k8s.io/yaml) and refused where a reader could misread. Positions are found when somebody
// asks for one: the text is read again with an eye on the path.
#pragma once

#include "core/data/json.hpp"

// A member of an incomplete type does not compile, so this header pays for the whole of it.
#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>

namespace kspark::data {

struct Positions;

struct Source {
    std::string name; ///< as the user gave it; "-" is shown as "standard input"
    std::string text; ///< UTF-8, without byte order mark, "\n" line ends
    mutable std::shared_ptr<const Positions> positions = {}; ///< filled by the first locate()
};

/// 1-based; line 0: not known.
struct Position {
    int line = 0;
    int column = 0;
};

/// Something that was read one way and that another reader, or the author, could take another way.
struct Warning {
    Position position;
    std::string message; ///< with the remedy
};

struct Document {
    Json value;
    std::shared_ptr<const Source> source;
    int index = 0; ///< of the document in its source, empty ones counted
    std::vector<Warning> warnings = {};

    Document();
    ~Document();
    Document(const Document&);
    Document(Document&&) noexcept;
    Document& operator=(const Document&);
    Document& operator=(Document&&) noexcept;
};

struct ReadOptions {
    std::size_t size_limit = 10u << 20; ///< bytes of one file
    std::size_t node_limit = 1'000'000; ///< values in one document after aliases are resolved
    std::size_t depth_limit = 200;
    /// Keys that YAML reads as numbers or booleans: an error (values files), or text as kubectl has
    /// it.
    bool string_keys_only = false;
    /// Off where kubectl takes the last of two silently (kubeconfig).
    bool reject_duplicate_keys = true;
};

/// Reads all documents of a text; empty ones are left out. `bytes` may be UTF-8 or UTF-16 with a
/// byte order mark, with any line ends. Errors read "NAME:LINE:COLUMN: sentence", code Invalid.
core::Result<std::vector<Document>> parse_documents(std::string name, std::string bytes,
                                                    const ReadOptions& options = {});
/// The documents of files, of the .yaml, .yml and .json files of directories (sorted by name), and
/// of "-" (descriptor 0, once).
core::Result<std::vector<Document>> read_documents(const std::vector<std::string>& paths,
                                                   bool recursive = false,
                                                   const ReadOptions& options = {});

/// Where a path of the document stands in its source: the key's position for a member of a map, the
/// item's for one of a list; the nearest ancestor's when the path itself is not written there.
Position locate(const Document& document, const Path& path);
/// "values.yaml:12:5".
std::string place(const Document& document, const Path& path);

} // namespace kspark::data
