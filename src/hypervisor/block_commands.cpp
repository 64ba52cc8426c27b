// SPDX-License-Identifier: MIT
// The nodes belong to the commands, and so live as long as the server.
#include "hypervisor/block_commands.hpp"

#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "hypervisor/block_nodes.hpp"
#include "hypervisor/client_files.hpp"

namespace qmpev {
namespace {

struct Blocks {
  BlockNodes nodes;
  ClientFiles files;
};

Answer refuse(std::string why) {
  return Answer::error(ErrorClass::generic_error, std::move(why));
}

Answer answer_to(std::optional<std::string> mistake) {
  return mistake ? refuse(std::move(*mistake)) : Answer::empty();
}

std::optional<std::string> text_of(JsonObject* object, const char* name) {
  if (!json_object_has_member(object, name)) return std::nullopt;
  return json_object_get_string_member(object, name);
}

bool is_blkdebug(JsonObject* object) {
  return std::strcmp(json_object_get_string_member(object, "driver"), "blkdebug") == 0;
}

/// Of checked arguments; nullopt when a part of the graph is more than can be added here.
std::optional<BlockNodeSpec> spec_of(JsonObject* arguments) {
  BlockNodeSpec spec{.name = text_of(arguments, "node-name")};
  if (!is_blkdebug(arguments)) return spec;
  JsonNode* image = json_object_get_member(arguments, "image");
  if (JSON_NODE_HOLDS_VALUE(image)) {
    spec.image = {.is_reference = true, .name = json_node_get_string(image)};
    return spec;
  }
  if (is_blkdebug(json_node_get_object(image))) return std::nullopt;
  spec.image = {.name = text_of(json_node_get_object(image), "node-name")};
  return spec;
}

/// Rules disturb requests, and there are none here: what has some would be taken for working.
bool has_rules(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first != std::string_view::npos && line[first] != '#') return true;
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return false;
}

std::optional<std::string> mistake_in(const ClientFile& file) {
  switch (file.outcome) {
    case ClientFile::Outcome::not_opened:
      return std::string("Could not read blkdebug config file: ") + std::strerror(file.error);
    case ClientFile::Outcome::not_read:
      return std::string("Cannot read config file: ") + std::strerror(file.error);
    case ClientFile::Outcome::not_a_file:
      return "Could not read blkdebug config file: it is neither a regular file nor a FIFO";
    case ClientFile::Outcome::too_long:
      return "Could not read blkdebug config file: it has more than " + std::to_string(kMaxClientFileBytes) +
             " bytes";
    case ClientFile::Outcome::read:
      break;
  }
  if (has_rules(file.text)) return "blkdebug has no rules here: use a config file without any";
  return std::nullopt;
}

void add_with_config(const std::shared_ptr<Blocks>& blocks, const PostJob& post, BlockNodeSpec spec,
                     std::string config, Call call) {
  auto finish = [blocks, spec = std::move(spec), call](const ClientFile& file) mutable {
    if (call.cancelled()) return;
    auto mistake = mistake_in(file);
    call.answer(answer_to(mistake ? mistake : blocks->nodes.add(spec)));
  };
  const auto cancel = blocks->files.read(std::move(config), [post, finish](ClientFile file) {
    post([finish, file = std::move(file)]() mutable { finish(file); });
  });
  if (!cancel) return call.answer(refuse(cancel.error().sentence));
  call.on_cancel(cancel.value());
}

void add_node(const std::shared_ptr<Blocks>& blocks, const PostJob& post, JsonObject* arguments, Call call) {
  const std::optional<BlockNodeSpec> spec = spec_of(arguments);
  if (!spec) return call.answer(refuse("here a blkdebug node stands on null-co, or on a node by its name"));
  if (auto mistake = blocks->nodes.name_mistake(*spec)) return call.answer(refuse(std::move(*mistake)));
  std::optional<std::string> config = text_of(arguments, "config");
  if (!config) return call.answer(answer_to(blocks->nodes.add(*spec)));
  add_with_config(blocks, post, *spec, std::move(*config), std::move(call));
}

}  // namespace

Result<void> add_block_commands(Server& server, PostJob post) {
  const auto blocks = std::make_shared<Blocks>();
  Command add{.name = "blockdev-add"};
  add.later = [blocks, post = std::move(post)](JsonObject* arguments, Call call) {
    add_node(blocks, post, arguments, std::move(call));
  };
  if (auto added = server.add_command(std::move(add)); !added) return added.error();
  return server.add_command(
      {"blockdev-del", {}, [blocks](JsonObject* arguments) {
         return answer_to(blocks->nodes.remove(json_object_get_string_member(arguments, "node-name")));
       }});
}

}  // namespace qmpev
