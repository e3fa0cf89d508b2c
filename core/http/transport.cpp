// SPDX-License-Identifier: Apache-2.0
// What every transport can do on top of its three calls: one request whose whole answer is wanted.
#include "core/http/transport.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <optional>

namespace kspark::http {

std::string Response::header(std::string_view name) const {
    const std::string wanted = core::lower(name);
    for (const Header& header : headers)
        if (core::lower(header.name) == wanted) return header.value;
    return {};
}

Transport::~Transport() = default;

core::Result<Response> Transport::send(Request request, std::size_t body_limit) {
    Response response;
    std::optional<core::Status> end;
    const std::string target = request.target;
    Handler handler;
    handler.head = [&](const Response& head) { response = head; };
    handler.data = [&](std::string_view piece) {
        if (response.body.size() + piece.size() <= body_limit)
            response.body += piece;
        else
            end = core::Error{
                core::Code::Failed,
                fmt::format("the answer to {} is larger than {} bytes", target, body_limit)};
    };
    handler.done = [&](core::Status status) {
        if (!end) end = std::move(status);
    };
    const TransferId id = start(std::move(request), std::move(handler));
    while (!end)
        if (auto moved = poll(std::chrono::minutes(1)); !moved) end = std::move(moved);
    cancel(id);
    if (!*end) return std::move(*end).error();
    return response;
}

} // namespace kspark::http
