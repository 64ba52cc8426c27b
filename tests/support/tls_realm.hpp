// SPDX-License-Identifier: MIT
// One authority, a server that it knows, and the files a listener asks for. Single thread.
#pragma once

#include <string>

#include <qmpev/server.hpp>

#include "support/certificates.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {

struct TlsRealm {
  TlsRealm() {
    write("ca-cert.pem", authority.own().certificate);
    const Certificate server = issue_server();
    write("server-cert.pem", server.certificate);
    write("server-key.pem", server.key);
  }
  Certificate issue_server(CertificateRequest request = {.common_name = "server"}) {
    request.for_clients = false;
    request.for_servers = true;
    return authority.issue(request);
  }
  Certificate issue(const std::string& common_name) { return authority.issue({.common_name = common_name}); }
  void write(const std::string& name, const std::string& text) { write_file(directory / name, text); }
  TlsConfig config() const {
    return {.authorities = directory / "ca-cert.pem",
            .certificate = directory / "server-cert.pem",
            .key = directory / "server-key.pem"};
  }

  TemporaryDirectory directory;
  Authority authority{"the authority"};
};

}  // namespace qmpev::test
