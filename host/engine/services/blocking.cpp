#include "core/error.hpp"
#include "host/engine/blocking_pool.hpp"
#include "host/engine/services/tables.hpp"
#include "host/plugin/adapt/status.hpp"

namespace sandport::services {
namespace {

sp_code run(const sp_blocking* self, void (*work)(void*), void* argument,
            sp_error* error) noexcept {
  try {
    static_cast<const Blocking*>(self)->pool.submit([work, argument] { work(argument); });
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

Blocking::Blocking(BlockingPool& shared)
    : sp_blocking{sizeof(sp_blocking), &services::run}, pool(shared) {}

}  // namespace sandport::services
