// SPDX-License-Identifier: MIT
#include "cli/private_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "monitor/unix_socket.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

namespace fs = std::filesystem;

TEST_CASE("a private folder is this user's alone, and goes with what is in it", "[cli]") {
  const TemporaryDirectory parent;
  const TemporaryDirectory elsewhere;
  std::ofstream(elsewhere / "kept") << "kept";
  std::string path;
  {
    auto created = PrivateFolder::create(parent.path());
    REQUIRE(created);
    path = fs::path(created.value()->socket_path()).parent_path();
    CHECK(fs::path(path).parent_path() == parent.path());
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0700);
    std::ofstream(path + "/left") << "behind";
    fs::create_directory_symlink(elsewhere.path(), path + "/link");
  }
  CHECK_FALSE(fs::exists(path));
  CHECK(fs::exists(elsewhere / "kept"));
}

TEST_CASE("two folders are two", "[cli]") {
  const TemporaryDirectory parent;
  auto one = PrivateFolder::create(parent.path());
  auto other = PrivateFolder::create(parent.path());
  REQUIRE((one && other));
  CHECK(one.value()->socket_path() != other.value()->socket_path());
}

TEST_CASE("a parent in which no socket could be is passed by", "[cli]") {
  const TemporaryDirectory parent;
  // "/qmpev-XXXXXX/qmp.sock" has 22 bytes.
  for (const std::size_t bytes : {kMaxUnixPathBytes - 23, kMaxUnixPathBytes - 22, kMaxUnixPathBytes - 21}) {
    const std::string name = parent.path() + "/" + std::string(bytes - parent.path().size() - 1, 'd');
    fs::create_directory(name);
    auto created = PrivateFolder::create(name);
    REQUIRE(created);
    const std::string path = created.value()->socket_path();
    CHECK(path.size() <= kMaxUnixPathBytes);
    CHECK((path.rfind(name + "/", 0) == 0) == (bytes + 22 <= kMaxUnixPathBytes));
  }
}

TEST_CASE("a parent that is missing is named", "[cli]") {
  const auto refused = PrivateFolder::create("/no/such/folder");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(refused.error().sentence.find("in /no/such/folder: ") != std::string::npos);
  CHECK(refused.error().sentence.find("is TMPDIR right?") != std::string::npos);
}

TEST_CASE("a relative parent gives an absolute path", "[cli]") {
  const TemporaryDirectory parent;
  const fs::path before = fs::current_path();
  fs::current_path(parent.path());
  auto created = PrivateFolder::create(".");
  fs::current_path(before);
  REQUIRE(created);
  CHECK(created.value()->socket_path()[0] == '/');
}

}  // namespace
}  // namespace qmpev::test
