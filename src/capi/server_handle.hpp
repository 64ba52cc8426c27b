// SPDX-License-Identifier: MIT
// What a C caller holds as qmpev_server. Loop thread.
#pragma once

#include <memory>

#include <qmpev/qmpev.h>
#include <qmpev/server.hpp>

/// The C type, in the global namespace because its name is C's.
struct qmpev_server {
  std::unique_ptr<qmpev::Server> server;
  bool attached = false;
};
