// SPDX-License-Identifier: MIT
// What hostile and careless clients say: QMP requests of every shape made from a grammar, and what becomes of
// them when bytes are lost, doubled or exchanged. The same seed makes the same bytes everywhere, so that the
// tests in process, the fuzz target of sessions and the comparison with QEMU try the same language.
// Reentrant.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/random.hpp"

namespace qmpev::test {

class NearJson {
 public:
  explicit NearJson(Random& random) noexcept : random_(random) {}

  /// What a client says on one connection: a few messages, seldom as many as `most`, with or without
  /// something between them.
  std::string conversation(std::uint64_t most = 40);
  /// One message: a request, valid or nearly so, or something else.
  std::string message();

 private:
  struct Pair {
    std::string name;
    std::string value;
  };

  bool one_in(std::uint64_t chances) { return below(random_, chances) == 0; }
  /// A mistake is made here: once in `chances`, and never in a careful message.
  bool slips(std::uint64_t chances) { return !careful_ && one_in(chances); }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(random_, high - low + 1);
  }
  template <class Table>
  std::string pick(const Table& table) {
    return std::string(table[below(random_, std::size(table))]);
  }

  std::string blank();
  std::string text_piece();
  std::string bad_piece();
  std::string escape_of_unit(std::uint32_t unit);
  std::string text();
  std::string quoted(const std::string& raw);
  std::string string();
  std::string digits(std::uint64_t count);
  std::string number();
  std::string keyword();
  std::string scalar();
  std::string value(int depth);
  std::string array(int depth);
  std::string object(const std::vector<Pair>& members);
  std::string any_object(int depth);
  std::string spelled(const std::string& word);
  std::string command();
  std::string command_out_of_band();
  std::string capabilities();
  std::string known_arguments();
  std::string instances();
  std::string arguments();
  std::string machine_request();
  std::string request();
  std::string plain_request();
  std::string deep();
  std::string odd();
  void mutate(std::string& bytes);
  void exchange(std::string& bytes);

  Random& random_;
  bool careful_ = false;
};

}  // namespace qmpev::test
