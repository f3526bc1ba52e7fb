// Conversions between all scalar types. Out of range means the nearest end of the range, NaN 0.

#include "Kernels.h"

#include <string.h>


// The bounds are exact powers of two in either floating-point type; the upper one is excluded.
#define LK_FROM_FLOATING(From, To, lowest, above, largest)                     \
  static To To##_from_##From(From x) {                                         \
    if (x != x) return 0;                                                      \
    return x <= (From)(lowest) ? (To)(lowest) : x >= (From)(above) ? (largest) : (To)x; \
  }
LK_FROM_FLOATING(float, int32_t, INT32_MIN, 0x1p31, INT32_MAX)
LK_FROM_FLOATING(float, int64_t, INT64_MIN, 0x1p63, INT64_MAX)
LK_FROM_FLOATING(float, uint8_t, 0, 0x1p8, UINT8_MAX)
LK_FROM_FLOATING(double, int32_t, INT32_MIN, 0x1p31, INT32_MAX)
LK_FROM_FLOATING(double, int64_t, INT64_MIN, 0x1p63, INT64_MAX)
LK_FROM_FLOATING(double, uint8_t, 0, 0x1p8, UINT8_MAX)

static uint8_t narrowed_to_byte(int64_t x) {
  return x < 0 ? 0 : x > UINT8_MAX ? UINT8_MAX : (uint8_t)x;
}
static int32_t narrowed_to_int32(int64_t x) {
  return x < INT32_MIN ? INT32_MIN : x > INT32_MAX ? INT32_MAX : (int32_t)x;
}

#define LK_CONVERT(kind_from, From, kind_to, To, function)                  \
  case kind_from * 8 + kind_to: {                                           \
    const From *from_pointer = source;                                      \
    To *to_pointer = target;                                                \
    for (size_t i = 0; i < n; ++i) to_pointer[i] = function(from_pointer[i]); \
    break;                                                                  \
  }
#define LK_SAME(kind, size) \
  case kind * 8 + kind: memmove(target, source, n * (size)); break;

void lk_convert(LKScalar from, LKScalar to, size_t n, const void *source, void *target) {
  switch ((int)from * 8 + (int)to) {
    LK_SAME(LK_F32, 4)
    LK_SAME(LK_F64, 8)
    LK_SAME(LK_I32, 4)
    LK_SAME(LK_I64, 8)
    LK_SAME(LK_U8, 1)
    LK_CONVERT(LK_F32, float, LK_F64, double, (double))
    LK_CONVERT(LK_F32, float, LK_I32, int32_t, int32_t_from_float)
    LK_CONVERT(LK_F32, float, LK_I64, int64_t, int64_t_from_float)
    LK_CONVERT(LK_F32, float, LK_U8, uint8_t, uint8_t_from_float)
    LK_CONVERT(LK_F64, double, LK_F32, float, (float))
    LK_CONVERT(LK_F64, double, LK_I32, int32_t, int32_t_from_double)
    LK_CONVERT(LK_F64, double, LK_I64, int64_t, int64_t_from_double)
    LK_CONVERT(LK_F64, double, LK_U8, uint8_t, uint8_t_from_double)
    LK_CONVERT(LK_I32, int32_t, LK_F32, float, (float))
    LK_CONVERT(LK_I32, int32_t, LK_F64, double, (double))
    LK_CONVERT(LK_I32, int32_t, LK_I64, int64_t, (int64_t))
    LK_CONVERT(LK_I32, int32_t, LK_U8, uint8_t, narrowed_to_byte)
    LK_CONVERT(LK_I64, int64_t, LK_F32, float, (float))
    LK_CONVERT(LK_I64, int64_t, LK_F64, double, (double))
    LK_CONVERT(LK_I64, int64_t, LK_I32, int32_t, narrowed_to_int32)
    LK_CONVERT(LK_I64, int64_t, LK_U8, uint8_t, narrowed_to_byte)
    LK_CONVERT(LK_U8, uint8_t, LK_F32, float, (float))
    LK_CONVERT(LK_U8, uint8_t, LK_F64, double, (double))
    LK_CONVERT(LK_U8, uint8_t, LK_I32, int32_t, (int32_t))
    LK_CONVERT(LK_U8, uint8_t, LK_I64, int64_t, (int64_t))
  }
}
