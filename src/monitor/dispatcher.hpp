// SPDX-License-Identifier: MIT
// From one item of input to the one line that answers it: QMP's checks in QEMU's order and words, then the
// command. Knows commands by name; knows of a session only whether it has negotiated. Loop thread.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <qmpev/protocol.hpp>
#include <qmpev/result.hpp>

#include "monitor/command_result.hpp"
#include "wire/reader.hpp"
#include "wire/value.hpp"

namespace qmpev {

/// No QMP command is near it; a longer one is a mistake of the embedder.
inline constexpr std::size_t kMaxCommandNameBytes = 255;

/// What a successful command means for the session that sent it.
enum class Effect {
  none,
  negotiated,  ///< command mode begins with this reply
  input_over,  ///< no further command of this session is answered (quit)
};

class Dispatcher {
 public:
  /// Runs with an object whose members satisfy the arguments it was registered with. Must not throw.
  using Handler = std::function<CommandResult(const Value& arguments)>;
  struct Reply {
    std::string line;  ///< with CR LF
    Effect effect = Effect::none;
  };

  /// Knows qmp_capabilities from the start.
  explicit Dispatcher(const Version& version);

  /// Fails with invalid_argument when the name is not one QAPI allows, or taken, an argument named twice, or
  /// the handler empty.
  Result<void> add(std::string name, std::vector<Argument> arguments, Handler handler,
                   Effect effect = Effect::none);
  /// Answers one item. `negotiated`: the session is past qmp_capabilities.
  Reply answer(Reader::Item item, bool negotiated) const;
  const std::string& greeting() const noexcept { return greeting_; }
  /// All commands, in order of the alphabet.
  std::vector<std::string> names() const;

 private:
  struct Command {
    std::vector<Argument> arguments;
    Handler handler;
    Effect effect;
  };
  /// `effect`: of the command, should it succeed.
  CommandResult run(const std::string& name, const Value& arguments, bool negotiated, Effect& effect) const;

  std::string greeting_;
  std::map<std::string, Command, std::less<>> commands_;
};

}  // namespace qmpev
