#include "gannet/formats/file_type.h"

#include <algorithm>
#include <cctype>

namespace gannet {
namespace {

using enum MediaKind;

constexpr std::string_view kToFrames =
    "`mkdir FOLDER && ffmpeg -i FILE FOLDER/%05d.png` makes a folder of frames, for --frames N";
constexpr std::string_view kToWav = "`ffmpeg -i FILE FILE.wav` makes it readable";
constexpr std::string_view kToPng = "convert them to PNG or JPEG";
constexpr std::string_view kToArrays =
    "export the images as PNG files, or with numpy.savez('FILE.npz', images=ARRAY, labels=NUMBERS)";
constexpr std::string_view kLabels = "`--labels FILE` takes labels or captions from it";
constexpr std::string_view kSaveAsCsv =
    "save it as CSV, beside the files as labels.csv or for --labels FILE.csv";
constexpr std::string_view kUnpack = "unpack it";

struct Row {
  FileType type;
  std::string_view endings;  // ".gif .GIF" without the dots, parted by spaces
};

constexpr Row kTypes[] = {
    {{"png", "a PNG image", "PNG images", image, kToPng}, "png apng"},
    {{"jpeg", "a JPEG image", "JPEG images", image, kToPng}, "jpg jpeg jpe jfif pjpeg"},
    {{"webp", "a WebP image", "WebP images", image, kToPng}, "webp"},
    {{"tiff", "a TIFF image", "TIFF images", image, kToPng}, "tif tiff"},
    {{"bmp", "a BMP image", "BMP images", image, kToPng}, "bmp dib"},
    {{"gif", "a GIF image", "GIF images", image,
      "`mkdir FOLDER && ffmpeg -i FILE FOLDER/%05d.png` makes a folder of its frames, for "
      "--frames N; or convert it to PNG"},
     "gif"},
    {{"heic", "a HEIC image", "HEIC images", image, "`heif-convert FILE FILE.png` makes a PNG"},
     "heic heif"},
    {{"avif", "an AVIF image", "AVIF images", image, "`heif-convert FILE FILE.png` makes a PNG"},
     "avif"},
    {{"jxl", "a JPEG XL image", "JPEG XL images", image, "`djxl FILE FILE.png` makes a PNG"},
     "jxl"},
    {{"jp2", "a JPEG 2000 image", "JPEG 2000 images", image, kToPng}, "jp2 j2k jpx"},
    {{"psd", "a Photoshop file", "Photoshop files", image, kToPng}, "psd psb"},
    {{"ico", "an icon", "icons", image, kToPng}, "ico cur"},
    {{"svg", "an SVG drawing", "SVG drawings", image, kToPng}, "svg"},
    {{"exr", "an OpenEXR image", "OpenEXR images", image, kToPng}, "exr"},
    {{"hdr", "a Radiance HDR image", "Radiance HDR images", image, kToPng}, "hdr"},
    {{"pnm", "a PNM image", "PNM images", image, kToPng}, "ppm pgm pbm pnm"},
    {{"tga", "a TGA image", "TGA images", image, kToPng}, "tga"},
    {{"raw", "a camera's raw image", "raw images of cameras", image, kToPng},
     "cr2 cr3 nef arw dng orf rw2 raf"},
    {{"dicom", "a DICOM image", "DICOM images", image, kToPng}, "dcm dicom"},
    {{"nifti", "a NIfTI volume", "NIfTI volumes", image, kToPng}, "nii"},
    {{"wav", "a WAV audio clip", "WAV audio clips", audio, kToWav}, "wav wave"},
    {{"flac", "a FLAC audio clip", "FLAC audio clips", audio, kToWav}, "flac"},
    {{"ogg", "an OGG audio clip", "OGG audio clips", audio, kToWav}, "ogg oga opus"},
    {{"mp3", "an MP3 audio clip", "MP3 audio clips", audio, kToWav}, "mp3"},
    {{"m4a", "an M4A audio clip", "M4A audio clips", audio, kToWav}, "m4a aac m4b"},
    {{"aiff", "an AIFF audio clip", "AIFF audio clips", audio, kToWav}, "aif aiff aifc"},
    {{"wma", "a Windows Media file", "Windows Media files", audio, kToWav}, "wma wmv asf"},
    {{"amr", "an AMR audio clip", "AMR audio clips", audio, kToWav}, "amr"},
    {{"midi", "a MIDI file", "MIDI files", audio, "render them to WAV"}, "mid midi"},
    {{"mp4", "an MP4 video", "MP4 videos", video, kToFrames}, "mp4 m4v"},
    {{"mov", "a QuickTime video", "QuickTime videos", video, kToFrames}, "mov qt"},
    {{"avi", "an AVI video", "AVI videos", video, kToFrames}, "avi"},
    {{"mkv", "a Matroska or WebM video", "Matroska or WebM videos", video, kToFrames}, "mkv webm"},
    {{"mpeg", "an MPEG video", "MPEG videos", video, kToFrames}, "mpg mpeg m2ts vob"},
    {{"flv", "a Flash video", "Flash videos", video, kToFrames}, "flv"},
    {{"spreadsheet", "a spreadsheet", "spreadsheets", other, kSaveAsCsv}, "xlsx xls ods xlsm"},
    {{"document", "a document", "documents", other, ""}, "docx doc odt pptx ppt odp"},
    {{"zip", "a zip", "zips", archive, "unpack it, or name it alone"}, "zip"},
    {{"rar", "a RAR archive", "RAR archives", archive, kUnpack}, "rar"},
    {{"7z", "a 7-Zip archive", "7-Zip archives", archive, kUnpack}, "7z"},
    {{"gzip", "a gzipped file", "gzipped files", archive, kUnpack}, "gz tgz"},
    {{"xz", "an xz file", "xz files", archive, kUnpack}, "xz txz"},
    {{"bzip2", "a bzip2 file", "bzip2 files", archive, kUnpack}, "bz2 tbz2"},
    {{"zstd", "a Zstandard file", "Zstandard files", archive, kUnpack}, "zst"},
    {{"tar", "a tar archive", "tar archives", archive, kUnpack}, "tar"},
    {{"npy", "a NumPy array", "NumPy arrays", other, "name it alone: --data FILE.npy"}, "npy npz"},
    {{"hdf5", "an HDF5 file", "HDF5 files", other, kToArrays}, "h5 hdf5"},
    {{"mat", "a MATLAB file", "MATLAB files", other, kToArrays}, "mat"},
    {{"pickle", "a pickle", "pickles", other, kToArrays}, "pkl pickle pt pth"},
    {{"parquet", "a Parquet table", "Parquet tables", other, kToArrays}, "parquet"},
    {{"tfrecord", "a TFRecord file", "TFRecord files", other, kToArrays}, "tfrecord tfrecords"},
    {{"lmdb", "an LMDB database", "LMDB databases", other, kToArrays}, "mdb lmdb"},
    {{"pdf", "a PDF", "PDFs", other, ""}, "pdf"},
    {{"lfs", "a Git LFS pointer, not the file itself", "Git LFS pointers", other,
      "`git lfs pull` brings the files"},
     ""},
    {{"html", "a web page", "web pages", text, ""}, "html htm"},
    {{"xml", "an XML file", "XML files", text, ""}, "xml"},
    {{"json", "a JSON file", "JSON files", text, kLabels}, "json jsonl ndjson"},
    {{"csv", "a table", "tables", text, kLabels}, "csv tsv"},
    {{"text", "a text", "texts", text, ""}, "txt md rst log yaml yml py ipynb srt vtt"},
};

const FileType& type_named(std::string_view name) {
  return std::ranges::find(kTypes, name, [](const Row& row) { return row.type.name; })->type;
}

// Bytes at a fixed place.
struct Signature {
  std::string_view name, bytes;
  size_t at = 0;
};

constexpr Signature kSignatures[] = {
    {"png", "\x89PNG\r\n\x1a\n"},
    {"jpeg", "\xff\xd8\xff"},
    {"gif", "GIF87a"},
    {"gif", "GIF89a"},
    {"tiff", {"II*\0", 4}},
    {"tiff", {"MM\0*", 4}},
    {"tiff", {"II+\0", 4}},
    {"tiff", {"MM\0+", 4}},
    {"psd", "8BPS"},
    {"ico", {"\0\0\1\0", 4}},
    {"jxl", {"\xff\x0a", 2}},
    {"jxl", {"\0\0\0\x0cJXL ", 8}},
    {"jp2", {"\0\0\0\x0cjP  ", 8}},
    {"exr", "\x76\x2f\x31\x01"},
    {"hdr", "#?RADIANCE"},
    {"dicom", "DICM", 128},
    {"flac", "fLaC"},
    {"ogg", "OggS"},
    {"mp3", "ID3"},
    {"amr", "#!AMR"},
    {"midi", "MThd"},
    {"wma", "\x30\x26\xb2\x75\x8e\x66\xcf\x11"},
    {"mkv", "\x1a\x45\xdf\xa3"},
    {"mpeg", {"\0\0\1\xba", 4}},
    {"mpeg", {"\0\0\1\xb3", 4}},
    {"flv", "FLV\1"},
    {"zip", "PK\3\4"},
    {"zip", "PK\5\6"},
    {"rar", "Rar!\x1a\x07"},
    {"7z", "7z\xbc\xaf\x27\x1c"},
    {"gzip", "\x1f\x8b"},
    {"xz",
     {"\xfd"
      "7zXZ\0",
      6}},
    {"bzip2", "BZh"},
    {"zstd", "\x28\xb5\x2f\xfd"},
    {"tar", "ustar", 257},
    {"npy", "\x93NUMPY"},
    {"hdf5", "\x89HDF\r\n\x1a\n"},
    {"mat", "MATLAB 5.0 MAT-file"},
    {"parquet", "PAR1"},
    {"pdf", "%PDF-"},
    {"lfs", "version https://git-lfs"},
    {"pickle", "\x80\x02"},
    {"pickle", "\x80\x03"},
    {"pickle", "\x80\x04"},
    {"pickle", "\x80\x05"},
};

bool has_at(std::string_view text, size_t at, std::string_view bytes) {
  return text.size() >= at + bytes.size() && text.substr(at, bytes.size()) == bytes;
}

// RIFF, IFF and the boxes of MPEG-4 name their content behind the length of the first chunk.
std::string_view container_type(std::string_view text) {
  const std::string_view what = text.size() >= 12 ? text.substr(8, 4) : "";
  if (has_at(text, 0, "RIFF") || has_at(text, 0, "RF64") || has_at(text, 0, "RIFX"))
    return what == "WAVE" ? "wav" : what == "WEBP" ? "webp" : what == "AVI " ? "avi" : "";
  if (has_at(text, 0, "FORM")) return what == "AIFF" || what == "AIFC" ? "aiff" : "";
  if (!has_at(text, 4, "ftyp"))
    return has_at(text, 4, "moov") || has_at(text, 4, "mdat") ? "mov" : "";
  if (what == "avif" || what == "avis") return "avif";
  for (const std::string_view brand : {"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1"})
    if (what == brand) return "heic";
  if (what == "M4A " || what == "M4B ") return "m4a";
  return what == "qt  " ? "mov" : "mp4";
}

// BMP: "BM", and behind the file's header that of the picture, of one of a few lengths.
bool is_bmp(std::string_view text) {
  if (!has_at(text, 0, "BM") || text.size() < 18) return false;
  for (const int length : {12, 16, 40, 52, 56, 64, 108, 124})
    if (text[14] == length && has_at(text, 15, {"\0\0\0", 3})) return true;
  return false;
}

// A frame of MPEG audio without a tag before it: layer III, no reserved rate.
bool is_mp3_frame(std::string_view text) {
  if (text.size() < 4) return false;
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  return byte(0) == 0xff && (byte(1) & 0xe6) == 0xe2 && (byte(1) & 0x18) != 0x08 &&
         (byte(2) & 0xf0) != 0xf0 && (byte(2) & 0xf0) != 0 && (byte(2) & 0x0c) != 0x0c;
}

bool is_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c >= 0x20 ? c != 0x7f : c == '\t' || c == '\n' || c == '\r' || c == '\f';
  });
}

