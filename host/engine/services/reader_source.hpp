// A plugin's sp_reader as the body of a request.
#pragma once

#include <sandport/abi.h>

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "host/engine/strand_event.hpp"

namespace sandport::services {

// read() runs on the strand. Owns the reader from own() on, and releases it when it is destroyed.
class ReaderSource : public std::enable_shared_from_this<ReaderSource> {
 public:
  ReaderSource(sp_reader* reader, const Strand& strand);
  ~ReaderSource();
  ReaderSource(const ReaderSource&) = delete;
  ReaderSource& operator=(const ReaderSource&) = delete;

  void own() { owned_ = true; }
  void disown() { owned_ = false; }

  // The next bytes, empty at the end. Throws Error kDataLoss when the reader failed.
  static boost::asio::awaitable<std::string> read(std::shared_ptr<ReaderSource> source);

 private:
  static void on_ready(void* context);

  sp_reader* reader_;
  bool owned_ = false;
  Strand strand_;
  bool ready_ = false;
  StrandEvent became_ready_;
};

}  // namespace sandport::services
