#include "host/manifest/read_chain.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "host/manifest/interpolate.hpp"
#include "host/manifest/merge.hpp"
#include "host/manifest/text.hpp"

namespace sandport::manifest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxFiles = 32;  // also ends lists that name each other's bases many times

class ChainReader {
 public:
  ChainReader(const EnvironmentLookup& environment, Sources& sources, Budget& budget,
              Diagnostics& diagnostics)
      : environment_(environment), sources_(sources), budget_(budget), diagnostics_(diagnostics) {}

  // `from` is the place of the `extends` entry; nothing for the file named by the user.
  std::optional<Node> read(const fs::path& path, const std::optional<Location>& from) {
    const fs::path identity = fs::weakly_canonical(path, ignored_);
    const auto again = std::ranges::find(open_, identity, &OpenFile::identity);
    if (again != open_.end()) {
      diagnostics_.add(*from, "extends", "these files extend each other: " + cycle(again, path));
      return std::nullopt;
    }
    if (++files_ > kMaxFiles) {
      diagnostics_.add(*from, "extends",
                       fmt::format("more than {} files in one manifest", kMaxFiles));
      return std::nullopt;
    }
    std::string text;
    if (const std::string problem = read_text(path, text); !problem.empty()) {
      const std::uint32_t source = from ? from->source : sources_.add(path.string(), {});
      diagnostics_.add(from.value_or(Location{source, 0, 0}), from ? "extends" : "", problem);
      return std::nullopt;
    }
    const std::uint32_t source =
        sources_.add(path.string(), fs::absolute(path, ignored_).parent_path());
    sources_.set_text(source, std::move(text));
    std::optional<Node> own = parse_yaml(sources_, source, budget_, diagnostics_);
    if (!own) return std::nullopt;
    open_.push_back({identity, path});
    std::optional<Node> result = lay_over_bases(std::move(*own), path.parent_path());
    open_.pop_back();
    return result;
  }

 private:
  struct OpenFile {
    fs::path identity;
    fs::path shown;
  };

  std::optional<Node> lay_over_bases(Node own, const fs::path& directory) {
    const Node* found = own.find("extends");
    if (found == nullptr) return own;
    Node extends = *found;
    own.erase("extends");
    interpolate(extends, "extends", environment_, sources_, budget_, diagnostics_);
    std::vector<Node> paths = std::move(extends.items);
    if (extends.kind != Node::Kind::kList) paths.push_back(std::move(extends));

    std::optional<Node> result;
    bool complete = true;
    for (const Node& path : paths) {
      std::optional<Node> base = read_base(path, directory);
      complete = complete && base;
      if (!base) continue;
      if (result)
        merge(*result, std::move(*base));
      else
        result = std::move(base);
    }
    // With a base missing, complaints about what it would have held only distract.
    if (!complete) return std::nullopt;
    if (!result) return own;
    merge(*result, std::move(own));
    return result;
  }

  std::optional<Node> read_base(const Node& path, const fs::path& directory) {
    if (path.kind == Node::Kind::kInvalid) return std::nullopt;
    if (path.kind != Node::Kind::kString || path.text.empty()) {
      diagnostics_.add(path.location, "extends",
                       "expected the path of a manifest, or a list of them");
      return std::nullopt;
    }
    return read((directory / path.text).lexically_normal(), path.location);
  }

  // Returns what is wrong, or an empty string.
  static std::string read_text(const fs::path& path, std::string& text) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      return fmt::format("{} is a directory; name the manifest file in it", quote(path.string()));
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) return fmt::format("cannot open {}: {}", quote(path.string()), std::strerror(errno));
    text.resize(kMaxFileBytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad()) return fmt::format("cannot read {}", quote(path.string()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > kMaxFileBytes) {
      return fmt::format("{} is larger than {} MiB, too large for a manifest", quote(path.string()),
                         kMaxFileBytes >> 20U);
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    return {};
  }

  std::string cycle(std::vector<OpenFile>::const_iterator first, const fs::path& last) const {
    std::string chain;
    for (; first != open_.end(); ++first) chain += first->shown.string() + " -> ";
    return chain + last.string();
  }

  const EnvironmentLookup& environment_;
  Sources& sources_;
  Budget& budget_;
  Diagnostics& diagnostics_;
  std::vector<OpenFile> open_;
  std::size_t files_ = 0;
  std::error_code ignored_;
};

}  // namespace

std::optional<Node> read_chain(const std::filesystem::path& path,
                               const EnvironmentLookup& environment, Sources& sources,
                               Budget& budget, Diagnostics& diagnostics) {
  return ChainReader(environment, sources, budget, diagnostics).read(path, std::nullopt);
}

}  // namespace sandport::manifest
