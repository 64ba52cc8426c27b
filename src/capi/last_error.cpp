// SPDX-License-Identifier: MIT
#include "capi/last_error.hpp"

#include <cerrno>
#include <utility>

namespace qmpev {
namespace {

thread_local std::string last_sentence;

int to_errno(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::invalid_argument:
      return EINVAL;
    case ErrorCode::address_in_use:
      return EADDRINUSE;
    case ErrorCode::not_found:
      return ENOENT;
    case ErrorCode::permission:
      return EACCES;
    case ErrorCode::system:
      return EIO;
  }
  return EIO;
}

}  // namespace

int refused(const Error& error) noexcept {
  last_sentence = error.sentence;
  return -to_errno(error.code);
}

int refused_argument(std::string sentence) noexcept {
  return refused({ErrorCode::invalid_argument, std::move(sentence)});
}

const std::string& last_refusal() noexcept {
  return last_sentence;
}

}  // namespace qmpev
