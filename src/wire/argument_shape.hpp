// SPDX-License-Identifier: MIT
// What a command takes: a type of the schema, or one built from the arguments that an embedder lists. Cheap
// to copy; immutable. Any thread.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include <qmpev/protocol.hpp>

#include "wire/qapi_type.hpp"

namespace qmpev {

class ArgumentShape {
 public:
  /// Nothing.
  ArgumentShape() noexcept : type_(&qapi::empty) {}
  // Implicit, so that commands read well: {"balloon", {{"value", Argument::Type::integer}}, ...}.
  ArgumentShape(const std::vector<Argument>& arguments);          // NOLINT
  ArgumentShape(std::initializer_list<Argument> arguments);       // NOLINT
  ArgumentShape(const QapiType& type) noexcept : type_(&type) {}  // NOLINT; an object, for ever

  const QapiType& type() const noexcept { return *type_; }

 private:
  struct Built;
  std::shared_ptr<const Built> built_;
  const QapiType* type_;
};

}  // namespace qmpev
