#include "local_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>

#include "files/file_system.hpp"
#include "files/lister.hpp"
#include "files/replacement.hpp"
#include "sdk_error.hpp"

namespace sandport_local {
namespace {

// A coroutine here awaits every job that it gives to the pool, so the job may borrow from it. It
// has to: g++ 12 destroys a closure twice that is made within a co_await and owns something.

// A file is copied in pieces of this size, however large it is.
constexpr std::size_t kWritePiece = 1024 * 1024;
constexpr std::size_t kEntriesAtOnce = 256;

sandport::Entry to_sdk(Entry entry) {
  sandport::Entry result;
  switch (entry.type) {
    case EntryType::kRegular:
      result.type = sandport::FileType::kRegular;
      break;
    case EntryType::kDirectory:
      result.type = sandport::FileType::kDirectory;
      break;
    case EntryType::kSymlink:
      result.type = sandport::FileType::kSymlink;
      break;
    case EntryType::kOther:
      result.type = sandport::FileType::kOther;
      break;
  }
  result.mode = entry.mode;
  result.links = entry.links;
  result.size = entry.size;
  result.modified_ns = entry.modified_ns;
  result.inode = entry.inode;
  result.uid = entry.uid;
  result.gid = entry.gid;
  result.name = std::move(entry.name);
  result.path = std::move(entry.path);
  result.symlink_target = std::move(entry.symlink_target);
  return result;
}

// The parent of path, made when it is missing.
void make_parents(const Roots& roots, const std::string& path) {
  std::string parent = path;
  while (parent.size() > 1 && parent.ends_with('/')) parent.pop_back();
  const std::size_t slash = parent.rfind('/');
  if (slash == std::string::npos || slash == 0) return;
  parent.resize(slash);
  // Cheap when it is there already, and silent about a root's own parent.
  if (roots.find(parent) == nullptr && roots.find(path) != nullptr) return;
  make_directories(roots, parent, 0);
}

// Reads a file piece by piece; each call on the pool.
class FileReader {
 public:
  FileReader(const Roots& roots, std::string path, std::uint64_t offset, std::uint64_t limit)
      : roots_(roots), path_(std::move(path)), offset_(offset), left_(limit) {}

  // Empty at the end. `ended` afterwards says that there is no need to ask again.
  std::string next() {
    if (!fd_) open();
    const std::uint64_t room = static_cast<std::uint64_t>(INT64_MAX) - offset_;
    std::string piece(
        std::min({std::uint64_t{sandport::DataOutput::kMostPerEvent}, left_, room, known_left()}),
        '\0');
    ssize_t size = 0;
    do {
      size = ::pread(fd_.get(), piece.data(), piece.size(), static_cast<off_t>(offset_));
    } while (size < 0 && errno == EINTR);
    if (size < 0) throw_errno(printable(path_));
    piece.resize(static_cast<std::size_t>(size));
    offset_ += piece.size();
    left_ -= piece.size();
    ended = piece.empty() || left_ == 0 || (size_ > 0 && offset_ >= size_);
    return piece;
  }

  bool ended = false;

 private:
  void open() {
    fd_ = open_for_read(roots_, path_);
    struct stat status {};
    if (::fstat(fd_.get(), &status) == 0) size_ = static_cast<std::uint64_t>(status.st_size);
    offset_ = std::min<std::uint64_t>(offset_, INT64_MAX);
  }
  // Small files need no large buffer. Files of /proc say 0 and have content all the same.
  [[nodiscard]] std::uint64_t known_left() const {
    if (size_ == 0) return UINT64_MAX;
    return offset_ < size_ ? size_ - offset_ : 1;
  }

