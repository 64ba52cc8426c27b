// SPDX-License-Identifier: MIT
// What a certificate calls its owner. Reentrant.
#pragma once

#include <string>
#include <vector>

#include <gnutls/gnutls.h>

namespace qmpev {

/// The common name, and of the alternative names those that are a DNS name, an e-mail address or a URI, as
/// bytes, whatever they contain; none of a certificate (DER) that cannot be read.
std::vector<std::string> certificate_names(const gnutls_datum_t& certificate);

}  // namespace qmpev
