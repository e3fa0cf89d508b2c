// SPDX-License-Identifier: Apache-2.0
// Many logs, one output: whole lines only, each with the prefix of its log.
#pragma once

#include "core/kube/log_lines.hpp"
#include "core/output/streams.hpp"
#include "plugins/logs/visible.hpp"

#include <map>

namespace kspark::logs {

struct Look {
    bool timestamps = false; ///< the server's, before each line
    bool visible = false;    ///< make control sequences visible
    bool color = false;      ///< of the prefixes
};

class Mixer {
public:
    using SourceId = int;
    Mixer(output::Stream& out, Look look) : out_(out), look_(look) {}

    /// A log that is named so before each of its lines; empty: nothing before them.
    SourceId add(const std::string& prefix);
    void remove(SourceId source);
    void take(SourceId source, const kube::LogPiece& piece);
    /// Bytes of a log as they are.
    void pass(std::string_view bytes);
    /// A line of our own.
    void line(std::string_view text);

    /// After every turn of the loop: writes what was gathered. What went wrong stays wrong.
    const core::Status& flush();

private:
    struct Source {
        std::string prefix;
        std::string held; ///< of an unfinished line
        bool begun = false;
        Visible visible = {};
    };
    void begin(Source& source, const kube::LogPiece& piece, std::string& to);
    void append(std::string_view bytes);
    void whole_line(std::string_view bytes);
    void give_way();
    void write();

    output::Stream& out_;
    Look look_;
    std::map<SourceId, Source> sources_;
    SourceId last_ = 0;
    SourceId owner_ = 0;  ///< whose long line is being written; 0: nobody's
    std::string pending_; ///< lines of others meanwhile
    std::string text_;    ///< not yet written
    bool at_line_start_ = true;
    int idle_flushes_ = 0;
    core::Status status_;
};

} // namespace kspark::logs
