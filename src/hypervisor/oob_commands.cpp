// SPDX-License-Identifier: MIT
#include "hypervisor/oob_commands.hpp"

#include <utility>

#include "hypervisor/json_answer.hpp"

namespace qmpev {
namespace {

Answer yank(JsonObject* arguments) {
  if (json_array_get_length(json_object_get_array_member(arguments, "instances")) == 0)
    return Answer::empty();
  return Answer::error(ErrorClass::device_not_found, "Instance not found");
}

/// A command for a state that the machine is never in.
Command refusal(std::string name, const char* why) {
  return {std::move(name), {}, [why](JsonObject*) { return Answer::error(ErrorClass::generic_error, why); }};
}

}  // namespace

Result<void> add_oob_commands(Server& server) {
  auto added = server.add_command(query("query-yank", [] { return answer_of(json_array_new()); }));
  if (added) added = server.add_command({"yank", {}, yank});
  if (added) {
    added = server.add_command(refusal("migrate-pause",
                                       "migrate-pause is currently only supported during postcopy-active or "
                                       "postcopy-recover state"));
  }
  if (!added) return added.error();
  return server.add_command(
      refusal("migrate-recover", "Migrate recover can only be run when postcopy is paused."));
}

}  // namespace qmpev
