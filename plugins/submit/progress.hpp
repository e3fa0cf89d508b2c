// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/output/live.hpp"
#include "plugins/submit/deployment.hpp"

namespace kspark::submit {

/// Shows a deployment as it goes: a table in place on a terminal, a line per change elsewhere.
class Progress : public Observer {
public:
    Progress(output::Stream& stream, const core::Clock& clock, bool color,
             std::vector<std::string> names);
    void progress(const std::vector<Track>& tracks, core::Duration now) override;
    /// Takes the table away: the last word is the summary's.
    void finish();

private:
    output::Stream& stream_;
    output::Live live_;
    std::vector<std::string> names_;
    std::vector<std::string> told_;
};

/// The outcome, one line per application that was touched or waited for.
output::Table summary_table(const std::vector<Track>& tracks, bool waited);
/// What went wrong with one application: sentence, evidence, remedy, the driver's last lines.
core::Error explained_failure(const Track& track);

} // namespace kspark::submit
