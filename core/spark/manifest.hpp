// SPDX-License-Identifier: Apache-2.0
// The objects that a command works on, from a values file or from manifests alike, each field with
// the place where a person wrote it.
#pragma once

#include "core/base/system.hpp"
#include "core/data/document.hpp"
#include "core/spark/inputs.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kspark::spark {

struct Place {
    std::string file; ///< as the user gave it
    int line = 0, column = 0;
    std::shared_ptr<const data::Source> source = {}; ///< its text, where there is one
};
std::string to_text(const Place& place); ///< "values.yaml:12:5"

struct Manifest {
    data::Json object;
    std::string stream; ///< name in the values file; empty for a manifest that was read
    /// Where the field was written; for a field that nobody wrote, the stream or the document.
    std::function<Place(const data::Path&)> locate;

    Manifest();
    ~Manifest();
    Manifest(const Manifest&);
    Manifest(Manifest&&) noexcept;
    Manifest& operator=(const Manifest&);
    Manifest& operator=(Manifest&&) noexcept;
};

struct Inputs {
    bool from_values = false;
    std::string set;        ///< name of the set, empty for manifests
    std::string name_space; ///< the file's; empty when it names none
    std::vector<Manifest> manifests;
    std::vector<std::string> warnings; ///< "values.yaml:3:10: ..."
    bool filtered = false;             ///< --stream left some out: nothing may be pruned
};

/// Reads the files, decides whether they are values or manifests (an apiVersion and a kind), merges
/// the layers and renders. An error has one detail line per further problem found.
core::Result<Inputs> load_inputs(const InputOptions& options, const core::Environment& environment);
/// The same for documents that were read already.
core::Result<Inputs> load_documents(std::vector<data::Document> documents,
                                    const InputOptions& options,
                                    const core::Environment& environment);

} // namespace kspark::spark
