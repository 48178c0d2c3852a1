#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "host/engine/services/tables.hpp"
#include "host/plugin/adapt/status.hpp"

namespace sandport::services {
namespace {

sp_code get(const sp_secret* self, sp_str name, sp_receive receive, void* context,
            sp_error* error) noexcept {
  try {
    const auto& secret = *static_cast<const Secret*>(self);
    const std::string_view wanted(name.size == 0 ? "" : name.data, name.size);
    if (std::find(secret.granted.begin(), secret.granted.end(), wanted) == secret.granted.end()) {
      throw Error(Code::kPermissionDenied,
                  fmt::format("the manifest does not grant the secret {0}; refer to it in the "
                              "plugin's `with:` as ${{secret:{0}}}",
                              wanted));
    }
    const std::string value = secret.context.secret(wanted);
    receive(context, sp_str{value.data(), value.size()});
    return SP_OK;
  } catch (...) {
    return adapt::refuse(error, adapt::to_error(std::current_exception()));
  }
}

}  // namespace

Secret::Secret(const ServiceContext& shared, std::vector<std::string> names)
    : sp_secret{sizeof(sp_secret), &services::get}, context(shared), granted(std::move(names)) {}

}  // namespace sandport::services
