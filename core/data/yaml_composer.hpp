// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/builder.hpp"
#include "core/data/document.hpp"
#include "core/data/scalar.hpp"

#include <map>
#include <optional>
#include <stdexcept>

namespace kspark::data {

/// Thrown through the YAML parser to the reader that called it; never further.
struct Refused : std::runtime_error {
    Refused(std::size_t at, const std::string& sentence)
        : std::runtime_error(sentence), offset(at) {}
    std::size_t offset;
};

/// A warning whose place is still a byte of the text.
struct RawWarning {
    std::size_t offset;
    std::string message;
};

/// One YAML document: what its nodes, anchors, aliases, tags and keys mean to Kubernetes.
/// `anchor` 0: none. Tags are the parser's: "?" plain, "!" quoted, else the tag in full.
class YamlComposer {
public:
    YamlComposer(const ReadOptions& options, bool record_positions);

    void scalar(std::size_t offset, const std::string& tag, std::size_t anchor,
                const std::string& text);
    void alias(std::size_t offset, std::size_t anchor);
    void begin(std::size_t offset, const std::string& tag, std::size_t anchor, bool is_map,
               bool is_flow);
    void end();
    /// A value that the text left out; `offset` that of a key: the key's ":" is missing.
    void absent(std::size_t offset, std::size_t anchor);

    Path path() const { return builder_.path(); }
    Json take() { return builder_.take(); }
    PositionTree take_positions() { return builder_.take_positions(); }
    std::vector<RawWarning> warnings;

private:
    struct Anchored {
        Json value;
        std::size_t weight = 0;
    };
    struct Open {
        std::size_t anchor, weight_before;
        bool is_flow;
    };
    void count(std::size_t offset, std::size_t weight);
    void key(std::size_t offset, const std::string& tag, const std::string& text);
    Json value(std::size_t offset, const std::string& tag, const std::string& text);
    Json plain(std::size_t offset, const std::string& text);
    void warn_if_ambiguous(std::size_t offset, const std::string& text, const Scalar& scalar);
    static void check(std::size_t offset, const std::string& problem);

    ReadOptions options_;
    Builder builder_;
    std::map<std::size_t, Anchored> anchors_;
    std::vector<Open> open_;
    std::size_t weight_ = 0;
    std::optional<std::size_t> key_offset_;
};

} // namespace kspark::data
