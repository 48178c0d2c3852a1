#include "archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sandport/errno_error.hpp>

#include "content_reader.hpp"

namespace e2b_template {
namespace {

// 1980-01-02: formats that unpacked files end up in, such as zip, know no earlier time.
constexpr time_t kTime = 315'619'200;

using ArchiveHandle = std::unique_ptr<archive, int (*)(archive*)>;
using EntryHandle = std::unique_ptr<archive_entry, void (*)(archive_entry*)>;

UniqueFile open_spool() {
  const std::string folder = std::filesystem::temp_directory_path().string();
  UniqueFile file{open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
  if (file) return file;
  std::string path = folder + "/sandport-template-XXXXXX";
  UniqueFile named{mkostemp(path.data(), O_CLOEXEC)};
  if (!named) throw sandport::errno_error(errno, "cannot write a temporary file in " + folder);
  unlink(path.c_str());
  return named;
}

class Writer {
 public:
  explicit Writer(int descriptor) {
    check(archive_write_add_filter_gzip(archive_.get()));
    check(archive_write_set_options(archive_.get(), "gzip:!timestamp"));
    check(archive_write_set_format_pax_restricted(archive_.get()));
    check(archive_write_set_bytes_in_last_block(archive_.get(), 1));
    check(archive_write_open_fd(archive_.get(), descriptor));
  }

  void add(const Entry& entry, ContentReader& reader) {
    const EntryHandle header{archive_entry_new(), archive_entry_free};
    const std::string name = entry.path.empty()  ? "./"
                             : entry.is_folder() ? entry.path + '/'
                                                 : entry.path;
    archive_entry_set_pathname(header.get(), name.c_str());
    archive_entry_set_mode(header.get(), entry.mode);
    archive_entry_set_mtime(header.get(), kTime, 0);
    archive_entry_set_uid(header.get(), 0);
    archive_entry_set_gid(header.get(), 0);
    if (entry.is_link()) {
      archive_entry_set_symlink(header.get(), entry.link.c_str());
    } else {
      archive_entry_set_size(header.get(),
                             entry.is_file() ? static_cast<la_int64_t>(entry.size) : 0);
    }
    check(archive_write_header(archive_.get(), header.get()));
    if (!entry.is_file()) return;
    reader.read(entry, [this](std::string_view bytes) {
      const auto written = archive_write_data(archive_.get(), bytes.data(), bytes.size());
      if (written != static_cast<la_ssize_t>(bytes.size())) fail();
    });
  }

  void finish() { check(archive_write_close(archive_.get())); }

 private:
  void check(int code) const {
    if (code != ARCHIVE_OK && code != ARCHIVE_WARN) fail();
  }
  [[noreturn]] void fail() const {
    const char* said = archive_error_string(archive_.get());
    const int number = archive_errno(archive_.get());
    const std::string what = "cannot archive the context";
    if (number > 0) throw sandport::errno_error(number, what);
    throw sandport::Error(SP_INTERNAL, what + ": " + (said != nullptr ? said : "no reason given"));
  }

  ArchiveHandle archive_{archive_write_new(), archive_write_free};
};

}  // namespace

Spool write_archive(const std::string& context, const Entries& entries,
                    const std::stop_token& stop) {
  Spool spool;
  spool.file = open_spool();
  Writer writer{spool.file.get()};
  ContentReader reader{context, stop};
  for (const Entry& entry : entries) {
    if (stop.stop_requested()) throw sandport::Cancelled();
    writer.add(entry, reader);
  }
  writer.finish();
  struct stat found {};
  if (fstat(spool.file.get(), &found) != 0) {
    throw sandport::errno_error(errno, "cannot measure the archive");
  }
  spool.size = static_cast<std::uint64_t>(found.st_size);
  return spool;
}

}  // namespace e2b_template
