#include "core/session/store_state.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <utility>

#include "core/error.hpp"
#include "core/session/home.hpp"
#include "core/session/private_file.hpp"
#include "core/session/redact.hpp"
#include "core/session/schema.hpp"
#include "core/session/write_connection.hpp"

namespace sandport {
namespace {

constexpr std::size_t kIdleReaders = 4;

// SQLite gives its -wal and -shm files the mode of the database, so making that private is enough.
void make_private(const std::filesystem::path& file) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) {
    // Never opened when it exists: closing any descriptor of the file would drop the locks that
    // another connection of this process has on it.
    (void)open_private_file(file);
  } else if (!S_ISREG(status.st_mode)) {
    throw Error(Code::kFailedPrecondition,
                fmt::format("the session store {} is not a regular file; move it away, or set "
                            "SANDPORT_HOME to another directory",
                            file.string()));
  } else if ((status.st_mode & 07777) != 0600) {
    ::chmod(file.c_str(), 0600);
  }
}

}  // namespace

std::int64_t now_ms() {
  using std::chrono::system_clock;
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             system_clock::now().time_since_epoch())
      .count();
}

SessionStore::State::State(StoreOptions given) : options(std::move(given)) {
  make_private_directory(options.directory);
  file = options.directory / "sessions.db";
  leases = std::make_shared<LeaseTable>(options.directory / "sessions.lock");
  leases->exclusively([this] {
    make_private(file);
    {
      Database database(file, Database::Access::kWrite, options.busy_timeout);
      if (!schema_is_current(database)) {
        migrate_schema(database);
      }
    }
    writer = std::make_unique<Writer>(std::make_unique<WriteConnection>(file, options.busy_timeout),
                                      options.write_probe);
  });
}

SessionStore::State::Reader::Reader(State& state) : state_(state) {
  {
    const std::lock_guard guard(state.readers_mutex);
    if (!state.idle_readers.empty()) {
      database_ = std::move(state.idle_readers.back());
      state.idle_readers.pop_back();
      return;
    }
  }
  database_ =
      std::make_unique<Database>(state.file, Database::Access::kRead, state.options.busy_timeout);
}

SessionStore::State::Reader::~Reader() {
  const std::lock_guard guard(state_.readers_mutex);
  if (state_.idle_readers.size() < kIdleReaders) {
    state_.idle_readers.push_back(std::move(database_));
  }
}

std::string SessionStore::State::redact(std::string text) const {
  return options.redactor && !text.empty() ? options.redactor(std::move(text)) : std::move(text);
}

void SessionStore::State::prepare(std::vector<Event>& events) const {
  for (Event& event : events) {
    event.payload_json = redact_json(options.redactor, std::move(event.payload_json));
    event.attachment = redact(std::move(event.attachment));
    if (event.time_ms == 0) {
      event.time_ms = now_ms();
    }
  }
}

std::int64_t SessionStore::State::key_of(std::string_view id) {
  const Reader reader(*this);
  Statement select = reader->prepare("SELECT key FROM sessions WHERE id = ?");
  if (!select.bind(1, id).step()) {
    throw Error(Code::kNotFound,
                fmt::format("there is no session {}; `sandport session list` shows them", id));
  }
  return select.integer(0);
}

}  // namespace sandport
