// Choosing between two operands, and filling, for every scalar type.

#include "Kernels.h"

#include <string.h>

#define LK_DEFINE_SELECT(T)                                                                    \
  static void select_##T(size_t n, const T *mask, ptrdiff_t mask_stride, const T *a,           \
                         ptrdiff_t a_stride, const T *b, ptrdiff_t b_stride, T *out) {         \
    if (n == 0) return;                                                                        \
    const T a_first = *a, b_first = *b, mask_first = *mask;                                    \
    for (size_t i = 0; i < n; ++i) {                                                           \
      const T yes = a_stride ? a[i] : a_first, no = b_stride ? b[i] : b_first;                 \
      out[i] = (mask_stride ? mask[i] : mask_first) != 0 ? yes : no;                           \
    }                                                                                          \
  }                                                                                            \
  static void fill_##T(size_t n, T value, T *out) {                                            \
    for (size_t i = 0; i < n; ++i) out[i] = value;                                             \
  }

LK_DEFINE_SELECT(float)
LK_DEFINE_SELECT(double)
LK_DEFINE_SELECT(int32_t)
LK_DEFINE_SELECT(int64_t)
LK_DEFINE_SELECT(uint8_t)

void lk_select(LKScalar type, size_t n, const void *mask, ptrdiff_t mask_stride, const void *a,
               ptrdiff_t a_stride, const void *b, ptrdiff_t b_stride, void *out) {
#define LK_CASE(kind, T) \
  case kind: select_##T(n, mask, mask_stride, a, a_stride, b, b_stride, out); break;
  switch (type) {
    LK_CASE(LK_F32, float)
    LK_CASE(LK_F64, double)
    LK_CASE(LK_I32, int32_t)
    LK_CASE(LK_I64, int64_t)
    LK_CASE(LK_U8, uint8_t)
  }
#undef LK_CASE
}

void lk_fill(LKScalar type, size_t n, double value, void *x) {
  // One scalar is converted as `lk_convert` does it, so that a value out of range saturates.
  union {
    float f32;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
  } scalar;
  if (type != LK_F64) lk_convert(LK_F64, type, 1, &value, &scalar);
  switch (type) {
    case LK_F32: fill_float(n, scalar.f32, x); break;
    case LK_F64: fill_double(n, value, x); break;
    case LK_I32: fill_int32_t(n, scalar.i32, x); break;
    case LK_I64: fill_int64_t(n, scalar.i64, x); break;
    case LK_U8: fill_uint8_t(n, scalar.u8, x); break;
  }
}
