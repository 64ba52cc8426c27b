// SPDX-License-Identifier: MIT
// The new state is written beside the file and then takes its name, which the system does in one step.
#include "cli/state_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/unique_fd.hpp"
#include "cli/raw_object.hpp"

namespace qmpev {

namespace {

constexpr std::size_t kMaxStateBytes = 512;  // an epoch and a number, with room to spare

Error failure(const std::string& what, const std::string& path) {
  return {ErrorCode::system, "cannot " + what + " " + path + ": " + std::strerror(errno)};
}

std::optional<WatchedUpTo> parse(std::string_view text) {
  const auto object = RawObject::parse(text);
  if (!object) return std::nullopt;
  const auto epoch = object->text("epoch");
  const auto next = object->find("next");
  if (!epoch || !next) return std::nullopt;
  WatchedUpTo state{std::string(*epoch), 0};
  const auto [end, refused] = std::from_chars(next->data(), next->data() + next->size(), state.next);
  if (refused != std::errc{} || end != next->data() + next->size()) return std::nullopt;
  return state;
}

}  // namespace

Result<std::optional<WatchedUpTo>> StateFile::load() const {
  const UniqueFd file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file && errno == ENOENT) return std::optional<WatchedUpTo>();
  if (!file) return failure("read", path_);
  std::array<char, kMaxStateBytes> bytes;
  const ssize_t got = ::read(file.get(), bytes.data(), bytes.size());
  if (got < 0) return failure("read", path_);
  auto state = parse({bytes.data(), static_cast<std::size_t>(got)});
  if (!state)
    return Error{ErrorCode::invalid_argument,
                 path_ + " is no state of `qmpev watch`: name another file, or remove it to begin afresh"};
  return state;
}

Result<void> StateFile::save(const WatchedUpTo& state) const {
  const std::string beside = path_ + ".new";
  const std::string text =
      "{\"epoch\": \"" + state.epoch + "\", \"next\": " + std::to_string(state.next) + "}\n";
  const UniqueFd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return failure("write", beside);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return failure("write", beside);
  if (std::rename(beside.c_str(), path_.c_str()) != 0) return failure("replace", path_);
  return {};
}

}  // namespace qmpev
