// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/client.hpp"
#include "core/output/table.hpp"
#include "core/spark/diagnosis.hpp"

#include <functional>
#include <map>

namespace kspark::status {

/// What an application has in common with the file that names it; empty without a file.
struct FileState {
    std::string text;
    bool differs = false;
};

/// Builds the table of a fleet. An application is turned into cells at once: of ten thousand only
/// those stay in memory as a whole whose status alone does not tell what is wrong.
class Fleet {
public:
    struct Shape {
        bool name_space = false;                     ///< first column
        bool wide = false;                           ///< the wide columns are filled
        bool file = false;                           ///< a column for what the file says
        std::vector<std::string> label_columns = {}; ///< a column each, behind the others
        bool labels = false;                         ///< all labels in the last column
    };
    /// `client`: its server's clock is what ages are counted by.
    Fleet(Shape shape, const kube::Client& client) : shape_(std::move(shape)), client_(client) {}

    void add(const spark::Application& application, const FileState& file = {});
    /// An application of the file that is not in the cluster.
    void add_missing(const std::string& name, const std::string& name_space);

    /// Those whose pods should be looked at.
    const std::vector<spark::Application>& suspects() const { return suspects_; }
    /// Judges the suspects again, now with their pods.
    void consult(const std::vector<spark::Pod>& pods);

    /// Those that may stream; not more than can be asked while a person waits.
    const std::vector<spark::Application>& streams() const { return streams_; }
    /// How many more there are.
    std::size_t unasked() const { return unasked_rows_.size(); }
    /// What their drivers told, in the same order.
    void consult_streams(const std::vector<spark::StreamFacts>& facts,
                         const spark::StreamLimits& limits);

    output::Table table() &&;
    bool bad() const { return bad_ > 0; }
    bool differs() const { return differs_; }
    std::size_t size() const { return rows_.size(); }

private:
    std::size_t verdict_column() const;
    void add_labels(const spark::Application& application, std::vector<output::Cell>& row) const;

    Shape shape_;
    const kube::Client& client_;
    std::vector<std::vector<output::Cell>> rows_;
    std::vector<spark::Application> suspects_;
    std::vector<std::size_t> suspect_rows_;
    std::vector<bool> suspect_bad_;
    std::vector<spark::Application> streams_;
    std::vector<std::size_t> stream_rows_, unasked_rows_;
    std::size_t bad_ = 0;
    bool differs_ = false;
};

/// Keys of an application's JSON that no cell is made of.
const std::vector<std::string>& unneeded_keys();

output::Cell state_cell(const spark::Application& application);
output::Cell verdict_cell(const spark::Verdict& verdict);
output::Cell progress_cell(const spark::StreamHealth& health);
/// "1/2": running and wanted.
std::string executors_text(const spark::Application& application);
/// How long it has been running; "-" when it does not.
std::string uptime_text(const spark::Application& application, core::Time now);

} // namespace kspark::status
