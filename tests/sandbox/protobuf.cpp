// SPDX-License-Identifier: Apache-2.0
// The one message that `kubectl auth can-i` insists on sending as protobuf. Fields are read by
// their numbers in Kubernetes' generated.proto; all that matter are nested messages and strings.
#include "tests/sandbox/protobuf.hpp"

#include <map>

namespace kspark::sandbox {

namespace {
using Fields = std::map<unsigned, std::string_view>;

std::uint64_t read_varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (int shift = 0; !bytes.empty() && shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    return value;
}

/// The fields of a message that have a length; numbers are skipped.
Fields fields_of(std::string_view bytes) {
    Fields fields;
    while (!bytes.empty()) {
        const std::uint64_t tag = read_varint(bytes);
        const std::uint64_t size = read_varint(bytes);
        if ((tag & 7) != 2) continue;
        if (size > bytes.size()) return {};
        fields[static_cast<unsigned>(tag >> 3)] = bytes.substr(0, size);
        bytes.remove_prefix(size);
    }
    return fields;
}

Json named(const Fields& fields, const std::map<unsigned, std::string>& names) {
    Json object = Json::object();
    for (const auto& [number, name] : names)
        if (const auto found = fields.find(number); found != fields.end())
            object[name] = std::string(found->second);
    return object;
}
} // namespace

std::optional<Json> decode_access_review(std::string_view bytes) {
    constexpr std::string_view kMagic("k8s\0", 4);
    if (!bytes.starts_with(kMagic)) return std::nullopt;
    const Fields envelope = fields_of(bytes.substr(kMagic.size()));
    if (!envelope.contains(2)) return std::nullopt;
    const Fields review = fields_of(envelope.at(2));
    if (!review.contains(2)) return std::nullopt;
    const Fields spec = fields_of(review.at(2));
    Json result = {{"spec", Json::object()}};
    if (spec.contains(1))
        result["spec"]["resourceAttributes"] = named(fields_of(spec.at(1)), {{1, "namespace"},
                                                                             {2, "verb"},
                                                                             {3, "group"},
                                                                             {4, "version"},
                                                                             {5, "resource"},
                                                                             {6, "subresource"},
                                                                             {7, "name"}});
    if (spec.contains(2))
        result["spec"]["nonResourceAttributes"] =
            named(fields_of(spec.at(2)), {{1, "path"}, {2, "verb"}});
    return result;
}

} // namespace kspark::sandbox
