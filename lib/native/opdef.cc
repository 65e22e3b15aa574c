#include "opdef.h"

namespace gradoscope {
namespace {

// Field numbers of OpDef, OpDef.ArgDef and OpDef.AttrDef.
constexpr int kInputArg = 2, kAttr = 4;
constexpr int kNumberAttr = 5, kTypeListAttr = 6;
constexpr int kAttrName = 1;

bool ReadVarint(const uint8_t *&at, const uint8_t *end, uint64_t &value) {
  value = 0;
  for (int shift = 0; at < end && shift < 64; shift += 7) {
    const uint8_t byte = *at++;
    value |= uint64_t(byte & 127) << shift;
    if (byte < 128) return true;
  }
  return false;
}

// Calls `visit(field, bytes, length)` for each field of a message that has a length of its own.
template <class Visit>
void EachField(const uint8_t *at, size_t length, Visit visit) {
  const uint8_t *const end = at + length;
  uint64_t key = 0, value = 0;
  while (at < end && ReadVarint(at, end, key)) {
    switch (key & 7) {
      case 0:  // varint
        if (!ReadVarint(at, end, value)) return;
        break;
      case 1:  // 64 bits
        at += 8;
        break;
      case 2:
        if (!ReadVarint(at, end, value) || value > size_t(end - at)) return;
        visit(int(key >> 3), at, size_t(value));
        at += value;
        break;
      case 5:  // 32 bits
        at += 4;
        break;
      default:
        return;
    }
  }
}

}  // namespace

OpDef ReadOpDef(TF_Graph *graph, const char *op, TF_Status *status) {
  OpDef found;
  TF_Buffer *const buffer = TF_NewBuffer();
  TF_GraphGetOpDef(graph, op, buffer, status);
  if (TF_GetCode(status) == TF_OK) {
    EachField(static_cast<const uint8_t *>(buffer->data), buffer->length, [&](int field, const uint8_t *at, size_t n) {
      if (field == kInputArg) {
        bool list = false;
        EachField(at, n, [&](int part, const uint8_t *, size_t size) {
          if (part == kNumberAttr || part == kTypeListAttr) list |= size > 0;
        });
        found.inputs.push_back(list);
      } else if (field == kAttr) {
        EachField(at, n, [&](int part, const uint8_t *text, size_t size) {
          if (part == kAttrName) found.attributes.emplace(reinterpret_cast<const char *>(text), size);
        });
      }
    });
  }
  TF_DeleteBuffer(buffer);
  return found;
}

}  // namespace gradoscope
