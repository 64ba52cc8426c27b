// SPDX-License-Identifier: MIT
#include "cli/default_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace qmpev {

namespace {

constexpr mode_t kPrivate = 0700;
constexpr mode_t kOthers = 0077;
constexpr const char* kNameASocket = "; or name a socket with --listen unix:PATH";

std::string run_user(uid_t user) {
  return "/run/user/" + std::to_string(user);
}

bool is_users_folder(const std::string& path, uid_t user) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && found.st_uid == user;
}

Error refusal(ErrorCode code, const std::string& folder, const std::string& what) {
  return {code, "cannot use " + folder + " for the default socket: " + what + kNameASocket};
}

}  // namespace

Surroundings read_surroundings() {
  const char* runtime_dir = std::getenv("XDG_RUNTIME_DIR");
  const uid_t user = ::geteuid();
  const char* qmp_socket = std::getenv(kSocketVariable);
  return {runtime_dir != nullptr ? runtime_dir : "", user, is_users_folder(run_user(user), user),
          qmp_socket != nullptr ? qmp_socket : ""};
}

std::string default_folder(const Surroundings& surroundings) {
  const std::string& runtime_dir = surroundings.xdg_runtime_dir;
  if (!runtime_dir.empty() && runtime_dir[0] == '/') return runtime_dir + "/qmpev";
  if (surroundings.has_run_user) return run_user(surroundings.user) + "/qmpev";
  return "/tmp/qmpev-" + std::to_string(surroundings.user);
}

std::string default_socket_path(const Surroundings& surroundings) {
  return default_folder(surroundings) + "/default.sock";
}

std::string usual_socket_path(const Surroundings& surroundings) {
  return surroundings.qmp_socket.empty() ? default_socket_path(surroundings) : surroundings.qmp_socket;
}

Result<void> make_private_folder(const std::string& folder) {
  if (::mkdir(folder.c_str(), kPrivate) == 0) return {};
  if (errno == ENOENT)
    return refusal(ErrorCode::not_found, folder,
                   "the folder above it does not exist (is XDG_RUNTIME_DIR right?)");
  if (errno != EEXIST)
    return refusal(errno == EACCES ? ErrorCode::permission : ErrorCode::system, folder, std::strerror(errno));
  struct stat found {};
  if (::lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode))
    return refusal(ErrorCode::permission, folder, "it is not a folder");
  if (found.st_uid != ::geteuid())
    return refusal(ErrorCode::permission, folder, "it belongs to user " + std::to_string(found.st_uid));
  if ((found.st_mode & kOthers) != 0)
    return refusal(ErrorCode::permission, folder, "others can enter it (chmod 700 closes it)");
  return {};
}

}  // namespace qmpev
