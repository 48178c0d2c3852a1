// A session's tool state as the sp_session_state that a tool gets for one call.
#pragma once

#include <sandport/abi.h>

#include <mutex>

#include "core/tool/toolset.hpp"

namespace sandport::adapt {

// Keep the object for a while after finish(), as LentSandbox.
class LentState {
 public:
  explicit LentState(ToolState& state);
  LentState(const LentState&) = delete;
  LentState& operator=(const LentState&) = delete;

  [[nodiscard]] sp_session_state* abi() { return &handle_.abi; }
  // Refuses every use from now on.
  void finish();

 private:
  struct Handle {
    sp_session_state abi;
    LentState* owner;
  };

  static sp_code get(sp_session_state* self, sp_str key, sp_receive receive,
                     void* context) noexcept;
  static sp_code set(sp_session_state* self, sp_str key, sp_str value, sp_error* error) noexcept;

  Handle handle_;
  std::mutex mutex_;
  ToolState* state_;  // under mutex_; null when finished
};

}  // namespace sandport::adapt