std::string lower(std::string_view text) {
  std::string all(text);
  std::ranges::transform(all, all.begin(), [](unsigned char c) { return std::tolower(c); });
  return all;
}

std::string_view text_type(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::string start =
      lower(text.substr(std::min(text.size(), text.find_first_not_of(" \t\r\n"))));
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return "html";
  if (start.starts_with("<svg") ||
      (start.starts_with("<?xml") && start.find("<svg") != std::string::npos))
    return "svg";
  if (start.starts_with("<?xml")) return "xml";
  return "text";
}

}  // namespace

FileType file_type(ByteSpan bytes) {
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kFileTypeBytes)));
  for (const Signature& signature : kSignatures)
    if (has_at(text, signature.at, signature.bytes)) return type_named(signature.name);
  if (const std::string_view name = container_type(text); !name.empty()) return type_named(name);
  if (is_bmp(text)) return type_named("bmp");
  if (text.size() > 2 && text[0] == 'P' && text[1] >= '1' && text[1] <= '6' &&
      std::isspace(static_cast<unsigned char>(text[2])))
    return type_named("pnm");
  if (is_mp3_frame(text)) return type_named("mp3");
  return is_text(text) ? type_named(text_type(text)) : FileType{};
}

std::string not_expected(ByteSpan bytes, std::string_view expected) {
  const FileType type = file_type(bytes);
  std::string text = "not " + std::string(expected);
  if (type.name.empty()) return text;
  text += ", but " + std::string(type.one);
  return type.name == "lfs" ? text + " (" + std::string(type.advice) + ")" : text;
}

FileType file_type_of_name(std::string_view name) {
  const size_t dot = name.find_last_of("./");
  if (dot == std::string_view::npos || name[dot] == '/') return {};
  const std::string ending = " " + lower(name.substr(dot + 1)) + " ";
  if (ending.size() < 3) return {};
  for (const Row& row : kTypes)
    if ((" " + std::string(row.endings) + " ").find(ending) != std::string::npos) return row.type;
  return {};
}

FileType file_type(ByteSpan bytes, std::string_view name) {
  const FileType inside = file_type(bytes), named = file_type_of_name(name);
  if (named.name.empty()) return inside;
  const bool is_container = inside.name == "zip" && named.kind == MediaKind::other;
  return inside.name.empty() || inside.name == "text" || is_container ? named : inside;
}

}  // namespace gannet
