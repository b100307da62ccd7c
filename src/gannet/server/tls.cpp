#include "gannet/server/tls.h"

#include "gannet/base/error.h"

#ifdef GANNET_TLS
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#endif

namespace gannet::server {

TlsFiles tls_files(const std::string& option) {
  const size_t comma = option.find(',');
  const TlsFiles files = {option.substr(0, comma),
                          comma == std::string::npos ? option : option.substr(comma + 1)};
  if (files.certificate.empty() || files.key.empty() ||
      files.key.string().find(',') != std::string::npos)
    throw UsageError("expected two files, found '" + option + "'", "--tls",
                     "--tls CERT.pem,KEY.pem; or --tls FILE.pem, which has both");
  return files;
}

#ifndef GANNET_TLS

TlsSettings tls_settings(const TlsFiles&) {
  throw Error("this gannet was built without TLS", "--tls",
              "build it where OpenSSL is (libssl-dev): make build");
}

#else
namespace {

constexpr const char* kNewOne =
    "a new pair for this machine alone: openssl req -x509 -newkey rsa:2048 -nodes -days 365 "
    "-keyout localhost-key.pem -out localhost-cert.pem -subj /CN=localhost "
    "-addext subjectAltName=DNS:localhost,IP:127.0.0.1";
constexpr uint64_t kMostBytes = uint64_t{1} << 20;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* it) const {
    free(it);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free> >;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free> >;

// OpenSSL's reason for what has just failed.
std::string reason() {
  const unsigned long error = ERR_peek_error();  // NOLINT: OpenSSL's type
  const char* text = ERR_reason_error_string(error);
  ERR_clear_error();
  return text == nullptr ? "unknown" : text;
}

bool begins(const std::string& text, const std::string& what) {
  const size_t at = text.find("-----BEGIN ");
  const size_t end = text.find("-----", at == std::string::npos ? at : at + 11);
  return at != std::string::npos && end != std::string::npos &&
         text.substr(at, end - at).find(what) != std::string::npos;
}

// Of a file that is none in PEM form.
std::string in_pem_form(const std::string& text, const Path& file) {
  const auto* from = reinterpret_cast<const unsigned char*>(text.data());
  const std::unique_ptr<X509, Free<X509_free> > der(
      d2i_X509(nullptr, &from, static_cast<long>(text.size())));
  ERR_clear_error();
  if (der) return "openssl x509 -inform der -in " + file.string() + " -out converted.pem";
  const std::string name = file.extension().string();
  if (name == ".p12" || name == ".pfx")
    return "openssl pkcs12 -in " + file.string() + " -nodes -out both.pem, then --tls both.pem";
  return kNewOne;
}

void take_certificate(SSL_CTX* settings, const Path& file) {
  const std::string text = read_text(file, kMostBytes);
  if (text.find("-----BEGIN CERTIFICATE") == std::string::npos &&
      text.find("-----BEGIN TRUSTED CERTIFICATE") == std::string::npos)
    throw Error(begins(text, "PRIVATE KEY") ? "expected a certificate, found a private key"
                                            : "expected a certificate in PEM form, found none",
                file.string(),
                begins(text, "PRIVATE KEY") ? "--tls CERT.pem,KEY.pem: the certificate first"
                                            : in_pem_form(text, file));
  if (SSL_CTX_use_certificate_chain_file(settings, file.c_str()) != 1)
    throw Error("cannot be used as a certificate (" + reason() + ")", file.string(), kNewOne);
  const X509* certificate = SSL_CTX_get0_certificate(settings);
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0)
    throw Error("the certificate has expired: clients would refuse it", file.string(), kNewOne);
}

int asked_for_password(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

void take_key(SSL_CTX* settings, const TlsFiles& files) {
  const std::string text = read_text(files.key, kMostBytes), name = files.key.string();
  if (text.find("PRIVATE KEY-----") == std::string::npos)
    throw Error("expected a private key in PEM form, found none", name,
                files.key == files.certificate ? "--tls CERT.pem,KEY.pem" : kNewOne);
  const Bio bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  bool asked = false;
  const Key key(PEM_read_bio_PrivateKey(bytes.get(), nullptr, asked_for_password, &asked));
  if (asked)
    throw Error("the private key is encrypted", name,
                "openssl pkey -in " + name + " -out plain.pem decrypts it; keep that file secret");
  if (!key) throw Error("cannot be read as a private key (" + reason() + ")", name, kNewOne);
  if (X509_check_private_key(SSL_CTX_get0_certificate(settings), key.get()) != 1)
    throw Error("this private key is not that of the certificate " + files.certificate.string(),
                name);
  if (SSL_CTX_use_PrivateKey(settings, key.get()) != 1)
    throw Error("cannot be used as a private key (" + reason() + ")", name, kNewOne);
}

}  // namespace

TlsSettings tls_settings(const TlsFiles& files) {
  const TlsSettings settings(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!settings) throw Error("OpenSSL does not begin (" + reason() + ")", "--tls");
  SSL_CTX_set_min_proto_version(settings.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(settings.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                          SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(settings.get(), SSL_MODE_RELEASE_BUFFERS);
  take_certificate(settings.get(), files.certificate);
  take_key(settings.get(), files);
  return settings;
}

#endif

}  // namespace gannet::server