  const Roots& roots_;
  std::string path_;
  std::uint64_t offset_;
  std::uint64_t left_;
  std::uint64_t size_ = 0;
  UniqueFd fd_;
};

// Up to kWritePiece bytes; less only at the end.
sandport::Task<std::string> next_piece(sandport::Reader& content) {
  std::string piece(64 * 1024, '\0');
  std::size_t filled = 0;
  for (;;) {
    const std::size_t count = co_await content.read(piece.data() + filled, piece.size() - filled);
    filled += count;
    if (count == 0 || filled == kWritePiece) break;
    if (filled == piece.size()) piece.resize(std::min(kWritePiece, piece.size() * 4));
  }
  piece.resize(filled);
  co_return piece;
}

}  // namespace

sandport::Task<sandport::Entry> LocalFiles::stat(std::string path, sandport::Symlinks symlinks) {
  const auto last = symlinks == sandport::Symlinks::kFollow ? LastLink::kFollow : LastLink::kKeep;
  return sandport::on_pool(host_, [this, path = std::move(path), last] {
    return translated([&] { return to_sdk(stat_path(roots_, path, last)); });
  });
}

sandport::Task<void> LocalFiles::read(std::string path, std::uint64_t offset, std::uint64_t limit,
                                      sandport::DataOutput& output) {
  const auto reader = std::make_shared<FileReader>(roots_, std::move(path), offset, limit);
  while (!reader->ended) {
    const std::string piece = co_await sandport::on_pool(
        host_, [&reader] { return translated([&] { return reader->next(); }); });
    if (!piece.empty()) co_await output.write(piece);
  }
}

sandport::Task<sandport::Entry> LocalFiles::write(std::string path, sandport::WriteOptions options,
                                                  sandport::Reader content, std::uint64_t) {
  if (options.parents) {
    co_await sandport::on_pool(host_,
                               [this, &path] { translated([&] { make_parents(roots_, path); }); });
  }
  if (options.append) co_return co_await append(std::move(path), options, content);
  co_return co_await replace(std::move(path), options, content);
}

// Each piece is one write(2) with O_APPEND, so that what several append at once does not mingle.
sandport::Task<sandport::Entry> LocalFiles::append(std::string path, sandport::WriteOptions options,
                                                   sandport::Reader& content) {
  const auto existing = options.exclusive ? Existing::kRefuse : Existing::kAccept;
  const auto file = std::make_shared<UniqueFd>();
  for (;;) {
    const std::string piece = co_await next_piece(content);
    const bool last = piece.size() < kWritePiece;
    co_await sandport::on_pool(host_, [&, existing] {
      translated([&] {
        if (!*file) *file = open_for_append(roots_, path, existing, options.mode);
        write_fully(file->get(), piece, path);
      });
    });
    if (last) break;
  }
  co_return co_await stat(std::move(path), sandport::Symlinks::kFollow);
}

sandport::Task<sandport::Entry> LocalFiles::replace(std::string path,
                                                    sandport::WriteOptions options,
                                                    sandport::Reader& content) {
  const auto existing = options.exclusive ? Existing::kRefuse : Existing::kAccept;
  const auto file = std::make_shared<std::optional<Replacement>>();
  for (;;) {
    const std::string piece = co_await next_piece(content);
    const bool last = piece.size() < kWritePiece;
    auto entry = co_await sandport::on_pool(host_, [&, existing, last] {
      return translated([&]() -> std::optional<sandport::Entry> {
        if (!*file) file->emplace(roots_, path, existing, options.mode);
        (*file)->write(piece);
        if (!last) return std::nullopt;
        return to_sdk((*file)->commit());
      });
    });
    if (entry) co_return std::move(*entry);
  }
}

sandport::Task<void> LocalFiles::list(std::string path, std::uint32_t depth,
                                      sandport::EntryOutput& output) {
  const auto lister = std::make_shared<std::optional<Lister>>();
  for (;;) {
    auto entries = co_await sandport::on_pool(host_, [&, depth] {
      return translated([&] {
        if (!*lister) lister->emplace(roots_, path, depth);
        return (*lister)->next(kEntriesAtOnce);
      });
    });
    if (entries.empty()) co_return;
    for (Entry& entry : entries) co_await output.write(to_sdk(std::move(entry)));
  }
}

sandport::Task<void> LocalFiles::mkdir(std::string path, sandport::MkdirOptions options) {
  return sandport::on_pool(host_, [this, path = std::move(path), options] {
    translated([&] {
      if (options.parents) {
        make_directories(roots_, path, options.mode);
      } else {
        make_directory(roots_, path, options.mode);
      }
    });
  });
}

sandport::Task<void> LocalFiles::remove(std::string path, sandport::RemoveMode mode) {
  return sandport::on_pool(host_, [this, path = std::move(path), mode] {
    translated([&] {
      if (mode == sandport::RemoveMode::kRecursive) {
        remove_tree(roots_, path);
      } else {
        remove_one(roots_, path);
      }
    });
  });
}

sandport::Task<void> LocalFiles::rename(std::string from, std::string to) {
  return sandport::on_pool(host_, [this, from = std::move(from), to = std::move(to)] {
    translated([&] { rename_path(roots_, from, to); });
  });
}

sandport::Task<void> LocalFiles::set_mode(std::string path, std::uint32_t mode) {
  return sandport::on_pool(host_, [this, path = std::move(path), mode] {
    translated([&] { change_mode(roots_, path, mode); });
  });
}

}  // namespace sandport_local
