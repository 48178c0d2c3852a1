// A sandbox of ours as the sp_sandbox that a tool gets for one call.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "core/sandbox/sandbox.hpp"
#include "host/plugin/adapt/lent_operation.hpp"

namespace sandport::adapt {

// Has every extension that the sandbox has, and search always. Paths are normalised here. The
// plugin may not dispose of it; processes that it did not detach end with the call. Keep the object
// for a while after finish(): a plugin that still uses the handle is told that the call is over.
class LentSandbox : public std::enable_shared_from_this<LentSandbox> {
 public:
  // sandbox must live until finish() returned. Operations run on a strand over executor.
  LentSandbox(Sandbox& sandbox, std::string work_dir, const boost::asio::any_io_executor& executor);

  [[nodiscard]] sp_sandbox* abi() { return &handle_.abi; }
  // Cancels what the plugin left running and waits for it.
  [[nodiscard]] Task<void> finish() { return calls_->finish(); }

  // What the sandbox behind has.
  struct Abilities {
    bool pause;
    bool snapshot;
    bool metrics;
    bool network;
  };

  // For the tables' functions.
  [[nodiscard]] static LentSandbox& of(sp_sandbox* self) {
    return *reinterpret_cast<Handle*>(self)->owner;
  }
  // Only inside an operation: it may be gone when the call is over.
  [[nodiscard]] Sandbox& sandbox() { return sandbox_; }
  [[nodiscard]] const Abilities& abilities() const { return abilities_; }
  [[nodiscard]] LentCalls& calls() { return *calls_; }
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& work_dir() const { return work_dir_; }
  // Throws Error kInvalidArgument.
  [[nodiscard]] std::string path(sp_str text) const;

 private:
  struct Handle {
    sp_sandbox abi;
    LentSandbox* owner;
  };

  Handle handle_;
  Sandbox& sandbox_;
  const Abilities abilities_;
  const std::string id_;
  const std::string work_dir_;
  const std::string home_;
  const std::shared_ptr<LentCalls> calls_;
};

// The tables of a lent sandbox. Null where the sandbox behind lacks the ability.
[[nodiscard]] const sp_fs* lent_files();
[[nodiscard]] const void* lent_extension(LentSandbox& lent, std::string_view id);

// The ways to start a process, for the main table and the pty extension.
sp_code lent_exec(sp_sandbox* self, const sp_exec* request, sp_sink* sink, sp_op** out_op,
                  sp_process** out_process, sp_error* error) noexcept;
sp_code lent_exec_pty(sp_sandbox* self, const sp_exec* request, uint16_t rows, uint16_t columns,
                      sp_sink* sink, sp_op** out_op, sp_process** out_process,
                      sp_error* error) noexcept;
sp_code lent_attach(sp_sandbox* self, const sp_attach* request, sp_sink* sink, sp_op** out_op,
                    sp_process** out_process, sp_error* error) noexcept;

}  // namespace sandport::adapt
