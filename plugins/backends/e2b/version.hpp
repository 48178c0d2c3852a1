// What a sandbox's envd can do, by its version.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace sandport_e2b {

// Compared number by number. What is no number counts as 0; a suffix such as -rc1 is ignored.
class Version {
 public:
  constexpr Version() = default;
  constexpr Version(int major, int minor, int patch) : parts_{major, minor, patch} {}
  [[nodiscard]] static Version parse(std::string_view text);

  [[nodiscard]] auto operator<=>(const Version&) const = default;
  [[nodiscard]] std::string text() const;

 private:
  std::array<int, 3> parts_{};
};

// The first version that has it.
namespace since {
inline constexpr Version kUsable{0, 1, 0};
inline constexpr Version kRecursiveWatch{0, 1, 4};
inline constexpr Version kMetrics{0, 1, 5};
inline constexpr Version kSecure{0, 2, 0};
inline constexpr Version kDiskMetrics{0, 2, 4};
inline constexpr Version kStdinSwitch{0, 3, 0};
inline constexpr Version kDefaultUser{0, 4, 0};
inline constexpr Version kCloseStdin{0, 5, 2};
inline constexpr Version kRawUpload{0, 5, 7};
inline constexpr Version kFileMetadata{0, 6, 2};
inline constexpr Version kWatchEntries{0, 6, 3};
inline constexpr Version kWatchNetworkMounts{0, 6, 4};
}  // namespace since

// In debug mode nobody says which version it is.
inline constexpr Version kDebugVersion{99, 99, 99};

// Throws sandport::Error SP_UNIMPLEMENTED: what is too old, and for what.
void require(Version actual, Version needed, std::string_view what);

}  // namespace sandport_e2b
