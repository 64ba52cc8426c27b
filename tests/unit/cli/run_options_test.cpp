// SPDX-License-Identifier: MIT
#include "cli/run_options.hpp"

#include <catch2/catch.hpp>

using namespace qmpev;

namespace {

std::string refusal(const std::vector<std::string>& words) {
  const auto refused = parse_run_options(words);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  return refused.error().sentence;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("run takes a command as it is, behind the first --", "[cli]") {
  const RunOptions options = parse_run_options({"--", "make", "--wire", "x", "--", "--help", ""}).value();
  CHECK(options.command == Words{"make", "--wire", "x", "--", "--help", ""});
  CHECK(options.form == WireForm::document);
  CHECK(options.serve.listen.empty());
}

TEST_CASE("run takes its own wire form and every option of serve", "[cli]") {
  const RunOptions options = parse_run_options({"--wire=qemu", "--listen", "unix:a", "--transcript", "t",
                                                "--demo", "--wire", "qemu", "--", "true"})
                                 .value();
  CHECK(options.form == WireForm::qemu);
  REQUIRE(options.serve.listen.size() == 1);
  CHECK(options.serve.transcript);
  CHECK(options.serve.demo);
  CHECK(options.command == Words{"true"});
}

TEST_CASE("run explains itself without a command", "[cli]") {
  CHECK(parse_run_options({"--help"}).value().serve.help);
}

TEST_CASE("run refuses what is no option, and no command", "[cli]") {
  CHECK(refusal({}) == "run needs a command: qmpev run [OPTIONS] -- COMMAND [ARGUMENTS]");
  CHECK(refusal({"--demo", "--"}) == refusal({}));
  CHECK(refusal({"-qmp", "stdio", "--", "x"}).find("use unix:PATH, or qmpev serve") != std::string::npos);
  CHECK(parse_run_options({"-qmp", "unix:a", "--", "x"}));
  CHECK(refusal({"make", "test"}) ==
        "'make' is no option of run: write the command behind `--`, as in qmpev run -- make test");
  CHECK(refusal({"--frobnicate", "--", "x"}) == "unknown option --frobnicate: see qmpev run --help");
  CHECK(refusal({"--wire", "both", "--", "x"}).find("unknown wire form 'both'") == 0);
  CHECK(refusal({"--wire"}).find("--wire needs a value") == 0);
}
