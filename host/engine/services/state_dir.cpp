#include "core/error.hpp"
#include "core/session/home.hpp"
#include "host/engine/services/tables.hpp"
#include "host/plugin/adapt/status.hpp"

namespace sandport::services {
namespace {

sp_code path(const sp_state_dir* self, sp_receive receive, void* context,
             sp_error* error) noexcept {
  try {
    const auto& directory = static_cast<const StateDir*>(self)->directory;
    make_private_directory(directory);
    receive(context, sp_str{directory.c_str(), directory.native().size()});
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

StateDir::StateDir(std::filesystem::path wanted)
    : sp_state_dir{sizeof(sp_state_dir), &services::path}, directory(std::move(wanted)) {}

}  // namespace sandport::services
