// SPDX-License-Identifier: MIT
// Stands in for TLS where the library was built without GnuTLS.
#include "base/assert.hpp"
#include "monitor/tls.hpp"

namespace qmpev {

class TlsCredentials {};

Result<SharedTlsCredentials> load_tls_credentials(const TlsConfig&) {
  return Error{ErrorCode::invalid_argument,
               "this library was built without TLS: build it with GnuTLS (meson option -Dtls=enabled), or "
               "listen on 127.0.0.1 and use a tunnel (ssh -L)"};
}

std::unique_ptr<Stream> make_tls_stream(std::unique_ptr<Stream>, SharedTlsCredentials,
                                        std::function<void(const std::string&)>) {
  assertion_failed("without credentials there is no TLS stream", __FILE__, __LINE__);
}

}  // namespace qmpev
