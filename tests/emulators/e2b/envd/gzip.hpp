// Gzip of bodies, piece by piece.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace sandport::e2b_emulator {

// Whether a client that sends this Accept-Encoding is to get gzip.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding);

class GzipWriter {
 public:
  GzipWriter();
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  // May return nothing yet.
  [[nodiscard]] std::string write(std::string_view bytes);
  [[nodiscard]] std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class GzipReader {
 public:
  GzipReader();
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  // What these compressed bytes add. Throws Error kInvalidArgument for what is no gzip.
  [[nodiscard]] std::string write(std::string_view bytes);
  // Throws Error kInvalidArgument when the end is missing.
  void finish() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sandport::e2b_emulator
