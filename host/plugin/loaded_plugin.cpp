#include "host/plugin/loaded_plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <boost/dll/shared_library.hpp>

#include "core/error.hpp"
#include "host/plugin/plugin_file.hpp"

namespace sandport {
namespace {

[[noreturn]] void refuse(const std::string& file, const std::string& what,
                         Code code = Code::kInvalidArgument) {
  throw Error(code, fmt::format("{}: {}", file, what));
}

bool is_reverse_dns(std::string_view id) {
  if (id.empty() || id.size() > 128 || id.find('.') == std::string_view::npos) return false;
  for (const char c : id) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (!allowed) return false;
  }
  return true;
}

bool is_use_name(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  for (const char c : name) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!allowed) return false;
  }
  return true;
}

bool is_known_kind(std::string_view kind) {
  return kind == SP_KIND_BACKEND || kind == SP_KIND_TOOLSET || kind == SP_KIND_MODEL ||
         kind == SP_KIND_TEMPLATE_BUILDER;
}

}  // namespace

LoadedPlugin::LoadedPlugin(std::filesystem::path file, const sp_plugin* table)
    : file_(std::move(file)), table_(table) {
  const std::string name = file_.string();
  // The first minor's last member: what every plugin of this major has.
  if (!SP_HAS(sp_plugin, table, create)) {
    refuse(name, "its table is too short or has no create function; build it with a released SDK");
  }
  if (table->min_host_minor > SP_ABI_MINOR) {
    refuse(name,
           fmt::format("needs plugin ABI {}.{}, this host has {}.{}; update sandport, or build the "
                       "plugin with a lower SANDPORT_TARGET_MINOR",
                       SP_ABI_MAJOR, table->min_host_minor, SP_ABI_MAJOR, SP_ABI_MINOR),
           Code::kFailedPrecondition);
  }
  if (!is_reverse_dns(view(table->id))) {
    refuse(name, "its id is not in reverse-DNS form, such as com.example.dice");
  }
  for (std::size_t i = 0; i < table->kind_count; ++i) {
    const sp_kind* kind = table->kinds[i];
    if (kind == nullptr || kind->struct_size < sizeof(std::uint32_t) + 4 * sizeof(sp_str)) {
      refuse(name, fmt::format("kind {} of its table is empty or too short", i));
    }
    if (!is_known_kind(view(kind->kind))) continue;
    if (!is_use_name(view(kind->name))) {
      refuse(name, fmt::format("kind {} has a name that is not [a-z0-9_-]{{1,64}}", i));
    }
    kinds_.push_back(kind);
  }
}

std::shared_ptr<const LoadedPlugin> LoadedPlugin::load(const std::filesystem::path& file,
                                                       std::string_view sha256) {
  const PluginFile checked(file, sha256);
  // Boost.DLL binds lazily unless told otherwise, and an undefined symbol would then end the
  // process at the first call. NODELETE is not in its enum but is passed through.
  const auto mode = static_cast<boost::dll::load_mode::type>(
      boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local | RTLD_NODELETE);
  try {
    const boost::dll::shared_library library(checked.loadable(), mode);
    return std::shared_ptr<const LoadedPlugin>(
        new LoadedPlugin(file, &library.get<const sp_plugin>(SP_PLUGIN_SYMBOL)));
  } catch (const boost::dll::fs::system_error& error) {
    refuse(file.string(), fmt::format("cannot be loaded: {}", error.what()));
  }
}

std::shared_ptr<const LoadedPlugin> LoadedPlugin::from_table(const sp_plugin& table,
                                                             std::string name) {
  return std::shared_ptr<const LoadedPlugin>(new LoadedPlugin(std::move(name), &table));
}

std::string LoadedPlugin::id() const { return std::string(view(table_->id)); }

const sp_kind* LoadedPlugin::find(std::string_view kind, std::string_view name) const {
  for (const sp_kind* candidate : kinds_) {
    if (view(candidate->kind) == kind && view(candidate->name) == name) return candidate;
  }
  return nullptr;
}

}  // namespace sandport
