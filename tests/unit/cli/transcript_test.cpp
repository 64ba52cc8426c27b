// SPDX-License-Identifier: MIT
#include "cli/transcript.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <vector>

#include <catch2/catch.hpp>

#include "cli/transcript_line.hpp"
#include "support/temporary_directory.hpp"

namespace qmpev::test {
namespace {

Traffic sent(std::string_view bytes) {
  return {Traffic::Kind::sent, 1, "/s", bytes, 1'795'355'368'123'456};
}

struct Desk {
  Result<std::unique_ptr<Transcript>> create(std::uint64_t limit = kTranscriptBytes) {
    return Transcript::create({path, limit}, [this](const std::string& text) { warnings.push_back(text); });
  }
  std::string content() const {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
  TemporaryDirectory folder;
  std::string path = folder / "t.jsonl";
  std::vector<std::string> warnings;
};

TEST_CASE("a transcript is written at once, one object a line, for its owner only", "[cli]") {
  Desk desk;
  auto created = desk.create();
  REQUIRE(created);
  Transcript& transcript = *created.value();
  transcript.add({Traffic::Kind::opened, 1, "/s", {}, 5});
  transcript.add(sent("a\r\nb\r\n"));
  CHECK(desk.content() == transcript_line({Traffic::Kind::opened, 1, "/s", {}, 5}, {}) +
                              transcript_line(sent(""), "a\r\n") + transcript_line(sent(""), "b\r\n"));
  struct stat found {};
  REQUIRE(::stat(desk.path.c_str(), &found) == 0);
  CHECK((found.st_mode & 07777) == 0600);
  CHECK(desk.warnings.empty());
}

TEST_CASE("a file that is there, and a link to nowhere, are left alone", "[cli]") {
  Desk desk;
  SECTION("a file") {
    std::ofstream(desk.path) << "precious";
  }
  SECTION("a link") {
    REQUIRE(::symlink("elsewhere", desk.path.c_str()) == 0);
  }
  const auto refused = desk.create();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::address_in_use);
  CHECK(refused.error().sentence.find(desk.path + ": it exists and is left as it is") != std::string::npos);
  CHECK((desk.content() == "precious" || desk.content().empty()));
  CHECK(::access((desk.folder / "elsewhere").c_str(), F_OK) != 0);
}

TEST_CASE("a folder that is missing is named", "[cli]") {
  Desk desk;
  desk.path = desk.folder / "missing/t";
  const auto refused = desk.create();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::not_found);
  CHECK(refused.error().sentence.find("its folder does not exist") != std::string::npos);
}

TEST_CASE("a transcript ends with a line about its limit, and never gets longer", "[cli]") {
  constexpr std::uint64_t kReserve = 128;
  const std::uint64_t frame = transcript_line(sent(""), "x").size() - 1;
  const int more = GENERATE(-1, 0, 1);
  Desk desk;
  auto created = desk.create(kMinTranscriptBytes);
  REQUIRE(created);
  const std::string first(kMinTranscriptBytes - kReserve - frame + static_cast<std::uint64_t>(more), 'x');
  created.value()->add(sent(first));
  const std::string line = transcript_line(sent(""), first);
  const std::string stopped = stopped_line(sent("").time_us, kMinTranscriptBytes);
  CHECK(desk.content() == (more > 0 ? stopped : line));
  CHECK(desk.warnings.size() == (more > 0 ? 1 : 0));
  created.value()->add(sent("small, but more"));
  created.value()->add(sent("and more"));
  CHECK(desk.content() == (more > 0 ? stopped : more == 0 ? line + stopped : line + stopped));
  CHECK(desk.content().size() <= kMinTranscriptBytes);
  REQUIRE(desk.warnings.size() == 1);
  CHECK(desk.warnings[0].find("reached its limit of 4096 bytes") != std::string::npos);
}

/// Files of this process cannot grow beyond `bytes` while it lives, as on a disk that is full.
class SmallFiles {
 public:
  explicit SmallFiles(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    rlimit small = before_;
    small.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

TEST_CASE("a file that takes no more ends the recording with one warning and a whole line", "[cli]") {
  Desk desk;
  auto created = desk.create();
  REQUIRE(created);
  {
    const SmallFiles full(1'000);
    for (int i = 0; i < 50; ++i) created.value()->add(sent("some words\r\n"));
  }
  created.value()->add(sent("room again, but too late"));
  const std::string line = transcript_line(sent(""), "some words\r\n");
  std::string whole;
  while (whole.size() + line.size() <= 1'000) whole += line;
  CHECK(desk.content() == whole);
  REQUIRE(desk.warnings.size() == 1);
  CHECK(desk.warnings[0] == "the transcript " + desk.path + " records nothing more: File too large");
}

}  // namespace
}  // namespace qmpev::test
