#include "local_backend.hpp"

#include <dlfcn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "files/file_system.hpp"
#include "posix_error.hpp"
#include "sdk_error.hpp"

namespace sandport_local {
namespace {

constexpr const char* kSupervisorName = "sandport-local-supervisor";

// The helper program lies beside this library.
std::filesystem::path find_supervisor() {
  static const char anchor = 0;
  Dl_info info{};
  std::error_code error;
  std::filesystem::path directory;
  if (::dladdr(&anchor, &info) != 0 && info.dli_fname != nullptr) {
    directory = std::filesystem::canonical(info.dli_fname, error).parent_path();
  }
  auto path = directory / kSupervisorName;
  if (::access(path.c_str(), X_OK) != 0) {
    throw sandport::Error(SP_FAILED_PRECONDITION,
                          "the helper program " + printable(path.native()) +
                              " is missing or not executable; reinstall the local backend");
  }
  return path;
}

std::string real_path(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  if (error) throw PosixError(error.value(), printable(path));
  return real.native();
}

std::string directory_at(const std::string& path, const char* option) {
  const std::string real = real_path(path);
  struct stat status {};
  if (::stat(real.c_str(), &status) != 0) throw_errno(printable(path));
  if (!S_ISDIR(status.st_mode)) {
    throw PosixError::with_message(
        ENOTDIR, std::string(option) + ": '" + printable(path) + "' is not a directory");
  }
  return real;
}

bool has_labels(const Metadata& metadata, const std::map<std::string, std::string>& wanted) {
  for (const auto& [name, value] : wanted) {
    const auto found = metadata.labels.find(name);
    if (found == metadata.labels.end() || found->second != value) return false;
  }
  return true;
}

nlohmann::json parse_object(std::string_view text, const char* what) {
  auto json = nlohmann::json::parse(text.empty() ? "{}" : text, nullptr, false);
  if (!json.is_object()) {
    throw sandport::Error(SP_INVALID_ARGUMENT, std::string(what) + " is no JSON object");
  }
  return json;
}

}  // namespace

LocalBackend::LocalBackend(sandport::Host host, std::string_view config)
    : shared_{host,
              Options::parse(config),
              MetadataStore(std::filesystem::path(host.state_dir()) / "sandboxes"),
              find_supervisor(),
              {},
              current_user_name(),
              current_home(),
              thread_} {
  shared_.inherited = inherited_environment(shared_.options.inherit_env);
  translated([&] {
    if (!shared_.options.root.empty()) {
      static_cast<void>(directory_at(shared_.options.root, "root"));
    }
    for (const Roots::Spec& spec : shared_.options.allow_paths) {
      static_cast<void>(directory_at(spec.path, "allow_paths"));
    }
  });
}

std::string LocalBackend::capabilities() const {
  return R"({"extensions":["sp.sandbox.fs/1","sp.sandbox.pty/1","sp.sandbox.watch/1"],)"
         R"("limits":{},"host_url":true,"background":true})";
}

LocalBackend::Spec LocalBackend::parse_spec(std::string_view text) {
  const auto json = parse_object(text, "the sandbox's spec");
  Spec spec;
  try {
    spec.work_dir = json.value("work_dir", "");
    spec.env = json.value("env", Environment{});
    spec.labels = json.value("labels", spec.labels);
  } catch (const nlohmann::json::exception& error) {
    throw sandport::Error(SP_INVALID_ARGUMENT, std::string("the sandbox's spec: ") + error.what());
  }
  if (!spec.work_dir.empty()) translated([&] { require_absolute(spec.work_dir); });
  Environment checked;
  add_variables(&checked, {spec.env.begin(), spec.env.end()});
  return spec;
}

void LocalBackend::validate(std::string_view text) {
  const Spec spec = parse_spec(text);
  if (spec.work_dir.empty() || shared_.options.root.empty()) return;
  // By the words alone; symlinks are looked at when the sandbox is made.
  std::vector<std::string> roots{shared_.options.root, real_path(shared_.options.root)};
  for (const Roots::Spec& more : shared_.options.allow_paths) roots.push_back(more.path);
  for (const std::string& root : roots) {
    if (lies_in(spec.work_dir, root)) return;
  }
  throw sandport::Error(SP_INVALID_ARGUMENT,
                        "work_dir: '" + printable(spec.work_dir) + "' lies neither in root, '" +
                            printable(shared_.options.root) + "', nor in any of allow_paths");
}

Metadata LocalBackend::prepare(const Spec& spec) const {
  Metadata metadata;
  metadata.id = MetadataStore::new_id();
  metadata.created_at = now_rfc3339();
  metadata.labels = spec.labels;
  shared_.store.make_directory(metadata.id);
  const auto own = shared_.store.directory_of(metadata.id) / "root";
  if (!shared_.options.root.empty()) {
    metadata.root = directory_at(shared_.options.root, "root");
  } else if (!spec.work_dir.empty()) {
    // The directory that the user names is the sandbox. Other backends make it too.
    std::error_code error;
    std::filesystem::create_directories(spec.work_dir, error);
    metadata.root = directory_at(spec.work_dir, "work_dir");
  } else {
    if (::mkdir(own.c_str(), 0755) != 0) throw_errno(printable(own.native()));
    metadata.root = real_path(own.native());
    metadata.owner = Owner::kSandbox;
  }
  choose_work_dir(&metadata, spec);
  shared_.store.save(metadata);
  return metadata;
}

void LocalBackend::choose_work_dir(Metadata* metadata, const Spec& spec) const {
  metadata->work_dir = metadata->root;
  if (spec.work_dir.empty()) return;
  std::vector<Roots::Spec> specs{{.path = metadata->root}};
  if (!shared_.options.root.empty()) specs.push_back({.path = shared_.options.root});
  specs.insert(specs.end(), shared_.options.allow_paths.begin(), shared_.options.allow_paths.end());
  const Roots roots(specs);
  make_directories(roots, spec.work_dir, 0);
  metadata->work_dir = real_path(spec.work_dir);
}

sandport::CreatedSandbox LocalBackend::open(Metadata metadata, const Spec& spec) const {
  auto sandbox = std::make_unique<LocalSandbox>(shared_, std::move(metadata), spec.env);
  std::string info = sandbox->info_now();
  return {std::move(sandbox), std::move(info)};
}

sandport::Task<sandport::CreatedSandbox> LocalBackend::create(std::string text) {
  Spec spec = parse_spec(text);
  return sandport::on_pool(shared_.host, [this, spec = std::move(spec)] {
    return translated([&] {
      std::string id;
      try {
        Metadata metadata = prepare(spec);
        id = metadata.id;
        return open(std::move(metadata), spec);
      } catch (...) {
        if (!id.empty()) shared_.store.dispose(id);
        throw;
      }
    });
  });
}

sandport::Task<sandport::CreatedSandbox> LocalBackend::connect(std::string id, std::string text) {
  Spec spec = parse_spec(text);
  return sandport::on_pool(shared_.host, [this, id = std::move(id), spec = std::move(spec)] {
    return translated([&] {
      auto metadata = shared_.store.load(id);
      struct stat status {};
      if (!metadata || ::stat(metadata->root.c_str(), &status) != 0) {
        throw sandport::Error(SP_NOT_FOUND, "there is no local sandbox '" + printable(id) + "'");
      }
      if (!spec.work_dir.empty()) choose_work_dir(&*metadata, spec);
      return open(std::move(*metadata), spec);
    });
  });
}

sandport::Task<std::string> LocalBackend::list(std::string text) {
  return sandport::on_pool(shared_.host, [this, text = std::move(text)] {
    const auto filter = parse_object(text, "the filter");
    nlohmann::json found = nlohmann::json::array();
    nlohmann::json answer;
    try {
      const auto labels = filter.value("labels", std::map<std::string, std::string>{});
      const auto limit = filter.value("limit", std::size_t{100});
      const auto page = filter.value("page", std::string{});
      const bool none = filter.value("state", "running") != "running";
      for (const Metadata& metadata : shared_.store.all()) {
        // A page begins after the sandbox that ended the one before.
        const std::string token = metadata.created_at + "/" + metadata.id;
        if (none || token <= page || !has_labels(metadata, labels)) continue;
        if (found.size() == limit) {
          answer["next_page"] = found.back()["created_at"].get<std::string>() + "/" +
                                found.back()["id"].get<std::string>();
          break;
        }
        found.push_back(nlohmann::json::parse(
            describe_sandbox(metadata, home_of(metadata, shared_), shared_.user)));
      }
    } catch (const nlohmann::json::exception& error) {
      throw sandport::Error(SP_INVALID_ARGUMENT, std::string("the filter: ") + error.what());
    }
    answer["sandboxes"] = std::move(found);
    return answer.dump();
  });
}

sandport::Task<void> LocalBackend::dispose(std::string id) {
  return sandport::on_pool(
      shared_.host, [this, id = std::move(id)] { translated([&] { shared_.store.dispose(id); }); });
}

std::unique_ptr<sandport::Backend> make_backend(sandport::Host host, std::string_view config) {
  return std::make_unique<LocalBackend>(host, config);
}

}  // namespace sandport_local
