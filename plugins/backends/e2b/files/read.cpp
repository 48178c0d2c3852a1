// Downloads: ranges, and going on where a broken one ended.
#include <sandport/utf8.hpp>

#include "files/e2b_files.hpp"
#include "retry.hpp"

namespace sandport_e2b {
namespace {

using sandport::Error;
using sandport::Task;

// One download, over as many requests as it takes.
class Download {
 public:
  Download(const Envd& envd, std::string path, std::uint64_t offset, std::uint64_t limit)
      : envd_(envd), path_(std::move(path)), position_(offset), left_(limit) {}

  Task<void> run(sandport::DataOutput& output) {
    for (int attempt = 0;; ++attempt) {
      std::optional<Error> failure;
      const auto before = position_;
      try {
        co_await once(output);
      } catch (const sandport::Cancelled&) {
        throw;
      } catch (const Error& error) {
        failure.emplace(as_file_error(error, path_));
      }
      if (!failure) co_return;
      if (position_ != before) attempt = 0;
      if (!should_retry(envd_.options(), *failure, Repeat::kSafe, attempt)) throw Error(*failure);
      co_await back_off(envd_.host(), *failure, attempt);
    }
  }

 private:
  Task<void> once(sandport::DataOutput& output) {
    sandport::HttpRequest request = envd_.file_request("GET", path_, "");
    const bool ranged = position_ != 0 || left_ != SP_READ_ALL;
    if (ranged) {
      std::string range = "bytes=" + std::to_string(position_) + '-';
      // The last byte of all that there can be, without going round.
      if (left_ < SP_READ_ALL - position_) range += std::to_string(position_ + left_ - 1);
      request.headers.emplace_back("Range", range);
      if (!tag_.empty()) request.headers.emplace_back("If-Range", tag_);
    }
    auto response =
        co_await envd_.send_file(std::move(request), "reading " + sandport::printable(path_));
    if (response.status() == 416) co_return;
    std::uint64_t skip = 0;
    if (ranged && response.status() != 206) {
      if (!tag_.empty()) {
        throw Error(SP_ABORTED, "E2B: '" + sandport::printable(path_) +
                                    "' changed while it was read; read it again");
      }
      skip = position_;
    }
    if (tag_.empty()) tag_ = response.header("Last-Modified").value_or("");
    while (left_ != 0) {
      const auto piece = co_await response.read();
      if (!piece) co_return;
      std::string_view bytes = *piece;
      const auto dropped = std::min<std::uint64_t>(skip, bytes.size());
      bytes.remove_prefix(static_cast<std::size_t>(dropped));
      skip -= dropped;
      bytes =
          bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
      if (bytes.empty()) continue;
      co_await output.write(bytes);
      position_ += bytes.size();
      if (left_ != SP_READ_ALL) left_ -= bytes.size();
    }
  }

  const Envd& envd_;
  std::string path_;
  std::uint64_t position_;
  std::uint64_t left_;
  std::string tag_;  // by which the server knows that the file is still the same
};

}  // namespace

Task<void> E2bFiles::read(std::string path, std::uint64_t offset, std::uint64_t limit,
                          sandport::DataOutput& output) {
  if (limit == 0) co_return;
  co_await life_.extend();
  Download download(envd_, std::move(path), offset, limit);
  co_await download.run(output);
}

}  // namespace sandport_e2b
