// SPDX-License-Identifier: MIT
#include "wire/reply.hpp"

#include <utility>

#include "wire/writer.hpp"

namespace qmpev {
namespace {

std::string line_of(const Value& message) {
  std::string line;
  write_json(message, line);
  line += "\r\n";
  return line;
}

Value with_id(Value message, const std::optional<Value>& id) {
  if (id) message.set("id", *id);
  return message;
}

}  // namespace

std::string_view error_class_name(ErrorClass error_class) noexcept {
  switch (error_class) {
    case ErrorClass::generic_error:
      return "GenericError";
    case ErrorClass::command_not_found:
      return "CommandNotFound";
    case ErrorClass::device_not_active:
      return "DeviceNotActive";
    case ErrorClass::device_not_found:
      return "DeviceNotFound";
    case ErrorClass::kvm_missing_cap:
      return "KVMMissingCap";
  }
  return "GenericError";
}

std::string success_line(Value result, const std::optional<Value>& id) {
  Value message = Value::object();
  message.set("return", std::move(result));
  return line_of(with_id(std::move(message), id));
}

std::string error_line(ErrorClass error_class, std::string_view description, const std::optional<Value>& id) {
  Value message = Value::object();
  message.set("error", Value::object({{"class", error_class_name(error_class)}, {"desc", description}}));
  return line_of(with_id(std::move(message), id));
}

std::string greeting_line(const Version& version) {
  Value words = Value::object({{"version", version_value(version)}, {"capabilities", Value::array({"oob"})}});
  Value message = Value::object();
  message.set("QMP", std::move(words));
  return line_of(message);
}

Value version_value(const Version& version) {
  const Value numbers =
      Value::object({{"major", version.major}, {"minor", version.minor}, {"micro", version.micro}});
  return Value::object(
      {{"qemu", numbers},
       {"package", version.package.empty() ? std::string("qmpev " QMPEV_VERSION) : version.package}});
}

}  // namespace qmpev
