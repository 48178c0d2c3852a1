#include "host/plugin/adapt/lent_sandbox.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json_text.hpp"
#include "core/sandbox/path.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

using Json = nlohmann::json;

sp_str sandbox_id(sp_sandbox* self) noexcept {
  return to_abi(std::string_view{LentSandbox::of(self).id()});
}

sp_code info(sp_sandbox* self, sp_sink* sink, sp_op** out_op, sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(sink, out_op, error, [lent](LentOperation&) -> Task<ResultValue> {
      auto told = co_await lent->sandbox().refresh();
      co_return std::move(told.json);
    });
  });
}

sp_code processes(sp_sandbox* self, sp_sink* sink, sp_op** out_op, sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(sink, out_op, error, [lent](LentOperation&) -> Task<ResultValue> {
      auto list = Json::array();
      const auto known = co_await lent->sandbox().processes();
      for (const auto& process : known) {
        Json item{{"pid", process.pid}, {"argv", process.argv}, {"running", process.running}};
        if (!process.tag.empty()) item["tag"] = process.tag;
        if (!process.running) item["exit_code"] = process.exit_code;
        list.push_back(std::move(item));
      }
      co_return json_text(list);
    });
  });
}

sp_code host_url(sp_sandbox* self, uint32_t port, sp_sink* sink, sp_op** out_op,
                 sp_error* error) noexcept {
  return guarded(error, [&] {
    if (port == 0 || port > UINT16_MAX) {
      throw Error(Code::kInvalidArgument, std::to_string(port) + " is not a port");
    }
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(
        sink, out_op, error, [lent, port](LentOperation&) -> Task<ResultValue> {
          const auto url = co_await lent->sandbox().host_url(static_cast<std::uint16_t>(port));
          co_return json_text(Json{{"url", url.url}, {"headers", url.headers}});
        });
  });
}

sp_code set_timeout(sp_sandbox* self, uint64_t milliseconds, sp_sink* sink, sp_op** out_op,
                    sp_error* error) noexcept {
  return guarded(error, [&] {
    constexpr std::uint64_t kLongest = INT64_MAX / 1000000;
    const std::chrono::milliseconds life{
        static_cast<std::int64_t>(std::min(milliseconds, kLongest))};
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(sink, out_op, error,
                                [lent, life](LentOperation&) -> Task<ResultValue> {
                                  co_await lent->sandbox().set_timeout(life);
                                  co_return std::string{};
                                });
  });
}

sp_code dispose(sp_sandbox*, sp_sink*, sp_op**, sp_error* error) noexcept {
  return guarded(error, []() -> sp_code {
    throw Error(Code::kPermissionDenied, "a tool may not dispose of the sandbox that it was lent");
  });
}

const void* get_extension(sp_sandbox* self, const char* id) noexcept {
  return id == nullptr ? nullptr : lent_extension(LentSandbox::of(self), id);
}

void close(sp_sandbox*) noexcept {}  // the host closes it when the call is over

}  // namespace

LentSandbox::LentSandbox(Sandbox& sandbox, std::string work_dir,
                         const boost::asio::any_io_executor& executor)
    : handle_{{sizeof(sp_sandbox), &sandbox_id, &info, &lent_exec, &lent_attach, &processes,
               &host_url, &set_timeout, &dispose, &get_extension, &close},
              this},
      sandbox_(sandbox),
      abilities_{sandbox.pause_extension() != nullptr, sandbox.snapshot_extension() != nullptr,
                 sandbox.metrics_extension() != nullptr, sandbox.network_extension() != nullptr},
      id_(sandbox.id()),
      work_dir_(work_dir.empty() ? sandbox.info().work_dir : std::move(work_dir)),
      home_(sandbox.info().home),
      calls_(std::make_shared<LentCalls>(executor)) {}

std::string LentSandbox::path(sp_str text) const {
  return normalize_path(view(text), work_dir_, home_);
}

}  // namespace sandport::adapt
