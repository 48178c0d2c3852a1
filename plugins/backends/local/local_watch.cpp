#include "local_watch.hpp"

#include <unistd.h>

#include <exception>

#include "sdk_error.hpp"

namespace sandport_local {
namespace {

sandport::WatchType to_sdk(ChangeType type) {
  switch (type) {
    case ChangeType::kCreate:
      return sandport::WatchType::kCreate;
    case ChangeType::kWrite:
      return sandport::WatchType::kWrite;
    case ChangeType::kRemove:
      return sandport::WatchType::kRemove;
    case ChangeType::kRename:
      return sandport::WatchType::kRename;
    case ChangeType::kChmod:
      return sandport::WatchType::kChmod;
    case ChangeType::kOverflow:
      break;
  }
  return sandport::WatchType::kOverflow;
}

}  // namespace

sandport::Task<void> LocalWatch::watch(std::string path, sandport::WatchDepth depth,
                                       sandport::WatchOutput& output) {
  const auto scope =
      depth == sandport::WatchDepth::kRecursive ? WatchScope::kRecursive : WatchScope::kDirect;
  // A job borrows what it uses (see local_files.cpp). The walk over a large tree, and over a new
  // part of it, belongs on the pool.
  const auto tree = co_await sandport::on_pool(host_, [this, &path, scope] {
    return translated([&] { return std::make_shared<WatchTree>(roots_, path, scope); });
  });
  UniqueFd copy(::dup(tree->fd()));
  if (!copy) throw sandport::errno_error(errno, "inotify");
  co_await thread_.enter();
  const auto ready = Descriptor::make(thread_, std::move(copy));
  std::exception_ptr failure;
  try {
    sandport::WatchEvent event{sandport::WatchType::kReady, path};
    co_await output.write(std::move(event));
    co_await follow(*tree, ready, output);
  } catch (...) {
    failure = std::current_exception();
  }
  co_await thread_.enter();
  ready->close();
  if (failure) std::rethrow_exception(failure);
  throw sandport::Error(SP_NOT_FOUND, printable(path) + " has gone away", "ENOENT");
}

// Until the watched path is gone.
sandport::Task<void> LocalWatch::follow(WatchTree& tree, std::shared_ptr<Descriptor> ready,
                                        sandport::WatchOutput& output) {
  while (!tree.gone()) {
    co_await thread_.enter();
    if (ready->available() == 0) {
      co_await ready->until(Descriptor::Event::kReadable);
      continue;
    }
    const auto changes = co_await sandport::on_pool(
        host_, [&] { return translated([&] { return tree.changes(); }); });
    for (const Change& change : changes) {
      sandport::WatchEvent event{to_sdk(change.type), change.path};
      co_await output.write(std::move(event));
    }
  }
}

}  // namespace sandport_local
