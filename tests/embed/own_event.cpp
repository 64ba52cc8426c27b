// SPDX-License-Identifier: MIT
// An event of the embedder's own: declared once, emitted from any thread, received by clients that ask for
// it.
//
// usage: own_event SOCKET
#include <cstdio>

#include <qmpev/server.hpp>

int main(int, char** argv) {
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  qmpev::ServerConfig config;
  config.run_state.quit = [loop] { return g_main_loop_quit(loop), qmpev::Answer::empty(); };
  auto server = qmpev::Server::create(std::move(config));
  if (!server) return std::puts(server.error().sentence.c_str()), 1;

  using Type = qmpev::EventMember::Type;
  auto lamp =
      server.value()->add_event({.name = "X_LAMP_CHANGED",
                                 .members = {{.name = "id", .type = Type::text},
                                             {.name = "level", .type = Type::integer},
                                             {.name = "watts", .type = Type::number, .optional = true}},
                                 .rate_limit_ms = 0});
  if (!lamp) return std::puts(lamp.error().sentence.c_str()), 1;

  // The device's side: values in the order of the declaration.
  const auto dim = [device = lamp.value()](JsonObject* arguments) {
    device.emit({json_object_get_string_member(arguments, "id"), 40, std::nullopt});
    return qmpev::Answer::empty();
  };
  auto added = server.value()->add_command({"dim", {{"id", qmpev::Argument::Type::string}}, dim});
  if (!added) return std::puts(added.error().sentence.c_str()), 1;

  auto listening = server.value()->listen({.path = argv[1], .form = qmpev::WireForm::qemu});
  if (!listening) return std::puts(listening.error().sentence.c_str()), 1;
  server.value()->attach(g_main_loop_get_context(loop));
  g_main_loop_run(loop);
  server.value().reset();
  g_main_loop_unref(loop);
}
