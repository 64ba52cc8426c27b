// SPDX-License-Identifier: MIT
#include "bench/naive_line.hpp"

#include <json-glib/json-glib.h>

#include <memory>

namespace qmpev::bench {
namespace {

/// An object under way: begun with its stamp and its name, ended as a line.
class Tree {
 public:
  explicit Tree(const char* name) {
    const std::int64_t now_us = g_get_real_time();
    begin();
    begin("timestamp");
    number("seconds", now_us / G_USEC_PER_SEC);
    number("microseconds", now_us % G_USEC_PER_SEC);
    end();
    text("event", name);
    begin("data");
  }
  void begin(const char* name = nullptr) {
    if (name != nullptr) json_builder_set_member_name(builder_, name);
    json_builder_begin_object(builder_);
  }
  void end() { json_builder_end_object(builder_); }
  void number(const char* name, std::int64_t value) {
    json_builder_set_member_name(builder_, name);
    json_builder_add_int_value(builder_, value);
  }
  void truth(const char* name, bool value) {
    json_builder_set_member_name(builder_, name);
    json_builder_add_boolean_value(builder_, value ? TRUE : FALSE);
  }
  void text(const char* name, std::string_view value) {
    json_builder_set_member_name(builder_, name);
    json_builder_add_string_value(builder_, std::string(value).c_str());
  }
  std::string line() {
    end();
    end();
    JsonNode* root = json_builder_get_root(builder_);
    char* said = json_to_string(root, FALSE);
    std::string line = std::string(said) + "\r\n";
    g_free(said);
    json_node_unref(root);
    g_object_unref(builder_);
    return line;
  }

 private:
  JsonBuilder* builder_ = json_builder_new();
};

}  // namespace

std::string naive_line(const GuestPanicked&) {
  Tree tree("GUEST_PANICKED");
  tree.text("action", "pause");
  return tree.line();
}

std::string naive_line(const BalloonChange& event) {
  Tree tree("BALLOON_CHANGE");
  tree.number("actual", event.actual);
  return tree.line();
}

std::string naive_line(const SpiceInitialized& event) {
  Tree tree("SPICE_INITIALIZED");
  tree.begin("server");
  tree.text("host", event.server.host);
  tree.text("port", event.server.port);
  tree.text("family", "ipv4");
  tree.text("auth", event.server.auth.value_or(std::string_view{}));
  tree.end();
  tree.begin("client");
  tree.text("host", event.client.host);
  tree.text("port", event.client.port);
  tree.text("family", "ipv4");
  tree.number("connection-id", event.client.connection_id);
  tree.number("channel-type", event.client.channel_type);
  tree.number("channel-id", event.client.channel_id);
  tree.truth("tls", event.client.tls);
  tree.end();
  return tree.line();
}

}  // namespace qmpev::bench
