// TLS for `gannet serve --tls` (OpenSSL, in tls.cpp and detail/stream.h alone).
#pragma once

#include <memory>
#include <string>

#include "gannet/base/files.h"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace gannet::server {

// In PEM form: a certificate, with those between it and its authority behind it, and its private
// key. They may be one file.
struct TlsFiles {
  Path certificate, key;
};

// Of --tls: "CERT.pem,KEY.pem", or one file with both. Throws UsageError.
TlsFiles tls_files(const std::string& option);

using TlsSettings = std::shared_ptr<ssl_ctx_st>;

// A server's side of TLS 1.2 and 1.3. Throws Error that names the file: none there, no certificate
// or key in it, one that has expired, or is too weak for OpenSSL, a key that is encrypted or
// another certificate's; and where this build has no OpenSSL.
TlsSettings tls_settings(const TlsFiles& files);

}  // namespace gannet::server
