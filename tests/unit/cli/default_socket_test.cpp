// SPDX-License-Identifier: MIT
#include "cli/default_socket.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "support/temporary_directory.hpp"

using namespace qmpev;
using test::TemporaryDirectory;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

}  // namespace

TEST_CASE("the default socket is below XDG_RUNTIME_DIR when that is a place", "[cli]") {
  CHECK(default_socket_path({"/run/user/7", 7, true}) == "/run/user/7/qmpev/default.sock");
  CHECK(default_socket_path({"/elsewhere", 7, false}) == "/elsewhere/qmpev/default.sock");
}

TEST_CASE("a client goes to the socket of the command it belongs to, or else to the default one", "[cli]") {
  Surroundings surroundings{"/elsewhere", 7, false};
  CHECK(usual_socket_path(surroundings) == "/elsewhere/qmpev/default.sock");
  surroundings.qmp_socket = "/tmp/qmpev-a/qmp.sock";
  CHECK(usual_socket_path(surroundings) == "/tmp/qmpev-a/qmp.sock");
  CHECK(default_socket_path(surroundings) == "/elsewhere/qmpev/default.sock");
}

TEST_CASE("without XDG_RUNTIME_DIR it is below /run/user, or else below /tmp", "[cli]") {
  const std::string unset_or_relative = GENERATE("", "relative");
  CHECK(default_socket_path({unset_or_relative, 7, true}) == "/run/user/7/qmpev/default.sock");
  CHECK(default_socket_path({unset_or_relative, 7, false}) == "/tmp/qmpev-7/default.sock");
}

TEST_CASE("the folder of the default socket is made for this user alone", "[cli]") {
  const TemporaryDirectory above;
  const std::string folder = above / "qmpev";
  REQUIRE(make_private_folder(folder));
  CHECK(mode_of(folder) == 0700);
  CHECK(make_private_folder(folder));
}

TEST_CASE("a folder that others can enter is not trusted", "[cli]") {
  const TemporaryDirectory above;
  const std::string folder = above / "qmpev";
  REQUIRE(make_private_folder(folder));
  REQUIRE(::chmod(folder.c_str(), 0755) == 0);
  const auto refused = make_private_folder(folder);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::permission);
  CHECK(refused.error().sentence.find("others can enter it (chmod 700 closes it)") != std::string::npos);
  CHECK(refused.error().sentence.find("--listen unix:PATH") != std::string::npos);
}

TEST_CASE("what is no folder, or a link to one, is not trusted", "[cli]") {
  const TemporaryDirectory above;
  const std::string link = above / "qmpev";
  REQUIRE(::symlink(above.path().c_str(), link.c_str()) == 0);
  CHECK(make_private_folder(link).error().sentence.find("it is not a folder") != std::string::npos);
}

TEST_CASE("a folder above that does not exist is named as the cause", "[cli]") {
  const TemporaryDirectory above;
  const Error refusal = make_private_folder(above / "missing/qmpev").error();
  CHECK(refusal.code == ErrorCode::not_found);
  CHECK(refusal.sentence.find("is XDG_RUNTIME_DIR right?") != std::string::npos);
}
