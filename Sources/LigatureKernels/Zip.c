// Elementwise functions of two operands: integers are handled here, floating point by the levels.

#include "Kernels.h"

// Arithmetic is done on unsigned numbers, which wrap around where signed ones would be undefined.
#define LK_INTEGER_LOOP(T, U, expression)                          \
  for (size_t i = 0; i < n; ++i) {                                 \
    const T a = a_stride ? x[i] : x_first, b = b_stride ? y[i] : y_first; \
    const T value = (T)(expression);                               \
    target[i] = accumulate ? (T)((U)target[i] + (U)value) : value; \
  }                                                                \
  break;

#define LK_DEFINE_INTEGER_ZIP(T, U)                                                            \
  static T quotient_##T(T a, T b) {                                                            \
    if (b == 0) return 0;                                                                      \
    return b == -1 ? (T)(0 - (U)a) : a / b;                                                    \
  }                                                                                            \
  static T remainder_##T(T a, T b) {                                                           \
    if (b == 0 || b == -1) return 0;                                                           \
    const T rest = a % b;                                                                      \
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;                               \
  }                                                                                            \
  static void zip_##T(LKZip op, size_t n, const T *x, ptrdiff_t a_stride, const T *y,          \
                      ptrdiff_t b_stride, T *target, int accumulate) {                         \
    if (n == 0) return;                                                                        \
    const T x_first = *x, y_first = *y;                                                        \
    switch (op) {                                                                              \
      case LK_ADD: LK_INTEGER_LOOP(T, U, (U)a + (U)b)                                          \
      case LK_SUBTRACT: LK_INTEGER_LOOP(T, U, (U)a - (U)b)                                     \
      case LK_MULTIPLY: LK_INTEGER_LOOP(T, U, (U)a *(U)b)                                      \
      case LK_DIVIDE: LK_INTEGER_LOOP(T, U, quotient_##T(a, b))                                \
      case LK_MAXIMUM: LK_INTEGER_LOOP(T, U, a > b ? a : b)                                    \
      case LK_MINIMUM: LK_INTEGER_LOOP(T, U, a < b ? a : b)                                    \
      case LK_LESS: LK_INTEGER_LOOP(T, U, a < b)                                               \
      case LK_LESS_EQUAL: LK_INTEGER_LOOP(T, U, a <= b)                                        \
      case LK_GREATER: LK_INTEGER_LOOP(T, U, a > b)                                            \
      case LK_GREATER_EQUAL: LK_INTEGER_LOOP(T, U, a >= b)                                     \
      case LK_EQUAL: LK_INTEGER_LOOP(T, U, a == b)                                             \
      case LK_NOT_EQUAL: LK_INTEGER_LOOP(T, U, a != b)                                         \
      case LK_REMAINDER: LK_INTEGER_LOOP(T, U, remainder_##T(a, b))                            \
      case LK_POWER_ZIP:                                                                       \
      case LK_ATAN2:                                                                           \
      case LK_HYPOT:                                                                           \
      case LK_ZIP_COUNT: break;                                                                \
    }                                                                                          \
  }

LK_DEFINE_INTEGER_ZIP(int32_t, uint32_t)
LK_DEFINE_INTEGER_ZIP(int64_t, uint64_t)

void lk_zip(LKScalar type, LKZip op, size_t n, const void *a, ptrdiff_t a_stride, const void *b,
            ptrdiff_t b_stride, void *out, int accumulate) {
  switch (type) {
    case LK_F32:
    case LK_F64: lk_kernels(type)->zip[op](n, a, a_stride, b, b_stride, out, accumulate); break;
    case LK_I32: zip_int32_t(op, n, a, a_stride, b, b_stride, out, accumulate); break;
    case LK_I64: zip_int64_t(op, n, a, a_stride, b, b_stride, out, accumulate); break;
    case LK_U8: break;
  }
}
