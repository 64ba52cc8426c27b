// SPDX-License-Identifier: MIT
#include "hypervisor/quorum_option.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;
using Pattern = QuorumConfig::ReadPattern;

namespace {

std::string refusal(std::string_view text) {
  const auto parsed = parse_quorum_option(text);
  if (parsed) return "";
  CHECK(parsed.error().code == ErrorCode::invalid_argument);
  return parsed.error().sentence;
}

std::string files(std::size_t count) {
  std::string text = "q";
  for (std::size_t number = 0; number < count; ++number) text += ",file=" + std::to_string(number);
  return text;
}

}  // namespace

TEST_CASE("a quorum of files has a majority and names of its own", "[hypervisor]") {
  const auto option = parse_quorum_option("vda,file=/a.img,file=b.img,file=c.img").value();
  CHECK(option.name == "vda");
  REQUIRE(option.files.size() == 3);
  CHECK(option.files[0].path == "/a.img");
  CHECK(option.files[2].path == "c.img");
  CHECK(option.files[0].node_name == "vda-0");
  CHECK(option.files[2].node_name == "vda-2");
  CHECK(option.vote_threshold == 2);
  CHECK(option.read_pattern == Pattern::quorum);
  CHECK_FALSE(option.rewrite);
}

TEST_CASE("more than half is the majority of any number of files", "[hypervisor]") {
  for (const auto& [count, majority] : {std::pair{1, 1}, {2, 2}, {3, 2}, {4, 3}, {5, 3}, {32, 17}})
    CHECK(parse_quorum_option(files(static_cast<std::size_t>(count))).value().vote_threshold ==
          static_cast<std::size_t>(majority));
}

TEST_CASE("settings of a quorum may stand anywhere behind its name", "[hypervisor]") {
  const auto option =
      parse_quorum_option("q,rewrite=on,file=a,node=left,threshold=1,file=b,pattern=fifo").value();
  CHECK(option.files[0].node_name == "left");
  CHECK(option.files[1].node_name == "q-1");
  CHECK(option.vote_threshold == 1);
  CHECK(option.read_pattern == Pattern::fifo);
  CHECK(option.rewrite);
  const auto plain = parse_quorum_option("q,file=a,pattern=quorum,rewrite=off").value();
  CHECK(plain.read_pattern == Pattern::quorum);
  CHECK_FALSE(plain.rewrite);
}

TEST_CASE("a comma in a path is doubled", "[hypervisor]") {
  const auto option = parse_quorum_option("q,file=a,,b,file=,,,,c,,,file=d=e").value();
  REQUIRE(option.files.size() == 3);
  CHECK(option.files[0].path == "a,b");
  CHECK(option.files[1].path == ",,c,");
  CHECK(option.files[2].path == "d=e");
}

TEST_CASE("what is no quorum is refused with what to write", "[hypervisor]") {
  CHECK(refusal("") == "'' is no name for a node: use a letter, then letters, digits, '-', '.' and '_'");
  CHECK(refusal("0q,file=a").find("'0q' is no name") == 0);
  CHECK(refusal("q q,file=a").find("'q q' is no name") == 0);
  CHECK(refusal("file=a").find("'file=a' is no name") == 0);
  CHECK(refusal("q").find("--quorum q has no file: use NAME,file=PATH,file=PATH") == 0);
  CHECK(refusal("q,file=") == "file= of --quorum names no file: use file=PATH");
  CHECK(refusal("q,file") == "file= of --quorum names no file: use file=PATH");
  CHECK(refusal("q,file=a,").find("unknown setting ''") == 0);
  CHECK(refusal("q,file=a,b").find("unknown setting 'b' of --quorum: use NAME,file=PATH") == 0);
  for (const char* value : {"", "0", "-1", "x", "1x", "1.5", "99999999999999999999"})
    CHECK(refusal(std::string("q,file=a,threshold=") + value).find("is no number of votes") !=
          std::string::npos);
  CHECK(refusal("q,file=a,threshold=2") == "threshold=2 of --quorum cannot be met by 1 file: use at most 1");
  CHECK(refusal("q,file=a,file=b,threshold=3") ==
        "threshold=3 of --quorum cannot be met by 2 files: use at most 2");
  CHECK(refusal("q,file=a,pattern=lifo") ==
        "pattern=lifo of --quorum is not known: use pattern=quorum or pattern=fifo");
  CHECK(refusal("q,file=a,rewrite=yes") ==
        "rewrite=yes of --quorum is not known: use rewrite=on or rewrite=off");
  CHECK(refusal("q,node=n,file=a").find("stands behind the file it names") != std::string::npos);
  CHECK(refusal("q,file=a,node=n,node=m").find("stands behind the file it names") != std::string::npos);
  CHECK(refusal("q,file=a,node=").find("'' is no name") == 0);
  CHECK(refusal("q,file=a,node=-").find("'-' is no name") == 0);
  CHECK(refusal("q,file=a,node=q-1,file=b") ==
        "two files of --quorum are named q-1: each node has a name of its own");
  CHECK(refusal("q,file=a,node=q") ==
        "a file of --quorum is named q like the whole: each node has a name of its own");
}

TEST_CASE("a quorum has so many files and its nodes names of so many bytes", "[hypervisor]") {
  CHECK(refusal(files(kMaxQuorumChildren)).empty());
  CHECK(refusal(files(kMaxQuorumChildren + 1)) == "--quorum takes at most 32 files");
  const std::string fits(kMaxNodeNameBytes, 'n');
  CHECK(refusal("q,file=a,node=" + fits).empty());
  CHECK(refusal("q,file=a,node=" + fits + "n") == "the node name " + fits + "n has 32 bytes: use at most 31");
  CHECK(refusal(fits + ",file=a,node=m").empty());
  CHECK(refusal(fits + ",file=a").find(fits + "-0 has 33 bytes") != std::string::npos);
}
