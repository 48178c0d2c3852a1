// Writing a backend: derive Backend and Sandbox, with Process (process.hpp), FileSystem
// (file_system.hpp) and the facets (facets.hpp) that there are.
//
// Every slow member returns a Task. A virtual that is not itself a coroutine may throw: that is
// reported on the spot.
#pragma once

#include <sandport/abi.h>
#include <sandport/detail/sandbox_tables.hpp>
#include <sandport/error.hpp>
#include <sandport/facets.hpp>
#include <sandport/file_system.hpp>
#include <sandport/operation.hpp>
#include <sandport/process.hpp>
#include <sandport/sandbox.hpp>
#include <sandport/task.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace sandport {
inline namespace v1 {

// Specs, filters and info are JSON as abi/backend.h and abi/sandbox.h have them.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  // Asked once, when the instance is made.
  [[nodiscard]] virtual std::string capabilities() const = 0;

  // Checks a spec as far as that costs nothing; throws what is wrong. Any thread.
  virtual void validate(std::string_view spec) { static_cast<void>(spec); }

  // A create that is cancelled still returns what it made, or ends it (shield) and throws.
  [[nodiscard]] virtual Task<CreatedSandbox> create(std::string spec) = 0;
  [[nodiscard]] virtual Task<CreatedSandbox> connect(std::string id, std::string spec) = 0;
  [[nodiscard]] virtual Task<std::string> list(std::string filter) = 0;
  [[nodiscard]] virtual Task<void> dispose(std::string id) = 0;
};

namespace detail {

class BackendObject : public sp_backend {
 public:
  explicit BackendObject(std::unique_ptr<Backend> backend)
      : sp_backend{kStructSize<sp_backend>,
                   &capabilities,
                   &validate,
                   &create,
                   &connect,
                   &list,
                   &dispose,
                   &destroy},
        backend_(std::move(backend)),
        capabilities_(backend_->capabilities()) {}

 private:
  static Backend& self(sp_backend* at) noexcept {
    return *static_cast<BackendObject*>(at)->backend_;
  }

  static sp_str capabilities(sp_backend* at) noexcept {
    return to_str(static_cast<BackendObject*>(at)->capabilities_);
  }
  static sp_code validate(sp_backend* at, sp_str spec, sp_error* error) noexcept {
    return guarded(error, [&] { self(at).validate(to_view(spec)); });
  }
  static sp_code create(sp_backend* at, sp_str spec, sp_sink* sink, sp_op** op,
                        sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).create(to_string(spec)); });
  }
  static sp_code connect(sp_backend* at, sp_str id, sp_str spec, sp_sink* sink, sp_op** op,
                         sp_error* error) noexcept {
    return submit(sink, op, error,
                  [&](Emitter&) { return self(at).connect(to_string(id), to_string(spec)); });
  }
  static sp_code list(sp_backend* at, sp_str filter, sp_sink* sink, sp_op** op,
                      sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).list(to_string(filter)); });
  }
  static sp_code dispose(sp_backend* at, sp_str id, sp_sink* sink, sp_op** op,
                         sp_error* error) noexcept {
    return submit(sink, op, error, [&](Emitter&) { return self(at).dispose(to_string(id)); });
  }
  static void destroy(sp_backend* at) noexcept { delete static_cast<BackendObject*>(at); }

  std::unique_ptr<Backend> backend_;
  std::string capabilities_;
};

}  // namespace detail
}  // namespace v1
}  // namespace sandport
