// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/kube/client.hpp"
#include "core/spark/diagnosis.hpp"

#include <map>

namespace kspark::submit {

/// The pods of many applications, by one request for up to forty of them.
class PodBook {
public:
    explicit PodBook(kube::Client& client) : client_(client) {}

    /// Reads those of these applications anew.
    void read(const std::vector<kube::Reference>& applications);
    /// As they were read last.
    const core::Result<std::vector<spark::Pod>>& of(const kube::Reference& application) const;

private:
    void read_some(std::vector<kube::Reference> applications);

    kube::Client& client_;
    std::map<std::string, core::Result<std::vector<spark::Pod>>> pods_; ///< by the object's path
};

} // namespace kspark::submit
