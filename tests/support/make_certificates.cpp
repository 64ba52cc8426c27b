// SPDX-License-Identifier: MIT
// usage: make_certificates FOLDER NAME...
// An authority and a server in the names that --listen ...,tls=FOLDER reads, and for each NAME a client:
// FOLDER/NAME-cert.pem, FOLDER/NAME-key.pem. `stranger` is signed by nobody the server knows, `lost` is
// taken back by ca-crl.pem.
#include <cstdio>
#include <string>

#include "support/certificates.hpp"

using namespace qmpev::test;

int main(int count, char** words) {
  if (count < 2) {
    std::fputs("usage: make_certificates FOLDER NAME...\n", stderr);
    return 2;
  }
  const std::string folder = std::string(words[1]) + "/";
  Authority authority("qmpev tests");
  Authority other("qmpev tests");
  const auto save = [&](const std::string& name, const Certificate& certificate) {
    write_file(folder + name + "-cert.pem", certificate.certificate);
    write_file(folder + name + "-key.pem", certificate.key);
  };
  write_file(folder + "ca-cert.pem", authority.own().certificate);
  save("server",
       authority.issue(
           {.common_name = "server", .dns_names = {"localhost"}, .for_clients = false, .for_servers = true}));
  for (int i = 2; i < count; ++i) {
    const std::string name = words[i];
    const Certificate client = (name == "stranger" ? other : authority).issue({.common_name = name});
    save(name, client);
    if (name == "lost") write_file(folder + "ca-crl.pem", authority.revoke(client));
  }
  return 0;
}
