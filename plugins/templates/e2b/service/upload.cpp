#include "upload.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>
#include <sandport/bytes_reader.hpp>
#include <sandport/errno_error.hpp>
#include <sandport/when_all.hpp>
#include <set>

#include "../files/archive.hpp"
#include "sizes.hpp"

namespace e2b_template {
namespace {

using sandport::Error;
using sandport::Task;

constexpr std::size_t kUploadPiece = std::size_t{256} << 10U;
constexpr std::size_t kErrorBytes = 4096;
constexpr int kAttempts = 5;

struct Upload {
  const Template* made = nullptr;
  const StepFiles* files = nullptr;

  [[nodiscard]] const Step& step() const { return made->steps[files->step]; }
};

std::string read_piece(const Spool& spool, std::uint64_t offset) {
  std::string piece(std::min<std::uint64_t>(kUploadPiece, spool.size - offset), '\0');
  ssize_t count = -1;
  do {
    count = pread(spool.file.get(), piece.data(), piece.size(), static_cast<off_t>(offset));
  } while (count < 0 && errno == EINTR);
  if (count <= 0) throw sandport::errno_error(errno, "cannot read the archive back");
  piece.resize(static_cast<std::size_t>(count));
  return piece;
}

// By value and no lambda: it goes on after its caller has returned.
Task<std::optional<std::string>> next_piece(sandport::Host host, std::shared_ptr<Spool> spool,
                                            std::shared_ptr<std::uint64_t> offset) {
  if (*offset >= spool->size) co_return std::nullopt;
  auto work = sandport::on_pool(host, [spool, at = *offset] { return read_piece(*spool, at); });
  std::string piece = co_await work;
  *offset += piece.size();
  co_return piece;
}

sandport::HttpRequest put_request(sandport::Host host, const Options& options,
                                  const UploadLink& link, const std::shared_ptr<Spool>& spool) {
  sandport::HttpRequest request;
  request.method = "PUT";
  request.url = link.url;
  request.headers = link.headers;  // never the API key: the storage is somebody else's
  auto offset = std::make_shared<std::uint64_t>(0);
  request.upload = sandport::make_reader(
      sandport::Pull{[host, spool, offset] { return next_piece(host, spool, offset); }});
  request.upload_size = spool->size;
  request.total_timeout = options.upload_timeout;
  return request;
}

std::string storage_reason(int status, const std::string& body) {
  if (status == 501) return "the storage refuses it (501): it wants the length in front";
  if (status == 403 || (status == 400 && body.find("xpired") != std::string::npos)) {
    return "the upload link is not valid any more (" + std::to_string(status) + ')';
  }
  return "the storage answered " + std::to_string(status);
}

Task<std::string> read_answer_start(sandport::HttpResponse& response) {
  std::string body;
  try {
    while (body.size() < kErrorBytes) {
      auto piece = co_await response.read();
      if (!piece) break;
      body += *piece;
    }
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error&) {  // the status says enough
  }
  co_return body;
}

// Nothing when it arrived, else why not. A later attempt with a new link may succeed.
Task<std::optional<Error>> try_put(sandport::Host host, const Options& options, UploadLink link,
                                   std::shared_ptr<Spool> spool) {
  std::optional<Error> failure;
  try {
    const auto http = host.http();
    auto response = co_await http.send(put_request(host, options, link, spool));
    const std::string body = co_await read_answer_start(response);
    if (!response.ok()) {
      const bool passes = response.status() != 501;
      failure.emplace(SP_UNAVAILABLE, storage_reason(response.status(), body), "UPLOAD_FAILED",
                      passes ? sandport::Retry::kYes : sandport::Retry::kNo);
    }
  } catch (const sandport::Cancelled&) {
    throw;
  } catch (const Error& error) {
    failure = error;
  }
  co_return failure;
}

Error upload_error(const Upload& upload, const Error& reason) {
  return {reason.code(),
          to_string(upload.step().place) + ": uploading \"" + upload.step().args[0] +
              "\" failed: " + reason.what() + "; build again to go on where it stopped",
          "UPLOAD_FAILED", reason.retryable() ? sandport::Retry::kYes : sandport::Retry::kNo};
}

class Uploader {
 public:
  Uploader(sandport::Host host, const Api& api, const Options& options, std::string template_id,
           BuildLog& log)
      : host_(host),
        api_(api),
        options_(options),
        template_id_(std::move(template_id)),
        log_(log) {}

