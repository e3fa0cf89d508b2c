// SPDX-License-Identifier: Apache-2.0
// A recreate deletes an object before it creates it again. In between the object is nowhere in the
// cluster, so it is kept here: a file of the user's, an ordinary manifest, that the same command
// finds when the process died at the wrong moment.
#pragma once

#include "core/base/system.hpp"
#include "core/data/json.hpp"
#include "core/kube/resource.hpp"

namespace kspark::spark {

class Keepsake {
public:
    Keepsake() = default; ///< keeps nothing
    /// Below $XDG_STATE_HOME, one file for each server, namespace, kind and name.
    Keepsake(const core::Environment& environment, const std::string& server,
             const kube::Reference& reference);

    /// Before anything is deleted: shows that it can be kept.
    core::Status try_out(const data::Json& object) const;
    /// Before the object is let go.
    core::Status keep(const data::Json& object) const;
    /// What was let go and not created again since; null: nothing.
    data::Json kept() const;
    void forget() const;
    const std::filesystem::path& path() const { return path_; }

private:
    core::Status write(const std::filesystem::path& path, const data::Json& object) const;
    std::filesystem::path path_;
};

} // namespace kspark::spark
