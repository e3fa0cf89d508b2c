// SPDX-License-Identifier: Apache-2.0
// libcurl sends header values verbatim, so a line end in one (from a kubeconfig, say) would become
// a header of its own: such requests are refused here, before anything is sent.
#include "core/http/wire.hpp"

#include "core/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace kspark::http {
namespace {

constexpr std::size_t kMostOfHead = 1u << 20;
constexpr std::size_t kMostOfAuthorities = 16u << 20;

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    });
}

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

core::Error invalid(std::string message) {
    return {core::Code::Invalid, std::move(message)};
}

int status_of(std::string_view line) {
    const auto blank = std::min(line.find(' ') + 1, line.size());
    int status = 0;
    std::from_chars(line.data() + blank, line.data() + line.size(), status);
    return status;
}

std::string authorities_file(const core::Environment& environment, const std::string& preferred) {
    const std::string named = environment.value("SSL_CERT_FILE");
    if (!named.empty()) return named;
    for (const std::string& file :
         {preferred, std::string("/etc/ssl/certs/ca-certificates.crt"),
          std::string("/etc/pki/tls/certs/ca-bundle.crt"), std::string("/etc/ssl/ca-bundle.pem"),
          std::string("/etc/pki/tls/cacert.pem"),
          std::string("/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
          std::string("/etc/ssl/cert.pem")}) {
        std::error_code error;
        if (!file.empty() && std::filesystem::exists(file, error)) return file;
    }
    return {};
}

/// Only whole certificates: what else lies in such directories is nobody's business.
void add_certificates(const std::filesystem::path& file, std::string& pem) {
    constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
    constexpr std::string_view end = "-----END CERTIFICATE-----";
    const auto text = core::read_file(file, kMostOfAuthorities);
    if (!text) return;
    for (std::size_t at = 0; (at = text->find(begin, at)) != text->npos;) {
        const std::size_t stop = text->find(end, at);
        if (stop == text->npos) return;
        pem.append(*text, at, stop + end.size() - at).push_back('\n');
        at = stop;
    }
}

} // namespace

core::Status check_request(const Request& request) {
    if (!is_token(request.method)) return invalid("the method of a request is no word");
    const bool path = !request.target.empty() && request.target.front() == '/';
    if (!path || has_control(request.target) || request.target.find(' ') != std::string::npos)
        return invalid("the target of a request is no path");
    for (const Header& header : request.headers) {
        if (!is_token(header.name)) return invalid("the name of a header is no word");
        if (has_control(header.value))
            return invalid(fmt::format("the value of the header {} has a line end or another "
                                       "control character",
                                       header.name));
    }
    return {};
}

core::Status check_credentials(const Credentials& credentials) {
    if (has_control(credentials.authorization))
        return invalid("the user's token or password has a line end or another control character");
    return {};
}

std::vector<Header> headers_to_send(const Request& request, const Endpoint& endpoint,
                                    const Address& address, const Credentials& credentials) {
    std::vector<Header> headers = request.headers;
    const bool secure = address.scheme == "https";
    if (secure && !credentials.authorization.empty())
        headers.push_back({"Authorization", credentials.authorization});
    if (!endpoint.user_agent.empty()) headers.push_back({"User-Agent", endpoint.user_agent});
    // The URL carries the name that the certificate must have: the server must not see that one.
    if (secure && !endpoint.tls_server_name.empty())
        headers.push_back({"Host", address.authority()});
    return headers;
}

Authorities system_authorities(const core::Environment& environment, const std::string& preferred) {
    const std::string file = authorities_file(environment, preferred);
    const std::string directories = environment.value("SSL_CERT_DIR");
    if (!file.empty() && directories.empty()) return {file, ""};
    std::string pem;
    add_certificates(file, pem);
    for (const std::string& directory : core::split(
             directories.empty() ? "/etc/ssl/certs:/etc/pki/tls/certs" : directories, ':')) {
        std::error_code error;
        for (std::filesystem::directory_iterator entry(directory, error), end;
             !error && entry != end; entry.increment(error))
            add_certificates(entry->path(), pem);
    }
    return {"", pem};
}

bool HeadReader::line(std::string_view text) {
    bytes_ += text.size();
    if (bytes_ > kMostOfHead) return false;
    if (complete_) return true; // a trailer
    text = core::trim(text);
    if (text.starts_with("HTTP/")) {
        response_ = Response{status_of(text), {}, {}};
    } else if (text.empty()) {
        complete_ = response_.status >= 200;
    } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
        response_.headers.push_back({std::string(core::trim(text.substr(0, colon))),
                                     std::string(core::trim(text.substr(colon + 1)))});
    }
    return true;
}

std::string certificate_names(std::string_view subject_alternative_name) {
    std::vector<std::string> names;
    for (const std::string& part : core::split(subject_alternative_name, ',')) {
        const std::string_view name = core::trim(part);
        const auto colon = name.find(':');
        if (colon != std::string_view::npos) names.emplace_back(core::trim(name.substr(colon + 1)));
    }
    return core::join(names, ", ");
}

} // namespace kspark::http
