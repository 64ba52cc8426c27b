// SPDX-License-Identifier: MIT
#include "cli/private_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "monitor/unix_socket.hpp"

namespace qmpev {

namespace {

constexpr const char* kStandardParent = "/tmp";
constexpr const char* kFolder = "/qmpev-XXXXXX";
constexpr const char* kSocket = "/qmp.sock";

std::string absolute(const std::string& path) {
  std::error_code unknown;
  const std::filesystem::path found = std::filesystem::absolute(path, unknown);
  return unknown ? path : found.string();
}

bool is_too_long(const std::string& parent) {
  return parent.size() + std::strlen(kFolder) + std::strlen(kSocket) > kMaxUnixPathBytes;
}

}  // namespace

Result<std::unique_ptr<PrivateFolder>> PrivateFolder::create(const std::string& parent) {
  const std::string wanted = absolute(parent);
  std::string path = (is_too_long(wanted) ? kStandardParent : wanted) + kFolder;
  if (::mkdtemp(path.data()) != nullptr) return std::unique_ptr<PrivateFolder>(new PrivateFolder(path));
  const ErrorCode code = errno == ENOENT || errno == ENOTDIR ? ErrorCode::not_found
                         : errno == EACCES || errno == EROFS ? ErrorCode::permission
                                                             : ErrorCode::system;
  return Error{code, "cannot make a folder for the socket in " + path.substr(0, path.rfind('/')) + ": " +
                         std::strerror(errno) + " (is TMPDIR right?)"};
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);  // also what the command put there; it follows no links
}

std::string PrivateFolder::socket_path() const {
  return path_ + kSocket;
}

std::string temporary_folder() {
  const char* const chosen = std::getenv("TMPDIR");
  return chosen != nullptr && chosen[0] != '\0' ? chosen : kStandardParent;
}

}  // namespace qmpev
