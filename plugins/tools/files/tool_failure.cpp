#include "tool_failure.hpp"

namespace files {

using sandport::ToolResult;

bool is_about_path(const sandport::Error& error) {
  switch (error.code()) {
    case SP_NOT_FOUND:
    case SP_ALREADY_EXISTS:
    case SP_PERMISSION_DENIED:
    case SP_INVALID_ARGUMENT:
    case SP_FAILED_PRECONDITION:
    case SP_RESOURCE_EXHAUSTED:
    case SP_OUT_OF_RANGE:
    case SP_UNIMPLEMENTED:
      return true;
    default:
      return false;
  }
}

sandport::Task<ToolResult> answer(Handler handler, sandport::Call& call, Toolbox& tools) {
  try {
    co_return co_await handler(call, tools);
  } catch (const Refusal& refusal) {
    co_return ToolResult::error(refusal.what());
  } catch (const sandport::Error& error) {
    if (!is_about_path(error) || error.retryable()) throw;
    co_return ToolResult::error(error.what());
  }
}

}  // namespace files
