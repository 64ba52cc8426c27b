// SPDX-License-Identifier: MIT
// The least that a program in C++ does with the library. usage: tool SOCKET
#include <cstdio>

#include <qmpev/server.hpp>

int main(int count, char** words) {
  auto server = qmpev::Server::create({}).value();
  if (count != 2 || !server->listen({.path = words[1], .form = qmpev::WireForm::qemu})) return 1;
  server->emitter().emit(qmpev::GuestPanicked{qmpev::GuestPanicAction::pause});
  std::puts(server->addresses().at(0).name.c_str());
}
