#include "host/plugin/adapt/lent_state.hpp"

#include <string>

#include "host/plugin/adapt/lent_operation.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

constexpr std::size_t kLargestValue = std::size_t{1} << 20;

}  // namespace

LentState::LentState(ToolState& state)
    : handle_{{sizeof(sp_session_state), &get, &set}, this}, state_(&state) {}

void LentState::finish() {
  const std::lock_guard lock{mutex_};
  state_ = nullptr;
}

sp_code LentState::get(sp_session_state* self, sp_str key, sp_receive receive,
                       void* context) noexcept {
  return guarded(nullptr, [&]() -> sp_code {
    auto& owner = *reinterpret_cast<Handle*>(self)->owner;
    std::string value;
    {
      const std::lock_guard lock{owner.mutex_};
      if (owner.state_ == nullptr) return SP_FAILED_PRECONDITION;
      if (!owner.state_->get(view(key), value)) return SP_NOT_FOUND;
    }
    receive(context, to_abi(std::string_view{value}));
    return SP_OK;
  });
}

sp_code LentState::set(sp_session_state* self, sp_str key, sp_str value, sp_error* error) noexcept {
  return guarded(error, [&]() -> sp_code {
    auto& owner = *reinterpret_cast<Handle*>(self)->owner;
    if (value.size > kLargestValue) {
      throw Error(Code::kInvalidArgument, "a value of the session state may have 1 MiB, this has " +
                                              std::to_string(value.size) + " bytes");
    }
    const std::lock_guard lock{owner.mutex_};
    if (owner.state_ == nullptr) {
      throw Error(Code::kFailedPrecondition,
                  "the session state was lent for one tool call, and the call is over");
    }
    owner.state_->set(view(key), copy(value));
    return SP_OK;
  });
}

}  // namespace sandport::adapt
