// SPDX-License-Identifier: MIT
// TLS between a listener and its clients, as the listener sees it: no word of the library behind it. Without
// that library, tls_absent.cpp refuses. Loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include <qmpev/result.hpp>
#include <qmpev/server.hpp>

#include "monitor/stream.hpp"

namespace qmpev {

class TlsCredentials;
using SharedTlsCredentials = std::shared_ptr<const TlsCredentials>;

/// Plain bytes of one TLS record (RFC 8446, section 5.1). A read of a TLS stream takes this many at least: so
/// a record never stays behind in part, where the loop would not know of it.
inline constexpr std::size_t kMaxTlsRecordBytes = std::size_t{16} << 10;
/// Of all messages of a handshake, of both ends: a chain of certificates fits several times, and what a
/// stranger can have looked at is done in a tenth of a second.
inline constexpr std::size_t kMaxTlsHandshakeBytes = std::size_t{32} << 10;

/// Reads the files. Fails with invalid_argument (what a file says, a name that is empty), not_found,
/// permission or system; the sentence names the file.
Result<SharedTlsCredentials> load_tls_credentials(const TlsConfig& config);

/// A Stream of plain bytes, to a client behind `stream` that proves with a certificate who it is. Until it
/// has, nothing can be read or written; when it fails, both fail with EPROTO, its user is told, and at last
/// `refused` is, once, with the reason. That must not throw.
std::unique_ptr<Stream> make_tls_stream(std::unique_ptr<Stream> stream, SharedTlsCredentials credentials,
                                        std::function<void(const std::string& reason)> refused);

}  // namespace qmpev
