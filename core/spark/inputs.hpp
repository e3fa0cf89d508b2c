// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/spark/application.hpp"

#include <string>
#include <vector>

namespace kspark::spark {

/// What -f, --set and their kin say; the same for render, submit, status and restart.
struct InputOptions {
    std::vector<std::string> files; ///< values files (layered), manifests, directories, "-"
    bool recursive = false;
    std::vector<std::string> set, set_string, set_file; ///< "a.b=c", helm's syntax
    std::vector<std::string> env_subst;                 ///< variables that ${VAR} may name
    std::vector<std::string> streams;                   ///< only these
    Operator target = Operator::Kubeflow;
    bool target_given = false; ///< --operator wins over the file's `operator`
};

} // namespace kspark::spark
