// SPDX-License-Identifier: MIT
#include "hypervisor/balloon_commands.hpp"

#include <utility>

#include "hypervisor/json_answer.hpp"

namespace qmpev {

namespace {

Answer set_target(VirtioBalloon& balloon, JsonObject* arguments, const std::function<void()>& on_target) {
  const gint64 target = json_object_get_int_member(arguments, "value");
  if (target <= 0) return Answer::error(ErrorClass::generic_error, "Parameter 'value' expects a size");
  balloon.set_target(static_cast<std::uint64_t>(target));
  on_target();
  return Answer::empty();
}

Answer query_level(const VirtioBalloon& balloon) {
  JsonObject* level = json_object_new();
  json_object_set_int_member(level, "actual", balloon.level_bytes());
  return answer_of(level);
}

}  // namespace

Result<void> add_balloon_commands(Server& server, VirtioBalloon& balloon, std::function<void()> on_target) {
  auto added =
      server.add_command({"balloon", {}, [&balloon, on_target = std::move(on_target)](JsonObject* arguments) {
                            return set_target(balloon, arguments, on_target);
                          }});
  if (!added) return added.error();
  return server.add_command(query("query-balloon", [&balloon] { return query_level(balloon); }));
}

}  // namespace qmpev
