#include "files/upload_body.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <array>
#include <sandport/error.hpp>
#include <sandport/when_all.hpp>

namespace sandport_e2b {
namespace {

using testing::HasSubstr;

Content content_of(std::string bytes, std::uint64_t size) {
  return sandport::sync_wait(
      take_content(sandport::Reader(sandport::make_reader(std::move(bytes))), size));
}

std::string header(const sandport::HttpRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return "";
}

std::string sent(sandport::HttpRequest& request) {
  if (!request.upload) return request.body;
  sandport::Reader reader(std::move(request.upload));
  return sandport::sync_wait(reader.read_all(std::size_t{1} << 30));
}

std::string unpack(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 65536> buffer{};
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  EXPECT_EQ(code, Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

TEST(E2bUpload, SmallContentIsKeptForASecondTry) {
  Content content = content_of("hello", 5);
  EXPECT_TRUE(content.whole);
  for (int i = 0; i < 2; ++i) {
    sandport::HttpRequest request;
    set_upload(&request, &content, UploadForm::kRaw, Compression::kNone);
    EXPECT_EQ(sent(request), "hello");
    EXPECT_EQ(header(request, "Content-Type"), "application/octet-stream");
  }
}

TEST(E2bUpload, ContentOfAnotherSizeThanSaidIsRefused) {
  EXPECT_THROW(content_of("hello", 4), sandport::Error);
  EXPECT_THROW(content_of("hello", 6), sandport::Error);
}

TEST(E2bUpload, LargeContentIsAStreamOfItsSize) {
  const std::string large(kKeptContent + 1, 'x');
  Content content = content_of(large, large.size());
  EXPECT_FALSE(content.whole);
  sandport::HttpRequest request;
  set_upload(&request, &content, UploadForm::kRaw, Compression::kNone);
  EXPECT_EQ(request.upload_size, large.size());
  EXPECT_TRUE(sent(request) == large);
}

TEST(E2bUpload, AFormHasTheContentBetweenItsBoundaries) {
  for (const std::uint64_t size : {std::uint64_t{4}, UINT64_MAX}) {
    Content content = content_of("a\r\nb", size);
    sandport::HttpRequest request;
    set_upload(&request, &content, UploadForm::kMultipart, Compression::kNone);
    const std::string type = header(request, "Content-Type");
    ASSERT_THAT(type, HasSubstr("multipart/form-data; boundary="));
    const std::string boundary = type.substr(type.find('=') + 1);
    const std::string body = sent(request);
    EXPECT_THAT(body, HasSubstr("--" + boundary + "\r\n"));
    EXPECT_THAT(body, HasSubstr("name=\"file\""));
    EXPECT_THAT(body, HasSubstr("\r\n\r\na\r\nb\r\n--" + boundary + "--\r\n"));
  }
}

TEST(E2bUpload, AFormOfKnownSizeSaysSo) {
  const std::string large(kKeptContent + 1, 'x');
  Content content = content_of(large, large.size());
  sandport::HttpRequest request;
  set_upload(&request, &content, UploadForm::kMultipart, Compression::kNone);
  const auto size = request.upload_size;
  EXPECT_EQ(sent(request).size(), size);
}

TEST(E2bUpload, CompressedContentUnpacksToItself) {
  std::string large;
  for (int i = 0; i < 200000; ++i) large += std::to_string(i);
  for (const std::uint64_t size : {std::uint64_t{large.size()}, UINT64_MAX}) {
    Content content = content_of(large, size);
    sandport::HttpRequest request;
    set_upload(&request, &content, UploadForm::kRaw, Compression::kGzip);
    EXPECT_EQ(header(request, "Content-Encoding"), "gzip");
    EXPECT_EQ(request.upload_size, UINT64_MAX);
    const std::string packed = sent(request);
    EXPECT_LT(packed.size(), large.size());
    EXPECT_TRUE(unpack(packed) == large);
  }
}

}  // namespace
}  // namespace sandport_e2b
