// SPDX-License-Identifier: MIT
#include "cli/service_notice.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/unique_fd.hpp"
#include "cli/event_text.hpp"
#include "monitor/unix_address.hpp"

namespace qmpev {

namespace {

constexpr const char* kVariable = "NOTIFY_SOCKET";

Result<UnixAddress> address_of(const std::string& place) {
  if (place[0] == '/') return UnixAddress::of_path(place);
  if (place[0] == '@') return UnixAddress::of_abstract_name(place.substr(1), true);
  return Error{ErrorCode::invalid_argument, "it is neither a path nor an abstract name behind '@'"};
}

/// Waits for room, but not for ever: nobody may read there.
Result<void> send(const std::string& place, const std::string& text) {
  const auto address = address_of(place);
  if (!address) return address.error();
  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const timeval bound{kNoticeTimeoutMs / 1000, kNoticeTimeoutMs % 1000 * 1000};
  if (!socket || ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound) != 0)
    return Error{ErrorCode::system, std::strerror(errno)};
  if (::sendto(socket.get(), text.data(), text.size(), MSG_NOSIGNAL, address.value().generic(),
               address.value().size) < 0)
    return Error{ErrorCode::system, errno == EAGAIN ? "nobody reads there" : std::strerror(errno)};
  return {};
}

}  // namespace

std::string ServiceNotice::take_place_from_environment() {
  const char* const value = std::getenv(kVariable);
  std::string place = value != nullptr ? value : "";
  ::unsetenv(kVariable);
  return place;
}

ServiceNotice::ServiceNotice(std::string place, Log log) : place_(std::move(place)), log_(std::move(log)) {}

void ServiceNotice::ready(const std::string& status) const {
  say("READY=1", status);
}

void ServiceNotice::stopping(const std::string& status) const {
  say("STOPPING=1", status);
}

void ServiceNotice::say(const std::string& what, const std::string& status) const {
  if (place_.empty()) return;
  const auto sent = send(place_, what + "\nSTATUS=" + printable(status));
  if (!sent)
    log_("cannot say " + what + " to " + kVariable + " " + printable(place_) + ": " + sent.error().sentence);
}

}  // namespace qmpev