  std::vector<Upload> uploads;

  // Several of these run at once; each takes the next upload that nobody has.
  Task<void> work() {
    while (true) {
      const std::size_t mine = next_.fetch_add(1);
      if (mine >= uploads.size()) co_return;
      co_await one(uploads[mine]);
    }
  }

 private:
  Task<void> one(Upload upload) {
    const CopySource& copy = *upload.step().copy;
    UploadLink link = co_await upload_link(api_, template_id_, copy.files_hash);
    if ((link.present && !copy.force_upload) || link.url.empty()) {
      co_await say("\"" + upload.step().args[0] + "\" is there already");
      co_return;
    }
    auto pack = sandport::on_pool(
        host_, [context = upload.made->context, files = upload.files](const std::stop_token& stop) {
          return std::make_shared<Spool>(write_archive(context, files->entries, stop));
        });
    const std::shared_ptr<Spool> spool = co_await pack;
    for (int attempt = 0;; ++attempt) {
      const std::optional<Error> failure = co_await try_put(host_, options_, link, spool);
      if (!failure) break;
      if (attempt + 1 >= kAttempts || !failure->retryable()) throw upload_error(upload, *failure);
      co_await sandport::sleep_for(host_, retry_delay(attempt, *failure));
      link = co_await upload_link(api_, template_id_, copy.files_hash);
      if (link.url.empty()) throw upload_error(upload, *failure);
    }
    co_await say("uploaded \"" + upload.step().args[0] + "\" (" + size_text(spool->size) + ')');
  }

  // The sink takes one event at a time.
  Task<void> say(std::string line) {
    lines_.push(std::move(line));
    if (!lines_.begin()) co_return;
    while (auto text = lines_.take()) co_await log_.say(std::move(*text));
  }

  // Lines of several coroutines, told by whichever came first.
  class Lines {
   public:
    void push(std::string line) {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(line));
    }
    bool begin() {
      const std::lock_guard lock{mutex_};
      return !std::exchange(telling_, true);
    }
    std::optional<std::string> take() {
      const std::lock_guard lock{mutex_};
      if (waiting_.empty()) {
        telling_ = false;
        return std::nullopt;
      }
      std::string line = std::move(waiting_.front());
      waiting_.pop_front();
      return line;
    }

   private:
    std::mutex mutex_;
    std::deque<std::string> waiting_;
    bool telling_ = false;
  };

  sandport::Host host_;
  const Api& api_;
  const Options& options_;
  std::string template_id_;
  BuildLog& log_;
  std::atomic<std::size_t> next_{0};
  Lines lines_;
};

}  // namespace

Task<UploadLink> upload_link(const Api& api, std::string template_id, std::string files_hash) {
  ApiCall call{"GET", "/templates/" + encode_part(template_id) + "/files/" + files_hash};
  const nlohmann::json reply = co_await api.fetch(std::move(call));
  UploadLink link;
  if (!reply.is_object()) co_return link;
  link.present = reply.value("present", false);
  if (reply.contains("url") && reply["url"].is_string()) link.url = reply["url"];
  if (reply.contains("headers") && reply["headers"].is_object()) {
    for (const auto& [name, value] : reply["headers"].items()) {
      if (value.is_string()) link.headers.emplace_back(name, value.get<std::string>());
    }
  }
  co_return link;
}

Task<void> upload_files(sandport::Host host, const Api& api, const Options& options,
                        const Template& made, const std::vector<StepFiles>& files,
                        std::string template_id, BuildLog& log) {
  Uploader uploader{host, api, options, std::move(template_id), log};
  std::set<std::string> seen;
  for (const StepFiles& step : files) {
    if (seen.insert(made.steps[step.step].copy->files_hash).second) {
      uploader.uploads.push_back({&made, &step});
    }
  }
  const std::size_t workers = std::min(options.parallel_uploads, uploader.uploads.size());
  std::vector<Task<void>> tasks;
  tasks.reserve(workers);
  for (std::size_t i = 0; i < workers; ++i) tasks.push_back(uploader.work());
  co_await sandport::when_all(std::move(tasks));
}

}  // namespace e2b_template
