// SPDX-License-Identifier: Apache-2.0
// The structural schemas of the operators' CRDs, as the API server applies them.
#pragma once

#include "core/data/json.hpp"

#include <deque>
#include <map>
#include <memory>
#include <unordered_map>

namespace kspark::spark {

struct SchemaNode {
    enum class Type { Any, Object, Array, String, Integer, Number, Boolean, IntOrString };
    Type type = Type::Any;
    bool keeps_unknown = false;
    bool nullable = false;
    bool is_quantity = false;
    std::optional<double> minimum = {}, maximum = {};
    std::vector<std::string> enumeration = {}, required = {};
    std::unordered_map<std::string, const SchemaNode*> properties = {};
    const SchemaNode* additional = nullptr; ///< of the values of a map with free keys
    const SchemaNode* items = nullptr;
};

struct SchemaProblem {
    std::string rule; ///< "schema", "unknown-field", "missing-field"
    data::Path path;
    std::string message, remedy;
};

/// The schemas of one version of an operator, by kind and API version.
class Schemas {
public:
    /// A text that tools/strip_crd.py wrote.
    explicit Schemas(std::string_view text);
    /// An OpenAPI v3 document that a cluster serves for a group and version.
    explicit Schemas(const data::Json& served);
    const SchemaNode* find(std::string_view kind, std::string_view version) const;

private:
    const SchemaNode* compile(const data::Json& schema);
    const SchemaNode* reference(const data::Json& schema);
    std::deque<SchemaNode> nodes_;
    std::vector<const SchemaNode*> definitions_;
    std::map<std::string, const SchemaNode*, std::less<>> kinds_;
};

std::vector<SchemaProblem> validate(const SchemaNode& schema, const data::Json& object);

} // namespace kspark::spark
