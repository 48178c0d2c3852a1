// A plugin's file system as core sees it.
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "host/plugin/adapt/reader_export.hpp"
#include "host/plugin/adapt/sandbox.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

class FileStream final : public ByteStream {
 public:
  explicit FileStream(OperationHandle operation) : operation_(std::move(operation)) {}

  Task<std::string> next() override {
    for (;;) {
      auto event = co_await operation_->next(OnCancel::kLeave);
      if (!event) co_return std::string{};
      if (event->channel == SP_CHANNEL_DATA && !event->bytes().empty()) {
        co_return std::move(event->bytes());
      }
    }
  }

 private:
  OperationHandle operation_;
};

std::uint32_t write_flags(WriteMode mode, Parents parents) {
  std::uint32_t flags = 0;
  if (mode == WriteMode::kAppend) flags |= SP_WRITE_APPEND;
  if (mode == WriteMode::kExclusive) flags |= SP_WRITE_EXCLUSIVE;
  if (parents == Parents::kCreate) flags |= SP_WRITE_PARENTS;
  return flags;
}

class AbiFiles final : public FileSystem {
 public:
  explicit AbiFiles(std::shared_ptr<SandboxObject> object)
      : object_(std::move(object)), table_(object_->extension<sp_fs>(SP_FS)) {}

  Task<FileEntry> stat(std::string path, Symlinks symlinks) override {
    require(SP_HAS(sp_fs, table_, stat), "stat");
    const std::uint32_t flags =
        symlinks == Symlinks::kNoFollow ? std::uint32_t{SP_STAT_NO_FOLLOW} : 0;
    auto result =
        co_await run(object_, entry_options("stat"),
                     [this, &path, flags](sp_sink* sink, sp_op** op, sp_error* error) {
                       return table_->stat(sandbox(), to_abi(path), flags, sink, op, error);
                     });
    co_return std::get<FileEntry>(std::move(result));
  }

  Task<std::unique_ptr<ByteStream>> read(std::string path, std::uint64_t offset,
                                         std::uint64_t limit) override {
    require(SP_HAS(sp_fs, table_, read), "read");
    OperationOptions options;
    options.name = "read";
    auto operation = co_await start(
        object_, std::move(options),
        [this, &path, offset, limit](sp_sink* sink, sp_op** op, sp_error* error) {
          return table_->read(sandbox(), to_abi(path), offset, limit, sink, op, error);
        });
    // A file that cannot be read fails here, not at the first chunk.
    co_await operation->ready(OnCancel::kCancel);
    operation->throw_if_failed();
    co_return std::make_unique<FileStream>(std::move(operation));
  }

  Task<FileEntry> write(std::string path, std::unique_ptr<ByteStream> content, std::uint64_t size,
                        WriteMode mode, Parents parents, std::uint32_t permissions) override {
    require(SP_HAS(sp_fs, table_, write), "write");
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto reader = co_await ReaderExport::open(std::move(content), executor);
    std::exception_ptr failure;
    try {
      auto result = co_await run(
          object_, entry_options("write"), [&](sp_sink* sink, sp_op** op, sp_error* error) {
            const auto code = table_->write(sandbox(), to_abi(path), write_flags(mode, parents),
                                            permissions, reader->lend(), size, sink, op, error);
            if (code != SP_OK) reader->take_back();
            return code;
          });
      co_return std::get<FileEntry>(std::move(result));
    } catch (...) {
      failure = std::current_exception();
    }
    // The plugin only saw that the source broke; the source knows why.
    if (const auto source = reader->failure()) std::rethrow_exception(source);
    std::rethrow_exception(failure);
  }

  Task<std::vector<FileEntry>> list(std::string path, std::uint32_t depth) override {
    require(SP_HAS(sp_fs, table_, list), "list");
    OperationOptions options;
    options.name = "list";
    const auto operation =
        co_await start(object_, std::move(options),
                       [this, &path, depth](sp_sink* sink, sp_op** op, sp_error* error) {
                         return table_->list(sandbox(), to_abi(path), depth, sink, op, error);
                       });
    std::vector<FileEntry> entries;
    while (auto event = co_await operation->next(OnCancel::kCancel)) {
      if (auto* entry = std::get_if<FileEntry>(&event->value)) entries.push_back(std::move(*entry));
    }
    co_return entries;
  }

  Task<void> mkdir(std::string path, Parents parents, std::uint32_t permissions) override {
    require(SP_HAS(sp_fs, table_, mkdir), "mkdir");
    const std::uint32_t flags = parents == Parents::kCreate ? std::uint32_t{SP_MKDIR_PARENTS} : 0;
    co_await run_for_text(
        object_, "mkdir",
        [this, &path, flags, permissions](sp_sink* sink, sp_op** op, sp_error* error) {
          return table_->mkdir(sandbox(), to_abi(path), flags, permissions, sink, op, error);
        });
  }

  Task<void> remove(std::string path, Removal removal) override {
    require(SP_HAS(sp_fs, table_, remove), "remove");
    const std::uint32_t flags =
        removal == Removal::kRecursive ? std::uint32_t{SP_REMOVE_RECURSIVE} : 0;
    co_await run_for_text(object_, "remove",
                          [this, &path, flags](sp_sink* sink, sp_op** op, sp_error* error) {
                            return table_->remove(sandbox(), to_abi(path), flags, sink, op, error);
                          });
  }

  Task<void> rename(std::string from, std::string to) override {
    require(SP_HAS(sp_fs, table_, rename), "rename");
    co_await run_for_text(
        object_, "rename", [this, &from, &to](sp_sink* sink, sp_op** op, sp_error* error) {
          return table_->rename(sandbox(), to_abi(from), to_abi(to), sink, op, error);
        });
  }

  Task<void> set_mode(std::string path, std::uint32_t permissions) override {
    require(SP_HAS(sp_fs, table_, set_mode), "set_mode");
    co_await run_for_text(object_, "set_mode",
                          [this, &path, permissions](sp_sink* sink, sp_op** op, sp_error* error) {
                            return table_->set_mode(sandbox(), to_abi(path), permissions, sink, op,
                                                    error);
                          });
  }

 private:
  sp_sandbox* sandbox() const { return object_->abi(); }

  void require(bool present, const char* function) const {
    if (!present) throw_lacking(*object_, function);
  }

  static OperationOptions entry_options(std::string name) {
    OperationOptions options;
    options.name = std::move(name);
    options.result = ResultType::kEntry;
    return options;
  }

  std::shared_ptr<SandboxObject> object_;
  const sp_fs* table_;
};

}  // namespace

std::unique_ptr<FileSystem> adapt_files(std::shared_ptr<SandboxObject> object) {
  return std::make_unique<AbiFiles>(std::move(object));
}

}  // namespace sandport::adapt
