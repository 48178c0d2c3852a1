// The file system table of a lent sandbox.
#include <algorithm>
#include <utility>

#include "host/plugin/adapt/lent_sandbox.hpp"
#include "host/plugin/adapt/reader_import.hpp"
#include "host/plugin/adapt/text.hpp"

namespace sandport::adapt {
namespace {

constexpr std::size_t kLargestEvent = std::size_t{256} << 10;

sp_code stat(sp_sandbox* self, sp_str path, uint32_t flags, sp_sink* sink, sp_op** out_op,
             sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    const auto symlinks =
        (flags & SP_STAT_NO_FOLLOW) != 0 ? Symlinks::kNoFollow : Symlinks::kFollow;
    return lent->calls().submit(
        sink, out_op, error,
        [lent, where = lent->path(path), symlinks](LentOperation&) -> Task<ResultValue> {
          co_return co_await lent->sandbox().files().stat(where, symlinks);
        });
  });
}

sp_code read(sp_sandbox* self, sp_str path, uint64_t offset, uint64_t limit, sp_sink* sink,
             sp_op** out_op, sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(sink, out_op, error,
                                [lent, where = lent->path(path), offset,
                                 limit](LentOperation& operation) -> Task<ResultValue> {
                                  const auto stream =
                                      co_await lent->sandbox().files().read(where, offset, limit);
                                  for (;;) {
                                    const auto chunk = co_await stream->next();
                                    if (chunk.empty()) co_return std::string{};
                                    for (std::string_view rest = chunk; !rest.empty();) {
                                      const auto piece = rest.substr(0, kLargestEvent);
                                      rest.remove_prefix(piece.size());
                                      co_await operation.emit(SP_CHANNEL_DATA, to_bytes(piece));
                                    }
                                  }
                                });
  });
}

sp_code write(sp_sandbox* self, sp_str path, uint32_t flags, uint32_t mode, sp_reader* content,
              uint64_t size, sp_sink* sink, sp_op** out_op, sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    auto where = lent->path(path);
    if (!SP_HAS(sp_reader, content, read)) {
      throw Error(Code::kInvalidArgument, "write without content");
    }
    auto write_mode = WriteMode::kReplace;
    if ((flags & SP_WRITE_APPEND) != 0) write_mode = WriteMode::kAppend;
    if ((flags & SP_WRITE_EXCLUSIVE) != 0) write_mode = WriteMode::kExclusive;
    const auto parents = (flags & SP_WRITE_PARENTS) != 0 ? Parents::kCreate : Parents::kRequire;
    auto stream = std::make_shared<ReaderImport>(content);
    const auto code = lent->calls().submit(
        sink, out_op, error,
        [lent, where = std::move(where), stream, size, write_mode, parents,
         mode](LentOperation&) -> Task<ResultValue> {
          co_return co_await lent->sandbox().files().write(
              where, std::make_unique<SharedStream>(stream), size, write_mode, parents, mode);
        });
    if (code != SP_OK) stream->disown();
    return code;
  });
}

sp_code list(sp_sandbox* self, sp_str path, uint32_t depth, sp_sink* sink, sp_op** out_op,
             sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(
        sink, out_op, error,
        [lent, where = lent->path(path), depth](LentOperation& operation) -> Task<ResultValue> {
          const auto entries = co_await lent->sandbox().files().list(where, depth);
          for (const auto& entry : entries) {
            const auto abi = to_abi(entry);
            co_await operation.emit(SP_CHANNEL_ENTRY, to_bytes(abi));
          }
          co_return std::string{};
        });
  });
}

sp_code mkdir(sp_sandbox* self, sp_str path, uint32_t flags, uint32_t mode, sp_sink* sink,
              sp_op** out_op, sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    const auto parents = (flags & SP_MKDIR_PARENTS) != 0 ? Parents::kCreate : Parents::kRequire;
    return lent->calls().submit(
        sink, out_op, error,
        [lent, where = lent->path(path), parents, mode](LentOperation&) -> Task<ResultValue> {
          co_await lent->sandbox().files().mkdir(where, parents, mode);
          co_return std::string{};
        });
  });
}

sp_code remove(sp_sandbox* self, sp_str path, uint32_t flags, sp_sink* sink, sp_op** out_op,
               sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    const auto removal =
        (flags & SP_REMOVE_RECURSIVE) != 0 ? Removal::kRecursive : Removal::kSingle;
    return lent->calls().submit(
        sink, out_op, error,
        [lent, where = lent->path(path), removal](LentOperation&) -> Task<ResultValue> {
          co_await lent->sandbox().files().remove(where, removal);
          co_return std::string{};
        });
  });
}

sp_code rename(sp_sandbox* self, sp_str from, sp_str to, sp_sink* sink, sp_op** out_op,
               sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(sink, out_op, error,
                                [lent, source = lent->path(from),
                                 target = lent->path(to)](LentOperation&) -> Task<ResultValue> {
                                  co_await lent->sandbox().files().rename(source, target);
                                  co_return std::string{};
                                });
  });
}

sp_code set_mode(sp_sandbox* self, sp_str path, uint32_t mode, sp_sink* sink, sp_op** out_op,
                 sp_error* error) noexcept {
  return guarded(error, [&] {
    auto lent = LentSandbox::of(self).shared_from_this();
    return lent->calls().submit(
        sink, out_op, error,
        [lent, where = lent->path(path), mode](LentOperation&) -> Task<ResultValue> {
          co_await lent->sandbox().files().set_mode(where, mode);
          co_return std::string{};
        });
  });
}

constexpr sp_fs kFiles{sizeof(sp_fs), &stat,   &read,   &write,   &list,
                       &mkdir,        &remove, &rename, &set_mode};

}  // namespace

const sp_fs* lent_files() { return &kFiles; }

}  // namespace sandport::adapt
